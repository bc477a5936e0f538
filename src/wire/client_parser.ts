import { parse_digits, SPACE } from '../base/bytes.ts'
import { ArgumentList } from './arguments.ts'
import { ControlLine, word } from './control_line.ts'
import { MessageLine } from './message_line.ts'
import { Op, OpRecord, Parsed } from './op.ts'

const H = 72
const P = 80
const U = 85
const B = 66

const CLIENT_WORDS = [
  word('PUB', Op.pub, 'blank'),
  word('HPUB', Op.hpub, 'blank'),
  word('SUB', Op.sub, 'blank'),
  word('UNSUB', Op.unsub, 'blank'),
  word('PING', Op.ping, 'anything'),
  word('PONG', Op.pong, 'anything'),
  word('CONNECT', Op.connect, 'arguments'),
  word('INFO', Op.info, 'arguments'),
  word('+OK', Op.ok, 'anything'),
  word('-ERR', Op.err, 'blank'),
]

/** One per thread is enough: it holds for one line. */
const line_arguments = new ArgumentList()

/**
 * Parses what clients send (reference client.md 1). It knows no socket and no connection: whether headers were
 * negotiated, how large a payload may be and what a subject must look like is the caller's matter.
 */
export class ClientParser {
  readonly op: OpRecord = new OpRecord()
  /** Set by next: everything before it is done with. */
  position = 0
  readonly #line: ControlLine
  readonly #message: MessageLine

  /** max_control_line: the most bytes of an argument area, CRLF and the blanks before it not counted. */
  constructor(max_control_line: number) {
    this.#line = new ControlLine(this.op, CLIENT_WORDS, max_control_line)
    this.#message = new MessageLine(this.op, max_control_line, false)
  }

  /** From the next line on. */
  set max_control_line(bytes: number) {
    this.#line.max_control_line = this.#message.max_control_line = bytes
  }

  /**
   * Parses one operation out of bytes[start, end) and returns its kind (see Op), with `op` filled in and `position`
   * behind the control line; a payload (total_size bytes and CRLF) is the caller's to look for and to skip. Returns
   * one of Parsed otherwise: after need_more the caller comes again with [position, ...) and more bytes behind,
   * after an error not at all.
   *
   * `op.same_subject` speaks of the message that this parser returned last: a caller that parses a line again
   * because its payload was not complete calls forget_subject first.
   */
  next(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > 5 && !this.#line.inside_line) {
      const first = bytes[start]
      if (first === P) {
        if (
          bytes[start + 1] === U && bytes[start + 2] === B && bytes[start + 3] === SPACE &&
          this.#message.take(bytes, start, start + 4, end, 1)
        ) {
          this.position = this.op.body_start
          return this.op.kind = Op.pub
        }
      } else if (
        first === H && bytes[start + 1] === P && bytes[start + 2] === U && bytes[start + 3] === B &&
        bytes[start + 4] === SPACE && this.#message.take(bytes, start, start + 5, end, 2)
      ) {
        this.position = this.op.body_start
        return this.op.kind = Op.hpub
      }
    }
    return this.#next_of_any_form(bytes, start, end)
  }

  /** Makes the next message's same_subject false: its plan may be gone, or the account has changed. */
  forget_subject(): void {
    this.#message.forget()
  }

  #next_of_any_form(bytes: Uint8Array, start: number, end: number): number {
    const kind = this.#line.read(bytes, start, end)
    this.position = this.#line.position
    switch (kind) {
      case Op.pub:
        return this.#pub(bytes, 1) ? kind : Parsed.bad_arguments
      case Op.hpub:
        return this.#pub(bytes, 2) ? kind : Parsed.bad_arguments
      case Op.sub:
        return this.#sub(bytes) ? kind : Parsed.bad_arguments
      case Op.unsub:
        return this.#unsub(bytes) ? kind : Parsed.bad_arguments
      default:
        return kind
    }
  }

  /** subject [reply] size, or subject [reply] header_size total_size. */
  #pub(bytes: Uint8Array, sizes: number): boolean {
    const op = this.op
    const args = this.#split(bytes, false)
    if (args.count < 1 + sizes || args.count > 2 + sizes) return false
    op.subject_start = args.starts[0]
    op.subject_end = args.ends[0]
    if (args.count === 2 + sizes) {
      op.reply_start = args.starts[1]
      op.reply_end = args.ends[1]
    }
    op.tail_start = args.starts[1]
    if (!args.take_sizes(bytes, op, sizes)) return false
    this.#message.remember(bytes)
    return true
  }

  /** subject [queue] sid. */
  #sub(bytes: Uint8Array): boolean {
    const op = this.op
    const args = this.#split(bytes, true)
    if (args.count !== 2 && args.count !== 3) return false
    op.subject_start = args.starts[0]
    op.subject_end = args.ends[0]
    if (args.count === 3) {
      op.queue_start = args.starts[1]
      op.queue_end = args.ends[1]
    }
    op.sid_start = args.last_start
    op.sid_end = args.last_end
    return true
  }

  /** sid [max]. */
  #unsub(bytes: Uint8Array): boolean {
    const op = this.op
    const args = this.#split(bytes, true)
    if (args.count !== 1 && args.count !== 2) return false
    op.sid_start = args.starts[0]
    op.sid_end = args.ends[0]
    if (args.count === 2) {
      const max = parse_digits(bytes, args.last_start, args.last_end)
      op.max = max < 0 ? -2 : max
    }
    return true
  }

  #split(bytes: Uint8Array, cr_is_blank: boolean): ArgumentList {
    line_arguments.split(bytes, this.op.args_start, this.op.args_end, cr_is_blank)
    if (!line_arguments.single_spaced) this.op.canonical = false
    return line_arguments
  }
}
