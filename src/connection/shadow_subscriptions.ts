// A subscription to what comes from other accounts: for every import that it meets, a record of the same client in the account that
// exports, on what the two have in common (reference client.md 5.9). Plans name the local subject to the client (LocalTarget).
import { intersection } from '../auth/import_pattern.ts'
import type { Imported } from '../auth/imports.ts'
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import type { Translation } from '../broker/outbox.ts'
import { FLAG_CLOSING, SubscriberKind } from '../shared/index_layout.ts'
import { make_index_entry, type SubjectIndex } from '../shared/subject_index.ts'
import type { OpRecord } from '../wire/op.ts'

const entry = make_index_entry()

/** The outbox of the client. */
export interface ShadowOwner {
  readonly slot: number
  /** By record: what the client calls the subjects that come by it. Null: it has none. */
  translations: Map<number, Translation> | null
}

/** Of one client. `Sid` is what Subscriptions calls its subscriptions by. */
export class ShadowSubscriptions<Sid> {
  #index: SubjectIndex
  #owner: ShadowOwner
  #imports: readonly Imported[]
  /** By the number of the import, those that are there. */
  #records = new Map<Sid, Map<number, number>>()

  constructor(index: SubjectIndex, owner: ShadowOwner, imports: readonly Imported[]) {
    this.#index = index
    this.#owner = owner
    this.#imports = imports
  }

  /**
   * Before the subscription itself: what is there already when that had to wait is not made again. Returns 1, or what the index
   * refused with (one of Insert).
   */
  add(sid: Sid, bytes: Uint8Array, op: OpRecord): number {
    const wanted = latin1_text(bytes, op.subject_start, op.subject_end).split('.')
    for (const [number, { pattern, settings }] of this.#imports.entries()) {
      const common = intersection(wanted, pattern.local)
      if (common === null || this.#records.get(sid)?.has(number)) continue
      const id = this.#insert(settings.account, latin1_bytes(pattern.to_remote(common)), bytes, op)
      if (id <= 0) return id
      this.#keep(sid, number, id)
    }
    return 1
  }

  has(sid: Sid, id: number): boolean {
    return [...this.#records.get(sid)?.values() ?? []].includes(id)
  }

  /** It may have `max` messages in all; each record counts its own. */
  set_max(sid: Sid, max: number): void {
    for (const id of this.#records.get(sid)?.values() ?? []) {
      this.#index.set_max(id, max)
      this.#index.touch(id)
    }
  }

  /** False: the index is busy, some are left. */
  remove(sid: Sid): boolean {
    const records = this.#records.get(sid)
    if (records === undefined) return true
    for (const [number, id] of records) {
      if (!this.#index.remove(id)) return false
      records.delete(number)
      this.#owner.translations?.delete(id)
    }
    this.#records.delete(sid)
    return true
  }

  /** Of one subscription, for whoever removes them; nothing is its own any more. */
  take(sid: Sid): number[] {
    const ids = [...this.#records.get(sid)?.values() ?? []]
    this.#records.delete(sid)
    for (const id of ids) {
      this.#index.set_flags(id, this.#index.flags(id) | FLAG_CLOSING)
      this.#owner.translations?.delete(id)
    }
    return ids
  }

  take_all(): number[] {
    return [...this.#records.keys()].flatMap((sid) => this.take(sid))
  }

  #insert(account: number, subject: Uint8Array, bytes: Uint8Array, op: OpRecord): number {
    entry.account = account
    entry.bytes = Buffer.concat([subject, bytes.subarray(op.queue_start, op.queue_end)])
    entry.subject_start = 0
    entry.subject_end = entry.queue_start = subject.length
    entry.queue_end = entry.bytes.length
    entry.sid_bytes = bytes
    entry.sid_start = op.sid_start
    entry.sid_end = op.sid_end
    entry.kind = SubscriberKind.client
    entry.slot = this.#owner.slot
    entry.weight = 1
    entry.flags = 0
    return this.#index.insert(entry)
  }

  #keep(sid: Sid, number: number, id: number): void {
    let records = this.#records.get(sid)
    if (records === undefined) this.#records.set(sid, records = new Map())
    records.set(number, id)
    const translations = this.#owner.translations ??= new Map()
    translations.set(id, this.#imports[number].pattern)
  }
}
