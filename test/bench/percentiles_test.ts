import * as assert from 'uvu/assert'
import { latencies_of, median, median_latencies, percentile } from '../../src/bench/percentiles.ts'
import { suite } from '../harness.ts'

const test = suite('bench/percentiles')

test('a percentile is the value below which that share of all is', () => {
  const thousand = Array.from({ length: 1000 }, (_, i) => i)
  assert.equal([0, 0.5, 0.9, 0.99, 0.999, 1].map((share) => percentile(thousand, share)), [0, 500, 900, 990, 999, 999])
  assert.is(percentile([5], 0.999), 5)
  assert.is(percentile([], 0.5), 0)
})

test('latencies come in any order and stay as they are', () => {
  const times = Float64Array.from({ length: 1000 }, (_, i) => 999.96 - i)
  assert.equal(latencies_of(times), { p50_us: 501, p90_us: 901, p99_us: 991, p999_us: 1000 })
  assert.is(times[0], 999.96)
})

test('the median is the middle one, of an even number the higher', () => {
  assert.is(median([3, 10, 2]), 3)
  assert.is(median([3, 10]), 10)
  assert.is(median([]), null)
})

test('of several rounds each percentile has a median of its own', () => {
  const of = (p50_us: number, p999_us: number) => ({ p50_us, p90_us: 0, p99_us: 0, p999_us })
  assert.equal(median_latencies([of(1, 9), of(2, 7), of(3, 8)]), of(2, 8))
  assert.is(median_latencies([]), null)
})

test.run()
