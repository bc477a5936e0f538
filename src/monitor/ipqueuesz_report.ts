// /ipqueuesz: what waits between the threads. Where nats-server has queues between goroutines, here are rings (reference ops.md 5.2).
import type { Parameters } from './parameters.ts'
import type { WorkerReport } from './worker_report.ts'

export interface IpqueueszQuery {
  /** Also those in which nothing waits. */
  all: boolean
  /** Part of the name; '': any. */
  filter: string
}

/** Throws ParameterError. */
export const ipqueuesz_query = (parameters: Parameters): IpqueueszQuery => ({
  all: parameters.bool('all'),
  filter: parameters.text('queues'),
})

/** By name: bytes in the rings that lead to a thread. */
export function ipqueuesz_report({ all, filter }: IpqueueszQuery, workers: readonly WorkerReport[]): object {
  const queues = workers
    .filter(({ role }) => role !== 'supervisor')
    .map(({ thread, role, ring_bytes }) => [`rings to ${role} thread ${thread}`, { pending: ring_bytes }] as const)
  return Object.fromEntries(queues.filter(([name, { pending }]) => (all || pending > 0) && name.includes(filter)))
}
