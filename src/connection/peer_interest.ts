// What one peer said that its clients want: RS+ and LS+ as records of the shared index (reference route.md 2.6).
import { latin1_text } from '../base/bytes.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { Insert, make_index_entry, type SubjectIndex } from '../shared/subject_index.ts'
import type { OpRecord } from '../wire/op.ts'
import type { SubscriptionReport } from './report.ts'

const entry = make_index_entry()

export class PeerInterest {
  /** The peer tells leaf interest apart from its clients' on removal too; else they share a key. */
  leaf_apart = false
  #index: SubjectIndex
  #slot: number
  #ids = new Map<string, number>()

  constructor(index: SubjectIndex, slot: number) {
    this.#index = index
    this.#slot = slot
  }

  get count(): number {
    return this.#ids.size
  }

  /** Returns an id above 0, or one of Insert. A known plain interest stays; a known queue gets its new weight. */
  add(account: number, bytes: Uint8Array, op: OpRecord): number {
    const key = this.#key(account, bytes, op)
    const known = this.#ids.get(key)
    const weight = Math.max(0, op.weight)
    if (known !== undefined) return this.#index.set_weight(known, weight) ? known : Insert.BUSY
    entry.account = account
    entry.bytes = entry.sid_bytes = bytes
    entry.subject_start = op.subject_start
    entry.subject_end = op.subject_end
    entry.queue_start = op.queue_start
    entry.queue_end = op.queue_end
    entry.kind = SubscriberKind.route
    entry.slot = this.#slot
    entry.weight = weight
    const id = this.#index.insert(entry)
    if (id > 0) this.#ids.set(key, id)
    return id
  }

  /** False: the index is busy, nothing changed. Unknown interest is no fault. */
  remove(account: number, bytes: Uint8Array, op: OpRecord): boolean {
    const key = this.#key(account, bytes, op)
    const id = this.#ids.get(key)
    if (id === undefined) return true
    return this.#index.remove(id) && this.#ids.delete(key)
  }

  /** All records; nothing is theirs any more. */
  take_all(): number[] {
    const ids = [...this.#ids.values()]
    this.#ids.clear()
    return ids
  }

  /** How many entries each account has. */
  counts_by_account(): Map<number, number> {
    const counts = new Map<number, number>()
    for (const key of this.#ids.keys()) {
      const account = parseInt(key, 10)
      counts.set(account, (counts.get(account) ?? 0) + 1)
    }
    return counts
  }

  reports(account_name: (account: number) => string, cid: number): SubscriptionReport[] {
    return [...this.#ids].map(([key, id]) => {
      const queue = this.#index.queue_text(this.#index.group(id))
      return {
        account: account_name(parseInt(key, 10)),
        subject: this.#index.subject_text(id),
        ...(queue !== '' && { queue }),
        sid: '',
        messages: this.#index.delivered(id),
        cid,
      }
    })
  }

  /** Account first, so that it can be read back; blanks can not be part of a name. */
  #key(account: number, bytes: Uint8Array, op: OpRecord): string {
    const subject = latin1_text(bytes, op.subject_start, op.subject_end)
    const queue = latin1_text(bytes, op.queue_start, op.queue_end)
    const origin = this.leaf_apart ? latin1_text(bytes, op.origin_start, op.origin_end) : ''
    return `${account} ${subject} ${queue} ${origin}`
  }
}
