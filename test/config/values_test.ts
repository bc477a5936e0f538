import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  format_duration,
  parse_duration_ms,
  parse_go_boolean,
  parse_go_integer,
  parse_listen_address,
  split_host_port,
} from '../../src/config/values.ts'
import { suite } from '../harness.ts'

const test = suite('config/values')

const message = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

test('durations are read as Go reads them', () => {
  const cases: [string, number][] = [
    ['0', 0],
    ['2m', 120_000],
    ['1h2m3s', 3_723_000],
    ['1.5h', 5_400_000],
    ['500us', 0.5],
    ['1500ms', 1500],
    ['-5m', -300_000],
    ['+.5s', 500],
    ['1\u00b5s', 0.001],
    ['100ns', 0.0001],
  ]
  for (const [text, ms] of cases) assert.ok(Math.abs(parse_duration_ms(text) - ms) < 1e-9, text)
})

test('bad durations give Go texts', () => {
  assert.is(message(() => parse_duration_ms('abc')), 'time: invalid duration "abc"')
  assert.is(message(() => parse_duration_ms('')), 'time: invalid duration ""')
  assert.is(message(() => parse_duration_ms('10')), 'time: missing unit in duration "10"')
  assert.is(message(() => parse_duration_ms('1x')), 'time: unknown unit "x" in duration "1x"')
  assert.is(message(() => parse_duration_ms('2m3')), 'time: missing unit in duration "2m3"')
  assert.is(message(() => parse_duration_ms('9999999h')), 'time: invalid duration "9999999h"')
})

test('a printed duration parses back', () => {
  assert.is(format_duration(300_000), '5m0s')
  assert.is(format_duration(5_000), '5s')
  assert.is(format_duration(0), '0s')
  assert.is(format_duration(1.5), '1.5ms')
  assert.is(format_duration(3_600_500), '1h0m0.5s')
  fc.assert(fc.property(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), (us) => {
    const ms = us / 1000
    assert.ok(Math.abs(parse_duration_ms(format_duration(ms)) - ms) < 1e-3)
  }))
})

test('integers of flags take bases and underscores as Go does', () => {
  const cases: [string, number][] = [
    ['5222', 5222],
    ['-1', -1],
    ['+7', 7],
    ['0x1000', 4096],
    ['0o17', 15],
    ['017', 15],
    ['0b1', 1],
    ['1_000', 1000],
    ['0', 0],
  ]
  for (const [text, value] of cases) assert.is(parse_go_integer(text), value, text)
  for (const text of ['', 'abc', '0x', '0b2', '1__0', '_1', '08', '1.5', ' 1']) {
    assert.is(message(() => parse_go_integer(text)), 'parse error', text)
  }
  for (const text of ['9223372036854775808', '99999999999999999999', '-9223372036854775809']) {
    assert.is(message(() => parse_go_integer(text)), 'value out of range', text)
  }
})

test('booleans of flags have twelve spellings', () => {
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) assert.is(parse_go_boolean(text), true)
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) assert.is(parse_go_boolean(text), false)
  for (const text of ['', 'yes', 'tRUE', 'maybe']) assert.is(message(() => parse_go_boolean(text)), 'parse error')
})

test('addresses are split at their port', () => {
  assert.equal(split_host_port('h:1'), { host: 'h', port: '1' })
  assert.equal(split_host_port('[::1]:1'), { host: '::1', port: '1' })
  assert.equal(split_host_port(':1'), { host: '', port: '1' })
  assert.is(message(() => split_host_port('h')), 'address h: missing port in address')
  assert.is(message(() => split_host_port('')), 'missing port in address')
  assert.is(message(() => split_host_port('::1:2')), 'address ::1:2: too many colons in address')
  assert.equal(parse_listen_address('127.0.0.1:-1'), { host: '127.0.0.1', port: -1 })
  assert.is(message(() => parse_listen_address('localhost')), 'could not parse address string "localhost"')
  assert.is(message(() => parse_listen_address('h:x')), 'could not parse port "x"')
})

test.run()
