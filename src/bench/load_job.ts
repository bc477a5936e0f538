// What a process of our own load generator is told and tells: a job as JSON in its arguments, then lines both ways.
import type { LoadMode } from './pattern.ts'
import type { Latencies } from './percentiles.ts'

/** A share of one load. */
export interface LoadJob {
  readonly mode: LoadMode
  readonly publishers: number
  readonly subscribers: number
  readonly queue: string
  readonly size: number
  /** Of each publisher. */
  readonly messages: number
  /** Messages per second of the mode paced. */
  readonly pace: number
  readonly publish_port: number
  readonly subscribe_port: number
}

/** Lines to the process: begin, and say how far the subscribers are. */
export type LoadOrder = 'go' | 'count'

/** Lines of the process. Times are milliseconds since 1970, with a fraction, so that those of several processes go together. */
export type LoadNews =
  | { readonly news: 'ready' }
  | { readonly news: 'published'; readonly began_ms: number; readonly ended_ms: number }
  | { readonly news: 'counted'; readonly got: number; readonly last_ms: number; readonly cpu_seconds: number }
  | { readonly news: 'timed'; readonly seconds: number; readonly cpu_seconds: number; readonly latencies: Latencies }

export const LOAD_SUBJECT = 'bench.subject'
export const LOAD_INBOX = '_INBOX.bench.1'

/** Shares of one load: publishers in the first half of the processes, subscribers in the others. A timed load has one clock. */
export function split_job(job: LoadJob, processes: number): LoadJob[] {
  const sides = (job.publishers > 0 ? 1 : 0) + (job.subscribers > 0 ? 1 : 0)
  const count = Math.min(processes, job.publishers + job.subscribers)
  if (count < 2 || sides < 2 || job.mode !== 'rate') return [job]
  const publishing = Math.min(job.publishers, count >> 1)
  const publish = shares(job.publishers, publishing).map((publishers) => ({ ...job, publishers, subscribers: 0 }))
  const rest = Math.min(job.subscribers, count - publishing)
  return [...publish, ...shares(job.subscribers, rest).map((subscribers) => ({ ...job, subscribers, publishers: 0 }))]
}

/** all in so many parts that differ by one at most. */
function shares(all: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor(all / parts) + (i < all % parts ? 1 : 0))
}
