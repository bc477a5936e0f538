import { OUT_BUFFER_BYTES, OUT_BUFFERS_POOLED_MAX } from '../base/limits.ts'

/** A buffer to write to, with a view of all of it. */
export interface OutBuffer {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/**
 * Out buffers of one thread. A connection takes one with the first byte of a turn and gives it back, still hot in the
 * cache, when the socket took all of it; so idle connections hold nothing.
 */
export class BufferPool {
  #free: OutBuffer[] = []

  take(): OutBuffer {
    return this.#free.pop() ?? make_out_buffer()
  }

  give(buffer: OutBuffer): void {
    if (this.#free.length < OUT_BUFFERS_POOLED_MAX) this.#free.push(buffer)
  }
}

function make_out_buffer(): OutBuffer {
  const bytes = new Uint8Array(OUT_BUFFER_BYTES)
  return { bytes, view: new DataView(bytes.buffer) }
}
