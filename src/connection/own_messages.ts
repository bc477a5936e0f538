// Messages that the server itself publishes: answers, events, requests to other accounts.
import { latin1_bytes } from '../base/bytes.ts'
import { OWN_MESSAGES_MAX } from '../base/limits.ts'
import { Origin } from '../actor/envelope.ts'
import type { Plan } from '../broker/plan.ts'
import { NO_ROOM } from '../broker/router.ts'
import { Counter } from '../shared/counters.ts'
import type { ThreadContext } from './context.ts'
import type { MessageTrace } from './message_trace.ts'
import type { ServiceMessage } from './requester.ts'

/** What waits for its turn. */
export interface OwnMessage {
  readonly account: number
  readonly subject: Uint8Array
  /** Latin1 text; '': none. */
  readonly reply?: string
  readonly header_size: number
  /** Headers and payload, with CRLF behind them. */
  readonly body: Uint8Array
}

/** Who says in the log what is published. */
interface MessageLog {
  published(message: OwnMessage): void
}

const NO_BYTES = new Uint8Array(0)
const CRLF = latin1_bytes('\r\n')

/** Headers and payload as one body. */
export function body_of(payload: Uint8Array, header: Uint8Array = NO_BYTES): Uint8Array {
  return Buffer.concat([header, payload, CRLF])
}

/** Of one thread. */
export class OwnMessages {
  #context: ThreadContext
  #trace: MessageLog | null
  #waiting: OwnMessage[] = []
  #is_due = false

  constructor(context: ThreadContext, trace: MessageLog | null = null) {
    this.#context = context
    this.#trace = trace
  }

  /** Whether anybody would get it. True where the index is busy. */
  has_takers(account: number, subject: Uint8Array): boolean {
    const plan = this.#context.plans.find(account, subject, 0, subject.length)
    if (plan === null) return true
    return plan.targets.length + plan.groups.length + plan.threads.length + plan.routes.length > 0
  }

  /** To be published in the next turn. Too many that wait: it is lost, and counted. */
  push(message: OwnMessage): void {
    if (this.#waiting.length >= OWN_MESSAGES_MAX) return void this.#context.counters[Counter.dropped]++
    this.#trace?.published(message)
    this.#waiting.push(message)
    this.#wait()
  }

  /** Publishes at once. Returns how many took it, or NO_ROOM. */
  publish(plan: Plan, message: ServiceMessage, trace: MessageTrace | null = null): number {
    const { envelope, router, tracing } = this.#context
    envelope.origin = Origin.client
    envelope.publisher = -1
    envelope.account = plan.account
    envelope.referable = true
    envelope.set_bytes(message.bytes)
    const spans = { ...message, subject_start: 0, subject_end: 0, size_start: 0 }
    envelope.set_spans(spans, message.body_start + message.total_size + 2)
    envelope.map_subject(plan.subject)
    envelope.tail_start = -1
    envelope.has_stream_reply = false
    const taken = trace === null ? router.publish(envelope, plan) : tracing.publish(envelope, plan, trace)
    envelope.mapped_subject = null
    return taken
  }

  #wait(): void {
    if (!this.#is_due) this.#context.next_turn(() => this.#publish_waiting())
    this.#is_due = true
  }

  /** In the order in which they came; the first that finds no room holds up those behind it until the next turn. */
  #publish_waiting(): void {
    this.#is_due = false
    const waiting = this.#waiting
    this.#waiting = []
    let done = 0
    while (done < waiting.length && this.#publish_one(waiting[done])) done++
    this.#context.finish_turn()
    if (done === waiting.length) return
    this.#waiting = [...waiting.slice(done), ...this.#waiting]
    this.#wait()
  }

  #publish_one({ account, subject, reply = '', header_size, body }: OwnMessage): boolean {
    const plan = this.#context.plans.find(account, subject, 0, subject.length)
    if (plan === null) return false
    const start = reply.length
    const bytes = start === 0 ? body : Buffer.concat([latin1_bytes(reply), body])
    const spans = { reply_start: 0, reply_end: start, body_start: start }
    return this.publish(plan, { bytes, ...spans, header_size, total_size: body.length - 2 }) !== NO_ROOM
  }
}
