// What other threads sent: their records become deliveries here. Nothing is decided again but what only the owner of
// a connection can know.
import { copy_of, equal } from '../base/bytes.ts'
import type { Envelope } from '../actor/envelope.ts'
import type { Plan } from '../broker/plan.ts'
import type { PlanCache } from '../broker/plan_cache.ts'
import { RecordReader } from '../broker/ring_record.ts'
import type { Router } from '../broker/router.ts'
import { Counter } from '../shared/counters.ts'

export interface InboundContext {
  readonly plans: PlanCache
  readonly router: Router
  readonly envelope: Envelope
  readonly counters: Float64Array
}

/** How often a busy index is asked again for one record; each try waits by itself. */
const BUSY_TRIES = 50

export class Inbound {
  #context: InboundContext
  #record = new RecordReader()

  constructor(context: InboundContext) {
    this.#context = context
  }

  take(bytes: Uint8Array, words: Int32Array, start: number): void {
    const { envelope, router, counters } = this.#context
    const record = this.#record
    record.read(envelope, bytes, words, start)
    const plan = this.#find_plan(envelope)
    if (plan === null) return void counters[Counter.dropped]++
    if (record.plain) {
      for (let i = 0; i < plan.targets.length; i++) router.deliverer.deliver(plan.targets[i], envelope)
    }
    for (let i = record.pick_count; i > 0; i--) this.#deliver_pick(plan, record.next_value())
    for (let i = record.route_count; i > 0; i--) this.#send_routed(plan, record.next_value())
  }

  #find_plan(envelope: Envelope): Plan | null {
    for (let tries = 0; tries < BUSY_TRIES; tries++) {
      const { account, bytes, subject_start, subject_end } = envelope
      const plan = this.#context.plans.find(account, bytes, subject_start, subject_end)
      if (plan !== null) return plan
    }
    return null
  }

  /** To the chosen member of a queue group; if it has gone meanwhile, to another one. */
  #deliver_pick(plan: Plan, subscription: number): void {
    const { envelope, router, counters } = this.#context
    const { name_start, name_end } = this.#record
    for (let i = 0; i < plan.groups.length; i++) {
      const group = plan.groups[i]
      if (group.name_bytes.length !== name_end - name_start) continue
      if (!equal(group.name_bytes, 0, this.#record.bytes, name_start, name_end - name_start)) continue
      const member = group.members.find((each) => each.subscription === subscription)
      if (member !== undefined && member.local !== null && router.deliverer.deliver(member.local, envelope)) return
    }
    const name = copy_of(this.#record.bytes, name_start, name_end)
    if (!router.publish_again(envelope, plan, name, this.#record.hops)) counters[Counter.dropped]++
  }

  #send_routed(plan: Plan, slot: number): void {
    const { envelope, router } = this.#context
    const { name_start, name_end } = this.#record
    const route = plan.routes.find((each) => each.slot === slot && each.outbox !== null)
    // No route target any more: the peer has withdrawn its interest meanwhile.
    if (route === undefined) return
    const names = this.#record.bytes.subarray(name_start, name_end)
    const { message_prefix, header_prefix } = route
    router.deliverer.send_routed(route.outbox!, message_prefix, header_prefix, envelope, names, this.#record.hops > 0)
  }
}
