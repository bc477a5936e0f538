// A subscriber that is the server itself: in the index like a client, but what its outbox writes is read again by us.
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import { MAX_PENDING } from '../base/limits.ts'
import { Outbox, type OutboxContext, type Sink } from '../broker/outbox.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { make_index_entry, type SubjectIndex } from '../shared/subject_index.ts'

/** A message, out of the outbox again. */
export interface ReceivedMessage {
  readonly subject: string
  /** '': none. */
  readonly reply: string
  readonly header_size: number
  /** Headers and payload, with CRLF behind them. */
  readonly body: Uint8Array
}

export interface SubscriberContext {
  readonly index: SubjectIndex
  readonly outboxes: OutboxContext
}

const LF = 10
/** Of each of its subscriptions: nobody has to tell them apart. */
export const OWN_SID = '1'
const SID = latin1_bytes(OWN_SID)

export class OwnSubscriber implements Sink {
  /** In the place of a client's. */
  readonly outbox: Outbox
  #index: SubjectIndex
  #take: (message: ReceivedMessage) => void
  /** The beginning of a message whose rest has not come. */
  #rest: Uint8Array = new Uint8Array(0)

  /** `slot`: one that no client has. `take` is called while outboxes are flushed: it must not publish at once. */
  constructor(context: SubscriberContext, slot: number, take: (message: ReceivedMessage) => void) {
    this.#index = context.index
    this.#take = take
    this.outbox = new Outbox(slot, context.outboxes, this, MAX_PENDING, { messages: 0, bytes: 0 })
    this.outbox.headers = true
  }

  /** Latin1 texts. False: the index is busy, try again. */
  subscribe(account: number, subject: string, queue = ''): boolean {
    const bytes = latin1_bytes(subject + queue)
    const entry = make_index_entry()
    Object.assign(entry, { account, bytes, sid_bytes: SID, subject_end: subject.length, sid_end: SID.length })
    Object.assign(entry, { queue_start: subject.length, queue_end: bytes.length })
    Object.assign(entry, { kind: SubscriberKind.client, slot: this.outbox.slot, weight: 1, flags: 0 })
    return this.#index.insert(entry) > 0
  }

  // Sink ------------------------------------------------------------------------------------------------------------

  write(pieces: Uint8Array[]): boolean {
    let bytes: Uint8Array = Buffer.concat([this.#rest, ...pieces])
    for (let used = this.#take_one(bytes); used > 0; used = this.#take_one(bytes)) bytes = bytes.subarray(used)
    this.#rest = bytes
    return true
  }

  /** Never: everything is taken at once. */
  overflow(): void {}

  /** One message from the front; returns its length, 0 if it is not all there. */
  #take_one(bytes: Uint8Array): number {
    const line_end = bytes.indexOf(LF)
    if (line_end < 0) return 0
    const words = latin1_text(bytes, 0, line_end - 1).split(' ')
    const end = line_end + 1 + Number(words[words.length - 1]) + 2
    if (bytes.length < end) return 0
    const sizes = words[0] === 'HMSG' ? 2 : 1
    this.#take({
      subject: words[1],
      reply: words.length === 3 + sizes ? '' : words[3],
      header_size: sizes === 2 ? Number(words[words.length - 2]) : 0,
      body: bytes.slice(line_end + 1, end),
    })
    return end
  }
}
