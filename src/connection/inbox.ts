// Bytes that came in, cut into operations however they were split. It knows no socket: chunks go in, the actor's
// parse() is called with as many whole operations as there are.
//
// Three things may be left of a chunk: the beginning of a control line (kept, short), the beginning of a message whose
// size is known (kept in a buffer of exactly that size), or operations that the actor does not want yet (held).
import { copy_of, LF } from '../base/bytes.ts'

export interface Parser {
  /**
   * Processes bytes[start, end) and returns the first byte it did not use up. It stops before an operation that is not
   * complete (`inbox.needed` tells its length if known), or when it set `inbox.held`. `referable`: see Envelope.
   */
  parse(bytes: Uint8Array, start: number, end: number, referable: boolean): number
}

export class Inbox {
  /** Length of the operation that parse stopped at, if it is known. Set by parse. */
  needed = 0
  /** The actor can not go on now: nothing more is parsed until resume(). Set by parse. */
  held = false
  /** The connection ended: whatever comes is dropped. */
  closed = false
  #parser: Parser
  #line: Uint8Array | null = null
  #message: Uint8Array | null = null
  #filled = 0
  #backlog: Uint8Array[] = []

  constructor(parser: Parser) {
    this.#parser = parser
  }

  /** Takes a chunk. It is copied where something of it has to wait. */
  receive(bytes: Uint8Array, start: number, end: number, referable: boolean): void {
    const used = this.#take(bytes, start, end, referable)
    if (used < end) this.#backlog.push(copy_of(bytes, used, end))
  }

  /** The actor can go on. */
  resume(): void {
    this.held = false
    const backlog = this.#backlog
    this.#backlog = []
    for (const piece of backlog) {
      const used = this.#take(piece, 0, piece.length, true)
      if (used < piece.length) this.#backlog.push(piece.subarray(used))
    }
  }

  /** Returns how far it came: to the end, unless the actor holds. */
  #take(bytes: Uint8Array, start: number, end: number, referable: boolean): number {
    while (start < end && !this.closed) {
      if (this.held) return start
      if (this.#message !== null) start = this.#fill(bytes, start, end)
      else if (this.#line !== null) start = this.#finish_line(bytes, start, end)
      else start = this.#parse(bytes, start, end, referable)
    }
    return end
  }

  /** Bytes kept back. */
  get waiting(): number {
    let bytes = this.#filled + (this.#line?.length ?? 0)
    for (const piece of this.#backlog) bytes += piece.length
    return bytes
  }

  #parse(bytes: Uint8Array, start: number, end: number, referable: boolean): number {
    this.needed = 0
    const position = this.#parser.parse(bytes, start, end, referable)
    if (this.held || this.closed || position === end) return position
    if (this.needed > 0) this.#begin_message(bytes, position, end)
    else this.#line = copy_of(bytes, position, end)
    return end
  }

  #begin_message(bytes: Uint8Array, start: number, end: number): void {
    this.#message = new Uint8Array(this.needed)
    this.#message.set(bytes.subarray(start, end))
    this.#filled = end - start
  }

  /** More of a message of known length. */
  #fill(bytes: Uint8Array, start: number, end: number): number {
    const message = this.#message!
    const part = Math.min(message.length - this.#filled, end - start)
    message.set(bytes.subarray(start, start + part), this.#filled)
    this.#filled += part
    if (this.#filled < message.length) return start + part
    this.#message = null
    this.#filled = 0
    const position = this.#parser.parse(message, 0, message.length, true)
    if (this.held && position < message.length) this.#backlog.push(message.subarray(position))
    return start + part
  }

  /** The rest of a control line, up to its LF. */
  #finish_line(bytes: Uint8Array, start: number, end: number): number {
    const found = bytes.indexOf(LF, start)
    const behind = found < 0 || found >= end ? end : found + 1
    const head = this.#line!
    const line = new Uint8Array(head.length + behind - start)
    line.set(head)
    line.set(bytes.subarray(start, behind), head.length)
    this.#line = null
    this.needed = 0
    const position = this.#parser.parse(line, 0, line.length, true)
    if (this.closed || position === line.length) return behind
    if (this.held) this.#backlog.push(line.subarray(position))
    else if (this.needed > 0) this.#begin_message(line, position, line.length)
    else this.#line = line.subarray(position)
    return behind
  }
}
