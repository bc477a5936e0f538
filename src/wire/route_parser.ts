import { parse_digits, SPACE, TAB } from '../base/bytes.ts'
import { ArgumentList } from './arguments.ts'
import { ControlLine, word } from './control_line.ts'
import { MessageLine } from './message_line.ts'
import { Op, OpRecord, Parsed } from './op.ts'

const PLUS = 43
const BAR = 124
const G = 71
const H = 72
const M = 77
const R = 82
const S = 83

const ROUTE_WORDS = [
  word('RMSG', Op.rmsg, 'blank'),
  word('HMSG', Op.hmsg, 'blank'),
  word('RS+', Op.interest_add, 'blank'),
  word('RS-', Op.interest_remove, 'blank'),
  word('LMSG', Op.lmsg, 'blank'),
  word('LS+', Op.leaf_interest_add, 'blank'),
  word('LS-', Op.leaf_interest_remove, 'blank'),
  word('PING', Op.ping, 'anything'),
  word('PONG', Op.pong, 'anything'),
  word('INFO', Op.info, 'arguments'),
  word('CONNECT', Op.connect, 'arguments'),
  word('+OK', Op.ok, 'anything'),
  word('-ERR', Op.err, 'blank'),
  word('A+', Op.account_sign, 'blank'),
  word('A-', Op.account_sign, 'blank'),
]

/** One per thread is enough: it holds for one line. */
const line_arguments = new ArgumentList()

/**
 * Parses what peers send (reference route.md 2). Subjects and queue names are opaque here. Same manners as
 * ClientParser: see there for `next`.
 */
export class RouteParser {
  readonly op: OpRecord = new OpRecord()
  /** Set by next: everything before it is done with. */
  position = 0
  /** Whether the peer writes the origin in LS- (it said `lnocu` in its INFO). */
  leaf_remove_has_origin = false
  /** Arguments that name the account: 1, or 0 on a connection of one account only. */
  #accounts = 1
  readonly #line: ControlLine
  readonly #message: MessageLine

  constructor(max_control_line: number) {
    this.#line = new ControlLine(this.op, ROUTE_WORDS, max_control_line)
    this.#message = new MessageLine(this.op, max_control_line, true)
  }

  /** Parses one operation out of bytes[start, end). */
  next(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > 5 && !this.#line.inside_line) {
      const first = bytes[start]
      if (
        (first === R || first === H) && bytes[start + 1] === M && bytes[start + 2] === S && bytes[start + 3] === G &&
        bytes[start + 4] === SPACE && this.#message.take(bytes, start, start + 5, end, first === R ? 1 : 2)
      ) {
        this.position = this.op.body_start
        return this.op.kind = first === R ? Op.rmsg : Op.hmsg
      }
    }
    return this.#next_of_any_form(bytes, start, end)
  }

  /** From now on no operation names its account (reference route.md 3.5). The spans of accounts are empty. */
  leave_account_out(): void {
    this.#accounts = 0
    this.#message.leave_account_out()
  }

  /** Makes the next message's same_subject false. */
  forget_subject(): void {
    this.#message.forget()
  }

  #next_of_any_form(bytes: Uint8Array, start: number, end: number): number {
    const kind = this.#line.read(bytes, start, end)
    this.position = this.#line.position
    switch (kind) {
      case Op.rmsg:
        return this.#routed_message(bytes, 0, 1) ? kind : Parsed.bad_arguments
      case Op.hmsg:
        return this.#routed_message(bytes, 0, 2) ? kind : Parsed.bad_arguments
      case Op.lmsg:
        return this.#routed_message(bytes, 1, 2) ? kind : Parsed.bad_arguments
      case Op.interest_add:
        return this.#interest(bytes, 0, true) ? kind : Parsed.bad_arguments
      case Op.interest_remove:
        return this.#interest(bytes, 0, false) ? kind : Parsed.bad_arguments
      case Op.leaf_interest_add:
        return this.#interest(bytes, 1, true) ? kind : Parsed.bad_arguments
      case Op.leaf_interest_remove:
        return this.#interest(bytes, this.leaf_remove_has_origin ? 1 : 0, false) ? kind : Parsed.bad_arguments
      default:
        return kind
    }
  }

  /** [origin] [account] subject [reply | `|` queues | `+` reply queues] [header_size] total_size. */
  #routed_message(bytes: Uint8Array, origins: number, sizes: number): boolean {
    const op = this.op
    const args = this.#split(bytes)
    const names = origins + this.#accounts + 1
    const between = args.count - names - sizes
    if (between < 0) return false
    this.#names(args, origins)
    op.tail_start = args.starts[names]
    if (!args.take_sizes(bytes, op, sizes)) return false
    if (between === 1) this.#reply(args, names)
    if (between >= 2 && !this.#queues(bytes, args, names, between)) return false
    this.#message.remember(bytes)
    return true
  }

  /** The form with an indicator at argument `at`. nats-server takes `+ reply` without any queue, so we do. */
  #queues(bytes: Uint8Array, args: ArgumentList, at: number, between: number): boolean {
    const op = this.op
    const indicator = bytes[args.starts[at]]
    if (args.ends[at] - args.starts[at] !== 1 || (indicator !== PLUS && indicator !== BAR)) return false
    const first_queue = indicator === PLUS ? at + 2 : at + 1
    if (indicator === PLUS) this.#reply(args, at + 1)
    op.queue_form = true
    op.queue_count = between - (first_queue - at)
    if (op.queue_count === 0) return true
    op.queues_start = args.starts[first_queue]
    op.queues_end = op.size_start
    while (bytes[op.queues_end - 1] === SPACE || bytes[op.queues_end - 1] === TAB) op.queues_end--
    return true
  }

  /** [origin] [account] subject [queue [weight]]; only an RS+ or LS+ has the weight, and then always. */
  #interest(bytes: Uint8Array, origins: number, add: boolean): boolean {
    const op = this.op
    const args = this.#split(bytes)
    const names = origins + this.#accounts + 1
    const behind = args.count - names
    if (behind !== 0 && behind !== (add ? 2 : 1)) return false
    this.#names(args, origins)
    if (behind > 0) {
      op.queue_start = args.starts[names]
      op.queue_end = args.ends[names]
      if (add) op.weight = parse_digits(bytes, args.last_start, args.last_end)
    }
    return true
  }

  #names(args: ArgumentList, origins: number): void {
    const op = this.op
    if (origins === 1) {
      op.origin_start = args.starts[0]
      op.origin_end = args.ends[0]
    }
    op.account_start = args.starts[origins]
    op.account_end = this.#accounts === 1 ? args.ends[origins] : op.account_start
    op.subject_start = args.starts[origins + this.#accounts]
    op.subject_end = args.ends[origins + this.#accounts]
  }

  #reply(args: ArgumentList, at: number): void {
    this.op.reply_start = args.starts[at]
    this.op.reply_end = args.ends[at]
  }

  #split(bytes: Uint8Array): ArgumentList {
    line_arguments.split(bytes, this.op.args_start, this.op.args_end, false)
    if (!line_arguments.single_spaced) this.op.canonical = false
    return line_arguments
  }
}
