import * as assert from 'uvu/assert'
import type { Level } from '../../src/base/log.ts'
import { syslog_format } from '../../src/base/syslog_line.ts'
import { suite } from '../harness.ts'

const test = suite('base/syslog_line')

const SENDER = { program: 'nats-server', pid: 7, host: 'alpha' }
const WALL_MS = new Date(2026, 0, 2, 3, 4, 5, 6).getTime()

test('levels are the severities that nats-server gives them', () => {
  const format = syslog_format('network', SENDER)
  const levels: Level[] = ['FTL', 'ERR', 'WRN', 'INF', 'TRC', 'DBG']
  const numbers = levels.map((level) => /^<(\d+)>/.exec(format(WALL_MS, level, 'x'))![1])
  assert.is(numbers.join(), '2,3,4,5,5,7')
})

test('a syslog elsewhere is told time, host and tag, one behind a socket file time and tag, the logger neither', () => {
  const time = /^<5>2026-01-02T03:04:05(Z|[+-]\d\d:\d\d) alpha nats-server\[7\]: hello\n$/
  assert.match(syslog_format('network', SENDER)(WALL_MS, 'INF', 'hello'), time)
  assert.is(syslog_format('unix', SENDER)(WALL_MS, 'INF', 'hello'), '<5>Jan  2 03:04:05 nats-server[7]: hello\n')
  assert.is(syslog_format('logger', SENDER)(WALL_MS, 'ERR', 'hello'), '<27>hello\n')
})

test('a text can not forge a line', () => {
  for (const form of ['network', 'unix', 'logger'] as const) {
    const line = syslog_format(form, SENDER)(WALL_MS, 'INF', 'a\n<0>b\r\n')
    assert.is(line.indexOf('\n'), line.length - 1)
    assert.ok(line.endsWith('a\\n<0>b\\r\\n\n'))
  }
})

test.run()
