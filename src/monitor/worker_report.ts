// What each thread does, and what of the index is in use: from shared memory; only how busy its loop is, a thread is asked.
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../shared/counters.ts'
import { ring_use } from '../shared/ring.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import { type LoopFigures, LoopWatch } from '../thread/loop_watch.ts'
import type { ThreadApi } from '../thread/worker_api.ts'

export interface WorkerContext {
  readonly clock: Clock
  /** How busy the supervisor's own loop is. */
  readonly watch: LoopWatch
  readonly crew: {
    readonly index: SubjectIndex
    readonly counters: Counters
    /** Threads that run as workers; 0: everything in this thread. */
    readonly workers: number
    readonly client_threads: number
    readonly threads: readonly number[]
    readonly budget: { readonly restarts: number }
    rings_to(thread: number): readonly SharedArrayBuffer[]
    each<Answer>(ask: (api: ThreadApi, thread: number) => Promise<Answer>): Promise<Answer[]>
  }
}

/** Counted since the start, but for connections, routes, what rings hold, and the loop's figures. */
export interface WorkerReport {
  thread: number
  role: 'client' | 'route' | 'supervisor'
  connections: number
  routes: number
  in_messages: number
  in_bytes: number
  out_messages: number
  out_bytes: number
  plan_hits: number
  plan_misses: number
  /** How often it had to wake another thread, and how often it found a ring full. */
  doorbells: number
  ring_full: number
  /** What waits for it in the rings of the other threads. */
  ring_bytes: number
  ring_capacity: number
  /** Share of the last 10 to 20 seconds, or of the time since the question before, in which its loop worked. Null: unknown. */
  busy: number | null
  /** The longest that something had to wait for its turn in that time. */
  loop_delay_ms: number
  mean_loop_delay_ms: number
  /** False: it has ended, or did not answer within half a second; that is then its `loop_delay_ms`. */
  answers: boolean
}

export interface IndexReport {
  subscriptions: number
  bytes_used: number
  bytes_capacity: number
}

const ANSWER_MS = 500

/** All threads in order; the supervisor's comes last, where it is one of its own. */
export async function worker_reports(context: WorkerContext): Promise<WorkerReport[]> {
  const { crew, clock, watch } = context
  const loops = new Map<number, LoopFigures>()
  await crew.each(async (api, thread) => {
    const figures = await within(clock, ANSWER_MS, api.loop())
    if (figures !== null) loops.set(thread, figures)
  })
  const reports = crew.threads.map((thread) => {
    const role = thread < crew.client_threads ? 'client' : 'route'
    return worker_report(context, thread, role, loops.get(thread))
  })
  if (crew.workers > 0) reports.push(worker_report(context, crew.threads.length, 'supervisor', watch.figures()))
  return reports
}

export function index_report({ crew: { index } }: Pick<WorkerContext, 'crew'>): IndexReport {
  return {
    subscriptions: index.subscription_count,
    bytes_used: index.memory.bytes_used(),
    bytes_capacity: index.memory.bytes_reserved(),
  }
}

function worker_report(
  { crew }: WorkerContext,
  thread: number,
  role: WorkerReport['role'],
  loop: LoopFigures | undefined,
): WorkerReport {
  const { counters } = crew
  const rings = crew.rings_to(thread).map(ring_use)
  return {
    thread,
    role,
    connections: counters.of(thread, 'connections'),
    routes: counters.of(thread, 'routes'),
    in_messages: counters.of(thread, 'in_client_messages') + counters.of(thread, 'in_route_messages'),
    in_bytes: counters.of(thread, 'in_client_bytes') + counters.of(thread, 'in_route_bytes'),
    out_messages: counters.of(thread, 'out_client_messages') + counters.of(thread, 'out_route_messages'),
    out_bytes: counters.of(thread, 'out_client_bytes') + counters.of(thread, 'out_route_bytes'),
    plan_hits: counters.of(thread, 'plan_hits'),
    plan_misses: counters.of(thread, 'plan_misses'),
    doorbells: counters.of(thread, 'doorbells'),
    ring_full: counters.of(thread, 'ring_full'),
    ring_bytes: rings.reduce((sum, { bytes }) => sum + bytes, 0),
    ring_capacity: rings.reduce((sum, { capacity }) => sum + capacity, 0),
    busy: loop?.busy ?? null,
    loop_delay_ms: loop?.delay_ms ?? ANSWER_MS,
    mean_loop_delay_ms: loop?.mean_delay_ms ?? ANSWER_MS,
    answers: loop !== undefined,
  }
}

/** Null: there was no answer in that time. */
async function within<Answer>(clock: Clock, ms: number, answer: Promise<Answer>): Promise<Answer | null> {
  let stop = (): void => {}
  const late = new Promise<null>((resolve) => {
    const timer = clock.after(ms, () => resolve(null))
    stop = () => timer.cancel()
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    stop()
  }
}
