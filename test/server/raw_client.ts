// A client that is nothing but a socket: bytes go out as they stand, and what comes in is waited for by pattern (as latin1
// text) or taken apart into messages.
import { connect, type Socket } from 'node:net'
import { type Message, MessageReader } from './message_reader.ts'

export interface RawOptions {
  host?: string
  /** Fields of CONNECT besides the usual ones. */
  connect?: Record<string, unknown>
  /** Signs the nonce of INFO. */
  sign?: (nonce: string) => string
  ms?: number
}

const opened = new Set<RawClient>()

/** For the end of each test: whatever it left open is closed. */
export function close_clients(): void {
  for (const client of opened) client.close()
}

export class RawClient {
  /** The first INFO. */
  info: Record<string, any> = {}
  /** What came and was not yet waited for. */
  text = ''
  /** Resolves at the end of the connection, however it came. */
  readonly closed: Promise<void>
  is_closed = false
  /** PINGs and PONGs stay in `text`, where they stand. */
  keeps_pongs = false
  readonly socket: Socket
  #reader: MessageReader | null = null
  #changed: (() => void)[] = []
  #pongs: (() => void)[] = []

  /** Connects and reads INFO. */
  static async open(port: number, { host = '127.0.0.1', ms = 5_000 }: RawOptions = {}): Promise<RawClient> {
    const client = new RawClient(connect({ port, host, noDelay: true }))
    const [, json] = await client.expect(/^INFO (\{.*\}) ?\r\n/, ms)
    client.info = JSON.parse(json)
    return client
  }

  /** Connects, says CONNECT, and waits until the server has taken it. */
  static async connect(port: number, options: RawOptions = {}): Promise<RawClient> {
    const client = await RawClient.open(port, options)
    const signed = options.sign && { sig: options.sign(client.info.nonce!) }
    const fields = {
      verbose: false,
      pedantic: false,
      headers: true,
      no_responders: true,
      ...options.connect,
      ...signed,
    }
    client.send(`CONNECT ${JSON.stringify(fields)}\r\n`)
    await client.flush(options.ms)
    return client
  }

  constructor(socket: Socket) {
    this.socket = socket
    opened.add(this)
    socket.on('data', (chunk: Buffer) => this.#on_data(chunk))
    socket.on('error', () => {})
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        this.is_closed = true
        opened.delete(this)
        this.#tell()
        resolve()
      })
    )
  }

  /** Resolves when the bytes have gone to the kernel; nobody has to wait for it. */
  send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()))
  }

  /** Waits for the pattern and takes everything up to its end out of `text`. */
  async expect(pattern: RegExp, ms = 5_000): Promise<RegExpExecArray> {
    return await this.#until(ms, `${pattern}`, () => {
      const found = pattern.exec(this.text)
      if (found !== null) this.text = this.text.slice(found.index + found[0].length)
      return found
    })
  }

  /** PING, and waits for its PONG; resolves to the milliseconds it took. What came before it stays in `text`. */
  async flush(ms = 5_000): Promise<number> {
    const start = performance.now()
    let answered = false
    this.#pongs.push(() => answered = true)
    void this.send('PING\r\n')
    await this.#until(ms, 'PONG', () => answered || null)
    return performance.now() - start
  }

  /** From now on messages go to `on_message` and `text` gets the other lines only. */
  read_messages(on_message: (message: Message) => void): void {
    this.#reader = new MessageReader(on_message)
    this.#reader.on_line = (line) => this.#on_line(line)
    const text = this.text
    this.text = ''
    if (text !== '') this.#reader.add(Buffer.from(text, 'latin1'))
  }

  /** Waits until `condition` holds; looked at whenever something came. */
  async until(condition: () => boolean, what: string, ms = 5_000): Promise<void> {
    await this.#until(ms, what, () => condition() || null)
  }

  close(): void {
    this.socket.destroy()
  }

  #on_data(chunk: Buffer): void {
    if (this.#reader !== null) this.#reader.add(chunk)
    else {
      this.text += chunk.toString('latin1')
      // The whole line only, at the beginning of one.
      if (!this.keeps_pongs) {
        for (const line of ['PONG', 'PING']) {
          for (let found; (found = new RegExp(`(^|\\n)${line}\\r\\n`).exec(this.text)) !== null;) {
            this.text = this.text.slice(0, found.index) + found[1] + this.text.slice(found.index + found[0].length)
            this.#keepalive(line)
          }
        }
      }
    }
    this.#tell()
  }

  #on_line(line: string): void {
    if (line === 'PING' || line === 'PONG') this.#keepalive(line)
    else this.text += line + '\r\n'
  }

  #keepalive(line: string): void {
    if (line === 'PONG') this.#pongs.shift()?.()
    else void this.send('PONG\r\n')
  }

  #tell(): void {
    for (const changed of this.#changed.splice(0)) changed()
  }

  async #until<Found>(ms: number, what: string, look: () => Found | null): Promise<Found> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#tell()
    }, ms)
    try {
      for (;;) {
        const found = look()
        if (found !== null) return found
        const got = JSON.stringify(this.text.slice(-300))
        if (this.is_closed) throw new Error(`Closed before ${what}, got ${got}`)
        if (late) throw new Error(`No ${what} within ${ms} ms, got ${got}`)
        await new Promise<void>((resolve) => this.#changed.push(resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The payload of a message as latin1 text. */
export const payload_of = ({ bytes, payload_start, payload_end }: Message): string =>
  bytes.toString('latin1', payload_start, payload_end)

/** Many connections, some at a time: few at a time for few, so that every thread of the server gets its share. */
export async function connect_many(port: number, count: number, options: RawOptions = {}): Promise<RawClient[]> {
  const clients: RawClient[] = []
  while (clients.length < count) {
    const some = Math.min(count > 50 ? 25 : 2, count - clients.length)
    clients.push(...await Promise.all(Array.from({ length: some }, () => RawClient.connect(port, options))))
  }
  return clients
}
