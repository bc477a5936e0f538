import * as assert from 'uvu/assert'
import { type Log, make_log, silent_log } from '../../src/base/log.ts'
import { suite } from '../harness.ts'

const test = suite('base/log')

function recorded(debug_on: boolean, trace_on: boolean) {
  const lines: string[] = []
  return { lines, log: make_log((level, text) => lines.push(`${level} ${text}`), debug_on, trace_on) }
}
function write_all(log: Log): void {
  for (const level of ['info', 'warn', 'error', 'fatal', 'debug', 'trace'] as const) log[level](level)
}
const ALWAYS = ['INF info', 'WRN warn', 'ERR error', 'FTL fatal']

test('debug and trace are written only where they are on', () => {
  for (const [debug, trace] of [[false, false], [true, false], [false, true], [true, true]]) {
    const { lines, log } = recorded(debug, trace)
    write_all(log)
    assert.equal(lines, [...ALWAYS, ...(debug ? ['DBG debug'] : []), ...(trace ? ['TRC trace'] : [])])
    assert.equal([log.debug_on, log.trace_on], [debug, trace])
  }
})

test('levels are turned on and off while it is used', () => {
  const { lines, log } = recorded(false, true)
  log.set_levels(true, false)
  write_all(log)
  assert.equal(lines, [...ALWAYS, 'DBG debug'])
  assert.equal([log.debug_on, log.trace_on], [true, false])
})

test('the silent log takes everything and keeps nothing', () => {
  write_all(silent_log)
  assert.equal([silent_log.debug_on, silent_log.trace_on], [false, false])
})

test.run()
