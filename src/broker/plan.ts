// Where messages on one subject of one account go, worked out once and used until the index says that something
// under that subject changed. A plan belongs to one thread: it knows that thread's outboxes, and of other threads
// only numbers.
import { type Address, make_address } from '../actor/address.ts'
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import type { Imported, Imports } from '../auth/imports.ts'
import type { SubjectFilter } from '../auth/subject_filter.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { READ_BUSY } from '../shared/index_lock.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { DeliveryRules, Outbox } from './outbox.ts'
import { Prefix } from './prefix.ts'

/** A subscription of a client on this thread. */
export interface LocalTarget {
  outbox: Outbox
  subscription: number
  sid: Uint8Array
  /** `MSG subject sid ` and `HMSG subject sid `. */
  message_prefix: Prefix
  header_prefix: Prefix
  /** An UNSUB gave it a maximum of messages. */
  limited: boolean
}

/** A route with interest. `outbox` is null when another thread hosts the route. */
export interface RouteTarget {
  thread: number
  slot: number
  outbox: Outbox | null
  /** A plain subscription there matches; else only queue groups do. */
  plain: boolean
  /** `RMSG account subject ` and `HMSG account subject `; without the account where the connection is of one only. */
  message_prefix: Prefix
  header_prefix: Prefix
  /** Names of the groups that chose this route for the present message, blank-separated. */
  chosen: Uint8Array
}

/** One entry of a queue group: a member here, a member on another thread, or a route with its members behind it. */
export interface Member {
  weight: number
  subscription: number
  thread: number
  local: LocalTarget | null
  route: RouteTarget | null
}

export interface Group {
  name: string
  name_bytes: Uint8Array
  members: Member[]
  weight: number
  /** Every member counts once. */
  uniform: boolean
}

const NO_SERVICES: readonly Imported[] = []

export class Plan {
  readonly account: number
  readonly subject: Uint8Array
  readonly generation_slot: number
  generation = -1
  targets: LocalTarget[] = []
  /** Other threads with plain subscriptions of clients. */
  threads: number[] = []
  /** Addresses of clients on other threads, the first few: a publisher is held back when one of them lags. */
  remote: Address[] = []
  routes: RouteTarget[] = []
  groups: Group[] = []
  /** Services of other accounts that a client's message is a request to. */
  readonly services: readonly Imported[]

  constructor(
    account: number,
    subject: Uint8Array,
    generation_slot: number,
    services: readonly Imported[] = NO_SERVICES,
  ) {
    this.services = services
    this.account = account
    this.subject = subject
    this.generation_slot = generation_slot
  }
}

/** What building a plan needs of its thread. */
export interface PlanContext {
  readonly thread: number
  readonly index: SubjectIndex
  account_name(account: number): string
  /** What an account has from others; null: nothing. Absent: none has anything. */
  imports?(account: number): Imports | null
  /** What messages peers do not get, whatever they want; null or absent: there are none. */
  readonly exports?: SubjectFilter | null
  /** The outbox in that slot of this thread, if the connection still lives. */
  outbox(slot: number): Outbox | undefined
}

/** A route that no queue group chose. */
export const NO_NAMES = new Uint8Array(0)

const REMOTE_MAX = 64

let matches = new Int32Array(1024)

/**
 * Fills the plan from the index; the whole is repeated until no writer was in between. False: the index is busy (the
 * thread that holds its lock is stuck or dead), pause and try again.
 */
export function build_plan(plan: Plan, context: PlanContext): boolean {
  const { index } = context
  const denied = context.exports?.denies(latin1_text(plan.subject)) ?? false
  for (;;) {
    const sequence = index.begin_read()
    if (sequence === READ_BUSY) return false
    const generation = index.generation(plan.generation_slot)
    plan.targets = []
    plan.threads = []
    plan.remote = []
    plan.routes = []
    plan.groups = []
    let count = index.match(plan.account, plan.subject, 0, plan.subject.length, matches)
    while (count < 0) {
      matches = new Int32Array(-count * 2)
      count = index.match(plan.account, plan.subject, 0, plan.subject.length, matches)
    }
    for (let i = 0; i < count; i++) {
      if (denied && index.kind(matches[i]) === SubscriberKind.route) continue
      add_match(plan, context, matches[i])
    }
    plan.generation = generation
    if (index.end_read(sequence)) return true
  }
}

function add_match(plan: Plan, context: PlanContext, id: number): void {
  const { index } = context
  const thread = index.thread(id)
  const group_id = index.group(id)
  const is_queue = index.is_queue(group_id)
  if (index.kind(id) === SubscriberKind.route) {
    const route = route_target(plan, context, thread, index.slot(id))
    if (!is_queue) route.plain = true
    else {add_member(plan, index.queue_text(group_id), {
        weight: index.weight(id),
        subscription: id,
        thread,
        local: null,
        route,
      })}
    return
  }
  const local = thread === context.thread ? local_target(plan, context, id) : null
  if (thread === context.thread && local === null) return
  if (local === null && plan.remote.length < REMOTE_MAX) plan.remote.push(make_address(thread, index.slot(id)))
  if (is_queue) {
    add_member(plan, index.queue_text(group_id), { weight: 1, subscription: id, thread, local, route: null })
  } else if (local !== null) plan.targets.push(local)
  else if (!plan.threads.includes(thread)) plan.threads.push(thread)
}

function local_target(plan: Plan, context: PlanContext, subscription: number): LocalTarget | null {
  const { index } = context
  const outbox = context.outbox(index.slot(subscription))
  if (outbox === undefined || outbox.closed) return null
  const subject = local_subject(plan, outbox, subscription)
  if (outbox.rules !== null && withholds(outbox.rules, subject, index, subscription)) return null
  const sid = index.sid_text(subscription)
  const rest = `MSG ${subject} ${sid} `
  return {
    outbox,
    subscription,
    sid: latin1_bytes(sid),
    message_prefix: new Prefix(rest),
    header_prefix: new Prefix('H' + rest),
    limited: index.max(subscription) > 0,
  }
}

/** What its client calls it: another subject where the message comes from another account. */
function local_subject(plan: Plan, outbox: Outbox, subscription: number): string {
  const subject = latin1_text(plan.subject)
  return outbox.translations?.get(subscription)?.to_local(subject.split('.')) ?? subject
}

/** What a client may not see does not come to its wider subscriptions either. */
function withholds(rules: DeliveryRules, subject: string, index: SubjectIndex, subscription: number): boolean {
  return rules.withholds(subject, index.queue_text(index.group(subscription)))
}

function route_target(plan: Plan, context: PlanContext, thread: number, slot: number): RouteTarget {
  const known = plan.routes.find((route) => route.slot === slot && route.thread === thread)
  if (known !== undefined) return known
  const outbox = thread === context.thread ? context.outbox(slot) ?? null : null
  const account = outbox?.leaves_account_out ? '' : `${context.account_name(plan.account)} `
  const rest = `MSG ${account}${latin1_text(plan.subject)} `
  const route: RouteTarget = {
    thread,
    slot,
    outbox,
    plain: false,
    message_prefix: new Prefix('R' + rest),
    header_prefix: new Prefix('H' + rest),
    chosen: NO_NAMES,
  }
  plan.routes.push(route)
  return route
}

function add_member(plan: Plan, name: string, member: Member): void {
  let group = plan.groups.find((each) => each.name === name)
  if (group === undefined) {
    group = { name, name_bytes: latin1_bytes(name), members: [], weight: 0, uniform: true }
    plan.groups.push(group)
  }
  group.members.push(member)
  group.weight += member.weight
  if (member.weight !== 1) group.uniform = false
}
