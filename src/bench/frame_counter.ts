// Counts messages in what a server sends, without reading them: in one load all are equally long.

const LETTER_M = 0x4d
const LINE_END = 0x0a
const latin1 = new TextDecoder('latin1')

/** What a message of one load is as the server delivers it, to a subscription with the sid 1. */
export function frame_bytes(subject: string, size: number, reply = ''): number {
  return `MSG ${subject} 1 ${reply === '' ? '' : `${reply} `}${size}\r\n`.length + size + 2
}

export class FrameCounter {
  readonly #frame_bytes: number
  readonly #on_line: (line: string) => void
  /** What is missing of the message that has begun. */
  #left = 0
  /** What is there of a line that is none of a message. */
  #line = ''

  /** on_line gets every other line: INFO, PING, PONG, +OK, -ERR. */
  constructor(frame_bytes: number, on_line: (line: string) => void) {
    this.#frame_bytes = frame_bytes
    this.#on_line = on_line
  }

  /** Takes the next bytes; gives how many messages are whole with them. */
  feed(bytes: Uint8Array): number {
    let got = 0
    let at = 0
    if (this.#left > 0) {
      at = Math.min(this.#left, bytes.length)
      this.#left -= at
      if (this.#left > 0) return 0
      got = 1
    }
    while (at < bytes.length) {
      if (bytes[at] !== LETTER_M || this.#line !== '') {
        at = this.#take_line(bytes, at)
        continue
      }
      at += this.#frame_bytes
      if (at <= bytes.length) got++
      else this.#left = at - bytes.length
    }
    return got
  }

  #take_line(bytes: Uint8Array, from: number): number {
    const end = bytes.indexOf(LINE_END, from)
    this.#line += latin1.decode(bytes.subarray(from, end < 0 ? bytes.length : end + 1))
    if (end < 0) return bytes.length
    const line = this.#line.trimEnd()
    this.#line = ''
    this.#on_line(line)
    return end + 1
  }
}
