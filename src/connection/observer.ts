// Shows the embedding program what clients of this thread publish: a share of it, in copies, and never more at a time than it can take.
// What is too much is left out and counted.
import { copy_of, latin1_text } from '../base/bytes.ts'
import { OBSERVED_BYTES_MAX, OBSERVED_MAX } from '../base/limits.ts'
import type { OpRecord } from '../wire/op.ts'
import type { ThreadContext } from './context.ts'
import type { MessageObserver, Observed } from './hook_mail.ts'

export interface ObserverOptions {
  /** Of 1. */
  readonly share: number
  /** What was told so long ago, and is not known to be seen, is lost. */
  readonly lease_ms: number
}

export class Observer implements MessageObserver {
  #context: ThreadContext
  #how: ObserverOptions
  #tell: (messages: Observed[]) => void
  /** Of this turn. */
  #waiting: Observed[] = []
  #waiting_bytes = 0
  /** Told, and not yet taken. */
  #under_way = 0
  #under_way_bytes = 0
  #told_ms = 0
  #dropped = 0

  constructor(context: ThreadContext, how: ObserverOptions, tell: (messages: Observed[]) => void) {
    this.#context = context
    this.#how = how
    this.#tell = tell
  }

  note(bytes: Uint8Array, op: OpRecord, target: Uint8Array | null, cid: number, account: string): void {
    const { share } = this.#how
    if (share < 1 && this.#context.random.next() >= share) return
    if (!this.#has_room(op.total_size)) return void this.#dropped++
    const body = op.body_start + op.header_size
    this.#waiting.push({
      subject: target === null ? latin1_text(bytes, op.subject_start, op.subject_end) : latin1_text(target),
      reply: latin1_text(bytes, op.reply_start, op.reply_end),
      header: copy_of(bytes, op.body_start, body),
      payload: copy_of(bytes, body, op.body_start + op.total_size),
      ...{ cid, account, dropped: this.#dropped },
    })
    this.#dropped = 0
    this.#waiting_bytes += op.total_size
    if (this.#waiting.length === 1) this.#context.next_turn(() => this.#flush())
  }

  /** So much was seen. */
  taken(count: number, bytes: number): void {
    this.#under_way = Math.max(0, this.#under_way - count)
    this.#under_way_bytes = Math.max(0, this.#under_way_bytes - bytes)
  }

  #has_room(size: number): boolean {
    // What was told may be lost with its mail; nobody would say that it was taken.
    const silent_ms = this.#context.clock.now_ms() - this.#told_ms
    if (this.#under_way > 0 && silent_ms > this.#how.lease_ms) this.#under_way = this.#under_way_bytes = 0
    const bytes = this.#under_way_bytes + this.#waiting_bytes
    // One that is longer than all that may wait passes alone.
    return this.#under_way + this.#waiting.length < OBSERVED_MAX && (bytes === 0 || bytes + size <= OBSERVED_BYTES_MAX)
  }

  #flush(): void {
    const messages = this.#waiting
    this.#under_way += messages.length
    this.#under_way_bytes += this.#waiting_bytes
    this.#waiting = []
    this.#waiting_bytes = 0
    this.#told_ms = this.#context.clock.now_ms()
    this.#tell(messages)
  }
}
