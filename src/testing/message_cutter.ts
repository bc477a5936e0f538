// The bytes of a route cut into operations as they come, so that whole messages can be lost and nothing else: a stream with
// a hole in it would be no stream.
import { latin1_text } from '../base/bytes.ts'

const LF = 10
const MESSAGE = /^(?:RMSG|HMSG|LMSG)[ \t]+(.*[ \t])?(\d+)[ \t]*\r?\n$/i
/** What servers say to each other: it is none of the messages that a test counts. */
const SYSTEM_ACCOUNT = '$SYS'

export class MessageCutter {
  /** The beginning of a line whose end has not come. */
  #line: Uint8Array[] = []
  /** Bytes of a message that are still to come, CRLF included. */
  #left = 0
  #dropping = false
  #drops: () => boolean

  /** `drops` is asked once for each message. */
  constructor(drops: () => boolean) {
    this.#drops = drops
  }

  /** What of the bytes goes on. A line waits until it is whole; what is returned may be parts of `bytes`. */
  take(bytes: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = []
    let start = 0, at = 0
    const pass = (end: number) => {
      if (end > start) out.push(bytes.subarray(start, end))
      start = end
    }
    while (at < bytes.length) {
      if (this.#left > 0) {
        const end = Math.min(bytes.length, at + this.#left)
        this.#left -= end - at
        at = end
        if (this.#dropping) start = at
        if (this.#left === 0) this.#dropping = false
        continue
      }
      const line_end = bytes.indexOf(LF, at) + 1
      if (line_end === 0) {
        pass(at)
        this.#line.push(bytes.slice(at))
        return out
      }
      this.#judge(bytes.subarray(at, line_end))
      if (this.#dropping) {
        pass(at)
        start = line_end
      } else if (this.#line.length > 0) out.push(...this.#line)
      this.#line = []
      at = line_end
    }
    pass(at)
    return out
  }

  /** `rest`: the end of a line. */
  #judge(rest: Uint8Array): void {
    const found = MESSAGE.exec([...this.#line, rest].map((part) => latin1_text(part)).join(''))
    if (found === null) return
    this.#left = Number(found[2]) + 2
    const account = found[1]?.trimStart().split(/[ \t]/, 1)[0]
    this.#dropping = account !== SYSTEM_ACCOUNT && this.#drops()
  }
}
