// How long round trips of routes take: so many within each bound, counted in columns of each thread's row of counters.
import { assert } from '../base/assert.ts'
import { Counter, type Counters, ROW_COLUMNS } from './counters.ts'

/** From a host next door to the other side of the world. */
export const RTT_BOUNDS_US: readonly number[] = Object.freeze(
  [100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000],
)
/** One for each bound, and one for what is above the last. */
const FIRST_COLUMN = Counter.route_rtt_us + 1
assert(FIRST_COLUMN + RTT_BOUNDS_US.length < ROW_COLUMNS, 'The histogram fits into a row')
assert(Object.keys(Counter).length === FIRST_COLUMN, 'No counter is where the histogram is')

/** A route was answered after `rtt_us`; 0: no. */
export function observe_rtt(row: Float64Array, rtt_us: number): void {
  if (rtt_us <= 0) return
  let bucket = 0
  while (bucket < RTT_BOUNDS_US.length && rtt_us > RTT_BOUNDS_US[bucket]) bucket++
  row[FIRST_COLUMN + bucket]++
  row[Counter.route_rtt_us] += rtt_us
}

export interface RttHistogram {
  /** How many took at most as long as each bound. */
  within: number[]
  count: number
  sum_us: number
}

/** Of all threads since the start. */
export function rtt_histogram(counters: Counters): RttHistogram {
  let count = 0
  const within = RTT_BOUNDS_US.map((_, bucket) => count += counters.sum_of_column(FIRST_COLUMN + bucket))
  count += counters.sum_of_column(FIRST_COLUMN + RTT_BOUNDS_US.length)
  return { within, count, sum_us: counters.sum('route_rtt_us') }
}
