// The workers of all members that tell of them, with what they do per second.
import type { WorkerReport } from './mesh_answer.ts'
import { rates_between } from './rates.ts'
import type { Seat } from './roster.ts'

export interface WorkerRow {
  readonly key: string
  readonly seat: Seat
  readonly worker: WorkerReport
  /** Null: not known yet. */
  readonly in_msgs: number | null
  readonly out_msgs: number | null
  /** Share of messages whose way was known already. */
  readonly plan_share: number | null
  /** Share of the ring that is full. */
  readonly ring_share: number | null
}

interface Look {
  at_ms: number
  counts: { in_msgs: number; out_msgs: number; plan_hits: number; plan_misses: number }
}

export class WorkerRows {
  #looks = new Map<string, Look>()
  #rates = new Map<string, Look['counts']>()

  /** The rows now. A member that is not here tells nothing. */
  take(seats: readonly Seat[]): WorkerRow[] {
    const looks = new Map<string, Look>()
    const rates = new Map<string, Look['counts']>()
    const rows = seats.filter(({ state, answer }) => state === 'here' && answer?.mesh).flatMap((seat) =>
      seat.answer!.mesh!.workers.map((worker, i) => {
        const key = `${seat.key} ${seat.id} ${worker.thread ?? i} ${worker.role ?? ''}`
        const look = look_of(worker, Date.parse(seat.answer!.varz.now ?? ''))
        const before = this.#looks.get(key)
        const is_same = before?.at_ms === look.at_ms
        const rate = is_same ? this.#rates.get(key) : before && rates_between(before, look)
        looks.set(key, look)
        if (rate) rates.set(key, rate)
        return row_of(key, seat, worker, rate ?? null)
      })
    )
    this.#looks = looks
    this.#rates = rates
    return rows
  }
}

function look_of({ in_msgs = 0, out_msgs = 0, plan_hits = 0, plan_misses = 0 }: WorkerReport, at_ms: number): Look {
  return { at_ms, counts: { in_msgs, out_msgs, plan_hits, plan_misses } }
}

function row_of(key: string, seat: Seat, worker: WorkerReport, rate: Look['counts'] | null): WorkerRow {
  const plans = rate === null ? 0 : rate.plan_hits + rate.plan_misses
  const { ring_bytes, ring_capacity = 0 } = worker
  return {
    ...{ key, seat, worker },
    in_msgs: rate?.in_msgs ?? null,
    out_msgs: rate?.out_msgs ?? null,
    plan_share: rate === null || plans === 0 ? null : rate.plan_hits / plans,
    ring_share: ring_bytes === undefined || ring_capacity === 0 ? null : ring_bytes / ring_capacity,
  }
}
