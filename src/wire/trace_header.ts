// Headers that ask for a trace of their message (reference client.md 8). Nearly no message has them, so to find out that there are
// none must cost next to nothing: the name is looked for in steps of its own length.
import { equal, latin1_bytes, latin1_text } from '../base/bytes.ts'

const DEST = latin1_bytes('Nats-Trace-Dest:')
const LAST = DEST.length - 1
/** How far a byte that is not the last one lets the search go on. */
const STEPS = new Uint8Array(256).fill(DEST.length)
for (let i = 0; i < LAST; i++) STEPS[DEST[i]] = LAST - i

const FIRST_LINE = 'NATS/1.0\r\n'
const DISABLED = 'trace disabled'

/** Whether bytes[start, end), a header block, has the header. */
export function has_trace_header(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + LAST; at < end; at += STEPS[bytes[at]]) {
    if (bytes[at] === DEST[LAST] && equal(bytes, at - LAST, DEST, 0, DEST.length)) return true
  }
  return false
}

export type Headers = Record<string, string[]>

/** All headers of a block, latin1 texts; null: it is none. Names keep their case. */
export function read_headers(bytes: Uint8Array, start: number, end: number): Headers | null {
  const text = latin1_text(bytes, start, end)
  if (!text.startsWith(FIRST_LINE)) return null
  // Not an object: a header may be called as something that every object has.
  const headers = new Map<string, string[]>()
  for (const line of text.slice(FIRST_LINE.length).split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon), value = line.slice(colon + 1).trim()
    if (colon <= 0 || value === '') continue
    const values = headers.get(name)
    if (values === undefined) headers.set(name, [value])
    else values.push(value)
  }
  return Object.fromEntries(headers)
}

/** A message is only traced, and not delivered. */
export const is_trace_only = (headers: Headers): boolean =>
  ['1', 'true', 'on'].includes((headers['Nats-Trace-Only']?.[0] ?? '').toLowerCase())

/** Where the trace goes: what the message says, ''. if it says that there is none. */
export function trace_destination(headers: Headers): string {
  const dest = headers['Nats-Trace-Dest']?.[0] ?? ''
  return dest === DISABLED ? '' : dest
}

/** Whether it is part of a trace of somebody else's that is recorded (the header traceparent). */
export function is_sampled_elsewhere(headers: Headers): boolean {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === 'traceparent')
  const parts = name === undefined ? [] : headers[name][0].split('-')
  return parts.length === 4 && /^[0-9a-f]{2}$/i.test(parts[3]) && (parseInt(parts[3], 16) & 1) === 1
}

/** The block with one more line. */
export function with_header(block: Uint8Array, line: string): Uint8Array {
  return Buffer.concat([block.subarray(0, block.length - 2), latin1_bytes(`${line}\r\n\r\n`)])
}
