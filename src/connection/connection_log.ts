// The log and trace lines of one connection: every line begins with who it is about (reference ops.md 6.3, 6.7).
import { go_quote } from '../base/errors.ts'
import { latin1_text } from '../base/bytes.ts'
import type { Log, LogSubject } from '../base/log.ts'
import type { Envelope } from '../actor/envelope.ts'
import { bracketed_host } from '../net/address.ts'
import type { OpRecord } from '../wire/op.ts'
import { trace_in, trace_message, type TracedPart } from './trace.ts'

/** Bytes of what could not be parsed that are shown. */
const SNIPPET_BYTES = 32
const WHOLE: TracedPart = Object.freeze({ max_traced_bytes: 0, trace_headers: false })

export interface LogIdentity {
  readonly ip: string
  readonly port: number
  /** Whom a proxy forwards, empty or absent: nobody. */
  readonly forwarded_for?: string
  /** How the number is called: `cid`, `wid` or `rid`. */
  readonly kind: string
  readonly cid: number
}

export class ConnectionLog {
  /** Copies of the log's: they are asked for each message. */
  trace_on: boolean
  debug_on: boolean
  #log: Log
  #prefix: string
  #about: LogSubject
  #label: () => string
  #shown: TracedPart

  /** `label`: what stands behind the number once it is known, such as the client's name. */
  constructor(log: Log, identity: LogIdentity, label: () => string, shown: TracedPart = WHOLE) {
    this.trace_on = log.trace_on
    this.debug_on = log.debug_on
    this.#log = log
    this.#prefix = prefix_of(identity)
    this.#about = subject_of(identity)
    this.#label = label
    this.#shown = shown
  }

  /** The levels, or how much of a message is shown, may be others now. */
  follow(shown: TracedPart): void {
    this.trace_on = this.#log.trace_on
    this.debug_on = this.#log.debug_on
    this.#shown = shown
  }

  /** It turned out to come from somewhere else. */
  moved(identity: LogIdentity): void {
    this.#prefix = prefix_of(identity)
    this.#about = subject_of(identity)
  }

  info(text: string): void {
    this.at('info', text)
  }

  error(text: string): void {
    this.at('error', text)
  }

  /** The text is made by the caller in any case: where that costs something, ask debug_on first. */
  debug(text: string): void {
    if (this.debug_on) this.at('debug', text)
  }

  at(level: 'info' | 'warn' | 'error' | 'debug' | 'trace', text: string): void {
    this.#log[level](this.#prefix + this.#label() + text, this.#about)
  }

  trace(text: string): void {
    if (text !== '') this.at('trace', text)
  }

  /** An operation without a message went out. */
  sent(operation: string): void {
    if (this.trace_on) this.trace(`->> [${operation}]`)
  }

  /** A subscription is no more. */
  unsubscribed(bytes: Uint8Array, { sid_start, sid_end }: Pick<OpRecord, 'sid_start' | 'sid_end'>): void {
    if (this.trace_on) this.trace(`<-> [DELSUB ${latin1_text(bytes, sid_start, sid_end)}]`)
  }

  /** It has had its last message. */
  exhausted(sid: Uint8Array, max: number): void {
    this.debug(`Auto-unsubscribe limit of ${max} reached for sid '${latin1_text(sid)}'`)
    this.unsubscribed(sid, { sid_start: 0, sid_end: sid.length })
  }

  /** An operation came in. */
  operation(kind: number, bytes: Uint8Array, op: OpRecord): void {
    this.trace(trace_in(kind, bytes, op))
  }

  /** A message came in whole. */
  message(kind: number, bytes: Uint8Array, op: OpRecord): void {
    this.trace(trace_in(kind, bytes, op))
    this.#content(bytes, op)
  }

  /** The same, once it is known where it goes: null is where it says. */
  redirected(bytes: Uint8Array, op: OpRecord, target: Uint8Array | null): void {
    const subject = latin1_text(bytes, op.subject_start, op.subject_end)
    if (target !== null) this.trace(`<<- [MAPPING ${subject} -> ${latin1_text(target)}]`)
    this.#content(bytes, op)
  }

  #content(bytes: Uint8Array, { body_start, total_size, header_size }: OpRecord): void {
    this.trace(trace_message('<<-', bytes, body_start, body_start + total_size, header_size, this.#shown))
  }

  /** A message went out. */
  delivery(operation: string, envelope: Envelope): void {
    const { bytes, body_start, end, header_size } = envelope
    this.sent(operation)
    // Who takes no headers gets the rest: MSG and not HMSG.
    const left_out = header_size > 0 && !operation.startsWith('H') ? header_size : 0
    const start = body_start + left_out
    this.trace(trace_message('->>', bytes, start, end - 2, header_size - left_out, this.#shown))
  }

  /** Bytes that are no operation. */
  unparsable(who: string, bytes: Uint8Array, start: number, end: number): void {
    const snippet = go_quote(latin1_text(bytes, start, Math.min(end, start + SNIPPET_BYTES)))
    this.error(`${who} parser ERROR, state=0, i=0: proto='${snippet}...'`)
  }
}

const subject_of = ({ kind, cid, ip, port }: LogIdentity): LogSubject => ({ kind, cid, ip, port })

function prefix_of({ ip, port, kind, cid, forwarded_for }: LogIdentity): string {
  const proxied = forwarded_for ? `${forwarded_for}/` : ''
  return `${proxied}${bracketed_host(ip)}:${port} - ${kind}:${cid} - `
}
