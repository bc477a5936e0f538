// Middle and tail of what was measured.

export interface Latencies {
  readonly p50_us: number
  readonly p90_us: number
  readonly p99_us: number
  readonly p999_us: number
}

/** The names of the pictures and tables, in order. */
export const PERCENTILES = Object.freeze(
  [['p50', 'p50_us'], ['p90', 'p90_us'], ['p99', 'p99_us'], ['p99.9', 'p999_us']] as const,
)

/** The value below which a share of the sorted ones are; the last one if the share is that of all. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Of times in microseconds, in any order. */
export function latencies_of(times_us: Float64Array): Latencies {
  const sorted = times_us.slice().sort()
  const at = (share: number) => Math.round(percentile(sorted, share) * 10) / 10
  return { p50_us: at(0.5), p90_us: at(0.9), p99_us: at(0.99), p999_us: at(0.999) }
}

/** The middle one; of an even number the higher of both. Null if there is none. */
export function median(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : [...numbers].sort((a, b) => a - b)[numbers.length >> 1]
}

/** Of each percentile the median over several loads. */
export function median_latencies(all: readonly Latencies[]): Latencies | null {
  if (all.length === 0) return null
  const middle = (name: keyof Latencies) => median(all.map((one) => one[name])) ?? 0
  return { p50_us: middle('p50_us'), p90_us: middle('p90_us'), p99_us: middle('p99_us'), p999_us: middle('p999_us') }
}
