// Takes apart what a server sends to a client or a peer, in whatever pieces it comes, and calls back for each message.
const LF = 10
const CR = 13
const SPACE = 32

/** One message; the bytes are valid during the call only. */
export interface Message {
  subject: string
  sid: string
  bytes: Buffer
  /** Payload without headers: bytes[payload_start, payload_end). */
  payload_start: number
  payload_end: number
  /** The header block, '' if there is none. */
  header: string
}

export class MessageReader {
  /** Every operation that is not a message, without its CRLF. */
  on_line: (line: string) => void = () => {}
  messages = 0
  #on_message: (message: Message) => void
  #rest: Buffer | null = null
  #message: Message = { subject: '', sid: '', bytes: Buffer.alloc(0), payload_start: 0, payload_end: 0, header: '' }
  /** Of the message line read last, so that repeated ones cost no strings. */
  #line = Buffer.alloc(0)
  #sizes = { header: 0, total: 0 }

  constructor(on_message: (message: Message) => void) {
    this.#on_message = on_message
  }

  add(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = null
    let start = 0
    while (start < bytes.length) {
      const behind = this.#take(bytes, start)
      if (behind < 0) {
        // A copy: what the socket gave may be used again.
        this.#rest = Buffer.from(bytes.subarray(start))
        return
      }
      start = behind
    }
  }

  /** One operation; returns the offset behind it, or -1 if it is not complete. */
  #take(bytes: Buffer, start: number): number {
    const end = bytes.indexOf(LF, start)
    if (end < 0) return -1
    const letter = bytes[start]
    const is_message = letter === 77 || letter === 72
    if (!is_message) {
      this.on_line(bytes.toString('latin1', start, bytes[end - 1] === CR ? end - 1 : end))
      return end + 1
    }
    if (!same(this.#line, bytes, start, end)) this.#read_line(bytes, start, end)
    const { header, total } = this.#sizes
    const body = end + 1
    if (body + total + 2 > bytes.length) return -1
    const message = this.#message
    message.bytes = bytes
    message.payload_start = body + header
    message.payload_end = body + total
    message.header = header === 0 ? '' : bytes.toString('latin1', body, body + header)
    this.messages++
    this.#on_message(message)
    return body + total + 2
  }

  /** MSG subject sid [reply] size, HMSG subject sid [reply] header_size size. */
  #read_line(bytes: Buffer, start: number, end: number): void {
    this.#line = Buffer.from(bytes.subarray(start, end))
    const words = bytes.toString('latin1', start, end - 1).split(String.fromCharCode(SPACE))
    this.#message.subject = words[1]
    this.#message.sid = words[2]
    this.#sizes.total = Number(words.at(-1))
    this.#sizes.header = words[0] === 'HMSG' ? Number(words.at(-2)) : 0
  }
}

function same(line: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (line.length !== end - start) return false
  for (let i = line.length - 1; i >= 0; i--) if (line[i] !== bytes[start + i]) return false
  return true
}
