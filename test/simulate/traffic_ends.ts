// Connections of the simulated servers as their transports: bytes, under way through the virtual network, in pieces of any size.
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import type { Random } from '../../src/base/prng.ts'
import type { Accepted, NextBuffer } from '../../src/net/socket.ts'
import type { Transport, TransportEvents } from '../../src/net/transport.ts'
import type { End, Network } from './network.ts'

/** What an end needs of the simulation. */
export interface EndContext {
  readonly network: Network
  readonly random: Random
  /** In the same moment, but later, if the host still lives. */
  later(f: () => void): void
  /** Told of everything that is sent. */
  sent(host: number, text: string): void
}

/** One end of a route. */
export class RouteEnd implements End, Transport, Accepted {
  readonly host: number
  readonly peer: number
  readonly rid = 0
  readonly coming: End['coming'] = []
  readonly unread = null
  readonly remoteAddress: string
  readonly remotePort = 40_000
  open = true
  other: RouteEnd | null = null
  readonly #context: EndContext
  #events: TransportEvents | null = null
  #next_buffer: NextBuffer = () => new Uint8Array(0)
  /** What has come and was not read. */
  #waiting: Uint8Array[] = []
  #stopped = false
  #input_ended = false

  constructor(context: EndContext, host: number, peer: number, address: string) {
    this.#context = context
    this.host = host
    this.peer = peer
    this.remoteAddress = address
  }

  read_into(next_buffer: NextBuffer): this {
    this.#next_buffer = next_buffer
    return this
  }

  start(events: TransportEvents): void {
    this.#events = events
    this.resume()
  }

  write(pieces: Uint8Array[]): boolean {
    const text = pieces.map((piece) => latin1_text(piece)).join('')
    this.#context.sent(this.host, text)
    const bytes = latin1_bytes(text)
    const cut = this.#context.random.below(bytes.length + 1)
    for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
      if (part.length > 0) this.#to_other((other) => other.#receive(part))
    }
    return true
  }

  end(): void {
    this.#to_other((other) => other.#end_of_input())
  }

  destroy(): void {
    if (!this.open) return
    this.break(null)
    this.#to_other((other) => other.break(new Error('reset')))
  }

  stop(): void {
    this.#stopped = true
  }

  resume(): void {
    this.#stopped = false
    this.#context.later(() => this.#read())
  }

  /** It is over, without a word to the other end. */
  break(error: Error | null): void {
    if (!this.open) return
    this.open = false
    this.#waiting = []
    this.#context.later(() => this.#events?.closed(error))
  }

  #to_other(run: (other: RouteEnd) => void): void {
    const { other } = this
    if (other !== null) this.#context.network.send(other, () => run(other))
  }

  #receive(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
    this.#read()
  }

  #end_of_input(): void {
    this.#input_ended = true
    this.#read()
  }

  #read(): void {
    if (this.#events === null) return
    while (this.#waiting.length > 0 && !this.#stopped && this.open) {
      const bytes = this.#waiting.shift()!
      const buffer = this.#next_buffer()
      buffer.set(bytes)
      if (!this.#events.bytes(buffer, bytes.length)) this.#stopped = true
    }
    if (!this.#input_ended || this.#waiting.length > 0 || !this.open) return
    this.#input_ended = false
    this.#events.ended()
  }
}

/** The transport of a client that is not far away: it reads and writes at once. */
export class ClientEnd implements Transport, Accepted {
  readonly remoteAddress = '127.0.0.1'
  readonly remotePort = 50_000
  /** Told of what the server sends. */
  on_text: (text: string) => void = () => {}
  #events: TransportEvents | null = null
  #next_buffer: NextBuffer = () => new Uint8Array(0)

  read_into(next_buffer: NextBuffer): this {
    this.#next_buffer = next_buffer
    return this
  }

  /** The client says something. */
  send(text: string): void {
    const bytes = latin1_bytes(text)
    const buffer = this.#next_buffer()
    buffer.set(bytes)
    if (!this.#events!.bytes(buffer, bytes.length)) throw new Error('A client that says so little is always read')
  }

  start(events: TransportEvents): void {
    this.#events = events
  }

  write(pieces: Uint8Array[]): boolean {
    this.on_text(pieces.map((piece) => latin1_text(piece)).join(''))
    return true
  }

  end(): void {}
  destroy(): void {}
  stop(): void {}
  resume(): void {}
}
