import { copy, CR, equal, LF, parse_digits, SPACE } from '../base/bytes.ts'
import type { OpRecord } from './op.ts'

const KEPT_SUBJECT_BYTES_MAX = 256
const NOTHING: Uint8Array = new Uint8Array(0)

/**
 * The fast path of PUB, HPUB, RMSG and HMSG, and the memory of the last subject it rests on: mostly the subject is
 * that of the message before, so comparing comes before scanning. On a route the key is `account SP subject`.
 */
export class MessageLine {
  readonly #op: OpRecord
  #max: number
  #with_account: boolean
  /** Made for the first message: most connections never send one. */
  #key: Uint8Array = NOTHING
  /** 0: no subject is kept. */
  #key_length = 0
  #account_length = 0

  constructor(op: OpRecord, max_control_line: number, with_account: boolean) {
    this.#op = op
    this.#max = max_control_line
    this.#with_account = with_account
  }

  /** From the next line on. */
  set max_control_line(bytes: number) {
    this.#max = bytes
  }

  /**
   * Takes the canonical line whose arguments begin at args_start: `[account ]subject [reply ]sizes CRLF` with one or
   * two sizes. Returns false, and has changed nothing, when it is anything else or not complete: then the general
   * path decides. The caller sets kind.
   */
  take(bytes: Uint8Array, op_start: number, args_start: number, end: number, sizes: number): boolean {
    const op = this.#op
    const key = this.#key
    const key_length = this.#key_length
    // A token's end is looked for before the last byte only, so the byte behind it is always there.
    const stop = end - 1
    let key_end = args_start + key_length
    let account_end = args_start + this.#account_length
    let same = false
    if (key_length > 0 && key_end < stop && bytes[key_end] === SPACE) {
      let i = 0
      while (i < key_length && bytes[args_start + i] === key[i]) i++
      same = i === key_length
    }
    if (!same) {
      account_end = this.#with_account ? token_end(bytes, args_start, stop) : args_start
      if (account_end < 0) return false
      key_end = token_end(bytes, this.#with_account ? account_end + 1 : args_start, stop)
      if (key_end < 0) return false
    }

    const tail_start = key_end + 1
    let count = 1
    let second_start = 0
    let last_start = tail_start
    let i = tail_start
    for (; i < stop; i++) {
      const byte = bytes[i]
      if (byte > SPACE) continue
      if (byte !== SPACE) break
      if (i === last_start) return false
      last_start = i + 1
      if (++count === 2) second_start = last_start
    }
    if (i >= stop || bytes[i] !== CR || bytes[i + 1] !== LF || i - args_start > this.#max) return false

    const total_size = parse_digits(bytes, last_start, i)
    if (total_size < 0 || count < sizes || count > sizes + 1) return false
    const has_reply = count > sizes
    let header_size = 0
    let size_start = last_start
    if (sizes === 2) {
      size_start = has_reply ? second_start : tail_start
      header_size = parse_digits(bytes, size_start, last_start - 1)
      if (header_size < 0 || header_size > total_size) return false
    }

    op.op_start = op_start
    op.args_start = args_start
    op.args_end = i
    op.account_start = args_start
    op.account_end = account_end
    op.subject_start = this.#with_account ? account_end + 1 : args_start
    op.subject_end = key_end
    op.reply_start = tail_start
    op.reply_end = has_reply ? size_start - 1 : tail_start
    op.queues_start = op.queues_end = op.queue_count = 0
    op.queue_form = false
    op.header_size = header_size
    op.total_size = total_size
    op.size_start = size_start
    op.canonical = true
    op.tail_start = tail_start
    op.body_start = i + 2
    op.same_subject = same
    if (!same) this.#keep(bytes)
    return true
  }

  /** For the general path, when the record is filled in: compares with the last subject, then keeps this one. */
  remember(bytes: Uint8Array): void {
    const op = this.#op
    const account_length = op.account_end - op.account_start
    const subject_length = op.subject_end - op.subject_start
    const subject_at = this.#with_account ? account_length + 1 : 0
    op.same_subject = this.#key_length === subject_at + subject_length && this.#account_length === account_length &&
      equal(this.#key, 0, bytes, op.account_start, account_length) &&
      equal(this.#key, subject_at, bytes, op.subject_start, subject_length)
    if (!op.same_subject) this.#keep(bytes)
  }

  /** From now on lines have no account: the connection is of one account only. */
  leave_account_out(): void {
    this.#with_account = false
    this.#account_length = 0
    this.forget()
  }

  /** The next message's subject will not be called the same. */
  forget(): void {
    this.#key_length = 0
  }

  #keep(bytes: Uint8Array): void {
    const op = this.#op
    const account_length = op.account_end - op.account_start
    const length = op.subject_end - op.subject_start + (this.#with_account ? account_length + 1 : 0)
    this.#key_length = 0
    if (length > KEPT_SUBJECT_BYTES_MAX) return
    if (this.#key === NOTHING) this.#key = new Uint8Array(KEPT_SUBJECT_BYTES_MAX)
    let offset = 0
    if (this.#with_account) {
      offset = copy(this.#key, 0, bytes, op.account_start, op.account_end)
      this.#key[offset++] = SPACE
    }
    copy(this.#key, offset, bytes, op.subject_start, op.subject_end)
    this.#account_length = account_length
    this.#key_length = length
  }
}

/** The place of the SP that ends the token at start, or -1: the token is empty, or ends otherwise, or not before stop. */
function token_end(bytes: Uint8Array, start: number, stop: number): number {
  for (let i = start; i < stop; i++) {
    if (bytes[i] > SPACE) continue
    return bytes[i] === SPACE && i > start ? i : -1
  }
  return -1
}
