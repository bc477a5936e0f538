// The way from this thread to one other: its ring, and the room that must be there before a message is written
// anywhere.
import type { RingWriter } from '../shared/ring.ts'
import { FragmentWriter } from '../shared/fragments.ts'

export class ThreadLink {
  readonly thread: number
  /** Where the record that was opened last is written: the ring itself, or a buffer of its own for a long record. */
  bytes: Uint8Array
  words: Int32Array
  #ring: RingWriter
  #fragments: FragmentWriter
  #long: Uint8Array | null = null
  #kind = 0

  constructor(thread: number, ring: RingWriter) {
    this.thread = thread
    this.#ring = ring
    this.#fragments = new FragmentWriter(ring)
    this.bytes = ring.bytes
    this.words = ring.words
  }

  /** Whether a record of that length can be written now. A long one needs no room: it travels as room comes. */
  has_room(length: number): boolean {
    if (this.#ring.open_fragment) return false
    return length > this.#ring.record_bytes_max || this.#ring.has_room(length)
  }

  /** Opens a record; has_room said yes. Returns the offset of its content in `bytes`, a multiple of 4. */
  open(length: number, kind: number): number {
    this.#kind = kind
    if (length <= this.#ring.record_bytes_max) {
      this.#long = null
      this.bytes = this.#ring.bytes
      this.words = this.#ring.words
      return this.#ring.claim(length, kind)
    }
    const memory = new ArrayBuffer((length + 3) & ~3)
    this.#long = this.bytes = new Uint8Array(memory, 0, length)
    this.words = new Int32Array(memory)
    return 0
  }

  close(): void {
    if (this.#long === null) return this.#ring.commit()
    this.#fragments.start(this.#kind, [this.#long])
    this.#long = null
    this.#fragments.step()
  }

  /** Writes on what is open, and tells the other thread of everything new. True: ring its doorbell. */
  publish(): boolean {
    if (this.#fragments.is_open) this.#fragments.step()
    return this.#ring.publish()
  }

  /** A publisher waits for `length` bytes: asks the other thread for a signal. True: there is room after all. */
  want_space(length: number): boolean {
    this.#ring.publish()
    // What can go on is written, and its reader woken, by the next publish().
    if (this.#fragments.is_open) return this.#fragments.want_space()
    if (length > this.#ring.record_bytes_max) return true
    return this.#ring.want_space(length)
  }

  /** A long record is under way. */
  get is_open(): boolean {
    return this.#fragments.is_open
  }
}
