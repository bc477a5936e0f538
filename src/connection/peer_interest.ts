// What one peer said that its clients want: RS+ and LS+ as records of the shared index (reference route.md 2.6).
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import { bucket_of, interest_key_hash, InterestDigest } from '../broker/interest_digest.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { Insert, make_index_entry, type SubjectIndex } from '../shared/subject_index.ts'
import type { OpRecord } from '../wire/op.ts'

const entry = make_index_entry()

export class PeerInterest {
  /** The peer tells leaf interest apart from its clients' on removal too; else they share a key. */
  leaf_apart = false
  #index: SubjectIndex
  #slot: number
  #ids = new Map<string, number>()
  #digests = new Map<number, InterestDigest>()
  /** During a repair: what the peer has not said again yet. */
  #doubted: Set<string> | null = null

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
    if (known !== undefined) return this.#add_again(key, known, account, bytes, op)
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
    if (id <= 0) return id
    this.#ids.set(key, id)
    if (op.origin_end === op.origin_start) this.digest(account).add(hash_of(bytes, op), weight_told(weight, op))
    return id
  }

  #add_again(key: string, id: number, account: number, bytes: Uint8Array, op: OpRecord): number {
    const before = this.#index.weight(id), weight = Math.max(0, op.weight)
    if (!this.#index.set_weight(id, weight)) return Insert.BUSY
    this.#doubted?.delete(key)
    if (op.origin_end > op.origin_start || op.queue_end === op.queue_start) return id
    this.digest(account).remove(hash_of(bytes, op), before)
    this.digest(account).add(hash_of(bytes, op), weight)
    return id
  }

  /** False: the index is busy, nothing changed. Unknown interest is no fault. */
  remove(account: number, bytes: Uint8Array, op: OpRecord): boolean {
    const key = this.#key(account, bytes, op)
    const id = this.#ids.get(key)
    if (id === undefined) return true
    const weight = this.#index.weight(id)
    if (!this.#index.remove(id)) return false
    this.#ids.delete(key)
    this.#doubted?.delete(key)
    if (op.origin_end === op.origin_start) this.digest(account).remove(hash_of(bytes, op), weight_told(weight, op))
    return true
  }

  /** Of what the peer's own clients want in that account. */
  digest(account: number): InterestDigest {
    let digest = this.#digests.get(account)
    if (digest === undefined) this.#digests.set(account, digest = new InterestDigest())
    return digest
  }

  /** The peer is about to say again what it wants of an account in these buckets. */
  begin_repair(account: number, buckets: ReadonlySet<number>): void {
    this.#doubted = new Set()
    for (const key of this.#ids.keys()) {
      const entry = parse_key(key)
      if (entry.account === account && !entry.is_leaf && buckets.has(bucket_of(entry.hash))) this.#doubted.add(key)
    }
  }

  /** It has: what it did not say again is no longer wanted. Returns those records; null: no repair was begun. */
  end_repair(): number[] | null {
    const doubted = this.#doubted
    this.#doubted = null
    if (doubted === null) return null
    return [...doubted].map((key) => {
      const { account, hash, is_queue } = parse_key(key)
      const id = this.#ids.get(key)!
      this.digest(account).remove(hash, is_queue ? this.#index.weight(id) : 1)
      this.#ids.delete(key)
      return id
    })
  }

  /** The records of one account, which are theirs no more. */
  take_account(account: number): number[] {
    const ids: number[] = []
    for (const [key, id] of this.#ids) {
      if (parse_key(key).account !== account) continue
      this.#ids.delete(key)
      this.#doubted?.delete(key)
      ids.push(id)
    }
    this.#digests.delete(account)
    return ids
  }

  /** All records; nothing is theirs any more. */
  take_all(): number[] {
    const ids = [...this.#ids.values()]
    this.#ids.clear()
    this.#digests.clear()
    this.#doubted = null
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

  /** Account first, so that it can be read back; blanks can not be part of a name. */
  #key(account: number, bytes: Uint8Array, op: OpRecord): string {
    const subject = latin1_text(bytes, op.subject_start, op.subject_end)
    const queue = latin1_text(bytes, op.queue_start, op.queue_end)
    const origin = this.leaf_apart ? latin1_text(bytes, op.origin_start, op.origin_end) : ''
    return `${account} ${subject} ${queue} ${origin}`
  }
}

/** What #key has put together. */
function parse_key(key: string): { account: number; is_leaf: boolean; is_queue: boolean; hash: number } {
  const [account, subject, queue, leaf] = key.split(' ')
  const bytes = latin1_bytes(subject + queue)
  const hash = interest_key_hash(bytes, 0, subject.length, subject.length, bytes.length)
  return { account: Number(account), is_leaf: leaf !== '', is_queue: queue !== '', hash }
}

const hash_of = (bytes: Uint8Array, op: OpRecord) =>
  interest_key_hash(bytes, op.subject_start, op.subject_end, op.queue_start, op.queue_end)

/** Without a queue there is no weight to tell. */
const weight_told = (weight: number, op: OpRecord) => op.queue_end > op.queue_start ? weight : 1
