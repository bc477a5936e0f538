// Answers to requests that went to another account (reference client.md 5.9): the exporter sees a reply subject of ours, `_R_.<6>.<6>`,
// and what is published to it there goes to the requester's own reply subject here. One per thread: a subscription of the exporting
// account in the index, whose outbox is read again by us.
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { MAX_PENDING, SERVICE_REPLIES_MAX } from '../base/limits.ts'
import type { Random } from '../base/prng.ts'
import type { AccountImport } from '../auth/imports.ts'
import { Outbox, type OutboxContext, type Sink } from '../broker/outbox.ts'
import type { Measured } from './service_latency.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { make_index_entry, type SubjectIndex } from '../shared/subject_index.ts'

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

export interface RepliesContext {
  readonly clock: Clock
  readonly random: Random
  readonly index: SubjectIndex
  readonly outboxes: OutboxContext
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const NAME_LETTERS = 6
const SWEEP_MS = 1_000
const LF = 10

export class ServiceReplies implements Sink {
  /** In the place of a client's. */
  readonly outbox: Outbox
  #context: RepliesContext
  #arrived: (answer: Answer) => void
  #expired: (reply: Reply) => void
  /** By account: the second token of its reply subjects. */
  #prefixes = new Map<number, string>()
  /** By reply subject, in the order of the requests. */
  #replies = new Map<string, Reply>()
  #sweep: Timer | null = null
  /** The beginning of a message whose rest has not come. */
  #rest: Uint8Array = new Uint8Array(0)

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
    this.outbox = new Outbox(slot, context.outboxes, this, MAX_PENDING, { messages: 0, bytes: 0 })
    this.outbox.headers = true
  }

  /** A reply subject for one request of an account; '': the index is busy, try again. */
  open(account: number, subject: Uint8Array, settings: AccountImport, measured: Measured | null = null): string {
    const prefix = this.#prefix(settings.account)
    if (prefix === '') return ''
    if (this.#replies.size >= SERVICE_REPLIES_MAX) this.close(this.#replies.keys().next().value!)
    let name = ''
    do name = `_R_.${prefix}.${this.#random_name()}`
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

  // Sink ------------------------------------------------------------------------------------------------------------

  write(pieces: Uint8Array[]): boolean {
    let bytes: Uint8Array = Buffer.concat([this.#rest, ...pieces])
    for (let used = this.#take(bytes); used > 0; used = this.#take(bytes)) bytes = bytes.subarray(used)
    this.#rest = bytes
    return true
  }

  /** Never: everything is taken at once. */
  overflow(): void {}

  /** One message from the front; returns its length, 0 if it is not all there. */
  #take(bytes: Uint8Array): number {
    const line_end = bytes.indexOf(LF)
    if (line_end < 0) return 0
    const words = latin1_text(bytes, 0, line_end - 1).split(' ')
    const total_size = Number(words[words.length - 1])
    const end = line_end + 1 + total_size + 2
    if (bytes.length < end) return 0
    const header_size = words[0] === 'HMSG' ? Number(words[words.length - 2]) : 0
    this.#answer(words[1], header_size, bytes.slice(line_end + 1, end))
    return end
  }

  /** Which answers there may be is reference client.md 5.9: one, or all until an empty one. */
  #answer(name: string, header_size: number, body: Uint8Array): void {
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
    const name = this.#random_name(), subject = latin1_bytes(`_R_.${name}.*`)
    const entry = make_index_entry()
    Object.assign(entry, {
      account,
      bytes: subject,
      sid_bytes: latin1_bytes('1'),
      subject_end: subject.length,
      sid_end: 1,
    })
    entry.queue_start = entry.queue_end = subject.length
    Object.assign(entry, { kind: SubscriberKind.client, slot: this.outbox.slot, weight: 1, flags: 0 })
    if (this.#context.index.insert(entry) <= 0) return ''
    this.#prefixes.set(account, name)
    return name
  }

  #random_name(): string {
    let name = ''
    for (let i = 0; i < NAME_LETTERS; i++) name += LETTERS[this.#context.random.below(LETTERS.length)]
    return name
  }
}
