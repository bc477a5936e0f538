// RMSG, HMSG and LMSG: a peer's message, from a parsed control line to the router (reference route.md 2, 6.4).
import { CR, equal, latin1_bytes, latin1_text, LF, SPACE } from '../base/bytes.ts'
import { go_quote, type Refusal, Refuse } from '../base/errors.ts'
import { Origin } from '../actor/envelope.ts'
import { stream_subject_at } from '../broker/deliverer.ts'
import { AGAIN } from '../broker/one_hop.ts'
import type { Plan } from '../broker/plan.ts'
import { NO_ROOM } from '../broker/router.ts'
import { Counter } from '../shared/counters.ts'
import { Op, type OpRecord } from '../wire/op.ts'
import type { Connection } from './connection.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import { type MessageTrace, TraceKind } from './message_trace.ts'
import { STOP } from './publisher.ts'
import { may_be_traced } from './tracing.ts'
import type { AccountNames } from './account_names.ts'

const ACK_PREFIX = latin1_bytes('$JS.ACK.')

/** What a routed publisher needs of its route. */
export interface RoutedPublisherOwner {
  readonly connection: Connection
  readonly accounts: AccountNames
  readonly log: ConnectionLog
  readonly remote_name: string
  refuse(refusal: Refusal): void
}

export class RoutedPublisher {
  #context: ThreadContext
  #owner: RoutedPublisherOwner
  /** The plan of the account and subject of the last message. */
  #plan: Plan | null = null
  /** The message at hand waits for room, and has its trace line. */
  #is_logged = false

  constructor(context: ThreadContext, owner: RoutedPublisherOwner) {
    this.#context = context
    this.#owner = owner
  }

  /** Takes the message whose control line was just parsed. Returns the offset behind it, or STOP. */
  take(op: OpRecord, bytes: Uint8Array, end: number, referable: boolean): number {
    if (!op.same_subject) this.#plan = null
    const { connection, accounts, log } = this.#owner
    const behind = op.body_start + op.total_size + 2
    if (behind > end) {
      connection.inbox.needed = behind - op.op_start
      return STOP
    }
    if (bytes[behind - 2] !== CR || bytes[behind - 1] !== LF) {
      this.#owner.refuse(Refuse.unknown_operation)
      return STOP
    }
    const account = accounts.find(bytes, op.account_start, op.account_end)
    if (account < 0) return this.#drop(op, bytes, behind)
    const plan = this.#find_plan(account, op, bytes)
    if (plan === null) {
      this.#context.hold_for_index(connection)
      return STOP
    }
    if (log.trace_on) this.#log_message(op, bytes)
    this.#fill_envelope(account, op, bytes, behind, referable)
    const trace = this.#trace_of(account, op, bytes)
    if (op.queue_form && is_second_hop(op, bytes)) this.#publish_to_groups(op, plan)
    else if (this.#publish(plan, trace) === NO_ROOM) {
      this.#is_logged = log.trace_on
      this.#context.hold_for_room(connection)
      return STOP
    }
    if (trace !== null) this.#context.tracing.end(trace)
    this.#count(op)
    return behind
  }

  #log_message(op: OpRecord, bytes: Uint8Array): void {
    if (!this.#is_logged) this.#owner.log.message(op.kind, bytes, op)
    this.#is_logged = false
  }

  #publish(plan: Plan, trace: MessageTrace | null): number {
    const { router, envelope, tracing } = this.#context
    return trace === null ? router.publish(envelope, plan) : tracing.publish(envelope, plan, trace)
  }

  /** Null: none is asked for. */
  #trace_of(account: number, op: OpRecord, bytes: Uint8Array): MessageTrace | null {
    if (op.header_size === 0) return null
    const elsewhere = this.#context.account_trace(account)
    if (!may_be_traced(bytes, op, elsewhere)) return null
    const { connection: { cid }, remote_name: name } = this.#owner
    const { name: account_name } = this.#context.settings.accounts[account]
    const subject = latin1_text(bytes, op.subject_start, op.subject_end)
    const ingress = { kind: TraceKind.route, cid, name, account, account_name, subject }
    return this.#context.tracing.begin(bytes, op, ingress, elsewhere)
  }

  /** Nobody else waits for it, so it is not held for room: without it the message is lost, and counted. */
  #publish_to_groups(op: OpRecord, plan: Plan): void {
    const { router, envelope, counters } = this.#context
    counters[Counter.dropped] += Math.max(0, op.queue_count - 1 - router.publish_to_groups(envelope, plan))
  }

  #find_plan(account: number, op: OpRecord, bytes: Uint8Array): Plan | null {
    const { plans } = this.#context
    if (this.#plan !== null && plans.is_valid(this.#plan)) return this.#plan
    return this.#plan = plans.find(account, bytes, op.subject_start, op.subject_end)
  }

  #fill_envelope(account: number, op: OpRecord, bytes: Uint8Array, behind: number, referable: boolean): void {
    const { envelope } = this.#context
    envelope.origin = Origin.route
    envelope.publisher = -1
    envelope.account = account
    envelope.set_bytes(bytes)
    envelope.referable = referable
    envelope.set_spans(op, behind)
    envelope.tail_start = tail_start(op)
    envelope.queues_start = op.queue_form ? op.queues_start : 0
    envelope.queues_end = op.queue_form ? op.queues_end : 0
    const has_ack_reply = op.reply_end - op.reply_start > ACK_PREFIX.length &&
      equal(bytes, op.reply_start, ACK_PREFIX, 0, ACK_PREFIX.length)
    envelope.has_stream_reply = has_ack_reply && stream_subject_at(bytes, op.reply_start, op.reply_end) >= 0
  }

  #drop(op: OpRecord, bytes: Uint8Array, behind: number): number {
    const { log } = this.#owner
    if (log.debug_on) {
      const account = go_quote(latin1_text(bytes, op.account_start, op.account_end))
      const subject = go_quote(latin1_text(bytes, op.subject_start, op.subject_end))
      log.debug(`Unknown account ${account} for routed message on subject: ${subject}`)
    }
    return behind
  }

  #count(op: OpRecord): void {
    const { connection } = this.#owner
    const { counters } = this.#context
    connection.in_messages++
    connection.in_bytes += op.total_size
    counters[Counter.in_route_messages]++
    counters[Counter.in_route_bytes] += op.total_size
  }
}

/** Whether the first group is the word for a second hop (one_hop.ts). */
function is_second_hop({ queues_start, queues_end }: OpRecord, bytes: Uint8Array): boolean {
  const end = queues_start + AGAIN.length
  return end < queues_end && bytes[end] === SPACE && equal(bytes, queues_start, AGAIN, 0, AGAIN.length)
}

/** Where `[reply ]sizes CRLF payload CRLF` stands as clients get it, or -1: it has to be written anew. */
function tail_start(op: OpRecord): number {
  if (!op.canonical || (op.kind !== Op.rmsg && op.header_size === 0)) return -1
  if (!op.queue_form) return op.tail_start
  return op.reply_end === op.reply_start ? op.size_start : -1
}
