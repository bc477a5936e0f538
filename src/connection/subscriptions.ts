// A client's subscriptions: from its sids to records of the shared index.
import { latin1_text, parse_digits } from '../base/bytes.ts'
import { FLAG_CLOSING, FLAG_ECHO_OFF, SubscriberKind } from '../shared/index_layout.ts'
import { make_index_entry, type SubjectIndex } from '../shared/subject_index.ts'
import type { OpRecord } from '../wire/op.ts'
import type { SubscriptionReport } from './report.ts'

/** Small numbers stay numbers: no string per subscription. */
type Sid = number | string

/** One per thread is enough: it is filled for every insert. */
const entry = make_index_entry()

export class Subscriptions {
  #index: SubjectIndex
  #slot: number
  #ids = new Map<Sid, number>()

  constructor(index: SubjectIndex, slot: number) {
    this.#index = index
    this.#slot = slot
  }

  get count(): number {
    return this.#ids.size
  }

  has(bytes: Uint8Array, op: OpRecord): boolean {
    return this.#ids.has(sid_of(bytes, op))
  }

  /** Returns the record's id, or one of Insert. */
  add(account: number, bytes: Uint8Array, op: OpRecord, echo_off: boolean): number {
    entry.account = account
    entry.bytes = entry.sid_bytes = bytes
    entry.subject_start = op.subject_start
    entry.subject_end = op.subject_end
    entry.queue_start = op.queue_start
    entry.queue_end = op.queue_end
    entry.sid_start = op.sid_start
    entry.sid_end = op.sid_end
    entry.kind = SubscriberKind.client
    entry.slot = this.#slot
    entry.weight = 1
    entry.flags = echo_off ? FLAG_ECHO_OFF : 0
    const id = this.#index.insert(entry)
    if (id > 0) this.#ids.set(sid_of(bytes, op), id)
    return id
  }

  /**
   * UNSUB (reference client.md 3.3). With a max above what was delivered the subscription lives until then; else it is
   * removed. False: the index is busy, nothing changed.
   */
  unsub(bytes: Uint8Array, op: OpRecord): boolean {
    const sid = sid_of(bytes, op)
    const id = this.#ids.get(sid)
    if (id === undefined) return true
    if (op.max > 0 && op.max > this.#index.delivered(id)) {
      this.#index.set_max(id, op.max)
      this.#index.touch(id)
      return true
    }
    if (!this.#index.remove(id)) return false
    this.#ids.delete(sid)
    return true
  }

  /** The subscription had its last message. Returns the record to remove. */
  forget(sid_bytes: Uint8Array, id: number): boolean {
    const sid = sid_between(sid_bytes, 0, sid_bytes.length)
    return this.#ids.get(sid) === id && this.#ids.delete(sid)
  }

  /** All records; nothing is theirs any more. Other threads see that they take no more messages. */
  take_all(): number[] {
    const ids = [...this.#ids.values()]
    for (const id of ids) this.#index.set_flags(id, this.#index.flags(id) | FLAG_CLOSING)
    this.#ids.clear()
    return ids
  }

  reports(account: string, cid: number): SubscriptionReport[] {
    return [...this.#ids.values()].map((id) => {
      const queue = this.#index.queue_text(this.#index.group(id))
      const max = this.#index.max(id)
      return {
        account,
        subject: this.#index.subject_text(id),
        ...(queue !== '' && { queue }),
        sid: this.#index.sid_text(id),
        messages: this.#index.delivered(id),
        ...(max > 0 && { max }),
        cid,
      }
    })
  }

  /** The sid of a plain subscription among these records that is this connection's; '' if there is none. */
  plain_sid_among(records: Int32Array, count: number, thread: number): string {
    const index = this.#index
    for (let i = 0; i < count; i++) {
      const id = records[i]
      if (index.kind(id) !== SubscriberKind.client || index.thread(id) !== thread || index.slot(id) !== this.#slot) {
        continue
      }
      if (!index.is_queue(index.group(id))) return index.sid_text(id)
    }
    return ''
  }
}

const sid_of = (bytes: Uint8Array, op: OpRecord) => sid_between(bytes, op.sid_start, op.sid_end)

function sid_between(bytes: Uint8Array, start: number, end: number): Sid {
  if (bytes[start] !== 48 || end - start === 1) {
    const number = parse_digits(bytes, start, end)
    if (number >= 0) return number
  }
  return latin1_text(bytes, start, end)
}
