import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { format_json, zoned_time } from '../../src/base/log_json.ts'
import { suite } from '../harness.ts'

const test = suite('base/log_json')

const WALL_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6)
const STYLE = { time: true, utc: true }

test('a line is an object with time, level, pid and message', () => {
  assert.is(
    format_json(7, WALL_MS + 0.25, 'WRN', 'hello "you"', STYLE),
    '{"time":"2026-01-02T03:04:05.006250Z","level":"warn","pid":7,"message":"hello \\"you\\""}\n',
  )
  assert.equal(JSON.parse(format_json(7, WALL_MS, 'TRC', '', { time: false, utc: true })), {
    level: 'trace',
    pid: 7,
    message: '',
  })
})

test('a line about a connection has its parts', () => {
  const about = { kind: 'cid', cid: 5, ip: '::1', port: 4000 }
  const line = format_json(7, WALL_MS, 'DBG', '[::1]:4000 - cid:5 - x', { time: false, utc: true }, about)
  assert.equal(JSON.parse(line), { level: 'debug', pid: 7, ...about, message: '[::1]:4000 - cid:5 - x' })
})

test('every text comes back, from one line', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('INF', 'ERR', 'FTL'), (text, level) => {
    const line = format_json(1, WALL_MS, level as 'INF', text, STYLE)
    assert.is(line.indexOf('\n'), line.length - 1)
    assert.is(JSON.parse(line).message, text)
  }))
})

test('local time has its offset', () => {
  const text = zoned_time(WALL_MS, false)
  assert.is(Date.parse(text), WALL_MS - 6)
  assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/)
})

test.run()
