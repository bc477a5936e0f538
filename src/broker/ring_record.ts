// A message as a record in the ring from one thread to another. Everything is decided by the thread that writes it;
// the reader only delivers.
//
//   word 0  flags     bit 0 origin, 1 deliver to the plain subscriptions of the reader's clients, 2 stream reply;
//                     from bit 8: how often it was passed on by readers whose chosen member had gone
//   word 1  account           word 2  header size        word 3  total size
//   word 4  subject bytes     word 5  reply bytes        word 6  size text bytes, line end included
//   word 7  tail bytes        word 8  chosen queue members          word 9  routes
//   then per chosen member:   subscription id, name bytes, the group's name, padded
//   then per route:           slot, bytes of the names, names of its groups blank-separated ('' = plain), padded
//   then the subject, the tail `[reply ]sizes CRLF payload CRLF`
import { copy, CR, LF, SPACE, write_decimal } from '../base/bytes.ts'
import { type Envelope, origin_bit, set_origin_bit } from '../actor/envelope.ts'
import type { ThreadLink } from './thread_link.ts'

export const RECORD_MESSAGE = 1
const HEAD_WORDS = 10
const HEAD_BYTES = HEAD_WORDS * 4
const SIZES_BYTES_MAX = 32

/** Numbers with a name each, filled anew for every message without making anything. */
export class NamedList {
  count = 0
  readonly values: number[] = []
  readonly names: Uint8Array[] = []

  add(value: number, name: Uint8Array): void {
    this.values[this.count] = value
    this.names[this.count++] = name
  }
}

/** What one message does on one other thread. Reused for every message. */
export class Dispatch {
  readonly link: ThreadLink
  plain = false
  hops = 0
  /** Chosen members of queue groups: their subscriptions, and the groups' names. */
  readonly picks = new NamedList()
  /** Routes: their slots, and the names of the groups that chose them, blank-separated (none: plain). */
  readonly routes = new NamedList()

  constructor(link: ThreadLink) {
    this.link = link
  }

  clear(): void {
    this.plain = false
    this.hops = 0
    this.picks.count = this.routes.count = 0
  }
}

const padded = (bytes: number) => (bytes + 3) & ~3

/** An upper bound of the record's length in bytes. */
export function record_bytes(envelope: Envelope, dispatch: Dispatch): number {
  let bytes = HEAD_BYTES + envelope.subject_end - envelope.subject_start
  bytes += envelope.tail_start >= 0
    ? envelope.end - envelope.tail_start
    : envelope.reply_end - envelope.reply_start + 1 + SIZES_BYTES_MAX + envelope.end - envelope.body_start
  return bytes + named_bytes(dispatch.picks) + named_bytes(dispatch.routes)
}

function named_bytes(list: NamedList): number {
  let bytes = 0
  for (let i = 0; i < list.count; i++) bytes += 8 + padded(list.names[i].length)
  return bytes
}

/** Writes the record; the link has room for record_bytes. The origin travels as a bit of the flags. */
export function write_record(envelope: Envelope, dispatch: Dispatch): void {
  const { link } = dispatch
  const start = link.open(record_bytes(envelope, dispatch), RECORD_MESSAGE)
  const { bytes, words } = link
  const head = start >> 2
  const reply_bytes = envelope.reply_end - envelope.reply_start
  words[head] = origin_bit(envelope) | (dispatch.plain ? 2 : 0) | (envelope.has_stream_reply ? 4 : 0) |
    (dispatch.hops << 8)
  words[head + 1] = envelope.account
  words[head + 2] = envelope.header_size
  words[head + 3] = envelope.total_size
  words[head + 4] = envelope.subject_end - envelope.subject_start
  words[head + 5] = reply_bytes
  words[head + 8] = dispatch.picks.count
  words[head + 9] = dispatch.routes.count
  let at = start + HEAD_BYTES
  at = write_named(bytes, words, at, dispatch.picks)
  at = write_named(bytes, words, at, dispatch.routes)
  at = copy(bytes, at, envelope.mapped_subject ?? envelope.bytes, envelope.subject_start, envelope.subject_end)
  const tail = at
  if (envelope.tail_start >= 0) {
    at = copy(bytes, at, envelope.bytes, envelope.tail_start, envelope.end)
    words[head + 6] = envelope.body_start - envelope.size_start
  } else {
    at = write_tail(bytes, at, envelope)
    words[head + 6] = at - tail - (envelope.end - envelope.body_start) - (reply_bytes > 0 ? reply_bytes + 1 : 0)
  }
  words[head + 7] = at - tail
  link.close()
}

function write_named(bytes: Uint8Array, words: Int32Array, at: number, list: NamedList): number {
  for (let i = 0; i < list.count; i++) {
    const name = list.names[i]
    words[at >> 2] = list.values[i]
    words[(at >> 2) + 1] = name.length
    copy(bytes, at + 8, name, 0, name.length)
    at += 8 + padded(name.length)
  }
  return at
}

function write_tail(bytes: Uint8Array, at: number, envelope: Envelope): number {
  if (envelope.reply_end > envelope.reply_start) {
    at = copy(bytes, at, envelope.bytes, envelope.reply_start, envelope.reply_end)
    bytes[at++] = SPACE
  }
  if (envelope.header_size > 0) {
    at = write_decimal(bytes, at, envelope.header_size)
    bytes[at++] = SPACE
  }
  at = write_decimal(bytes, at, envelope.total_size)
  bytes[at++] = CR
  bytes[at++] = LF
  return copy(bytes, at, envelope.bytes, envelope.body_start, envelope.end)
}

/** Reads records back. Its fields hold until the next read. */
export class RecordReader {
  plain = false
  hops = 0
  pick_count = 0
  route_count = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #words: Int32Array = new Int32Array(0)
  #at = 0

  /** Fills the envelope from the record at `start`; then next_value/name give picks first, routes behind them. */
  read(envelope: Envelope, bytes: Uint8Array, words: Int32Array, start: number): void {
    const head = start >> 2
    this.#bytes = bytes
    this.#words = words
    const flags = words[head]
    this.plain = (flags & 2) !== 0
    this.hops = flags >>> 8
    this.pick_count = words[head + 8]
    this.route_count = words[head + 9]
    this.#at = start + HEAD_BYTES
    let at = this.#at
    for (let i = this.pick_count + this.route_count; i > 0; i--) at += 8 + padded(words[(at >> 2) + 1])
    set_origin_bit(envelope, flags)
    envelope.has_stream_reply = (flags & 4) !== 0
    envelope.publisher = -1
    envelope.referable = false
    envelope.set_bytes(bytes)
    envelope.account = words[head + 1]
    envelope.header_size = words[head + 2]
    envelope.total_size = words[head + 3]
    envelope.subject_start = at
    at = envelope.subject_end = at + words[head + 4]
    envelope.tail_start = envelope.reply_start = at
    envelope.reply_end = at + words[head + 5]
    envelope.size_start = envelope.reply_end > at ? envelope.reply_end + 1 : at
    envelope.body_start = envelope.size_start + words[head + 6]
    envelope.end = at + words[head + 7]
    envelope.queues_start = envelope.queues_end = 0
  }

  /** The next pick's subscription id, or route's slot. Its name is bytes[name_start, name_end). */
  next_value(): number {
    const word = this.#at >> 2
    this.name_start = this.#at + 8
    this.name_end = this.name_start + this.#words[word + 1]
    this.#at = this.name_start + padded(this.#words[word + 1])
    return this.#words[word]
  }
  name_start = 0
  name_end = 0
  get bytes(): Uint8Array {
    return this.#bytes
  }
}
