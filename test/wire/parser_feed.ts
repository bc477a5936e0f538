// What the parser tests share: feeding a parser as a connection does, in any split, and writing down what it reports.
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import * as assert from 'uvu/assert'
import { Op, type OpRecord, Parsed } from '../../src/wire/op.ts'

export interface Parser {
  readonly op: OpRecord
  position: number
  next(bytes: Uint8Array, start: number, end: number): number
}

const NAMES = new Map<number, string>([
  ...Object.entries(Op).map(([name, kind]) => [kind, name] as [number, string]),
  ...Object.entries(Parsed).map(([name, code]) => [code, name] as [number, string]),
])
const MESSAGES: readonly number[] = [Op.pub, Op.hpub, Op.rmsg, Op.hmsg, Op.lmsg]
const SPANS = ['subject', 'reply', 'queue', 'queues', 'sid', 'account', 'origin'] as const

/** One reported operation as text: only what is there. */
function written(op: OpRecord, bytes: Uint8Array): string {
  const is_message = MESSAGES.includes(op.kind)
  let text = NAMES.get(op.kind)!
  const add = (name: string, value: string) => text += ` ${name}=${value}`
  if (op.kind === Op.connect || op.kind === Op.info || op.kind === Op.err) {
    add('args', latin1_text(bytes, op.args_start, op.args_end))
  } else if (op.args_end > op.args_start) {
    for (const name of SPANS) {
      // The fast path leaves alone what PUB does not have.
      if (is_message && (name === 'queue' || name === 'sid' || name === 'origin') && op.kind !== Op.lmsg) continue
      const span = latin1_text(bytes, op[`${name}_start`], op[`${name}_end`])
      if (span !== '') add(name, span)
    }
  }
  if (op.kind === Op.unsub) add('max', String(op.max))
  if (op.weight !== 1 && !is_message) add('weight', String(op.weight))
  if (!is_message) return op.canonical ? text + ' canonical' : text
  add('sizes', `${op.header_size}/${op.total_size}`)
  const size_text = latin1_text(bytes, op.size_start, op.args_end)
  add('size_text', JSON.stringify(size_text.replace(/[ \t]+/g, ' ')))
  if (op.queue_form) add('queue_count', String(op.queue_count))
  if (op.canonical) {
    text += ' canonical'
    if (!op.queue_form) add('tail', JSON.stringify(latin1_text(bytes, op.tail_start, op.body_start)))
  }
  return text
}

/**
 * Gives the pieces to the parser one after the other, with what it has left over before them, and returns what it
 * reported; an error is the last entry. The bytes always lie at another place of a larger buffer full of junk, so
 * that an offset from another call or a look beyond `end` is seen.
 */
export function feed(parser: Parser, pieces: readonly Uint8Array[]): string[] {
  const reports: string[] = []
  let left: Uint8Array = new Uint8Array(0)
  let margin = 3
  let last_key = ''
  for (const piece of pieces) {
    margin = margin % 7 + 1
    const bytes = new Uint8Array(margin + left.length + piece.length + 5).fill(10)
    bytes.set(left, margin)
    bytes.set(piece, margin + left.length)
    const end = margin + left.length + piece.length
    let at = margin
    for (;;) {
      const code = parser.next(bytes, at, end)
      if (code < 0) return [...reports, NAMES.get(code)!]
      assert.ok(parser.position >= at && parser.position <= end, 'The position stays inside')
      if (code === 0) {
        at = parser.position
        break
      }
      assert.ok(parser.position > at, 'The position moves on')
      assert.is(code, parser.op.kind)
      assert.is(parser.op.body_start, parser.position)
      const report = written(parser.op, bytes)
      if (!MESSAGES.includes(code)) {
        reports.push(report)
        at = parser.position
        continue
      }
      const key = latin1_text(bytes, parser.op.account_start, parser.op.account_end) + ' ' +
        latin1_text(bytes, parser.op.subject_start, parser.op.subject_end)
      assert.is(
        parser.op.same_subject,
        key === last_key && key.trimStart().length <= 256,
        `same subject: ${last_key}, ${key}`,
      )
      last_key = key
      // A payload that has not come yet: the line is parsed again when there is more.
      const body_end = parser.position + parser.op.total_size
      if (body_end + 2 > end) break
      const terminated = bytes[body_end] === 13 && bytes[body_end + 1] === 10
      if (!terminated) return [...reports, 'bad end']
      reports.push(`${report} body=${JSON.stringify(latin1_text(bytes, parser.position, body_end))}`)
      at = body_end + 2
    }
    left = bytes.slice(at, end)
  }
  if (left.length > 0) reports.push('rest ' + JSON.stringify(latin1_text(left)))
  return reports
}

/** Cuts bytes at the given places. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...[...places].sort((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end))
}

/** Reports of the input given whole, after they were found the same one byte at a time and at every split in two. */
export function reports_of(make: () => Parser, input: string): string[] {
  const bytes = latin1_bytes(input)
  const whole = feed(make(), [bytes])
  const single = feed(make(), cut(bytes, Array.from(bytes, (_, i) => i)))
  assert.equal(single, whole, `one byte at a time: ${JSON.stringify(input.slice(0, 200))}`)
  for (let place = 0; place <= bytes.length; place++) {
    const split = feed(make(), cut(bytes, [place]))
    assert.equal(split, whole, `split at ${place}: ${JSON.stringify(input.slice(0, 200))}`)
  }
  return whole
}

/** How many bytes of the input the parser needs to see before it refuses; -1 if it never does. */
export function refused_after(make: () => Parser, input: string): number {
  const bytes = latin1_bytes(input)
  for (let length = 0; length <= bytes.length; length++) {
    if (make().next(bytes, 0, length) < 0) return length
  }
  return -1
}
