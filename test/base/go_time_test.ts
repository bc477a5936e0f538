import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { go_duration, local_time, rfc3339, uptime_text } from '../../src/base/go_time.ts'
import { suite } from '../harness.ts'

const test = suite('base/go_time')

test('rfc3339 cuts zeros and keeps microseconds', () => {
  const whole = Date.UTC(2026, 0, 2, 3, 4, 5)
  assert.is(rfc3339(whole), '2026-01-02T03:04:05Z')
  assert.is(rfc3339(whole + 100), '2026-01-02T03:04:05.1Z')
  assert.is(rfc3339(whole + 1), '2026-01-02T03:04:05.001Z')
  assert.is(rfc3339(whole + 0.25), '2026-01-02T03:04:05.00025Z')
  assert.is(rfc3339(whole + 999.9999), '2026-01-02T03:04:06Z')
})

test('rfc3339 is read back as the same millisecond', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4e12 }), (wall_ms) => {
    assert.is(Date.parse(rfc3339(wall_ms)), wall_ms)
  }))
})

test('go_duration has the forms of Go', () => {
  const cases: [number, string][] = [
    [0, '0s'],
    [0.5, '500ns'],
    [95, '95µs'],
    [1.5, '1.5µs'],
    [1234, '1.234ms'],
    [250_000, '250ms'],
    [1_000_000, '1s'],
    [62_500_000, '1m2.5s'],
    [3_600_000_000, '1h0m0s'],
    [90_061_000_001, '25h1m1.000001s'],
    [-95, '-95µs'],
  ]
  for (const [duration_us, text] of cases) assert.is(go_duration(duration_us), text)
})

test('uptime_text shows all units below the largest', () => {
  const [second, minute, hour, day, year] = [1000, 60_000, 3_600_000, 86_400_000, 365 * 86_400_000]
  assert.is(uptime_text(0), '0s')
  assert.is(uptime_text(-5), '0s')
  assert.is(uptime_text(999), '0s')
  assert.is(uptime_text(22 * second), '22s')
  assert.is(uptime_text(4 * minute + 22 * second), '4m22s')
  assert.is(uptime_text(4 * hour + 22 * second), '4h0m22s')
  assert.is(uptime_text(32 * day + 4 * hour + 4 * minute + 22 * second), '32d4h4m22s')
  assert.is(uptime_text(22 * year + 32 * day + 4 * hour + 4 * minute + 22 * second), '22y32d4h4m22s')
})

test('a local time has its offset and the name of its zone', () => {
  const wall_ms = Date.UTC(2026, 0, 2, 3, 4, 5)
  const text = local_time(wall_ms)
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) \S+$/.exec(text)
  assert.ok(found, text)
  assert.is(Date.parse(`${found[1]}T${found[2]}${found[3]}:${found[4]}`), wall_ms)
})

test.run()
