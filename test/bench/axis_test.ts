import * as assert from 'uvu/assert'
import { clipped, linear_ticks, log_ticks, short_count, short_time } from '../../src/bench/axis.ts'
import { suite } from '../harness.ts'

const test = suite('bench/axis')

test('ticks are round, begin with 0 and stay below the top', () => {
  assert.equal(linear_ticks(7_000_000, 4), [0, 2_000_000, 4_000_000, 6_000_000])
  assert.equal(linear_ticks(1, 4), [0, 0.25, 0.5, 0.75, 1])
  assert.equal(linear_ticks(0.3, 3), [0, 0.1, 0.2, 0.3])
  assert.equal(linear_ticks(0, 4), [0])
  for (const top of [3, 17, 99, 1234, 5e9, 0.07]) {
    const ticks = linear_ticks(top, 4)
    assert.ok(ticks.length >= 2 && ticks.length <= 5 && ticks.at(-1)! <= top, String(top))
  }
})

test('a logarithmic axis has a few ticks, however far it goes', () => {
  assert.equal(log_ticks(30, 600), [50, 100, 200, 500])
  assert.equal(log_ticks(30, 2000), [30, 100, 300, 1000])
  assert.equal(log_ticks(0.5, 20_000), [1, 10, 100, 1000, 10_000])
})

test('numbers have three digits at most', () => {
  const counts: [number, string][] = [[0, '0'], [7, '7'], [999, '999'], [1000, '1 k'], [12_345, '12.3 k']]
  counts.push([450_000, '450 k'], [999_499, '999 k'], [999_500, '1 M'], [7_123_000, '7.12 M'], [13_700_000, '13.7 M'])
  for (const [value, text] of counts) assert.is(short_count(value), text)
  const times: [number, string][] = [[0.1423, '0.142 µs'], [47.12, '47.1 µs'], [312, '312 µs'], [1390, '1.39 ms']]
  times.push([999.4, '999 µs'], [999.6, '1 ms'], [100, '100 µs'], [0, '0 µs'])
  for (const [value, text] of times) assert.is(short_time(value), text)
})

test('a line ends where it leaves the picture', () => {
  assert.equal(clipped([0, 10], [100, 20], 30), [100, 20])
  assert.equal(clipped([0, 10], [100, 20], 15), [50, 15])
})

test.run()
