import { CR, parse_digits, SPACE, TAB } from '../base/bytes.ts'
import type { OpRecord } from './op.ts'

/** No operation needs the place of more arguments than these: origin, account, subject, indicator, reply, queue. */
const PLACES = 6

/** The blank-separated arguments of one control line. Only the first few and the last two places are kept. */
export class ArgumentList {
  count = 0
  /** Exactly one SP between the arguments. */
  single_spaced = true
  readonly starts: Int32Array = new Int32Array(PLACES)
  readonly ends: Int32Array = new Int32Array(PLACES)
  last_start = 0
  last_end = 0
  before_last_start = 0
  before_last_end = 0

  /** Splits bytes[start, end), which neither begins nor ends with a blank. For SUB and UNSUB a CR counts as a blank. */
  split(bytes: Uint8Array, start: number, end: number, cr_is_blank: boolean): void {
    this.count = 0
    this.single_spaced = true
    let i = start
    while (i < end) {
      const gap_start = i
      while (i < end && is_blank(bytes[i], cr_is_blank)) i++
      if (i > gap_start && (i - gap_start > 1 || bytes[gap_start] !== SPACE)) this.single_spaced = false
      if (i === end) break
      const argument_start = i
      while (i < end && !is_blank(bytes[i], cr_is_blank)) i++
      this.#add(argument_start, i)
    }
  }

  /**
   * Reads the sizes at the end of a message's line into op: the payload's (sizes 1), or the headers' and then the total
   * (sizes 2). False if one is no number or the headers are larger than the total.
   */
  take_sizes(bytes: Uint8Array, op: OpRecord, sizes: number): boolean {
    op.size_start = sizes === 2 ? this.before_last_start : this.last_start
    op.header_size = sizes === 2 ? parse_digits(bytes, this.before_last_start, this.before_last_end) : 0
    op.total_size = parse_digits(bytes, this.last_start, this.last_end)
    return op.header_size >= 0 && op.total_size >= 0 && op.header_size <= op.total_size
  }

  #add(start: number, end: number): void {
    if (this.count < PLACES) {
      this.starts[this.count] = start
      this.ends[this.count] = end
    }
    this.before_last_start = this.last_start
    this.before_last_end = this.last_end
    this.last_start = start
    this.last_end = end
    this.count++
  }
}

function is_blank(byte: number, cr_is_blank: boolean): boolean {
  return byte === SPACE || byte === TAB || (cr_is_blank && byte === CR)
}
