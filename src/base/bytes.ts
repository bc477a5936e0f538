// Bytes of the wire. Text on the wire is latin1 here, so every byte of a subject survives unchanged.

export const CR = 13
export const LF = 10
export const SPACE = 32
export const TAB = 9
export const DOT = 46

/** Up to this length a copy loop beats TypedArray.set, which has to make a view of its source first. */
const LOOP_COPY_MAX = 96

/** Copies source[start, end) to target at offset; returns the offset behind it. */
export function copy(target: Uint8Array, offset: number, source: Uint8Array, start: number, end: number): number {
  if (end - start <= LOOP_COPY_MAX) {
    for (let i = start; i < end; i++) target[offset++] = source[i]
    return offset
  }
  target.set(source.subarray(start, end), offset)
  return offset + end - start
}

/** Whether a[a_start, a_start + length) equals b[b_start, b_start + length). */
export function equal(a: Uint8Array, a_start: number, b: Uint8Array, b_start: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[a_start + i] !== b[b_start + i]) return false
  return true
}

/** The bytes of a latin1 text. */
export function latin1_bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

const SHORT_TEXT_MAX = 48

/** A text of the configuration, which is Unicode, as the wire has it: its bytes, taken as latin1. */
export const wire_text = (text: string): string => latin1_text(new TextEncoder().encode(text))

/** What the wire has, back as Unicode. */
export const unicode_text = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

/** JSON as it goes on the wire: in UTF-8. */
export const json_bytes = (content: object): Uint8Array => new TextEncoder().encode(JSON.stringify(content))

/** The latin1 text of bytes[start, end). Also for shared memory, which TextDecoder refuses. */
export function latin1_text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start <= SHORT_TEXT_MAX) {
    let text = ''
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i])
    return text
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}

/** 1 to 9 decimal digits, as NATS reads sizes and counts; anything else is -1. */
export function parse_digits(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 1 || end - start > 9) return -1
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = bytes[i] - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** Writes a non-negative integer as decimal digits; returns the offset behind it. */
export function write_decimal(target: Uint8Array, offset: number, value: number): number {
  let divisor = 1
  while (value / divisor >= 10) divisor *= 10
  for (; divisor >= 1; divisor /= 10) target[offset++] = 48 + Math.floor(value / divisor) % 10
  return offset
}

/** 32-bit FNV-1a of bytes[start, end), as a signed integer. `hash`: that of what came before, or another start. */
export function fnv1a(bytes: Uint8Array, start: number, end: number, hash = 0x811c9dc5 | 0): number {
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 16777619)
  return hash
}

/** A copy of bytes[start, end). Not `slice`: that of a Node Buffer gives a view. */
export function copy_of(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const copied = new Uint8Array(end - start)
  copied.set(bytes.subarray(start, end))
  return copied
}

/**
 * As copy, four bytes at a time: for spans of some ten bytes, the most frequent ones on the path of a message, this
 * takes half as long. Writes up to 3 bytes more than asked for, which the caller has room for. Views of whole buffers.
 */
export function copy_words(target: DataView, offset: number, source: DataView, start: number, end: number): number {
  let from = start, to = offset
  if (end + 3 <= source.byteLength) {
    for (; from < end; from += 4, to += 4) target.setInt32(to, source.getInt32(from, true), true)
  } else for (; from < end; from++, to++) target.setInt8(to, source.getInt8(from))
  return offset + end - start
}
/** What may be written behind the end by copy_words and by Prefix. */
export const COPY_SLACK_BYTES = 4
/** From here on a plain memory copy is faster than copy_words. */
export const WORD_COPY_MAX = 240
