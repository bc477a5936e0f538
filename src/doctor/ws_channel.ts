// A WebSocket as seen from a client, as lines: as much of it as a look at a server needs.
import { randomBytes } from 'node:crypto'
import { type Channel, DialError, type LineChannel } from './channel.ts'
import { address_of, type Target } from './target.ts'

const FRAME_BYTES_MAX = 512 * 1024
const HEAD_LINES_MAX = 64
const OPCODE = { close: 8, ping: 9 } as const
/** What clients send has to be masked; with zeros it stays as it is. */
const MASK = new Uint8Array(4)

/** Asks for the WebSocket and reads the answer. */
export async function open_websocket(channel: Channel, target: Target): Promise<WsChannel> {
  channel.write(
    `GET / HTTP/1.1\r\nHost: ${address_of(target)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  )
  const status = await channel.line()
  if (!/^HTTP\/1\.[01] 101\b/.test(status)) {
    throw new DialError('garbage', `it opens no WebSocket: ${JSON.stringify(status.slice(0, 80))}`)
  }
  for (let i = 0; await channel.line() !== ''; i++) {
    if (i === HEAD_LINES_MAX) throw new DialError('garbage', 'the answer to the upgrade has no end')
  }
  return new WsChannel(channel)
}

export class WsChannel implements LineChannel {
  readonly #channel: Channel
  #kept: Uint8Array = new Uint8Array(0)

  constructor(channel: Channel) {
    this.#channel = channel
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#kept.indexOf(10)
      if (end >= 0) return Buffer.from(this.#take(end + 1)).toString('utf8').replace(/\r?\n$/, '')
      if (this.#kept.length > FRAME_BYTES_MAX) throw new DialError('garbage', 'a line without an end')
      await this.#more()
    }
  }

  async bytes(count: number): Promise<Uint8Array> {
    if (count > FRAME_BYTES_MAX) throw new DialError('garbage', `${count} bytes in one piece`)
    while (this.#kept.length < count) await this.#more()
    return this.#take(count)
  }

  write(text: string): void {
    this.#channel.write(masked_frame(2, Buffer.from(text)))
  }

  extend(ends_ms: number): void {
    this.#channel.extend(ends_ms)
  }

  end(): void {
    this.#channel.end(masked_frame(OPCODE.close, Uint8Array.of(0x03, 0xe8)))
  }

  #take(count: number): Uint8Array {
    const taken = this.#kept.subarray(0, count)
    this.#kept = this.#kept.subarray(count)
    return taken
  }

  async #more(): Promise<void> {
    this.#kept = Buffer.concat([this.#kept, await this.#data()])
  }

  /** The next piece of a message; pings are answered. */
  async #data(): Promise<Uint8Array> {
    for (;;) {
      const [first, second] = await this.#channel.bytes(2)
      const opcode = first & 15
      const payload = await this.#channel.bytes(await this.#length(second))
      if ((first & 0x70) !== 0 || (second & 0x80) !== 0) throw new DialError('garbage', 'no frame of a server')
      if (opcode === OPCODE.close) throw new DialError('closed', close_text(payload))
      if (opcode === OPCODE.ping) this.#channel.write(masked_frame(10, payload))
      else if (opcode < 3) return payload
    }
  }

  async #length(second: number): Promise<number> {
    const short = second & 127
    if (short < 126) return short
    const bytes = Buffer.from(await this.#channel.bytes(short === 126 ? 2 : 8))
    const length = short === 126 ? bytes.readUInt16BE() : Number(bytes.readBigUInt64BE())
    if (length > FRAME_BYTES_MAX) throw new DialError('garbage', `a frame of ${length} bytes`)
    return length
  }
}

const close_text = (payload: Uint8Array): string =>
  `it closed the WebSocket${payload.length > 2 ? `: ${Buffer.from(payload.subarray(2)).toString('utf8')}` : ''}`

function masked_frame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload
  const head = length < 126
    ? Uint8Array.of(0x80 | opcode, 0x80 | length)
    : Uint8Array.of(0x80 | opcode, 0x80 | 126, length >> 8, length & 255)
  return Buffer.concat([head, MASK, payload])
}
