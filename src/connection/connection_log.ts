// The log and trace lines of one connection: every line begins with who it is about (reference ops.md 6.3, 6.7).
import { go_quote } from '../base/errors.ts'
import { latin1_text } from '../base/bytes.ts'
import type { Log } from '../base/log.ts'
import type { Envelope } from '../actor/envelope.ts'
import { bracketed_host } from '../net/address.ts'
import type { OpRecord } from '../wire/op.ts'
import { trace_in, trace_payload } from './trace.ts'

/** Bytes of what could not be parsed that are shown. */
const SNIPPET_BYTES = 32

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
  #label: () => string
  #payload_bytes_max: number

  /** `label`: what stands behind the number once it is known, such as the client's name. */
  constructor(log: Log, identity: LogIdentity, label: () => string, payload_bytes_max: number) {
    this.trace_on = log.trace_on
    this.debug_on = log.debug_on
    this.#log = log
    this.#prefix = prefix_of(identity)
    this.#label = label
    this.#payload_bytes_max = payload_bytes_max
  }

  /** The levels, or how much of a payload is shown, may be others now. */
  follow(payload_bytes_max: number): void {
    this.trace_on = this.#log.trace_on
    this.debug_on = this.#log.debug_on
    this.#payload_bytes_max = payload_bytes_max
  }

  /** It turned out to come from somewhere else. */
  moved(identity: LogIdentity): void {
    this.#prefix = prefix_of(identity)
  }

  info(text: string): void {
    this.#log.info(this.#prefix + this.#label() + text)
  }

  error(text: string): void {
    this.#log.error(this.#prefix + this.#label() + text)
  }

  /** The text is made by the caller in any case: where that costs something, ask debug_on first. */
  debug(text: string): void {
    if (this.debug_on) this.#log.debug(this.#prefix + this.#label() + text)
  }

  at(level: 'info' | 'warn' | 'error' | 'debug', text: string): void {
    this.#log[level](this.#prefix + this.#label() + text)
  }

  trace(text: string): void {
    if (text !== '') this.#log.trace(this.#prefix + this.#label() + text)
  }

  /** An operation came in. */
  operation(kind: number, bytes: Uint8Array, op: OpRecord): void {
    this.trace(trace_in(kind, bytes, op))
  }

  /** A message came in whole. */
  message(kind: number, bytes: Uint8Array, op: OpRecord): void {
    this.trace(trace_in(kind, bytes, op))
    this.trace(trace_payload('<<-', bytes, op.body_start, op.body_start + op.total_size, this.#payload_bytes_max))
  }

  /** A message went out. */
  delivery(operation: string, envelope: Envelope): void {
    const { bytes, body_start, end } = envelope
    this.trace(`->> [${operation}]`)
    this.trace(trace_payload('->>', bytes, body_start, end - 2, this.#payload_bytes_max))
  }

  /** Bytes that are no operation. */
  unparsable(who: string, bytes: Uint8Array, start: number, end: number): void {
    const snippet = go_quote(latin1_text(bytes, start, Math.min(end, start + SNIPPET_BYTES)))
    this.error(`${who} parser ERROR, state=0, i=0: proto='${snippet}...'`)
  }
}

function prefix_of({ ip, port, kind, cid, forwarded_for }: LogIdentity): string {
  const proxied = forwarded_for ? `${forwarded_for}/` : ''
  return `${proxied}${bracketed_host(ip)}:${port} - ${kind}:${cid} - `
}
