// The last step on a thread: a message into the outbox of a client or of a route.
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import type { Envelope } from '../actor/envelope.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import { has_trace_header, is_trace_only, read_headers } from '../wire/trace_header.ts'
import { write_message, write_queued, write_rendered } from './message_writer.ts'
import { AGAIN } from './one_hop.ts'
import type { Outbox, OutboxContext } from './outbox.ts'
import type { LocalTarget } from './plan.ts'
import type { Prefix } from './prefix.ts'

/** Told of what is written, when trace is on: the operation with its arguments, and the message. */
export type TraceOut = (slot: number, operation: string, envelope: Envelope) => void

export class Deliverer {
  trace: TraceOut | null = null
  /** Consumers above the pressure mark lose messages, instead of holding publishers back (no_fast_producer_stall). */
  drops_for_pressed = false
  /** Subscriptions that have had their last message; their owners remove them at the end of the turn. */
  readonly exhausted: LocalTarget[] = []
  #index: SubjectIndex
  #outboxes: OutboxContext

  constructor(index: SubjectIndex, outboxes: OutboxContext) {
    this.#index = index
    this.#outboxes = outboxes
  }

  /** False: this subscription does not take it (own echo, closing, its maximum reached). */
  deliver(target: LocalTarget, envelope: Envelope): boolean {
    const { outbox } = target
    if (outbox.closed || (outbox.echo_off && envelope.publisher === outbox.slot)) return false
    if (this.drops_for_pressed && outbox.pressed) return false
    const delivered = this.#index.add_delivered(target.subscription)
    if (target.limited && !this.#within_max(target, delivered)) return false
    this.#outboxes.deliveries++
    if (outbox.rules !== null) outbox.rules.delivered(envelope)
    if (envelope.has_stream_reply) write_stream_delivery(target, envelope)
    else write_message(outbox, target.message_prefix, target.header_prefix, envelope)
    if (this.trace !== null) this.#trace(outbox, target.message_prefix, target.header_prefix, envelope)
    return true
  }

  /** To a route; `names` are the queue groups there that were chosen, blank-separated. `again`: it is the second hop. */
  send_routed(
    outbox: Outbox,
    message: Prefix,
    header: Prefix,
    envelope: Envelope,
    names: Uint8Array,
    again: boolean,
  ): void {
    if (outbox.closed || !outbox.traces && envelope.header_size > 0 && is_only_traced(envelope)) return
    this.#outboxes.deliveries++
    if (names.length === 0) write_message(outbox, message, header, envelope)
    else {
      const prefix = envelope.header_size > 0 && outbox.headers ? header : message
      write_queued(outbox, prefix.bytes, envelope, again && outbox.knows_again ? behind_again(names) : names)
    }
    if (this.trace !== null) this.#trace(outbox, message, header, envelope)
  }

  #within_max(target: LocalTarget, delivered: number): boolean {
    const max = this.#index.max(target.subscription)
    if (max === 0 || delivered < max) return true
    if (delivered === max) this.exhausted.push(target)
    return delivered === max
  }

  #trace(outbox: Outbox, message: Prefix, header: Prefix, envelope: Envelope): void {
    const prefix = envelope.header_size > 0 && outbox.headers ? header : message
    const reply = latin1_text(envelope.bytes, envelope.reply_start, envelope.reply_end)
    const sizes = envelope.header_size > 0 && outbox.headers
      ? `${envelope.header_size} ${envelope.total_size}`
      : `${envelope.total_size - (outbox.headers ? 0 : envelope.header_size)}`
    this.trace!(outbox.slot, latin1_text(prefix.bytes) + (reply ? reply + ' ' : '') + sizes, envelope)
  }
}

/** A peer that knows no traces would deliver it. */
function is_only_traced({ bytes, body_start, header_size }: Envelope): boolean {
  const end = body_start + header_size
  if (!has_trace_header(bytes, body_start, end)) return false
  const headers = read_headers(bytes, body_start, end)
  return headers !== null && is_trace_only(headers)
}

function behind_again(names: Uint8Array): Uint8Array {
  return latin1_bytes(`${latin1_text(AGAIN)} ${latin1_text(names)}`)
}

const AT = 64

/**
 * A JetStream delivery that crossed a route carries `ack reply@original subject` as its reply: the client sees the
 * original subject, and the reply without it (reference route.md 2.4).
 */
function write_stream_delivery(target: LocalTarget, envelope: Envelope): void {
  const { bytes, reply_start, reply_end, tail_start } = envelope
  const at = stream_subject_at(bytes, reply_start, reply_end)
  const kind = envelope.header_size > 0 && target.outbox.headers ? 'HMSG' : 'MSG'
  const prefix = latin1_bytes(`${kind} ${latin1_text(bytes, at + 1, reply_end)} ${latin1_text(target.sid)} `)
  envelope.reply_end = at
  envelope.tail_start = -1
  write_rendered(target.outbox, prefix, envelope, kind === 'MSG' && envelope.header_size > 0)
  envelope.reply_end = reply_end
  envelope.tail_start = tail_start
}

/** Where the `@` before the original subject is: the first behind at least eight dots; -1: none. */
export function stream_subject_at(bytes: Uint8Array, start: number, end: number): number {
  let dots = 0
  for (let i = start; i < end; i++) {
    if (bytes[i] === 46) dots++
    else if (bytes[i] === AT && dots >= 8) return i
  }
  return -1
}
