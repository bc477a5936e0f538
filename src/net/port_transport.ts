// A connection inside this process: bytes go through a message port, in both directions alike. Both ends are one of these.
import { PORT_WINDOW_BYTES } from '../base/limits.ts'
import type { Transport, TransportEvents } from './transport.ts'

/** What is used of a message port of the web, which every runtime has. Those of node:worker_threads copy slowly under Deno. */
export interface Port {
  postMessage(message: unknown, transferred?: never): void
  addEventListener(kind: 'message' | 'close', listener: (event: { data?: unknown }) => void): void
  dispatchEvent(event: Event): boolean
  start(): void
  close(): void
}

/** Both ends of a new connection. */
export function port_pair(): [Port, Port] {
  const { port1, port2 } = new globalThis.MessageChannel() as unknown as { port1: Port; port2: Port }
  return [port1, port2]
}

/** Has whoever holds this end see that the other one is gone: not every runtime does that when a thread dies. */
export const close_port = (port: Port): void => void port.dispatchEvent(new Event('close'))

/** Bytes; how many bytes the reader has taken; no more will come; all is over. */
type PortMessage = Uint8Array | number | 'end' | 'cut'

export class PortTransport implements Transport {
  #port: Port
  #events: TransportEvents | null = null
  #under_way = 0
  #waiting = false
  #stopped = false
  /** Came while reading was stopped: no more than the other end may have under way. */
  #held: Uint8Array[] = []
  #ended = { here: false, there: false, told: false }
  #over = false

  constructor(port: Port) {
    this.#port = port
  }

  start(events: TransportEvents): void {
    this.#events = events
    this.#port.addEventListener('message', ({ data }) => this.#take(data as PortMessage))
    this.#port.addEventListener('close', () => this.#finish())
    this.#port.start()
  }

  write(pieces: Uint8Array[]): boolean {
    if (this.#over || this.#ended.here) return true
    const bytes = joined(pieces)
    this.#under_way += bytes.length
    this.#post(bytes, [bytes.buffer])
    this.#waiting = this.#under_way > PORT_WINDOW_BYTES
    return !this.#waiting
  }

  end(): void {
    if (this.#over || this.#ended.here) return
    this.#ended.here = true
    this.#post('end')
    if (this.#ended.there) this.#finish()
  }

  destroy(): void {
    if (this.#over) return
    this.#post('cut')
    queueMicrotask(() => this.#finish())
  }

  stop(): void {
    this.#stopped = true
  }

  resume(): void {
    this.#stopped = false
    while (!this.#stopped && this.#held.length > 0) this.#deliver(this.#held.shift()!)
    if (!this.#stopped && this.#ended.there && !this.#ended.told) this.#end_there()
  }

  #take(message: PortMessage): void {
    if (this.#over) return
    if (typeof message === 'number') return this.#taken(message)
    if (message === 'cut') return this.#finish()
    if (message === 'end') {
      this.#ended.there = true
      if (this.#held.length === 0 && !this.#stopped) this.#end_there()
    } else if (this.#stopped || this.#held.length > 0) this.#held.push(message)
    else this.#deliver(message)
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#over) return
    if (!this.#events!.bytes(bytes, bytes.length)) this.#stopped = true
    this.#post(bytes.length)
  }

  #taken(bytes: number): void {
    this.#under_way -= bytes
    if (!this.#waiting || this.#under_way > PORT_WINDOW_BYTES) return
    this.#waiting = false
    this.#events!.written()
  }

  #end_there(): void {
    this.#ended.told = true
    this.#events!.ended()
    if (this.#ended.here) this.#finish()
  }

  #post(message: PortMessage, transferred: ArrayBufferLike[] = []): void {
    this.#port.postMessage(message, transferred as never)
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.#held.length = 0
    this.#port.close()
    close_port(this.#port)
    this.#events?.closed(null)
  }
}

/** A copy in memory of its own, which the port takes away. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
