// The log goes where the options say, also when they change, and into a new file when the old one was moved away.
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { LogOutput } from '../../src/cli/log_output.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('cli/log_output')
const folder = mkdtempSync(join(tmpdir(), 'onehop-log-'))
test.after(() => rmSync(folder, { recursive: true }))

const file = (name: string) => join(folder, name)
const text = (name: string) => readFileSync(file(name), 'utf8').replaceAll(`[${process.pid}] `, '')
const options = (name: string, logtime = false) => ({ log_file: file(name), logtime, logtime_utc: true })

test('a file that was moved away is opened anew, and the first line says so', () => {
  const output = new LogOutput(options('a'), new ManualClock())
  output.write('INF', 'one')
  renameSync(file('a'), file('a.1'))
  output.reopen()
  output.write('INF', 'two')
  output.flush_sync()
  assert.equal([text('a.1'), text('a')], ['[INF] one\n', '[INF] File log re-opened\n[INF] two\n'])
})

test('other options hold from the next line on, even if the object that they came in is changed', () => {
  const given = options('b')
  const output = new LogOutput(given, new ManualClock())
  output.write('INF', 'one')
  Object.assign(given, options('c'))
  output.follow(given)
  output.write('INF', 'two')
  output.follow(options('c', true))
  output.write('INF', 'three')
  output.flush_sync()
  assert.equal([text('b'), text('c')], ['[INF] one\n', '[INF] two\n2023/11/14 22:13:20.000000 [INF] three\n'])
})

test('a file that can not be opened is said in the former one', () => {
  const output = new LogOutput(options('d'), new ManualClock())
  output.follow(options('none/x'))
  output.write('INF', 'two')
  output.flush_sync()
  assert.match(text('d'), /^\[ERR\] .* error opening file: open .*none\/x: no such file or directory\n\[INF\] two\n$/)
  output.reopen()
  output.flush_sync()
  assert.match(text('d'), /File log re-opened\n$/)
})

test('where there is no file there is nothing to open', () => {
  assert.throws(() => new LogOutput(options('none/x'), new ManualClock()), /error opening file/)
})

test.run()
