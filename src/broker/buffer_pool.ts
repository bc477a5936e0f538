import { OUT_BUFFER_BYTES, OUT_BUFFERS_POOLED_MAX } from '../base/limits.ts'

/**
 * Out buffers of one thread. A connection takes one with the first byte of a turn and gives it back, still hot in the
 * cache, when the socket took all of it; so idle connections hold nothing.
 */
export class BufferPool {
  #free: Buffer[] = []

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(OUT_BUFFER_BYTES)
  }

  give(buffer: Buffer): void {
    if (buffer.length === OUT_BUFFER_BYTES && this.#free.length < OUT_BUFFERS_POOLED_MAX) this.#free.push(buffer)
  }
}
