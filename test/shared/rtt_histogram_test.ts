import * as assert from 'uvu/assert'
import { Counters, create_counters } from '../../src/shared/counters.ts'
import { observe_rtt, RTT_BOUNDS_US, rtt_histogram } from '../../src/shared/rtt_histogram.ts'
import { suite } from '../harness.ts'

const test = suite('shared/rtt_histogram')

test('a round trip counts within its bound and all above, on the thread that measured it', () => {
  const counters = new Counters(create_counters(2))
  observe_rtt(counters.row(0), 100)
  observe_rtt(counters.row(0), 101)
  observe_rtt(counters.row(1), 40_000)
  observe_rtt(counters.row(1), 7_000_000)
  const { within, count, sum_us } = rtt_histogram(counters)
  assert.equal([count, sum_us], [4, 7_040_201])
  const bound = (us: number) => within[RTT_BOUNDS_US.indexOf(us)]
  assert.equal([bound(100), bound(250), bound(25_000), bound(50_000), bound(1_000_000)], [1, 2, 2, 3, 3])
})

test('what is no round trip does not count', () => {
  const counters = new Counters(create_counters(1))
  observe_rtt(counters.row(0), 0)
  assert.is(rtt_histogram(counters).count, 0)
})

test('the histogram touches no other counter', () => {
  const counters = new Counters(create_counters(2))
  for (const us of RTT_BOUNDS_US) observe_rtt(counters.row(0), us + 0.5)
  for (const name of ['connections', 'routes', 'in_client_messages', 'dropped'] as const) {
    assert.is(counters.sum(name), 0, name)
  }
})

test.run()
