// A client's subscriptions: from its sids to records of the shared index.
import type { Imports } from '../auth/imports.ts'
import { latin1_bytes, latin1_text, parse_digits } from '../base/bytes.ts'
import { FLAG_CLOSING, FLAG_ECHO_OFF, SubscriberKind } from '../shared/index_layout.ts'
import { Insert, make_index_entry, type SubjectIndex } from '../shared/subject_index.ts'
import { ClientParser } from '../wire/client_parser.ts'
import type { OpRecord } from '../wire/op.ts'
import type { SubscriptionReport } from './report.ts'
import { type ShadowOwner, ShadowSubscriptions } from './shadow_subscriptions.ts'

const MAX_LINE_BYTES = 2 ** 30

/** Small numbers stay numbers: no string per subscription. */
type Sid = number | string

/** What a client is told of a subscription that was taken from it. */
export interface LostSubscription {
  readonly subject: string
  readonly queue: string
  readonly sid: string
}

/** One per thread is enough: it is filled for every insert. */
const entry = make_index_entry()
/** For lines of our own, which were right once. */
const parser = new ClientParser(MAX_LINE_BYTES)

export class Subscriptions {
  #index: SubjectIndex
  #owner: ShadowOwner
  #imports: Imports | null = null
  /** Null: its account imports no streams. */
  #shadows: ShadowSubscriptions<Sid> | null = null
  #ids = new Map<Sid, number>()

  constructor(index: SubjectIndex, owner: ShadowOwner) {
    this.#index = index
    this.#owner = owner
  }

  get count(): number {
    return this.#ids.size
  }

  has(bytes: Uint8Array, op: OpRecord): boolean {
    return this.#ids.has(sid_of(bytes, op))
  }

  /** What the account that the next ones are in has from others. The former ones are gone if that is something else. */
  import_from(imports: Imports | null): void {
    if (imports === this.#imports) return
    this.#imports = imports
    const streams = imports?.streams ?? []
    this.#shadows = streams.length === 0 ? null : new ShadowSubscriptions(this.#index, this.#owner, streams)
  }

  /** Returns the record's id, or one of Insert. */
  add(account: number, bytes: Uint8Array, op: OpRecord, echo_off: boolean): number {
    const sid = sid_of(bytes, op)
    if (this.#shadows !== null) {
      const made = this.#shadows.add(sid, bytes, op)
      if (made <= 0) return this.#failed(sid, made)
    }
    entry.account = account
    entry.bytes = entry.sid_bytes = bytes
    entry.subject_start = op.subject_start
    entry.subject_end = op.subject_end
    entry.queue_start = op.queue_start
    entry.queue_end = op.queue_end
    entry.sid_start = op.sid_start
    entry.sid_end = op.sid_end
    entry.kind = SubscriberKind.client
    entry.slot = this.#owner.slot
    entry.weight = 1
    entry.flags = echo_off ? FLAG_ECHO_OFF : 0
    const id = this.#index.insert(entry)
    if (id <= 0) return this.#failed(sid, id)
    this.#ids.set(sid, id)
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
      this.#shadows?.set_max(sid, op.max)
      return true
    }
    if (this.#shadows !== null && !this.#shadows.remove(sid)) return false
    if (!this.#index.remove(id)) return false
    this.#ids.delete(sid)
    return true
  }

  /** The subscription of that record, or one of its shadows, had its last message. Returns the records to remove. */
  forget(sid_bytes: Uint8Array, record: number): number[] {
    const sid = sid_between(sid_bytes, 0, sid_bytes.length)
    const id = this.#ids.get(sid)
    if (id === undefined || id !== record && !this.#shadows?.has(sid, record)) return []
    this.#ids.delete(sid)
    return [id, ...this.#shadows?.take(sid) ?? []]
  }

  /** Only an index that is busy is asked again. */
  #failed(sid: Sid, why: number): number {
    if (why !== Insert.BUSY) this.#shadows?.remove(sid)
    return why
  }

  /** All records; nothing is theirs any more. Other threads see that they take no more messages. */
  take_all(): number[] {
    const own = [...this.#ids.values()]
    for (const id of own) this.#index.set_flags(id, this.#index.flags(id) | FLAG_CLOSING)
    this.#ids.clear()
    return [...own, ...this.#shadows?.take_all() ?? []]
  }

  /** Those that it may not have any more are no longer its own. Returns the records to remove; each is told of. */
  take_forbidden(may: (subject: string, queue: string) => boolean, tell: (lost: LostSubscription) => void): number[] {
    const records: number[] = []
    for (const [sid, id] of this.#ids) {
      const subject = this.#index.subject_text(id), queue = this.#index.queue_text(this.#index.group(id))
      if (may(subject, queue)) continue
      tell({ subject, queue, sid: this.#index.sid_text(id) })
      this.#index.set_flags(id, this.#index.flags(id) | FLAG_CLOSING)
      this.#ids.delete(sid)
      records.push(id, ...this.#shadows?.take(sid) ?? [])
    }
    return records
  }

  /** Its account has other streams from others. Returns the records of the former ones; the new ones are made by make_shadows. */
  renew_imports(imports: Imports | null): number[] {
    if (imports === this.#imports) return []
    const former = this.#shadows?.take_all() ?? []
    this.import_from(imports)
    return former
  }

  /** Those that are not there. False: the index is busy. */
  make_shadows(): boolean {
    if (this.#shadows === null) return true
    for (const [sid, id] of this.#ids) {
      const queue = this.#index.queue_text(this.#index.group(id))
      const bytes = latin1_bytes(`SUB ${this.#index.subject_text(id)} ${queue} ${this.#index.sid_text(id)}\r\n`)
      parser.next(bytes, 0, bytes.length)
      if (this.#shadows.add(sid, bytes, parser.op) === Insert.BUSY) return false
    }
    return true
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
      if (
        index.kind(id) !== SubscriberKind.client || index.thread(id) !== thread || index.slot(id) !== this.#owner.slot
      ) {
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
