// A transport over a net.Socket: works on every runtime.
import type { Socket } from 'node:net'
import { resume_reading, stop_reading, watch_ends } from './socket.ts'
import type { Transport, TransportEvents } from './transport.ts'

export class SocketTransport implements Transport {
  /** Set by start; until then nothing is read. */
  events: TransportEvents | null = null
  #socket: Socket
  #waiting = false
  #written = () => this.#on_written()

  /** The socket's bytes must be given to `events.bytes` by whoever made it (see SocketReading). */
  constructor(socket: Socket) {
    this.#socket = socket
  }

  start(events: TransportEvents): void {
    this.events = events
    watch_ends(this.#socket, events)
    resume_reading(this.#socket)
  }

  write(pieces: Uint8Array[]): boolean {
    const socket = this.#socket
    if (socket.destroyed) return true
    if (pieces.length === 1) socket.write(pieces[0], this.#written)
    else {
      const last = pieces.length - 1
      socket.cork()
      for (let i = 0; i < last; i++) socket.write(pieces[i])
      socket.write(pieces[last], this.#written)
      socket.uncork()
    }
    this.#waiting = socket.writableLength > 0
    return !this.#waiting
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  stop(): void {
    stop_reading(this.#socket)
  }

  resume(): void {
    resume_reading(this.#socket)
  }

  /** Called for every write, also for those that left at once. */
  #on_written(): void {
    if (!this.#waiting || this.#socket.destroyed || this.#socket.writableLength > 0) return
    this.#waiting = false
    this.events?.written()
  }
}
