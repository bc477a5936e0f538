import { CR, latin1_bytes, LF, SPACE, TAB } from '../base/bytes.ts'
import { type OpRecord, Parsed } from './op.ts'

/** What may stand behind an op word: anything up to LF, at least one blank, or blanks at will. */
type After = 'anything' | 'blank' | 'arguments'

/** An op word. No word of a parser is the beginning of another. */
export interface Word {
  readonly upper_case: Uint8Array
  readonly kind: number
  readonly after: After
}

export function word(text: string, kind: number, after: After): Word {
  return { upper_case: latin1_bytes(text), kind, after }
}

/**
 * Finds the op word and the end of the line: the part of the grammar that clients and routes share (reference
 * client.md 1.1 to 1.3). An answer never depends on how the bytes were split into reads.
 */
export class ControlLine {
  /** Bytes before this are done with. */
  position = 0
  readonly #op: OpRecord
  readonly #words: readonly Word[]
  #max: number
  /** A word whose bytes are consumed while the rest of its line is still to come. */
  #held: Word | null = null

  constructor(op: OpRecord, words: readonly Word[], max_control_line: number) {
    this.#op = op
    this.#words = words
    this.#max = max_control_line
  }

  /** From the next line on. */
  set max_control_line(bytes: number) {
    this.#max = bytes
  }

  /** Whether the next byte continues a line instead of beginning one. */
  get inside_line(): boolean {
    return this.#held !== null
  }

  /**
   * Reads one line of bytes[start, end). Fills in the record's kind, op_start, argument area, body_start and
   * canonical (as far as blanks behind the word and the line's end go). Returns the kind or one of Parsed.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.position = start
    const held = this.#held
    if (held !== null) return this.#read_behind(held, bytes, start, start, end)
    const found = this.#find_word(bytes, start, end)
    if (found < 0) return Parsed.unknown_operation
    if (found === this.#words.length) return Parsed.need_more
    const found_word = this.#words[found]
    return this.#read_behind(found_word, bytes, start, start + found_word.upper_case.length, end)
  }

  /** The index of the word at start; the number of words if its end is still to come; -1 if there is none. */
  #find_word(bytes: Uint8Array, start: number, end: number): number {
    const words = this.#words
    for (let index = 0; index < words.length; index++) {
      const text = words[index].upper_case
      const known = Math.min(text.length, end - start)
      let i = 0
      while (i < known && upper_case(bytes[start + i]) === text[i]) i++
      if (i === text.length) return index
      if (i === known) return words.length
    }
    return -1
  }

  #read_behind(found: Word, bytes: Uint8Array, op_start: number, word_end: number, end: number): number {
    if (found.after === 'anything') return this.#skip_line(found, bytes, op_start, word_end, end)
    const held = this.#held !== null
    if (word_end === end) return Parsed.need_more
    if (found.after === 'blank' && !held && !is_blank(bytes[word_end])) return Parsed.unknown_operation
    let args_start = word_end
    while (args_start < end && is_blank(bytes[args_start])) args_start++
    if (args_start === end) {
      // The blanks before the arguments have no limit, so they must not be kept.
      if (end - word_end > this.#max) {
        this.#held = found
        this.position = end
      }
      return Parsed.need_more
    }
    const line_behind = this.#find_line_behind(bytes, args_start, end)
    if (line_behind <= 0) return line_behind
    const line_end = line_behind - 1
    this.#held = null
    const has_cr = line_end > args_start && bytes[line_end - 1] === CR
    let args_end = has_cr ? line_end - 1 : line_end
    const untrimmed_end = args_end
    while (args_end > args_start && is_blank(bytes[args_end - 1])) args_end--
    const op = this.#op
    op.clear()
    op.kind = found.kind
    op.op_start = op_start
    op.args_start = args_start
    op.args_end = args_end
    op.body_start = this.position = line_behind
    op.canonical = !held && has_cr && args_end === untrimmed_end && args_start === word_end + 1 &&
      bytes[word_end] === SPACE
    return found.kind
  }

  /** PING, PONG and +OK: whatever follows up to LF is dropped as it comes. */
  #skip_line(found: Word, bytes: Uint8Array, op_start: number, word_end: number, end: number): number {
    let i = word_end
    while (i < end && bytes[i] !== LF) i++
    if (i === end) {
      this.#held = found
      this.position = end
      return Parsed.need_more
    }
    this.#held = null
    const op = this.#op
    op.clear()
    op.kind = found.kind
    op.op_start = op_start
    op.args_start = op.args_end = word_end
    op.body_start = this.position = i + 1
    op.canonical = false
    return found.kind
  }

  /**
   * The place behind LF, need_more, or control_line as soon as no continuation could keep the limit: the argument area
   * may be max bytes long, and one byte more as long as that may be the CR before LF.
   */
  #find_line_behind(bytes: Uint8Array, args_start: number, end: number): number {
    const limit = args_start + this.#max
    const stop = Math.min(end, limit + 2)
    let i = args_start
    while (i < stop && bytes[i] !== LF) i++
    if (i <= limit) return i < end ? i + 1 : Parsed.need_more
    // Here max + 1 bytes or more lie before LF or before the end of what is known.
    if (bytes[limit] !== CR) return Parsed.control_line
    if (i === limit + 1) return i < end ? i + 1 : Parsed.need_more
    return Parsed.control_line
  }
}

function is_blank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}

function upper_case(byte: number): number {
  return byte >= 97 && byte <= 122 ? byte - 32 : byte
}
