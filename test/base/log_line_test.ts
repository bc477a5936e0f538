import * as assert from 'uvu/assert'
import { format_line, format_seconds } from '../../src/base/log_line.ts'
import { suite } from '../harness.ts'

const test = suite('base/log_line')

const WALL_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6)

test('a line has pid, UTC time with six digits and level', () => {
  const style = { time: true, utc: true, colour: false }
  assert.is(format_line(7, WALL_MS, 'INF', 'hello', style), '[7] 2026/01/02 03:04:05.006000 [INF] hello\n')
  assert.is(format_line(7, WALL_MS + 0.25, 'TRC', '', style), '[7] 2026/01/02 03:04:05.006250 [TRC] \n')
})

test('local time is that of the zone', () => {
  const date = new Date(WALL_MS)
  const two = (value: number) => String(value).padStart(2, '0')
  const local = `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  assert.is(format_seconds(WALL_MS, false), local)
  assert.ok(
    format_line(7, WALL_MS, 'DBG', 'x', { time: true, utc: false, colour: false }).includes(local + '.006000 [DBG]'),
  )
})

test('without time a line has pid and level only', () => {
  assert.is(format_line(123, WALL_MS, 'ERR', 'x', { time: false, utc: true, colour: false }), '[123] [ERR] x\n')
})

test('colour is inside the brackets', () => {
  const style = { time: false, utc: true, colour: true }
  assert.is(format_line(1, 0, 'WRN', 'x', style), '[1] [\x1b[0;93mWRN\x1b[0m] x\n')
  assert.is(format_line(1, 0, 'INF', 'x', style), '[1] [\x1b[32mINF\x1b[0m] x\n')
})

test('a text can not forge a line', () => {
  const line = format_line(1, 0, 'INF', 'a\r\n[1] [FTL] b', { time: false, utc: true, colour: false })
  assert.is(line, '[1] [INF] a\\r\\n[1] [FTL] b\n')
})

test.run()
