import { SubscriberKind } from './index_layout.ts'

/** Why insert took nothing. BUSY: pause and try again. FULL: the memory is used up until others remove. */
export const Insert = Object.freeze({ INVALID_SUBJECT: -1, BUSY: -2, FULL: -3 })

/** A subscription to insert. Callers keep one and fill it again; spans with equal ends are empty. */
export interface IndexEntry {
  account: number
  /** Holds subject and queue. */
  bytes: Uint8Array
  subject_start: number
  subject_end: number
  queue_start: number
  queue_end: number
  sid_bytes: Uint8Array
  sid_start: number
  sid_end: number
  /** Of SubscriberKind. */
  kind: number
  /** The owner's number for its connection. */
  slot: number
  weight: number
  flags: number
}

/** An empty entry to fill. */
export function make_index_entry(): IndexEntry {
  const bytes = new Uint8Array(0)
  return {
    account: 0,
    bytes,
    subject_start: 0,
    subject_end: 0,
    queue_start: 0,
    queue_end: 0,
    sid_bytes: bytes,
    sid_start: 0,
    sid_end: 0,
    kind: SubscriberKind.client,
    slot: 0,
    weight: 1,
    flags: 0,
  }
}
