// The first bytes of a connection that may begin with TLS or not: looked at, and given back to whoever reads it then.
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Clock } from '../base/clock.ts'

/** The record type of a TLS handshake. */
const HANDSHAKE = 22

export const begins_tls = (bytes: Uint8Array): boolean => bytes[0] === HANDSHAKE

/**
 * Waits for bytes, so long at most; then calls `seen`, with null if none came. The socket was accepted with ACCEPT_OPTIONS, and
 * reads nothing any more afterwards. Returns what stops it: then `seen` is not called.
 */
export function look_at_first_bytes(
  socket: Socket,
  clock: Clock,
  wait_ms: number,
  seen: (bytes: Uint8Array | null) => void,
): () => void {
  const stop = () => {
    timer.cancel()
    socket.off('readable', look).off('close', gone)
    socket.pause()
  }
  const finish = (bytes: Uint8Array | null) => {
    stop()
    seen(bytes)
  }
  const look = () => {
    const bytes = socket.read() as Uint8Array | null
    if (bytes !== null) finish(bytes)
  }
  const gone = () => finish(null)
  const timer = clock.after(wait_ms, () => finish(null))
  socket.on('readable', look).on('close', gone)
  return stop
}

/**
 * The same until `is_enough` says so of all that has come: then, or when the time is up or the socket has ended, `seen` is called with
 * that. What is told is no more read.
 */
export function gather_first_bytes(
  socket: Socket,
  clock: Clock,
  wait_ms: number,
  is_enough: (bytes: Uint8Array) => boolean,
  seen: (bytes: Uint8Array) => void,
): () => void {
  let bytes: Uint8Array = new Uint8Array(0)
  const stop = () => {
    timer.cancel()
    socket.off('data', take).off('end', finish).off('close', finish)
    socket.pause()
  }
  const finish = () => {
    stop()
    seen(bytes)
  }
  const take = (chunk: Uint8Array) => {
    bytes = Buffer.concat([bytes, chunk])
    if (is_enough(bytes)) finish()
  }
  const timer = clock.after(wait_ms, finish)
  socket.on('data', take).once('end', finish).once('close', finish)
  socket.resume()
  return stop
}

/** The socket with bytes in front of what it still gives: TLS takes nothing that was read already. */
export class ReplayedSocket extends Duplex {
  readonly #socket: Socket

  constructor(socket: Socket, bytes: Uint8Array) {
    super({ allowHalfOpen: true })
    this.#socket = socket
    this.push(bytes)
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause()
    })
    socket.pause()
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }
}
