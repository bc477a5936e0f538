// SUB and UNSUB: from a parsed control line to the index (reference client.md 3.2, 3.3).
import { latin1_text } from '../base/bytes.ts'
import { go_quote, type Refusal, Refuse, refuse_subscription, refuse_tokens } from '../base/errors.ts'
import { Insert } from '../shared/subject_index.ts'
import type { OpRecord } from '../wire/op.ts'
import { token_count } from '../wire/subject.ts'
import type { ClientSession } from './client_session.ts'
import type { Connection } from './connection.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import type { HookGate } from './hook_gate.ts'
import type { Subscriptions } from './subscriptions.ts'

const SYSTEM_QUEUE = '_sys_'

/** What a subscriber needs of its client. */
export interface SubscriberOwner {
  readonly connection: Connection
  readonly session: ClientSession
  readonly subscriptions: Subscriptions
  readonly log: ConnectionLog
  /** Null: nobody is asked about what it does. */
  readonly gate: HookGate | null
  acknowledge(): true
  refuse(refusal: Refusal): void
}

export class Subscriber {
  #context: ThreadContext
  #owner: SubscriberOwner

  constructor(context: ThreadContext, owner: SubscriberOwner) {
    this.#context = context
    this.#owner = owner
  }

  /** SUB: checks in the order of reference client.md 3.2. False: held, the same operation will come again. */
  subscribe(op: OpRecord, bytes: Uint8Array): boolean {
    const is_done = this.#subscribe(op, bytes)
    if (is_done) this.#owner.gate?.settle()
    return is_done
  }

  #subscribe(op: OpRecord, bytes: Uint8Array): boolean {
    const { session, session: { permissions }, subscriptions, gate } = this.#owner
    const { max_sub_tokens } = this.#context.settings.client
    const may = permissions === null || permissions.may_subscribe(subject_text(bytes, op), queue_text(bytes, op))
    if (!may || op.queue_end > op.queue_start && queue_text(bytes, op) === SYSTEM_QUEUE) {
      return this.#forbid(op, bytes, '')
    }
    if (max_sub_tokens > 0 && token_count(bytes, op.subject_start, op.subject_end) > max_sub_tokens) {
      return this.#stay(refuse_tokens(subject_text(bytes, op)))
    }
    if (session.max_subscriptions >= 0 && subscriptions.count >= session.max_subscriptions) return this.#too_many('')
    if (subscriptions.has(bytes, op)) return this.#owner.acknowledge()
    return gate === null ? this.#add(op, bytes) : this.#ask(gate, op, bytes)
  }

  /** UNSUB. False: as above. */
  unsubscribe(op: OpRecord, bytes: Uint8Array): boolean {
    const { log, subscriptions } = this.#owner
    const was_there = log.trace_on && subscriptions.has(bytes, op)
    if (!subscriptions.unsub(bytes, op)) return this.#hold()
    this.#owner.acknowledge()
    if (was_there && !subscriptions.has(bytes, op)) log.unsubscribed(bytes, op)
    return true
  }

  /** The embedding program may have to be asked first. */
  #ask(gate: HookGate, op: OpRecord, bytes: Uint8Array): boolean {
    const verdict = gate.subscribe(subject_text(bytes, op), queue_text(bytes, op))
    if (verdict === null) return false
    return verdict.allowed ? this.#add(op, bytes) : this.#forbid(op, bytes, verdict.text)
  }

  #add(op: OpRecord, bytes: Uint8Array): boolean {
    const { session, subscriptions } = this.#owner
    subscriptions.import_from(this.#context.imports(session.account))
    const id = subscriptions.add(session.account, bytes, op, !session.echo)
    if (id === Insert.INVALID_SUBJECT) return this.#stay(Refuse.invalid_subject)
    if (id === Insert.FULL) return this.#too_many(': the subject index is full')
    if (id <= 0) return this.#hold()
    return this.#owner.acknowledge()
  }

  /** The client has as many subscriptions as it may have, or the whole server as it can hold (SUBSCRIPTIONS_MAX). */
  #too_many(why: string): true {
    this.#owner.log.error(`maximum subscriptions exceeded${why}`)
    return this.#stay(Refuse.max_subscriptions)
  }

  #forbid(op: OpRecord, bytes: Uint8Array, why: string): true {
    const subject = subject_text(bytes, op), queue = queue_text(bytes, op)
    const sid = latin1_text(bytes, op.sid_start, op.sid_end)
    const which = queue === '' ? '' : `, Queue: ${go_quote(queue)}`
    const reason = why && `: ${why}`
    this.#owner.log.error(`Subscription Violation - Subject ${go_quote(subject)}${which}, SID ${sid}${reason}`)
    return this.#stay(refuse_subscription(subject, queue, why))
  }

  #stay(refusal: Refusal): true {
    this.#owner.refuse(refusal)
    return true
  }

  /** The index has no room at this moment: SUB and UNSUB come again, unchanged. */
  #hold(): false {
    this.#context.hold_for_index(this.#owner.connection)
    return false
  }
}

const queue_text = (bytes: Uint8Array, op: OpRecord) => latin1_text(bytes, op.queue_start, op.queue_end)
const subject_text = (bytes: Uint8Array, op: OpRecord) => latin1_text(bytes, op.subject_start, op.subject_end)
