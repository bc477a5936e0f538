// The sockets of one thread: listening, adopting, dialling, and the read buffer they all share.
import { ACCEPT_BACKLOG, PINNED_READ_BUFFERS_MAX, READ_BUFFER_BYTES, ROUTE_DIAL_TIMEOUT_MS } from '../base/limits.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { system_error_text } from '../base/system_error.ts'
import type { OutboxContext } from '../broker/outbox.ts'
import type { Connection } from '../connection/connection.ts'
import { unmap } from '../net/address.ts'
import { type Acceptor, listen, type ListenPlan } from '../net/listener.ts'
import { type Accepted, event_reading, type OnBytes, resume_reading, type SocketReading, stop_reading } from '../net/socket.ts'

export interface SocketContext {
  readonly clock: Clock
  readonly log: Log
  readonly outboxes: OutboxContext
  readonly turns: { input(): void; finish(): void }
  accept_client(socket: Accepted, ip: string, port: number): void
  accept_route(socket: Accepted, ip: string, port: number): void
}

export type ListenKind = 'clients' | 'routes'

export class SocketDesk {
  /** How sockets are read here; set before the first one. */
  reading: SocketReading = event_reading
  #context: SocketContext
  #acceptors = new Map<ListenKind, Acceptor>()
  #buffer: Uint8Array = new Uint8Array(READ_BUFFER_BYTES)

  constructor(context: SocketContext) {
    this.#context = context
  }

  /** Listens as planned; resolves to the port. */
  async listen(kind: ListenKind, plan: ListenPlan): Promise<number> {
    const accept = (socket: Accepted) => {
      const ip = unmap(socket.remoteAddress ?? ''), port = socket.remotePort ?? 0
      if (ip === '') return void socket.destroy()
      if (kind === 'clients') this.#context.accept_client(socket, ip, port)
      else this.#context.accept_route(socket, ip, port)
    }
    const acceptor = await listen(plan, accept, (error) => {
      this.#context.log.error(`Accept error: ${system_error_text(error)} (backlog ${ACCEPT_BACKLOG})`)
    }, this.reading.name === 'hot')
    this.#acceptors.set(kind, acceptor)
    return acceptor.port
  }

  stop_listening(kind: ListenKind): void {
    this.#acceptors.get(kind)?.close()
    this.#acceptors.delete(kind)
  }

  /** The connection owns the socket from here on; reading starts. */
  adopt(accepted: Accepted, connection: Connection): void {
    const socket = this.reading.adopt(accepted, () => this.#buffer, this.#on_bytes(() => connection))
    connection.attach(socket, { stop: () => stop_reading(socket), resume: () => resume_reading(socket) })
    resume_reading(socket)
  }

  /** Calls one of the two; `connected` makes the connection. */
  dial(host: string, port: number, failed: (error: string) => void, connected: () => Connection): void {
    let connection: Connection | null = null
    const socket = this.reading.dial({ host, port }, () => this.#buffer, this.#on_bytes(() => connection))
    const fail = (error: string) => {
      timer.cancel()
      socket.destroy()
      if (connection === null) failed(error)
    }
    const timer = this.#context.clock.after(ROUTE_DIAL_TIMEOUT_MS, () => fail(`dial tcp ${host}:${port}: i/o timeout`))
    const on_error = (error: Error) => fail(`dial tcp ${host}:${port}: connect: ${system_error_text(error)}`)
    socket.once('error', on_error)
    socket.once('connect', () => {
      timer.cancel()
      connection = connected()
      connection.attach(socket, { stop: () => stop_reading(socket), resume: () => resume_reading(socket) })
      socket.off('error', on_error)
    })
  }

  #on_bytes(connection: () => Connection | null): OnBytes {
    const { outboxes, turns } = this.#context
    return (bytes, length) => {
      turns.input()
      // Bytes from the shared buffer may be sent on by reference while not too many slow sockets hold on to such ones.
      const referable = bytes !== this.#buffer || outboxes.pins < PINNED_READ_BUFFERS_MAX
      const goes_on = connection()?.on_bytes(bytes, 0, length, referable) ?? false
      turns.finish()
      if (outboxes.read_buffer_pinned) {
        outboxes.read_buffer_pinned = false
        if (bytes.buffer === this.#buffer.buffer) this.#buffer = new Uint8Array(READ_BUFFER_BYTES)
      }
      return goes_on
    }
  }
}
