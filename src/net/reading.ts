// How a thread turns connections into transports: the best way that works here, found out once per thread by trying it
// over loopback.
//
//   handle   libuv's handle alone (handle_transport.ts): Node
//   hot      net.Socket over the handle, reading into our buffers: Deno, and where Node's inner binding is another one
//   events   net.Socket and 'data' events, with a fresh buffer for every read: everywhere
import { connect, createServer, type Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { type HandleBinding, HandleTransport, load_handle_binding, type TcpHandle } from './handle_transport.ts'
import {
  ACCEPT_OPTIONS,
  type Accepted,
  choose_reading as choose_socket_reading,
  type DialTarget,
  hand_over_handles,
  handle_of,
  hot_reading,
  type NextBuffer,
  type SocketReading,
} from './socket.ts'
import { SocketTransport } from './socket_transport.ts'
import type { Transport } from './transport.ts'

export interface Reading {
  readonly name: 'handle' | 'hot' | 'events'
  /** Listeners may hand over bare handles (see hand_over_handles). */
  readonly takes_handles: boolean
  /** The transport of an accepted connection. */
  open(accepted: Accepted, next_buffer: NextBuffer): Transport
  /** Connects, then calls done once with one of the two. Returns what stops it. */
  connect(
    target: DialTarget,
    next_buffer: NextBuffer,
    done: (error: Error | null, transport: Transport | null) => void,
  ): () => void
}

/** By way of net.Socket. */
export function socket_reading(reading: SocketReading): Reading {
  return {
    name: reading.name,
    takes_handles: reading === hot_reading,
    open(accepted, next_buffer) {
      const transport: SocketTransport = new SocketTransport(
        reading.adopt(accepted, next_buffer, (buffer, length) => transport.events!.bytes(buffer, length)),
      )
      return transport
    },
    connect(target, next_buffer, done) {
      let transport: SocketTransport | null = null
      const socket = reading.dial(target, next_buffer, (buffer, length) => transport!.events!.bytes(buffer, length))
      return when_connected(socket, done, () => transport = new SocketTransport(socket))
    },
  }
}

/** By way of the handle. Connecting is left to net.Socket, which then lets go of its handle. */
export function handle_reading(binding: HandleBinding): Reading {
  return {
    name: 'handle',
    takes_handles: true,
    open: (accepted, next_buffer) => new HandleTransport(handle_of(accepted) as TcpHandle, binding, next_buffer),
    connect(target, next_buffer, done) {
      // Not reading: what comes meanwhile waits in the kernel.
      const socket = connect({ ...target, noDelay: true, allowHalfOpen: true, onread: NEVER_READ })
      socket.pause()
      return when_connected(socket, done, () => {
        const handle = handle_of(socket) as TcpHandle
        handle.readStop()
        return new HandleTransport(handle, binding, next_buffer)
      })
    },
  }
}

const NEVER_READ = { buffer: new Uint8Array(1), callback: () => false }

function when_connected(
  socket: Socket,
  done: (error: Error | null, transport: Transport | null) => void,
  open: () => Transport,
): () => void {
  const on_error = (error: Error) => done(error, null)
  socket.once('error', on_error)
  socket.once('connect', () => {
    socket.off('error', on_error)
    done(null, open())
  })
  return () => {
    socket.off('error', on_error)
    socket.on('error', () => {})
    socket.destroy()
  }
}

const TRIAL_MS_MAX = 2_000

/** The best of the three that works on this thread. */
export async function choose_reading(clock: Clock): Promise<Reading> {
  const binding = load_handle_binding()
  if (binding !== null && await try_handles(clock, handle_reading(binding))) return handle_reading(binding)
  return socket_reading(await choose_socket_reading(clock))
}

/** Whether bytes, reading again after a stop, a write and both ends pass over a handle, accepted and dialled. */
function try_handles(clock: Clock, reading: Reading): Promise<boolean> {
  const opened: { destroy(): unknown }[] = []
  const server = createServer(ACCEPT_OPTIONS)
  return new Promise((resolve) => {
    const finish = (works: boolean) => {
      timer.cancel()
      server.close()
      for (const each of opened) each.destroy()
      resolve(works)
    }
    const timer = clock.after(TRIAL_MS_MAX, () => finish(false))
    const echo = (transport: Transport) => {
      opened.push(transport)
      let stopped = false
      transport.start({
        bytes(buffer, length) {
          transport.write([buffer.slice(0, length)])
          clock.after(0, () => transport.resume())
          stopped = !stopped
          return !stopped
        },
        written() {},
        ended: () => transport.end(),
        closed() {},
      })
    }
    server.on('error', () => finish(false))
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      const accept = (accepted: Accepted) => echo(reading.open(accepted, () => new Uint8Array(4)))
      if (!hand_over_handles(server, accept)) return finish(false)
      reading.connect({ host: '127.0.0.1', port }, () => new Uint8Array(3), (_error, transport) => {
        if (transport === null) return finish(false)
        opened.push(transport)
        let text = ''
        transport.start({
          bytes(buffer, length) {
            for (let i = 0; i < length; i++) text += String.fromCharCode(buffer[i])
            if (text === 'one') transport.write([Uint8Array.of(116, 119), Uint8Array.of(111)])
            if (text === 'onetwo') transport.end()
            return true
          },
          written() {},
          ended: () => finish(text === 'onetwo'),
          closed: () => finish(false),
        })
        transport.write([Uint8Array.of(111, 110, 101)])
      })
    })
  })
}
