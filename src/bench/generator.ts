// Who makes the load, and what it tells of one.
import type { Load } from './pattern.ts'
import type { Latencies } from './percentiles.ts'
import type { TestServers } from './test_servers.ts'

export interface LoadResult {
  readonly seconds: number
  /** What was done: messages that came, were published, or requests that were answered. */
  readonly work: number
  readonly latencies: Latencies | null
  /** Processor seconds of the servers meanwhile. */
  readonly server_cpu_seconds: number | null
  /** Of the busiest process of the generator: 1 is a whole core. */
  readonly generator_share: number | null
}

export interface Generator {
  /** For the head of a report. */
  readonly said: string
  /** Runs one load against servers: publishers at the first, subscribers at the last. Throws with why its figures do not count. */
  run(load: Load, servers: TestServers): Promise<LoadResult>
}
