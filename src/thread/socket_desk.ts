// The sockets of one thread: listening, adopting, dialling, and the read buffer they all share.
import { ACCEPT_BACKLOG, ROUTE_DIAL_TIMEOUT_MS } from '../base/limits.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { system_error_text } from '../base/system_error.ts'
import type { OutboxContext } from '../broker/outbox.ts'
import type { Connection } from '../connection/connection.ts'
import { unmap } from '../net/address.ts'
import { type Acceptor, listen, type ListenPlan } from '../net/listener.ts'
import { type Accepted, event_reading } from '../net/socket.ts'
import { type Reading, socket_reading } from '../net/reading.ts'
import type { TransportEvents } from '../net/transport.ts'
import { ConnectionBuffer, ReadBuffers } from './read_buffers.ts'

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
  reading: Reading = socket_reading(event_reading)
  #context: SocketContext
  #acceptors = new Map<ListenKind, Acceptor>()
  #buffers = new ReadBuffers()

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
    }, this.reading.takes_handles)
    this.#acceptors.set(kind, acceptor)
    return acceptor.port
  }

  stop_listening(kind: ListenKind): void {
    this.#acceptors.get(kind)?.close()
    this.#acceptors.delete(kind)
  }

  /** The connection owns what was accepted from here on; reading starts. */
  adopt(accepted: Accepted, connection: Connection): void {
    const buffer = new ConnectionBuffer(this.#buffers)
    const events = this.#events(buffer, connection)
    const transport = this.reading.open(accepted, () => buffer.next())
    connection.attach(transport)
    transport.start(events)
  }

  /** Calls one of the two; `connected` makes the connection. */
  dial(host: string, port: number, failed: (error: string) => void, connected: () => Connection): void {
    const buffer = new ConnectionBuffer(this.#buffers)
    const timer = this.#context.clock.after(ROUTE_DIAL_TIMEOUT_MS, () => end(`dial tcp ${host}:${port}: i/o timeout`))
    const stop = this.reading.connect({ host, port }, () => buffer.next(), (error, transport) => {
      if (transport === null) return end(`dial tcp ${host}:${port}: connect: ${system_error_text(error)}`)
      timer.cancel()
      const connection = connected()
      connection.attach(transport)
      transport.start(this.#events(buffer, connection))
    })
    const end = (error: string) => {
      timer.cancel()
      stop()
      failed(error)
    }
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
