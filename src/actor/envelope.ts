// A message on its way through this server. One record per thread is filled again for every message, so nothing is
// allocated; whoever keeps a message copies its bytes.

/** Where a message entered this server. Written when the envelope is made, read by the one-hop table only. */
export const Origin = { client: 0, route: 1 } as const
export type Origin = (typeof Origin)[keyof typeof Origin]

/** What the parsers say of a message. */
export interface MessageSpans {
  readonly subject_start: number
  readonly subject_end: number
  readonly reply_start: number
  readonly reply_end: number
  readonly header_size: number
  readonly total_size: number
  readonly size_start: number
  readonly body_start: number
}

/** Offsets are in `bytes`; a span whose start equals its end is absent. */
export class Envelope {
  origin: Origin = Origin.client
  /** Slot of the publishing connection when it lives on this thread, else -1. Echo depends on it. */
  publisher = -1
  account = 0
  bytes: Uint8Array = new Uint8Array(0)
  /** The same bytes for copies by words; see set_bytes. */
  view: DataView = new DataView(new ArrayBuffer(0))
  /** Whether `bytes` stays untouched until the sockets have taken what refers to it (see thread/read_buffers.ts). */
  referable = false
  /** Where the subject lies if it is not in `bytes`: the message was mapped to it. */
  mapped_subject: Uint8Array | null = null
  subject_start = 0
  subject_end = 0
  reply_start = 0
  reply_end = 0
  /** 0: no headers. */
  header_size = 0
  /** Headers and payload. */
  total_size = 0
  /** `[reply ]size CRLF payload CRLF`, or with two sizes when there are headers: sent on as it stands; -1: not as one. */
  tail_start = 0
  /** First digit of the sizes. */
  size_start = 0
  body_start = 0
  /** Behind the CRLF of the payload. */
  end = 0
  /** Names of the queue groups that a route asked for, blank-separated; absent for clients. */
  queues_start = 0
  queues_end = 0
  /** A JetStream delivery from a route: clients see the subject behind the reply's `@` (reference route.md 2.4). */
  has_stream_reply = false

  /** Takes over where the parts of a parsed message are in `bytes`. `end`: behind its CRLF. */
  set_spans(op: MessageSpans, end: number): void {
    this.subject_start = op.subject_start
    this.subject_end = op.subject_end
    this.reply_start = op.reply_start
    this.reply_end = op.reply_end
    this.header_size = op.header_size
    this.total_size = op.total_size
    this.size_start = op.size_start
    this.body_start = op.body_start
    this.end = end
  }

  /** The message goes to another subject than it was published to. Undone before the envelope is filled again. */
  map_subject(subject: Uint8Array): void {
    this.mapped_subject = subject
    this.subject_start = 0
    this.subject_end = subject.length
  }

  /** The bytes that the offsets refer to. The same buffer is filled again and again, so its view is kept. */
  set_bytes(bytes: Uint8Array): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
}

/** The origin as bit 0 of a word, for envelopes that travel to another thread: it is carried, not read. */
export const origin_bit = (envelope: Envelope): number => envelope.origin
export function set_origin_bit(envelope: Envelope, word: number): void {
  envelope.origin = (word & 1) as Origin
}
