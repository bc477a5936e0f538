// The sockets of one thread: listening, adopting, dialling, and the read buffer they all share.
import { connect, type Socket } from 'node:net'
import { ACCEPT_BACKLOG, ROUTE_DIAL_TIMEOUT_MS } from '../base/limits.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { system_error_text } from '../base/system_error.ts'
import type { OutboxContext } from '../broker/outbox.ts'
import type { Connection } from '../connection/connection.ts'
import type { Door } from '../connection/settings.ts'
import { unmap } from '../net/address.ts'
import { type Acceptor, listen, type ListenPlan } from '../net/listener.ts'
import { type Accepted, event_reading } from '../net/socket.ts'
import { type Reading, socket_reading } from '../net/reading.ts'
import { event_transport } from '../net/event_transport.ts'
import type { LinkEnd, Network } from '../net/network.ts'
import type { Transport, TransportEvents } from '../net/transport.ts'
import { ConnectionBuffer, ReadBuffers } from './read_buffers.ts'

export interface SocketContext {
  readonly clock: Clock
  readonly log: Log
  readonly outboxes: OutboxContext
  readonly turns: { input(): void; finish(): void }
  /** Whether what is accepted is to be whole sockets. */
  takes_sockets(kind: ListenKind): boolean
  accept(kind: ListenKind, socket: Accepted, ip: string, port: number): void
}

export type ListenKind = Door | 'routes'

/** How a connection has come to be. */
export type Origin = ListenKind | 'dialled'

/** May put itself between a connection and its events. */
export type Watch = (events: TransportEvents) => TransportEvents
const UNWATCHED: Watch = (events) => events

export class SocketDesk {
  /** How sockets are read here; set before the first one. */
  reading: Reading = socket_reading(event_reading)
  #context: SocketContext
  /** Null: nobody comes between. */
  #network: Network | null
  #acceptors = new Map<ListenKind, Acceptor>()
  #buffers = new ReadBuffers()

  constructor(context: SocketContext, network: Network | null = null) {
    this.#context = context
    this.#network = network
  }

  /** Listens as planned; resolves to the port. */
  async listen(kind: ListenKind, plan: ListenPlan): Promise<number> {
    const accept = (socket: Accepted) => {
      const ip = unmap(socket.remoteAddress ?? ''), port = socket.remotePort ?? 0
      if (ip === '') return void socket.destroy()
      this.#context.accept(kind, socket, ip, port)
    }
    const acceptor = await listen(plan, accept, (error) => {
      this.#context.log.error(`Accept error: ${system_error_text(error)} (backlog ${ACCEPT_BACKLOG})`)
    }, this.reading.takes_handles && !this.#context.takes_sockets(kind))
    this.#acceptors.set(kind, acceptor)
    return acceptor.port
  }

  stop_listening(kind: ListenKind): void {
    this.#acceptors.get(kind)?.close()
    this.#acceptors.delete(kind)
  }

  /** The connection owns what was accepted from here on; reading starts. */
  adopt(accepted: Accepted, connection: Connection, origin: Origin, watch: Watch = UNWATCHED): void {
    const buffer = new ConnectionBuffer(this.#buffers)
    this.#attach(this.reading.open(accepted, () => buffer.next()), buffer, connection, origin, watch)
  }

  /** The same over a whole socket, whose TLS handshake is done or which has none. */
  adopt_socket(socket: Socket, connection: Connection, origin: Origin, watch: Watch = UNWATCHED): void {
    this.adopt_transport(event_transport(socket), connection, origin, watch)
  }

  /** The same over a transport that has not started. */
  adopt_transport(transport: Transport, connection: Connection, origin: Origin, watch: Watch = UNWATCHED): void {
    this.#attach(transport, new ConnectionBuffer(this.#buffers), connection, origin, watch)
  }

  /** Calls one of the two; `connected` makes the connection. */
  dial(
    host: string,
    port: number,
    failed: (error: string) => void,
    connected: () => { connection: Connection; watch: Watch },
  ): void {
    const buffer = new ConnectionBuffer(this.#buffers)
    let stop = () => {}
    const end = this.#dial_timer(host, port, failed, () => stop())
    if (!this.#may_dial(host, port, end)) return
    stop = this.reading.connect({ host, port }, () => buffer.next(), (error, transport) => {
      if (transport === null) return end(`connect: ${system_error_text(error)}`)
      end(null)
      const { connection, watch } = connected()
      this.#attach(transport, buffer, connection, 'dialled', watch)
    })
  }

  /** Calls one of the two; the socket is not read yet. */
  dial_socket(host: string, port: number, failed: (error: string) => void, connected: (socket: Socket) => void): void {
    let socket: Socket | null = null
    const end = this.#dial_timer(host, port, failed, () => socket?.destroy())
    if (!this.#may_dial(host, port, end)) return
    socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
    const on_error = (error: Error) => end(`connect: ${system_error_text(error)}`)
    socket.once('error', on_error)
    socket.once('connect', () => {
      socket!.off('error', on_error)
      end(null)
      connected(socket!)
    })
  }

  /** False: it fails, now or when its time is up. */
  #may_dial(host: string, port: number, end: (reason: string) => void): boolean {
    const refusal = this.#network === null ? null : this.#network.may_dial(host, port)
    if (refusal) end(refusal)
    return refusal === null
  }

  /** Limits a dial. Call what it returns once it is over: with null if it went well, else with the reason. */
  #dial_timer(host: string, port: number, failed: (error: string) => void, stop: () => void) {
    const end = (reason: string | null) => {
      timer.cancel()
      if (reason === null) return
      stop()
      failed(`dial tcp ${host}:${port}: ${reason}`)
    }
    const timer = this.#context.clock.after(ROUTE_DIAL_TIMEOUT_MS, () => end('i/o timeout'))
    return end
  }

  #attach(
    raw: Transport,
    buffer: ConnectionBuffer,
    connection: Connection,
    origin: Origin,
    watch: Watch,
  ): void {
    const transport = this.#network === null ? raw : this.#network.wrap(raw, link_end(connection, origin))
    connection.attach(transport)
    transport.start(watch(this.#events(buffer, connection)))
  }

  #events(buffer: ConnectionBuffer, connection: Connection): TransportEvents {
    const { outboxes, turns } = this.#context
    return {
      bytes(bytes, length) {
        turns.input()
        connection.on_bytes(bytes, 0, length, buffer.is_referable(bytes))
        turns.finish()
        if (outboxes.pinned || outboxes.large_copied) buffer.settle(outboxes)
        // Asked last: what stopped the connection may be over by the end of the turn.
        return connection.takes_bytes
      },
      written: () => connection.written(),
      ended: () => connection.end_of_input(),
      closed(error) {
        buffer.release()
        connection.closed(error)
      },
    }
  }
}

function link_end({ ip: host, port }: Connection, origin: Origin): LinkEnd {
  const dialled = origin === 'dialled'
  return { kind: dialled ? 'routes' : origin, dialled, host, port }
}
