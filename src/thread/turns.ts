// The turn of a thread's event loop: take what came in, send what was written, look once more, sleep.
import type { Clock } from '../base/clock.ts'
import type { InterestForwarder } from '../broker/interest.ts'
import type { OutboxContext } from '../broker/outbox.ts'
import type { PlanCache } from '../broker/plan_cache.ts'
import type { Router } from '../broker/router.ts'
import { Client } from '../connection/client.ts'
import type { Settings } from '../connection/settings.ts'
import { Counter } from '../shared/counters.ts'
import type { Doorbell } from '../shared/doorbell.ts'
import { growth_wanted } from '../shared/index_growth.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { Inbound } from './inbound.ts'
import type { RingDesk } from './ring_desk.ts'
import type { Slots } from './slots.ts'
import { Spinner } from './spinner.ts'

/** What a thread uses of its doorbell. A server without workers has a silent one. */
export type Bell = Pick<Doorbell, 'ring' | 'going_to_sleep' | 'awake'>

export interface TurnContext {
  readonly clock: Clock
  readonly settings: Settings
  readonly index: SubjectIndex
  readonly plans: PlanCache
  readonly router: Router
  readonly outboxes: OutboxContext
  readonly counters: Float64Array
  readonly rings: RingDesk
  readonly slots: Slots<object>
  readonly forwarder: InterestForwarder | null
  next_turn(f: () => void): void
  remove_records(ids: number[], done: () => void): void
  growth_wanted(): void
}

export class Turns {
  #context: TurnContext
  #inbound: Inbound
  #bell: Bell
  #route_thread: number
  #spinner: Spinner
  /** The loop goes round by itself. */
  #going = false
  #log_position: number
  #growth_told = false
  /** By a thread that had this number before and has ended: figures never go back. */
  #counted_before: Float64Array
  #take: (bytes: Uint8Array, words: Int32Array, start: number) => void

  constructor(context: TurnContext, inbound: Inbound, bell: Bell, route_thread: number) {
    this.#context = context
    this.#inbound = inbound
    this.#bell = bell
    this.#route_thread = route_thread
    this.#spinner = new Spinner(context.settings.busy_poll)
    this.#log_position = context.index.log_position()
    this.#counted_before = context.counters.slice()
    this.#take = (bytes, words, start) => this.#inbound.take(bytes, words, start)
  }

  /** A socket has bytes, or (with a longer window) a connection was made. */
  input(window_ms?: number): void {
    this.#spinner.input(this.#context.clock.now_ms(), window_ms)
    if (!this.#going && this.#spinner.goes_on(this.#context.clock.now_ms())) this.go_on()
  }

  /** The doorbell rang. */
  rung(): void {
    this.#bell.awake()
    if (this.#going) return
    this.#going = true
    this.#turn()
  }

  /** The loop must look again soon, for instance because somebody waits for room in a ring. */
  go_on(): void {
    if (this.#going) return
    this.#going = true
    this.#bell.awake()
    this.#context.next_turn(this.#turn)
  }

  /** What was written goes out: interest before messages, rings before sockets. */
  finish(): void {
    const { router, outboxes, rings, forwarder, index } = this.#context
    if (router.deliverer.exhausted.length > 0) this.#remove_exhausted()
    router.met_pressure = false
    if (forwarder !== null) forwarder.forward()
    else if (this.#route_thread >= 0) this.#announce_interest(index)
    this.#context.counters[Counter.doorbells] += rings.publish(this.#bell as Doorbell)
    outboxes.flush()
    this.#count(outboxes)
    if (!this.#growth_told && growth_wanted(index)) this.#tell_growth()
  }

  /** Takes what the other threads have written up to now; returns how many records. */
  take_waiting(): number {
    const { rings, forwarder } = this.#context
    if (!rings.look()) return 0
    // Interest first: a record that was seen may depend on it.
    forwarder?.forward()
    return rings.drain(this.#take, this.#bell as Doorbell)
  }

  #turn = (): void => {
    const { rings, clock } = this.#context
    const records = this.take_waiting() + rings.resume(false)
    this.finish()
    const now = clock.now_ms()
    if (records > 0) this.#spinner.input(now)
    if (records > 0 || this.#spinner.goes_on(now) || !this.#may_sleep()) return this.#context.next_turn(this.#turn)
    this.#going = false
  }

  /** Marks the thread asleep, then looks once more. False: there is work after all. */
  #may_sleep(): boolean {
    const { rings } = this.#context
    this.#bell.going_to_sleep()
    if (!rings.look() && rings.resume(true) === 0 && !rings.ask_for_space() && !this.#interest_waits()) return true
    this.#bell.awake()
    return false
  }

  #interest_waits(): boolean {
    const { forwarder, index } = this.#context
    if (forwarder === null) return false
    const position = index.log_position()
    const waits = position !== this.#log_position
    this.#log_position = position
    return waits
  }

  /** The thread of the routes is woken for the interest that this thread changed. */
  #announce_interest(index: SubjectIndex): void {
    const position = index.log_position()
    if (position === this.#log_position) return
    this.#log_position = position
    this.#bell.ring(this.#route_thread)
  }

  #remove_exhausted(): void {
    const { router, slots } = this.#context
    for (const target of router.deliverer.exhausted.splice(0)) {
      const client = slots.at(target.outbox.slot)
      if (!(client instanceof Client)) continue
      const records = client.subscriptions.forget(target.sid, target.subscription)
      const { log } = client
      const is_told = records.length > 0 && (log.debug_on || log.trace_on)
      if (is_told) log.exhausted(target.sid, this.#context.index.max(target.subscription))
      this.#context.remove_records(records, () => {})
    }
  }

  #tell_growth(): void {
    this.#growth_told = true
    this.#context.growth_wanted()
  }

  /** The supervisor has grown the index. */
  grown(): void {
    this.#growth_told = false
  }

  /** What left, and what the plan cache has counted, goes where monitoring finds it. */
  #count({ client_totals, route_totals }: OutboxContext): void {
    const { counters, plans } = this.#context
    const before = this.#counted_before
    counters[Counter.out_client_messages] = before[Counter.out_client_messages] + client_totals.messages
    counters[Counter.out_client_bytes] = before[Counter.out_client_bytes] + client_totals.bytes
    counters[Counter.out_route_messages] = before[Counter.out_route_messages] + route_totals.messages
    counters[Counter.out_route_bytes] = before[Counter.out_route_bytes] + route_totals.bytes
    counters[Counter.plan_hits] = before[Counter.plan_hits] + plans.hits
    counters[Counter.plan_misses] = before[Counter.plan_misses] + plans.misses
  }
}
