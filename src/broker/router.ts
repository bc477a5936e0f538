// Sends a message to everybody its plan names: clients of this thread, clients of other threads by one ring record
// each, and routes. Nothing is written anywhere before there is room everywhere.
import { equal, latin1_bytes, latin1_text, SPACE } from '../base/bytes.ts'
import { QUEUE_HOPS_MAX } from '../base/limits.ts'
import type { Random } from '../base/prng.ts'
import { slot_of, thread_of } from '../actor/address.ts'
import type { Envelope } from '../actor/envelope.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { Pressure } from '../shared/pressure.ts'
import { Deliverer } from './deliverer.ts'
import { Delivery, may_pass, names_its_groups, Subscriber } from './one_hop.ts'
import type { OutboxContext } from './outbox.ts'
import { type Group, type LocalTarget, type Member, NO_NAMES, type Plan, type RouteTarget } from './plan.ts'
import { choose_local, choose_member, type TakeContext } from './queue_group.ts'
import { Dispatch, record_bytes, write_record } from './ring_record.ts'
import type { ThreadLink } from './thread_link.ts'

/** publish() returns this when a ring is full: nothing was delivered, try again when there is space. */
export const NO_ROOM = -1
/** Whoever had to find the plan returns this when the index is busy: nothing was done, try again later. */
export const INDEX_BUSY = -2

export interface RouterContext {
  readonly thread: number
  readonly index: SubjectIndex
  readonly outboxes: OutboxContext
  readonly pressure: Pressure
  readonly random: Random
  /** The interest that this thread has changed goes out before a message that may depend on it. */
  forward_interest(): void
}

export class Router {
  /** A target of the present read is above the pressure mark: hold the publisher back. */
  met_pressure = false
  /** The thread whose ring had no room when publish() said NO_ROOM, and how much it needs. */
  full_thread = -1
  full_bytes = 0
  readonly deliverer: Deliverer
  /** Told whom each queue group picked; null, but for a message that is traced. */
  picked: ((member: Member, group: Group) => void) | null = null
  #context: RouterContext
  #take: TakeContext
  /** By thread; no entry for this thread. */
  #dispatches: (Dispatch | undefined)[] = []
  /** Filled up to their counts; never shortened, which would cost more than the delivery. */
  #touched: Dispatch[] = []
  #touched_count = 0
  #chosen: LocalTarget[] = []
  #chosen_count = 0

  constructor(context: RouterContext) {
    this.#context = context
    this.deliverer = new Deliverer(context.index, context.outboxes)
    this.#take = { index: context.index, thread: context.thread, random: context.random }
  }

  /** Another thread can be reached over this link. */
  connect(link: ThreadLink): void {
    this.#dispatches[link.thread] = new Dispatch(link)
  }

  /** Another thread has ended; its subscriptions are about to leave the index. */
  disconnect(thread: number): void {
    this.#dispatches[thread] = undefined
  }

  /** Delivers; returns how many took it (a ring or a route counts as one), or NO_ROOM. */
  publish(envelope: Envelope, plan: Plan): number {
    if (plan.groups.length > 0 || plan.threads.length > 0 || plan.routes.length > 0) {
      return this.#publish_wide(envelope, plan)
    }
    return this.#deliver_plain(envelope, plan)
  }

  /** Only picks, for a message that is not to be delivered. */
  pick(envelope: Envelope, plan: Plan): number {
    this.#chosen_count = 0
    for (const group of plan.groups) this.#choose(envelope, group)
    this.#forget(plan)
    return 0
  }

  #deliver_plain(envelope: Envelope, plan: Plan): number {
    const { targets } = plan
    let count = 0
    for (let i = 0; i < targets.length; i++) {
      const target = targets[i]
      if (!this.deliverer.deliver(target, envelope)) continue
      if (target.outbox.pressed) this.met_pressure = true
      count++
    }
    return count
  }

  #publish_wide(envelope: Envelope, plan: Plan): number {
    this.#chosen_count = 0
    for (let i = 0; i < plan.threads.length; i++) {
      if (this.#dispatches[plan.threads[i]] !== undefined) this.#dispatch(plan.threads[i]).plain = true
    }
    const routes_may = plan.routes.length > 0 && may_pass(envelope, Subscriber.route, Delivery.plain)
    for (let i = 0; i < plan.groups.length; i++) this.#choose(envelope, plan.groups[i])
    let direct = 0
    for (let i = 0; i < plan.routes.length; i++) {
      const route = plan.routes[i]
      if (route.chosen.length === 0 && !(route.plain && routes_may)) continue
      if (route.outbox !== null) direct++
      else if (this.#dispatches[route.thread] !== undefined) {
        this.#dispatch(route.thread).routes.add(route.slot, route.chosen)
      }
    }
    if (!this.#has_room(envelope)) {
      this.#forget(plan)
      return NO_ROOM
    }
    let count = this.#deliver_plain(envelope, plan) + this.#touched_count + direct
    for (let i = 0; i < this.#chosen_count; i++) if (this.deliverer.deliver(this.#chosen[i], envelope)) count++
    for (let i = 0; i < this.#touched_count; i++) write_record(envelope, this.#touched[i])
    if (direct > 0) this.#send_direct(envelope, plan, routes_may)
    if (plan.remote.length > 0) this.#look_for_pressure(plan)
    this.#forget(plan)
    return count
  }

  /** Picks one taker of a queue group; what it picks is noted, not yet delivered. */
  #choose(envelope: Envelope, group: Group): void {
    let member: Member | null
    if (names_its_groups(envelope)) {
      if (!names_group(envelope, group)) return
      member = choose_local(group, envelope, this.#take) ?? this.#fallback(envelope, group)
    } else member = choose_member(group, envelope, this.#take)
    if (member === null) return
    if (this.picked !== null) this.picked(member, group)
    if (member.route !== null) choose_route(member.route, group)
    else if (member.local !== null) this.#chosen[this.#chosen_count++] = member.local
    else if (this.#dispatches[member.thread] !== undefined) {
      this.#dispatch(member.thread).picks.add(member.subscription, group.name_bytes)
    }
  }

  /**
   * A member on this thread that another thread had picked has gone: any other of its group takes it; if there is none
   * on this server, a route that has one. False: nobody did. `hops`: how often it was passed on already.
   */
  publish_again(envelope: Envelope, plan: Plan, name: Uint8Array, hops: number): boolean {
    const group = plan.groups.find((each) => same_bytes(each.name_bytes, name))
    if (group === undefined) return false
    const member = choose_local(group, envelope, this.#take) ?? this.#fallback(envelope, group)
    if (member === null) return false
    if (member.route !== null && member.route.outbox !== null) {
      this.#context.forward_interest()
      const { outbox, message_prefix, header_prefix } = member.route
      this.deliverer.send_routed(outbox, message_prefix, header_prefix, envelope, group.name_bytes, true)
      return true
    }
    return this.#deliver_picked(envelope, member, group, hops)
  }

  /**
   * A message on its second hop goes to members here of the groups that it names, and nowhere else. Returns how many groups
   * had one; the others lose it.
   */
  publish_to_groups(envelope: Envelope, plan: Plan): number {
    let count = 0
    for (const group of plan.groups) {
      const member = names_group(envelope, group) ? choose_local(group, envelope, this.#take) : null
      if (member !== null && this.#deliver_picked(envelope, member, group, 0)) count++
    }
    return count
  }

  /** To a member of this server, or a route whose connection is on another thread. */
  #deliver_picked(envelope: Envelope, member: Member, group: Group, hops: number): boolean {
    if (member.local !== null) return this.deliverer.deliver(member.local, envelope)
    return hops < QUEUE_HOPS_MAX && this.#pass_on(envelope, member, group, hops + 1)
  }

  /** To another thread. A reader of rings never waits for a ring: without room the message is lost, and counted. */
  #pass_on(envelope: Envelope, member: Member, group: Group, hops: number): boolean {
    const dispatch = this.#dispatches[member.thread]
    if (dispatch === undefined) return false
    dispatch.clear()
    dispatch.hops = hops
    if (member.route !== null) dispatch.routes.add(member.route.slot, group.name_bytes)
    else dispatch.picks.add(member.subscription, group.name_bytes)
    const has_room = dispatch.link.has_room(record_bytes(envelope, dispatch))
    if (has_room) write_record(envelope, dispatch)
    dispatch.clear()
    return has_room
  }

  /** The exception of the one-hop rule: the group's last member here has gone. */
  #fallback(envelope: Envelope, group: Group): Member | null {
    if (!may_pass(envelope, Subscriber.route, Delivery.queue)) return null
    return group.members.find((each) => each.route !== null && each.weight > 0) ?? null
  }

  #dispatch(thread: number): Dispatch {
    const dispatch = this.#dispatches[thread]!
    for (let i = 0; i < this.#touched_count; i++) if (this.#touched[i] === dispatch) return dispatch
    this.#touched[this.#touched_count++] = dispatch
    return dispatch
  }

  #has_room(envelope: Envelope): boolean {
    for (let i = 0; i < this.#touched_count; i++) {
      const dispatch = this.#touched[i]
      const bytes = record_bytes(envelope, dispatch)
      if (dispatch.link.has_room(bytes)) continue
      this.full_thread = dispatch.link.thread
      this.full_bytes = bytes
      return false
    }
    return true
  }

  #send_direct(envelope: Envelope, plan: Plan, routes_may: boolean): void {
    this.#context.forward_interest()
    // What came from a route and has not found a member here.
    const again = names_its_groups(envelope)
    for (let i = 0; i < plan.routes.length; i++) {
      const route = plan.routes[i]
      if (route.outbox === null || (route.chosen.length === 0 && !(route.plain && routes_may))) continue
      this.deliverer.send_routed(
        route.outbox,
        route.message_prefix,
        route.header_prefix,
        envelope,
        route.chosen,
        again,
      )
      if (route.outbox.pressed) this.met_pressure = true
    }
  }

  #look_for_pressure(plan: Plan): void {
    const { pressure } = this.#context
    for (let i = 0; i < plan.remote.length; i++) {
      const thread = thread_of(plan.remote[i])
      if (pressure.any(thread) && pressure.is_pressed(thread, slot_of(plan.remote[i]))) this.met_pressure = true
    }
  }

  #forget(plan: Plan): void {
    for (let i = 0; i < this.#touched_count; i++) this.#touched[i].clear()
    this.#touched_count = 0
    if (plan.groups.length > 0) { for (let i = 0; i < plan.routes.length; i++) plan.routes[i].chosen = NO_NAMES }
  }
}

/** Notes that the group chose the route. Several groups that choose the same one are named one behind the other. */
function choose_route(route: RouteTarget, group: Group): void {
  if (route.chosen.length === 0) route.chosen = group.name_bytes
  else route.chosen = latin1_bytes(`${latin1_text(route.chosen)} ${group.name}`)
}

/** Whether the blank-separated names that the route gave include the group's. */
function names_group(envelope: Envelope, group: Group): boolean {
  const { bytes, queues_end } = envelope
  let at = envelope.queues_start
  while (at < queues_end) {
    while (at < queues_end && bytes[at] <= SPACE) at++
    let end = at
    while (end < queues_end && bytes[end] > SPACE) end++
    if (end - at === group.name_bytes.length && equal(bytes, at, group.name_bytes, 0, end - at)) return true
    at = end
  }
  return false
}

function same_bytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && equal(a, 0, b, 0, a.length)
}
