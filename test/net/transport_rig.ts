// Two ends of a connection over loopback, for the table of what every kind of transport has to do (transport_table.ts).
import * as assert from 'uvu/assert'
import { connect, type Socket } from 'node:net'
import { type Acceptor, listen } from '../../src/net/listener.ts'
import type { Reading } from '../../src/net/reading.ts'
import type { Transport, TransportEvents } from '../../src/net/transport.ts'

export const pattern = (length: number, seed = 0) => new Uint8Array(length).map((_, i) => (i * 31 + seed) ^ (i >> 8))
export const pause_ms = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
export async function until(reached: () => boolean) {
  while (!reached()) await pause_ms(1)
}

/** The owner of one transport. Breaches of the contract are kept, and fail the test in check(). */
export class End implements TransportEvents {
  transport: Transport
  chunks: Uint8Array[] = []
  length = 0
  lags = 0
  written_count = 0
  ended_count = 0
  closed_count = 0
  error: Error | null = null
  /** What bytes() does besides keeping them. */
  on_bytes: () => boolean = () => true
  on_written: () => void = () => {}
  stopped = false
  destroyed = false
  #writing = false
  #breaches: string[] = []

  constructor(transport: Transport) {
    this.transport = transport
    opened.push(transport)
  }

  start(): this {
    this.transport.start(this)
    return this
  }

  /** The memory is filled with something else as soon as it is free. */
  write(...pieces: Uint8Array[]): boolean {
    const copies = pieces.map((piece) => piece.slice())
    this.#free = () => copies.forEach((copy) => copy.fill(0xee))
    this.#writing = !this.transport.write(copies)
    if (this.#writing) this.lags++
    else this.#free()
    return !this.#writing
  }
  #free = () => {}

  destroy(): void {
    this.destroyed = true
    this.transport.destroy()
  }

  bytes(buffer: Uint8Array, length: number): boolean {
    this.#expect('bytes', !this.stopped && !this.destroyed && this.ended_count === 0)
    this.#expect('bytes of no length', length > 0 && length <= buffer.length)
    this.chunks.push(buffer.slice(0, length))
    this.length += length
    return this.on_bytes()
  }

  written(): void {
    this.#expect('written', this.#writing && !this.destroyed)
    this.#writing = false
    this.written_count++
    this.#free()
    this.on_written()
  }

  ended(): void {
    this.#expect('ended', !this.destroyed)
    this.ended_count++
  }

  closed(error: Error | null): void {
    this.#expect('closed', true)
    this.closed_count++
    this.error = error
  }

  get received(): Uint8Array {
    return Buffer.concat(this.chunks)
  }

  /** Some time later everything was called as often as it should have been. */
  async check({ ended = this.ended_count, closed = 1 } = {}): Promise<void> {
    await pause_ms(10)
    assert.equal(this.#breaches, [])
    assert.equal([this.ended_count, this.closed_count], [ended, closed])
  }

  #expect(call: string, holds: boolean) {
    if (!holds || this.closed_count > 0) {
      this.#breaches.push(
        `${call}${this.destroyed ? ' after destroy' : ''}${this.closed_count > 0 ? ' after closed' : ''}`,
      )
    }
  }
}

const opened: { destroy(): unknown }[] = []
/** A failed test leaves nothing open that keeps the process. */
export const close_all = () => opened.splice(0).forEach((each) => each.destroy())

/** Listens as `reading` wants it. Resolves to the port and to what accepts the next connection. */
export async function open_port(reading: Reading, next_buffer = shared_buffer) {
  let on_end!: (end: End) => void
  const accepted = new Promise<End>((resolve) => on_end = resolve)
  const acceptor: Acceptor = await listen(
    { strategy: 'single', host: '127.0.0.1', port: 0 },
    (one) => on_end(new End(reading.open(one, next_buffer))),
    () => {},
    reading.takes_handles,
  )
  return { port: acceptor.port, accepted, close: () => acceptor.close() }
}

const shared = new Uint8Array(64 * 1024)
const shared_buffer = () => shared

export function dial(reading: Reading, port: number, next_buffer = shared_buffer): Promise<End> {
  return new Promise((resolve, reject) => {
    reading.connect({ host: '127.0.0.1', port }, next_buffer, (error, transport) => {
      if (transport === null) reject(error)
      // Started at once: a transport must not wait, its socket would report to nobody.
      else resolve(new End(transport).start())
    })
  })
}

/** An accepted transport and a dialled one, started both. */
export async function pair(reading: Reading, next_buffer = shared_buffer): Promise<[accepted: End, dialled: End]> {
  const { port, accepted, close } = await open_port(reading, next_buffer)
  const dialled = await dial(reading, port, next_buffer)
  const end = (await accepted).start()
  close()
  return [end, dialled]
}

/** An accepted transport, started, and a plain socket of Node's. */
export async function pair_with_socket(reading: Reading): Promise<[End, Socket]> {
  const { port, accepted, close } = await open_port(reading)
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  opened.push(socket)
  const end = (await accepted).start()
  close()
  return [end, socket]
}
