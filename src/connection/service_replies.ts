// Answers to requests that went to another account (reference client.md 5.9): the exporter sees a reply subject of ours, `_R_.<6>.<6>`,
// and what is published to it there goes to the requester's own reply subject here. One per thread: a subscription of the exporting
// account in the index, whose outbox is read again by us.
import type { Clock, Timer } from '../base/clock.ts'
import { SERVICE_REPLIES_MAX } from '../base/limits.ts'
import { type Random, random_word } from '../base/prng.ts'
import type { AccountImport } from '../auth/imports.ts'
import { OwnSubscriber, type ReceivedMessage, type SubscriberContext } from './own_subscriber.ts'
import type { Measured } from './service_latency.ts'

/** Where an answer goes. */
export interface Reply {
  readonly account: number
  readonly subject: Uint8Array
  readonly settings: AccountImport
  expires_ms: number
  /** Null: it is not measured, or was already. */
  measured: Measured | null
}

/** An answer, out of the outbox again. */
export interface Answer {
  readonly reply: Reply
  readonly header_size: number
  /** Headers and payload, with CRLF behind them. */
  readonly body: Uint8Array
}

export interface RepliesContext extends SubscriberContext {
  readonly clock: Clock
  readonly random: Random
}

const NAME_LETTERS = 6
const SWEEP_MS = 1_000

export class ServiceReplies {
  readonly subscriber: OwnSubscriber
  #context: RepliesContext
  #arrived: (answer: Answer) => void
  #expired: (reply: Reply) => void
  /** By account: the second token of its reply subjects. */
  #prefixes = new Map<number, string>()
  /** By reply subject, in the order of the requests. */
  #replies = new Map<string, Reply>()
  #sweep: Timer | null = null

  /** `slot`: one that no client has. `arrived` is called while outboxes are flushed: it must not publish at once. */
  constructor(
    context: RepliesContext,
    slot: number,
    arrived: (answer: Answer) => void,
    expired: (reply: Reply) => void = () => {},
  ) {
    this.#context = context
    this.#arrived = arrived
    this.#expired = expired
    this.subscriber = new OwnSubscriber(context, slot, (message) => this.#answer(message))
  }

  /** A reply subject for one request of an account; '': the index is busy, try again. */
  open(account: number, subject: Uint8Array, settings: AccountImport, measured: Measured | null = null): string {
    const prefix = this.#prefix(settings.account)
    if (prefix === '') return ''
    if (this.#replies.size >= SERVICE_REPLIES_MAX) this.close(this.#replies.keys().next().value!)
    let name = ''
    do name = `_R_.${prefix}.${random_word(this.#context.random, NAME_LETTERS)}`
    while (this.#replies.has(name))
    const expires_ms = this.#context.clock.now_ms() + settings.response_threshold_ms
    this.#replies.set(name, { account, subject, settings, expires_ms, measured })
    this.#sweep ??= this.#context.clock.after(SWEEP_MS, () => this.#drop_expired())
    return name
  }

  /** Nobody has taken the request. */
  close(name: string): void {
    this.#replies.delete(name)
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.#sweep?.cancel()
    this.#sweep = null
    this.#replies.clear()
  }

  /** Which answers there may be is reference client.md 5.9: one, or all until an empty one. */
  #answer({ subject: name, header_size, body }: ReceivedMessage): void {
    const reply = this.#replies.get(name)
    if (reply === undefined) return
    const { response_type, response_threshold_ms } = reply.settings
    if (response_type === 'single' || body.length === 2) this.#replies.delete(name)
    else reply.expires_ms = this.#context.clock.now_ms() + response_threshold_ms
    this.#arrived({ reply, header_size, body })
  }

  #drop_expired(): void {
    const now = this.#context.clock.now_ms()
    for (const [name, reply] of this.#replies) {
      if (reply.expires_ms > now) continue
      this.#replies.delete(name)
      this.#expired(reply)
    }
    this.#sweep = this.#replies.size === 0 ? null : this.#context.clock.after(SWEEP_MS, () => this.#drop_expired())
  }

  /** Made, and subscribed to, when the first one asks. */
  #prefix(account: number): string {
    const known = this.#prefixes.get(account)
    if (known !== undefined) return known
    const name = random_word(this.#context.random, NAME_LETTERS)
    if (!this.subscriber.subscribe(account, `_R_.${name}.>`)) return ''
    this.#prefixes.set(account, name)
    return name
  }
}
