// Records too long for one ring record travel as a run of fragments, written as space comes and joined by the reader.
// The content of the first fragment begins with one word: the length of the whole record in bytes.
import { assert } from '../base/assert.ts'
import { FRAGMENT, FRAGMENT_FIRST, FRAGMENT_LAST, type RingReader, type RingWriter } from './ring.ts'

/** Small against the ring, so that the reader joins one piece while the next is written. */
const FRAGMENT_BYTES_MAX = 64 * 1024
const TOTAL_BYTES = 4

/** Writes long records into one ring, one at a time. From start() to the end nobody else finds room in that ring. */
export class FragmentWriter {
  readonly #ring: RingWriter
  readonly #fragment_bytes: number
  #pieces: readonly Uint8Array[] = []
  #kind = 0
  #total = 0
  #written = 0
  /** Where the next byte is: in which piece, and how far in it. */
  #piece = 0
  #piece_offset = 0

  constructor(ring: RingWriter) {
    this.#ring = ring
    this.#fragment_bytes = Math.min(FRAGMENT_BYTES_MAX, ring.record_bytes_max) - TOTAL_BYTES
  }

  /** Whether a record is begun and not finished. */
  get is_open(): boolean {
    return this.#written < this.#total
  }

  /**
   * Begins a record whose content is `pieces`, one behind the other; they must stay as they are until step() said
   * true. Writes nothing yet: call step().
   */
  start(kind: number, pieces: readonly Uint8Array[]): void {
    assert(!this.#ring.open_fragment, 'One long record at a time in a ring')
    let total = 0
    for (const piece of pieces) total += piece.length
    assert(total > 0 && total <= 0x7fffffff, 'A long record has content')
    this.#pieces = pieces
    this.#kind = kind
    this.#total = total
    this.#written = 0
    this.#piece = 0
    this.#piece_offset = 0
    this.#ring.open_fragment = true
  }

  /** Writes as much as there is room for. True when all of it is committed. Publish the ring in both cases. */
  step(): boolean {
    assert(this.is_open, 'A long record is begun')
    while (this.#written < this.#total) {
      const first = this.#written === 0
      const length = Math.min(this.#fragment_bytes, this.#total - this.#written)
      const last = this.#written + length === this.#total
      const fragment = FRAGMENT | (first ? FRAGMENT_FIRST : 0) | (last ? FRAGMENT_LAST : 0)
      let offset = this.#ring.claim_fragment(length + (first ? TOTAL_BYTES : 0), this.#kind, fragment)
      if (offset < 0) return false
      if (first) {
        this.#ring.words[offset >> 2] = this.#total
        offset += TOTAL_BYTES
      }
      this.#copy(offset, length)
      this.#ring.commit()
    }
    this.#pieces = []
    this.#ring.open_fragment = false
    return true
  }

  /** After a step() that said false, and publish(): asks for a signal; true if step() can go on at once. */
  want_space(): boolean {
    return this.#ring.want_fragment_space(Math.min(this.#fragment_bytes, this.#total - this.#written) + TOTAL_BYTES)
  }

  #copy(offset: number, length: number): void {
    const end = offset + length
    while (offset < end) {
      const piece = this.#pieces[this.#piece]
      const part = Math.min(end - offset, piece.length - this.#piece_offset)
      this.#ring.bytes.set(piece.subarray(this.#piece_offset, this.#piece_offset + part), offset)
      offset += part
      this.#piece_offset += part
      if (this.#piece_offset === piece.length) {
        this.#piece++
        this.#piece_offset = 0
      }
    }
    this.#written += length
  }
}

/** Joins the fragments that come out of one ring. */
export class FragmentReader {
  /** The joined record's content is bytes[0, length); `words` is the same memory. */
  bytes = new Uint8Array(0)
  words = new Int32Array(0)
  readonly #bytes_max: number
  #total = 0
  #joined = 0

  /** `bytes_max`: no record is longer, or the program is wrong. */
  constructor(bytes_max: number) {
    this.#bytes_max = bytes_max
  }

  /**
   * Takes the fragment that ring.next() gave (its result is `length`). Returns the length of the whole record when
   * this was its last fragment, else -1. The content stays until the next add().
   */
  add(ring: RingReader, length: number): number {
    assert((ring.fragment & FRAGMENT) !== 0, 'It is a fragment')
    let start = ring.offset
    const end = start + length
    if (ring.fragment & FRAGMENT_FIRST) {
      this.#begin(ring.words[start >> 2])
      start += TOTAL_BYTES
    }
    assert(this.#joined + end - start <= this.#total, 'Fragments are not longer than their record')
    this.bytes.set(ring.bytes.subarray(start, end), this.#joined)
    this.#joined += end - start
    if ((ring.fragment & FRAGMENT_LAST) === 0) return -1
    assert(this.#joined === this.#total, 'Fragments are as long as their record')
    return this.#total
  }

  /** The caller keeps the buffer of the record just joined, for instance for a socket; the next record gets another. */
  leave_buffer(): void {
    this.bytes = new Uint8Array(0)
    this.words = new Int32Array(0)
  }

  /** A first fragment always begins anew: a producer that died in the middle of a record leaves nothing behind. */
  #begin(total: number): void {
    assert(total > 0 && total <= this.#bytes_max, 'A long record is within its bound')
    this.#total = total
    this.#joined = 0
    if (this.bytes.length >= total) return
    const memory = new ArrayBuffer(Math.min(Math.max(total, this.bytes.length * 2), this.#bytes_max) + 3 & ~3)
    this.bytes = new Uint8Array(memory)
    this.words = new Int32Array(memory)
  }
}
