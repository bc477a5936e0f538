// The buffers that the sockets of one thread read into. All connections share one, used again for every read, so it
// stays in the cache and idle connections hold nothing. What is read into it must be copied: the next read of any
// connection overwrites it.
//
// A connection that publishes large payloads gets a buffer of its own. From that one payloads go out by reference; if a
// slow socket keeps some of it, the buffer is left to that socket, and the connection reads into another.
import { PRIVATE_READ_BUFFERS_MAX, READ_BUFFER_BYTES } from '../base/limits.ts'

/** What a read told about its buffer. */
export interface ReadOutcome {
  /** A large payload had to be copied. */
  large_copied: boolean
  /** A socket holds on to the buffer. */
  pinned: boolean
  /** Writes of this thread that hold on to such buffers now. */
  readonly pins: number
}

export class ReadBuffers {
  readonly shared = new Uint8Array(READ_BUFFER_BYTES)
  #free: Uint8Array[] = []
  #lent = 0

  /** A buffer for one connection, or null: there are enough of them. */
  lend(): Uint8Array | null {
    if (this.#lent >= PRIVATE_READ_BUFFERS_MAX) return null
    this.#lent++
    return this.#free.pop() ?? new Uint8Array(READ_BUFFER_BYTES)
  }

  take_back(buffer: Uint8Array): void {
    this.#lent--
    this.#free.push(buffer)
  }
}

/** Which buffer one connection reads into. */
export class ConnectionBuffer {
  #buffers: ReadBuffers
  #own: Uint8Array | null = null

  constructor(buffers: ReadBuffers) {
    this.#buffers = buffers
  }

  /** For the next read. */
  next(): Uint8Array {
    return this.#own ?? this.#buffers.shared
  }

  /** Whether what was just read into `buffer` may be sent on by reference. */
  is_referable(buffer: Uint8Array): boolean {
    return buffer !== this.#buffers.shared
  }

  /** After a read: whether the connection needs another buffer from now on. */
  settle(outcome: ReadOutcome): void {
    if (outcome.pinned && this.#own !== null) {
      // The slow socket keeps the old one, which is collected when it has been written.
      this.#own = outcome.pins < PRIVATE_READ_BUFFERS_MAX ? new Uint8Array(READ_BUFFER_BYTES) : this.#give_up()
    } else if (outcome.large_copied && this.#own === null) this.#own = this.#buffers.lend()
    outcome.pinned = outcome.large_copied = false
  }

  /** The connection is over. */
  release(): void {
    if (this.#own !== null) this.#buffers.take_back(this.#own)
    this.#own = null
  }

  /** Too many buffers are held by slow sockets: this connection's payloads are copied again. */
  #give_up(): null {
    this.#buffers.take_back(new Uint8Array(READ_BUFFER_BYTES))
    return null
  }
}
