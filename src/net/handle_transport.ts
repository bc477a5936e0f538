// A transport right over libuv's TCP handle, without net.Socket and its streams in between: half the cost of a
// connection, and less per write. Node only, and undocumented: `load_handle_binding` looks whether everything it needs
// is there, choose_reading tries it over loopback once per thread, and net.Socket is used where it is not.
import type { NextBuffer } from './socket.ts'
import type { Transport, TransportEvents } from './transport.ts'

/** What Node's TCP handles can do, as far as it is used. */
export interface TcpHandle {
  onread: (this: TcpHandle) => Uint8Array | undefined
  useUserBuffer(buffer: Uint8Array): void
  readStart(): number
  readStop(): number
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number
  writev(request: WriteRequest, pieces: Uint8Array[], all_buffers: boolean): number
  shutdown(request: ShutdownRequest): number
  close(done: () => void): void
}

interface WriteRequest {
  oncomplete: (status: number) => void
  /** Keeps what is being written from being collected. */
  pieces: Uint8Array[]
}
interface ShutdownRequest {
  oncomplete: (status: number) => void
}

export interface HandleBinding {
  WriteWrap: new () => WriteRequest
  ShutdownWrap: new () => ShutdownRequest
  /** Where a call leaves its figures, at the two indexes below. */
  streamBaseState: Int32Array
  kReadBytesOrError: number
  kLastWriteWasAsync: number
  end_of_file: number
}

/** The runtime's own binding, or null where there is none of that shape. */
export function load_handle_binding(): HandleBinding | null {
  if ('deno' in process.versions) return null
  try {
    const { binding } = process as unknown as { binding(name: string): Record<string, unknown> }
    const stream = binding('stream_wrap') as unknown as HandleBinding
    const { UV_EOF } = binding('uv') as unknown as { UV_EOF: number }
    const { WriteWrap, ShutdownWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = stream
    const is_whole = typeof WriteWrap === 'function' && typeof ShutdownWrap === 'function' &&
      streamBaseState instanceof Int32Array && typeof kReadBytesOrError === 'number' &&
      typeof kLastWriteWasAsync === 'number' && typeof UV_EOF === 'number'
    if (!is_whole) return null
    return { WriteWrap, ShutdownWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync, end_of_file: UV_EOF }
  } catch {
    return null
  }
}

export class HandleTransport implements Transport {
  #handle: TcpHandle | null
  #binding: HandleBinding
  #next_buffer: NextBuffer
  #buffer: Uint8Array
  #events: TransportEvents | null = null
  #reading = false
  #writing = false
  #ending = false
  #input_ended = false
  #error: Error | null = null

  constructor(handle: TcpHandle, binding: HandleBinding, next_buffer: NextBuffer) {
    this.#handle = handle
    this.#binding = binding
    this.#next_buffer = next_buffer
    this.#buffer = next_buffer()
  }

  start(events: TransportEvents): void {
    const handle = this.#handle!
    this.#events = events
    handle.onread = () => this.#on_read()
    handle.useUserBuffer(this.#buffer)
    this.resume()
  }

  write(pieces: Uint8Array[]): boolean {
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = this.#binding
    const handle = this.#handle
    if (handle === null) return true
    const request = new WriteWrap()
    request.oncomplete = this.#completed
    const status = pieces.length === 1 ? handle.writeBuffer(request, pieces[0]) : handle.writev(request, pieces, true)
    if (status !== 0) {
      this.#fail(status)
      return true
    }
    if (streamBaseState[kLastWriteWasAsync] === 0) return true
    request.pieces = pieces
    this.#writing = true
    return false
  }

  end(): void {
    this.#ending = true
    if (!this.#writing) this.#shut_down()
  }

  destroy(): void {
    const handle = this.#handle
    if (handle === null) return
    this.#handle = null
    handle.close(() => this.#events?.closed(this.#error))
  }

  stop(): void {
    if (this.#reading) this.#handle?.readStop()
    this.#reading = false
  }

  resume(): void {
    if (this.#reading || this.#handle === null) return
    this.#reading = true
    const status = this.#handle.readStart()
    if (status !== 0) this.#fail(status)
  }

  /** The buffer for the next read is given back, if it is another one. */
  #on_read(): Uint8Array | undefined {
    const length = this.#binding.streamBaseState[this.#binding.kReadBytesOrError]
    if (length < 0) return void this.#on_read_end(length)
    // 0: nothing to read after all. After destroy() a read may still be reported.
    if (length > 0 && this.#handle !== null && !this.#events!.bytes(this.#buffer, length)) this.stop()
    const next = this.#next_buffer()
    if (next === this.#buffer) return undefined
    return this.#buffer = next
  }

  #on_read_end(status: number): void {
    this.stop()
    if (status !== this.#binding.end_of_file) return this.#fail(status)
    this.#input_ended = true
    this.#events!.ended()
  }

  #completed = (status: number): void => {
    this.#writing = false
    if (this.#handle === null) return
    if (status !== 0) return this.#fail(status)
    this.#events!.written()
    if (this.#ending && !this.#writing) this.#shut_down()
  }

  #shut_down(): void {
    const handle = this.#handle
    if (handle === null) return
    const request = new this.#binding.ShutdownWrap()
    // If the peer has not ended yet, it will, or the owner cuts the connection.
    request.oncomplete = () => {
      if (this.#input_ended) this.destroy()
    }
    if (handle.shutdown(request) !== 0) this.destroy()
  }

  #fail(status: number): void {
    this.#error ??= new Error(`socket error ${status}`)
    this.destroy()
  }
}
