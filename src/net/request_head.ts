// The head of a request on a fresh connection, within a time and a size.
import type { Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { head_end } from '../wire/http_head.ts'

export type HeadOutcome =
  /** `behind`: bytes that came with it and are no part of it; they are lost. */
  | { readonly kind: 'head'; readonly bytes: Uint8Array; readonly behind: number }
  | { readonly kind: 'late' | 'too_long' | 'gone' }

export interface HeadLimits {
  readonly wait_ms: number
  readonly bytes_max: number
}

/** Calls `done` once; nothing is read then. The socket is not read yet. Returns what stops it: `done` is not called then. */
export function read_request_head(
  socket: Socket,
  clock: Clock,
  { wait_ms, bytes_max }: HeadLimits,
  done: (outcome: HeadOutcome) => void,
): () => void {
  let bytes = new Uint8Array(Math.min(bytes_max, 1024)), length = 0
  const stop = () => {
    timer.cancel()
    socket.off('data', take).off('end', gone).off('close', gone)
    socket.pause()
  }
  const finish = (outcome: HeadOutcome) => {
    stop()
    done(outcome)
  }
  const take = (chunk: Uint8Array) => {
    const looked_at = length
    if (length + chunk.length > bytes.length) bytes = grown(bytes, length + chunk.length)
    bytes.set(chunk, length)
    length += chunk.length
    const end = head_end(bytes, looked_at, length)
    if (end > bytes_max || end < 0 && length >= bytes_max) finish({ kind: 'too_long' })
    else if (end >= 0) finish({ kind: 'head', bytes: bytes.subarray(0, end), behind: length - end })
  }
  const gone = () => finish({ kind: 'gone' })
  const timer = clock.after(wait_ms, () => finish({ kind: 'late' }))
  socket.on('data', take).once('end', gone).once('close', gone)
  socket.resume()
  return stop
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(length, bytes.length * 2))
  larger.set(bytes)
  return larger
}
