// One connection of the load generator: big buffers, and nothing per message but a look at its first letter.
import { connect, type Socket } from 'node:net'
import { FrameCounter } from './frame_counter.ts'

const CONNECT_LINE =
  'CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1","protocol":1,"headers":true,"no_responders":true}\r\n'
const READ_BYTES = 1 << 18
/** All connections of this process read into it: a read is counted before the next one begins. */
const read_buffer = new Uint8Array(READ_BYTES)

export interface LoadConnectionOptions {
  readonly port: number
  /** What is sent behind CONNECT. */
  readonly first: string
  /** How long a message to this connection is. */
  readonly frame_bytes: number
  on_messages(count: number): void
  /** The server said no, or the connection is gone. */
  on_fault(text: string): void
}

export class LoadConnection {
  readonly #socket: Socket
  readonly #counter: FrameCounter
  readonly #options: LoadConnectionOptions
  /** Who waits for a PONG, in order. */
  readonly #pongs: (() => void)[] = []
  #is_closing = false

  constructor(options: LoadConnectionOptions) {
    this.#options = options
    this.#counter = new FrameCounter(options.frame_bytes, (line) => this.#on_line(line))
    const read = (count: number) => this.#on_bytes(read_buffer.subarray(0, count))
    this.#socket = connect({
      ...{ host: '127.0.0.1', port: options.port, noDelay: true },
      onread: { buffer: read_buffer, callback: (count) => (read(count), true) },
    })
    // Where a runtime does not read into our buffer, data comes as events.
    this.#socket.on('data', (data) => this.#on_bytes(data))
    this.#socket.on('error', (error) => this.#fault(error.message))
    this.#socket.on('close', () => this.#fault('the server closed the connection'))
  }

  /** Resolves when the server has taken CONNECT and what comes first. */
  opened(): Promise<void> {
    this.#socket.write(CONNECT_LINE + this.#options.first)
    return this.flush()
  }

  /** Resolves when the server has seen to all that was written. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#pongs.push(resolve)
      this.#socket.write('PING\r\n')
    })
  }

  /** False when the socket takes no more for now. */
  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes)
  }

  /** Resolves when the socket takes more. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.#socket.once('drain', resolve))
  }

  close(): void {
    this.#is_closing = true
    this.#socket.destroy()
  }

  #on_bytes(bytes: Uint8Array): void {
    const count = this.#counter.feed(bytes)
    if (count > 0) this.#options.on_messages(count)
  }

  #on_line(line: string): void {
    if (line === 'PONG') this.#pongs.shift()?.()
    else if (line === 'PING') this.#socket.write('PONG\r\n')
    else if (line.startsWith('-ERR')) this.#fault(line)
  }

  #fault(text: string): void {
    if (!this.#is_closing) this.#options.on_fault(text)
  }
}
