// A message as bytes in an outbox: for a client (MSG, HMSG) or for a route (RMSG, HMSG with an account). The part
// behind the prefix is the same for all of them, and is copied as it came in where it can be.
import { COPY_SLACK_BYTES, copy_words, CR, LF, SPACE, WORD_COPY_MAX, write_decimal } from '../base/bytes.ts'
import { BY_REFERENCE_BYTES_MIN, OUT_BUFFER_BYTES } from '../base/limits.ts'
import type { Envelope } from '../actor/envelope.ts'
import type { Outbox } from './outbox.ts'
import type { Prefix } from './prefix.ts'

/** Digits of two sizes, blanks and a line end. */
const SIZES_BYTES_MAX = 32

/** A longer one (only with an enlarged max_control_line) is not certain to fit into one out buffer with the rest. */
const PREFIX_BYTES_MAX = OUT_BUFFER_BYTES / 4

/** The message behind a ready-made prefix. `header_prefix` is used when there are headers and the peer takes them. */
export function write_message(outbox: Outbox, message_prefix: Prefix, header_prefix: Prefix, envelope: Envelope): void {
  let prefix = message_prefix
  if (envelope.header_size > 0) {
    if (!outbox.headers) return write_rendered(outbox, message_prefix.bytes, envelope, true)
    prefix = header_prefix
  }
  const { tail_start, end } = envelope
  if (tail_start < 0) return write_rendered(outbox, prefix.bytes, envelope, false)
  const tail = end - tail_start
  if (tail > BY_REFERENCE_BYTES_MIN || prefix.length > PREFIX_BYTES_MAX) {
    return write_large(outbox, prefix.bytes, envelope)
  }
  const start = outbox.room(prefix.length + tail + COPY_SLACK_BYTES)
  const { view } = outbox
  const offset = prefix.write(view, start)
  if (tail <= WORD_COPY_MAX) outbox.wrote(copy_words(view, offset, envelope.view, tail_start, end))
  else {
    outbox.target.set(envelope.bytes.subarray(tail_start, end), offset)
    outbox.wrote(offset + tail)
  }
  outbox.out_messages++
  outbox.out_bytes += envelope.total_size
}

function write_large(outbox: Outbox, prefix: Uint8Array, envelope: Envelope): void {
  const { bytes, tail_start, body_start, end } = envelope
  outbox.append(prefix)
  outbox.append(bytes, tail_start, body_start)
  if (envelope.referable) outbox.append_reference(bytes, body_start, end)
  else outbox.append_large(bytes, body_start, end)
  outbox.out_messages++
  outbox.out_bytes += envelope.total_size
}

/** The general form: reply and sizes written anew; with `strip`, without the headers. */
export function write_rendered(outbox: Outbox, prefix: Uint8Array, envelope: Envelope, strip: boolean): void {
  outbox.append(prefix)
  if (envelope.reply_end > envelope.reply_start) {
    outbox.append(envelope.bytes, envelope.reply_start, envelope.reply_end)
    outbox.append(BLANK)
  }
  write_sizes_and_body(outbox, envelope, strip)
}

/** A routed message for queue groups: `prefix` then `| q1 q2 sizes` or `+ reply q1 q2 sizes` (reference route.md 2.1). */
export function write_queued(outbox: Outbox, prefix: Uint8Array, envelope: Envelope, queues: Uint8Array): void {
  outbox.append(prefix)
  if (envelope.reply_end > envelope.reply_start) {
    outbox.append(WITH_REPLY)
    outbox.append(envelope.bytes, envelope.reply_start, envelope.reply_end)
    outbox.append(BLANK)
  } else outbox.append(WITHOUT_REPLY)
  outbox.append(queues)
  outbox.append(BLANK)
  write_sizes_and_body(outbox, envelope, envelope.header_size > 0 && !outbox.headers)
}

const BLANK = Uint8Array.of(SPACE)
const WITH_REPLY = Uint8Array.of(43, SPACE)
const WITHOUT_REPLY = Uint8Array.of(124, SPACE)

function write_sizes_and_body(outbox: Outbox, envelope: Envelope, strip: boolean): void {
  const { header_size, total_size, body_start, bytes, end } = envelope
  let offset = outbox.room(SIZES_BYTES_MAX)
  const { target } = outbox
  if (header_size > 0 && !strip) {
    offset = write_decimal(target, offset, header_size)
    target[offset++] = SPACE
  }
  offset = write_decimal(target, offset, strip ? total_size - header_size : total_size)
  target[offset++] = CR
  target[offset++] = LF
  outbox.wrote(offset)
  const from = strip ? body_start + header_size : body_start
  if (envelope.referable) outbox.append_reference(bytes, from, end)
  else outbox.append(bytes, from, end)
  outbox.out_messages++
  outbox.out_bytes += total_size
}
