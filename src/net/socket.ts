// TCP sockets that read into buffers of ours, used again for every read. The one file that knows of `_handle`: an accepted
// socket has no option for the buffer, so its handle is taken and given to a socket that has (`handle` and `onread`).
// That is not documented, so each thread tries it once over loopback and falls back to 'data' events.
import { connect, createServer, type Server, Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'

/** Gives the buffer for the next read. What lies in it must have been used up, or its owner has another one by now. */
export type NextBuffer = () => Uint8Array

/**
 * Bytes came: buffer[0, length). False stops reading, until resume_reading(); these bytes are consumed all the same.
 * The buffer may be the one next_buffer gave (and will give again), so keep nothing of it without a copy.
 */
export type OnBytes = (buffer: Uint8Array, length: number) => boolean

export interface DialTarget {
  host: string
  port: number
}

/** A connection that was accepted and not used yet: a socket, or (see hand_over_handles) a bare handle. */
export interface Accepted {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  destroy(): unknown
}

/** A way of reading. Sockets are half-open ones: after the peer's end, what is queued can still be written. */
export interface SocketReading {
  readonly name: 'hot' | 'events'
  /** Takes over what was accepted by a server with ACCEPT_OPTIONS. Use only the socket it returns; not reading yet. */
  adopt(accepted: Accepted, next_buffer: NextBuffer, on_bytes: OnBytes): Socket
  /** Connects; reads as soon as the connection is made. */
  dial(target: DialTarget, next_buffer: NextBuffer, on_bytes: OnBytes): Socket
}

/** For net.createServer, where sockets are to be adopted. */
export const ACCEPT_OPTIONS = Object.freeze({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true })

/** What happens to a socket beside bytes; each is called once at most, and nothing after closed(). */
export interface SocketEnds {
  /** The peer will send no more. Flush and close: nobody else does. */
  ended(): void
  /** All is over. `error` is what ended it, null if nothing went wrong. */
  closed(error: Error | null): void
}

/** Takes the handle out of a socket, which does not close it any more, or out of what hand_over_handles gave. */
export function handle_of(accepted: Accepted): unknown {
  const owner = accepted as unknown as { _handle: unknown }
  const handle = owner._handle
  owner._handle = null
  return handle
}

/** Starts reading, or goes on after on_bytes returned false. */
export function resume_reading(socket: Socket): void {
  socket.resume()
}

/** Stops reading from outside of on_bytes. */
export function stop_reading(socket: Socket): void {
  socket.pause()
}

/** Tells of the end of a socket in the same way on every runtime. An error alone is not an end: closed() follows. */
export function watch_ends(socket: Socket, ends: SocketEnds): void {
  let error: Error | null = null
  socket.on('error', (cause: Error) => error ??= cause)
  socket.once('end', () => {
    if (!socket.destroyed) ends.ended()
  })
  socket.once('close', () => ends.closed(error))
}

/** Reads by 'data' events with the same callback. Also for sockets that are no plain TCP ones, such as TLS. */
export function read_by_events(socket: Socket, on_bytes: OnBytes): void {
  socket.on('data', (chunk: Uint8Array) => {
    if (!on_bytes(chunk, chunk.length)) socket.pause()
  })
}

export const hot_reading: SocketReading = {
  name: 'hot',
  adopt(accepted, next_buffer, on_bytes) {
    // Its server goes on counting the first socket: see listener.ts.
    const handle = handle_of(accepted)
    const options = { handle, allowHalfOpen: true, manualStart: true, onread: onread(next_buffer, on_bytes) }
    return new Socket(options as ConstructorParameters<typeof Socket>[0])
  },
  dial(target, next_buffer, on_bytes) {
    return connect({ ...target, noDelay: true, allowHalfOpen: true, onread: onread(next_buffer, on_bytes) })
  },
}

export const event_reading: SocketReading = {
  name: 'events',
  adopt(accepted, _next_buffer, on_bytes) {
    const socket = accepted as Socket
    read_by_events(socket, on_bytes)
    // 'data' starts the flow by itself; the caller says when.
    socket.pause()
    return socket
  },
  dial(target, _next_buffer, on_bytes) {
    const socket = connect({ ...target, noDelay: true, allowHalfOpen: true })
    read_by_events(socket, on_bytes)
    return socket
  },
}

interface PeerHandle {
  getpeername(out: { address?: string; port?: number }): number
  setNoDelay(on: boolean): number
  close(): void
}

/**
 * Makes a listening server give bare handles instead of making a socket for each, which adopt() would only throw away:
 * a third of the cost of accepting. False where the runtime's servers have no such handle; then nothing has changed.
 */
export function hand_over_handles(server: Server, on_accepted: (accepted: Accepted) => void): boolean {
  const owner = server as unknown as { _handle: { onconnection?: unknown } | null }
  if ('deno' in process.versions || typeof owner._handle?.onconnection !== 'function') return false
  owner._handle.onconnection = (status: number, handle: PeerHandle | undefined) => {
    if (status !== 0 || handle === undefined) return void server.emit('error', new Error(`accept: status ${status}`))
    const peer: { address?: string; port?: number } = {}
    handle.getpeername(peer)
    handle.setNoDelay(true)
    on_accepted({
      _handle: handle,
      remoteAddress: peer.address,
      remotePort: peer.port,
      destroy: () => handle.close(),
    } as Accepted)
  }
  return true
}

const TRIAL_MS_MAX = 2_000

/** hot_reading if it works here, else event_reading: sends a few bytes to and fro over loopback. */
export async function choose_reading(clock: Clock, candidate: SocketReading = hot_reading): Promise<SocketReading> {
  return await try_reading(clock, candidate) ? candidate : event_reading
}

/** Whether bytes pass both ways, between an adopted and a dialled socket, and reading can be stopped and resumed. */
function try_reading(clock: Clock, reading: SocketReading): Promise<boolean> {
  const sent = Uint8Array.of(1, 2, 3, 4, 5)
  const opened: Socket[] = []
  const buffer = new Uint8Array(sent.length)
  return new Promise((resolve) => {
    const server = createServer(ACCEPT_OPTIONS)
    const finish = (works: boolean) => {
      timer.cancel()
      server.close()
      for (const socket of opened) socket.destroy()
      resolve(works)
    }
    const timer = clock.after(TRIAL_MS_MAX, () => finish(false))
    server.on('error', () => finish(false))
    server.on('connection', (accepted) => {
      opened.push(accepted)
      try {
        const echo = reading.adopt(accepted, () => buffer, (bytes, length) => {
          echo.write(bytes.slice(0, length))
          clock.after(0, () => resume_reading(echo))
          return false
        })
        opened.push(echo)
        echo.on('error', () => finish(false))
        resume_reading(echo)
      } catch {
        finish(false)
      }
    })
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      let received = 0, wrong = false, rounds = 0
      const socket = reading.dial({ host: '127.0.0.1', port }, () => new Uint8Array(2), (bytes, length) => {
        for (let i = 0; i < length; i++) wrong ||= bytes[i] !== sent[received++ % sent.length]
        if (wrong) finish(false)
        else if (received === sent.length * 2) finish(true)
        else if (received === sent.length && rounds++ === 0) socket.write(sent)
        return true
      })
      opened.push(socket)
      socket.on('error', () => finish(false))
      socket.on('connect', () => socket.write(sent))
    })
  })
}

function onread(next_buffer: NextBuffer, on_bytes: OnBytes) {
  return {
    // Node calls it before every read; the buffer that comes with the callback is the one it gave.
    buffer: next_buffer,
    callback: (length: number, buffer: Uint8Array) => on_bytes(buffer, length),
  }
}
