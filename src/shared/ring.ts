// A queue of records from one thread to one other, in shared memory. Nobody blocks and nothing is allocated per record.
//
//   byte 0     head           writer: the producer; reader: the consumer. Position behind the last published record.
//   byte 128   tail           writer: the consumer; reader: the producer. Position of the first record not released.
//   byte 256   space wanted   set to 1 by the producer, cleared by the consumer with one compare-and-swap.
//   byte 384   data           size bytes, a power of two; written by the producer, read by the consumer, in
//                             [tail, head) only. Each word above has a cache line (and its neighbour) to itself.
//
// A position is a 32-bit count of bytes that runs on and wraps; its place in the data is position & (size - 1), and
// differences are taken as `(a - b) | 0`. A record is a header word and content, padded to 4 bytes, and lies in one
// piece: if it does not fit before the end of the data, a skip word stands there and the record begins at place 0.
//
//   header word   bits 0-23 length of the content in bytes; 24-27 kind (the caller's); 28 a fragment of a long record
//                 (fragments.ts), 29 its first, 30 its last; 31 is 0. -1: skip to the end of the data.
//
// The bytes of a record are plain writes; the atomic store of head behind them, and of tail behind the reads, order them.
import { assert } from '../base/assert.ts'
import { RING_BYTES } from '../base/limits.ts'

const HEAD = 0
const TAIL = 32
const SPACE_WANTED = 64
const CONTROL_BYTES = 384
const SKIP = -1
const LENGTH_MASK = 0xffffff
export const KIND_MAX = 15
export const FRAGMENT = 1
export const FRAGMENT_FIRST = 2
export const FRAGMENT_LAST = 4
const HEADER_BYTES = 4

/** Memory for a ring with `size` bytes of data, a power of two. */
export function create_ring(size = RING_BYTES): SharedArrayBuffer {
  assert(size >= 64 && size <= 1 << 26 && (size & (size - 1)) === 0, 'A ring is a power of two')
  return new SharedArrayBuffer(CONTROL_BYTES + size)
}

/** What waits in a ring for its consumer, and how much there can be, for somebody who is neither of the two. */
export function ring_use(memory: SharedArrayBuffer): { bytes: number; capacity: number } {
  const control = new Int32Array(memory, 0, CONTROL_BYTES / 4)
  const tail = Atomics.load(control, TAIL)
  return { bytes: Atomics.load(control, HEAD) - tail | 0, capacity: memory.byteLength - CONTROL_BYTES }
}

/** The producer's end. Exactly one thread may have it. */
export class RingWriter {
  /** The data area, for the content of records. `words` is the same memory. */
  readonly bytes: Uint8Array
  readonly words: Int32Array
  /** Longest content of one record, in bytes; longer ones go through FragmentWriter. */
  readonly record_bytes_max: number
  /** A long record is begun and not finished: only its FragmentWriter may write; for others there is no room. */
  open_fragment = false
  readonly #control: Int32Array
  readonly #size: number
  /** Behind the last committed record. */
  #head: number
  /** What head the consumer was last told. */
  #published: number
  /** Behind the record claimed last. */
  #claimed: number
  /** The tail as last looked at: the true one may only be further. */
  #tail: number

  constructor(memory: SharedArrayBuffer) {
    this.#control = new Int32Array(memory, 0, CONTROL_BYTES / 4)
    this.bytes = new Uint8Array(memory, CONTROL_BYTES)
    this.words = new Int32Array(memory, CONTROL_BYTES)
    this.#size = this.bytes.length
    this.record_bytes_max = Math.min(this.#size / 4, LENGTH_MASK)
    this.#head = Atomics.load(this.#control, HEAD)
    this.#published = this.#head
    this.#claimed = this.#head
    this.#tail = Atomics.load(this.#control, TAIL)
  }

  /**
   * Makes a record of `length` content bytes (at most record_bytes_max) and returns where its content begins in
   * `bytes`, a multiple of 4, or -1 if there is no room now. It counts once it is committed; a claim that is followed
   * by another claim instead never happened. `kind` is 0 to KIND_MAX.
   */
  claim(length: number, kind = 0): number {
    if (this.open_fragment) return -1
    return this.claim_fragment(length, kind, 0)
  }

  /** As claim, for FragmentWriter: `fragment` is FRAGMENT with FRAGMENT_FIRST and FRAGMENT_LAST where they hold. */
  claim_fragment(length: number, kind: number, fragment: number): number {
    assert(length >= 0 && length <= this.record_bytes_max, 'A record is at most a quarter of its ring')
    assert(kind >= 0 && kind <= KIND_MAX, 'A kind has four bits')
    const record = HEADER_BYTES + (length + 3 & ~3)
    let place = this.#head & (this.#size - 1)
    const skipped = place + record > this.#size ? this.#size - place : 0
    if (!this.#is_free(record + skipped)) return -1
    if (skipped > 0) {
      this.words[place >> 2] = SKIP
      place = 0
    }
    this.words[place >> 2] = length | kind << 24 | fragment << 28
    this.#claimed = this.#head + skipped + record | 0
    return place + HEADER_BYTES
  }

  /** The record claimed last becomes part of the batch. */
  commit(): void {
    assert(this.#claimed !== this.#head, 'Nothing is claimed')
    this.#head = this.#claimed
  }

  /**
   * Whether `records` records with together `length` content bytes will find room, wherever the end of the data falls
   * among them. For one record it is exactly whether claim would succeed. Room once seen stays: only this writer takes it.
   */
  has_room(length: number, records = 1): boolean {
    if (this.open_fragment) return false
    return this.#is_free(this.#worst_case(length, records))
  }

  /** Tells the consumer of everything committed. True if there was something: ring its doorbell then. */
  publish(): boolean {
    if (this.#published === this.#head) return false
    this.#published = this.#head
    Atomics.store(this.#control, HEAD, this.#head)
    return true
  }

  /**
   * Asks the consumer for a signal when it has made space, then looks once more: true if there is room after all (as
   * has_room). Publish first: what the consumer does not know of it can not release. The signal is a hint; ask again
   * with has_room, and with want_space if that says no.
   */
  want_space(length: number, records = 1): boolean {
    this.#ask_for_space()
    return this.has_room(length, records)
  }

  /** As want_space, for FragmentWriter: whether one record of `length` bytes has room. */
  want_fragment_space(length: number): boolean {
    this.#ask_for_space()
    return this.#is_free(this.#worst_case(length, 1))
  }

  /** Bytes that wait in the ring, committed ones included; what the consumer released lately may still be counted. */
  used_bytes(): number {
    this.#tail = Atomics.load(this.#control, TAIL)
    return this.#head - this.#tail | 0
  }

  #ask_for_space(): void {
    assert(this.#published === this.#head, 'Publish before waiting for space')
    Atomics.store(this.#control, SPACE_WANTED, 1)
    this.#tail = Atomics.load(this.#control, TAIL)
  }

  #worst_case(length: number, records: number): number {
    const bytes = records === 1 ? HEADER_BYTES + (length + 3 & ~3) : length + records * (HEADER_BYTES + 3)
    assert(bytes <= this.#size / 2, 'What is reserved together is at most half of the ring, or it may never fit')
    const before_end = this.#size - (this.#head & (this.#size - 1))
    // What is skipped is less than the one record that did not fit, hence less than all of them.
    return bytes <= before_end ? bytes : bytes + Math.min(before_end, bytes)
  }

  #is_free(bytes: number): boolean {
    if ((this.#head - this.#tail | 0) + bytes <= this.#size) return true
    this.#tail = Atomics.load(this.#control, TAIL)
    return (this.#head - this.#tail | 0) + bytes <= this.#size
  }
}

/** The consumer's end. Exactly one thread may have it. */
export class RingReader {
  /** The data area; `words` is the same memory. */
  readonly bytes: Uint8Array
  readonly words: Int32Array
  /** Of the record next() gave last: where its content begins in `bytes`, a multiple of 4. */
  offset = 0
  /** Of the record next() gave last: the kind its writer gave it. */
  kind = 0
  /** Of the record next() gave last: 0, or the FRAGMENT bits of a piece of a long record, for a FragmentReader. */
  fragment = 0
  readonly #control: Int32Array
  readonly #size: number
  /** Behind the record given last. */
  #position: number
  /** The head as last looked at: the true one may only be further. */
  #head: number
  /** What tail the producer was last told. */
  #released: number

  constructor(memory: SharedArrayBuffer) {
    this.#control = new Int32Array(memory, 0, CONTROL_BYTES / 4)
    this.bytes = new Uint8Array(memory, CONTROL_BYTES)
    this.words = new Int32Array(memory, CONTROL_BYTES)
    this.#size = this.bytes.length
    this.#position = Atomics.load(this.#control, TAIL)
    this.#released = this.#position
    this.#head = this.#position
  }

  /** Length of the next record's content, or -1 if none is published. The record stays readable until release(). */
  next(): number {
    if (this.#position === this.#head && !this.has_more()) return -1
    return this.next_seen()
  }

  /** As next, but only records that were published when has_more() (or a next() that had reached the end) last looked. */
  next_seen(): number {
    if (this.#position === this.#head) return -1
    let place = this.#position & (this.#size - 1)
    let header = this.words[place >> 2]
    if (header === SKIP) {
      this.#position = this.#position + this.#size - place | 0
      place = 0
      header = this.words[0]
    }
    const length = header & LENGTH_MASK
    this.kind = header >>> 24 & KIND_MAX
    this.fragment = header >>> 28 & 7
    this.offset = place + HEADER_BYTES
    this.#position = this.#position + HEADER_BYTES + (length + 3 & ~3) | 0
    return length
  }

  /** Looks at the head: whether next() or next_seen() has something to give. */
  has_more(): boolean {
    this.#head = Atomics.load(this.#control, HEAD)
    return this.#position !== this.#head
  }

  /** Gives the space of all records given so far back to the producer; once per batch. Then ask space_signal_due(). */
  release(): void {
    if (this.#released === this.#position) return
    this.#released = this.#position
    Atomics.store(this.#control, TAIL, this.#position)
  }

  /** Whether the producer waits for space and now has a quarter of the ring: true once, then ring its doorbell. */
  space_signal_due(): boolean {
    if (Atomics.load(this.#control, SPACE_WANTED) === 0) return false
    // Less is free only while records are left to release, and that release asks again. So no signal is lost.
    if ((this.#head - this.#released | 0) > this.#size / 4 * 3) return false
    return Atomics.compareExchange(this.#control, SPACE_WANTED, 1, 0) === 1
  }
}
