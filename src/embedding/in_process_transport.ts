// What the official client for JavaScript sees of a connection inside the process: its transport, over a message port.
import { VERSION } from '../base/version.ts'
import { type Port, PortTransport } from '../net/port_transport.ts'

/** What the client asks of a transport. */
export interface ClientTransport extends AsyncIterable<Uint8Array> {
  readonly isClosed: boolean
  readonly lang: string
  readonly version: string
  readonly closeError?: Error
  connect(): Promise<void>
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array>
  isEncrypted(): boolean
  send(frame: Uint8Array): void
  close(error?: Error): Promise<void>
  disconnect(): void
  closed(): Promise<void | Error>
  discard(): void
}

/** Pieces that wait for the client before the server is asked to wait. */
const PIECES_WAITING = 64

export class InProcessTransport implements ClientTransport {
  readonly lang = 'onehop'
  readonly version = VERSION
  closeError?: Error
  #open: () => Port
  #check: (info: unknown) => void
  /** Null until it is connected. */
  #transport: PortTransport | null = null
  #pieces: Uint8Array[] = []
  #wake = (): void => {}
  #connected = false
  #over = false
  #done: { promise: Promise<void | Error>; resolve: (error?: Error) => void }

  /** `check`: throws if the options of the client do not fit what INFO says. */
  constructor(open: () => Port, check: (info: unknown) => void) {
    this.#open = open
    this.#check = check
    let resolve: (error?: Error) => void = () => {}
    const promise = new Promise<void | Error>((settle) => resolve = settle)
    this.#done = { promise, resolve }
  }

  get isClosed(): boolean {
    return this.#over
  }

  /** Resolves when the server has said INFO: the client goes on from there. */
  async connect(): Promise<void> {
    const transport = this.#transport = new PortTransport(this.#open())
    transport.start({
      bytes: (buffer, length) => {
        this.#pieces.push(buffer.subarray(0, length))
        this.#wake()
        return this.#pieces.length < PIECES_WAITING
      },
      written() {},
      ended: () => transport.end(),
      closed: () => this.#finish(),
    })
    this.#check(await this.#info())
    this.#connected = true
  }

  /** The pieces stay: the client reads INFO, too. */
  async #info(): Promise<unknown> {
    for (;;) {
      const line = this.#pieces.map((piece) => new TextDecoder().decode(piece)).join('')
      const [, info] = /^INFO (.*)\r\n/.exec(line) ?? []
      if (info !== undefined) return JSON.parse(info)
      if (this.#over) throw new Error('the server has ended the connection')
      if (line.includes('\n')) {
        throw new Error(`the server begins with ${JSON.stringify(line.slice(0, 64))}, not with INFO`)
      }
      await this.#news()
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    for (;;) {
      while (this.#pieces.length > 0) {
        const pieces = this.#pieces
        this.#pieces = []
        this.#transport?.resume()
        yield* pieces
      }
      if (this.#over) return
      await this.#news()
    }
  }

  isEncrypted(): boolean {
    return false
  }

  send(frame: Uint8Array): void {
    this.#transport?.write([frame])
  }

  /** What was sent arrives before the end. */
  close(error?: Error): Promise<void> {
    if (error !== undefined) this.closeError = error
    this.#transport?.end()
    this.#finish()
    return Promise.resolve()
  }

  /** The client will come again. */
  disconnect(): void {
    this.#transport?.destroy()
    this.#finish()
  }

  /** Nobody looks at it any more: its end is told to nobody. */
  discard(): void {
    this.#connected = false
    this.disconnect()
  }

  closed(): Promise<void | Error> {
    return this.#done.promise
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve)
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.#wake()
    // The end of an attempt that failed is told by the attempt.
    if (this.#connected) this.#done.resolve(this.closeError)
  }
}
