// The trace of one message through this server, as it is being written: where it came in, what became of it, where it went out.
import { latin1_text } from '../base/bytes.ts'
import type { Headers } from '../wire/trace_header.ts'

/** Kinds of connections, as events number them. */
export const TraceKind = { client: 0, route: 1 } as const

/** A subscriber or a route; who that is its thread knows. */
export interface TraceTarget {
  readonly thread: number
  readonly slot: number
  /** Of the index; 0: a route. */
  readonly subscription: number
  readonly subject: string
  readonly queue: string
  /** Of a route; '': none. */
  readonly hop: string
  /** Why it did not get the message; '': it did. */
  readonly error: string
  readonly wall_ms: number
}

/** Who a target is. */
export interface TraceName {
  kind: number
  cid: number
  name: string
  /** Of a client. */
  account: string
  /** A message that is only traced may go there. */
  traces: boolean
  /** It came from another account. */
  is_shadow?: boolean
}

/** Plain data: it crosses threads. */
export interface TraceReport {
  account: number
  /** Where the event goes. */
  dest: string
  gzip: boolean
  headers: Headers
  size: number
  hops: number
  /** Of the event, before those of targets. */
  events: object[]
  targets: TraceTarget[]
}

/** How a message came in. */
export interface TraceIngress {
  readonly kind: number
  readonly cid: number
  readonly name: string
  readonly account: number
  readonly account_name: string
  readonly subject: string
}

const time_text = (wall_ms: number) => new Date(wall_ms).toISOString()

export class MessageTrace {
  /** It is not delivered. */
  readonly only: boolean
  readonly report: TraceReport
  readonly #hop: string
  readonly #ingress: { error?: string }

  constructor(
    ingress: TraceIngress,
    asked: { dest: string; only: boolean; headers: Headers; size: number },
    wall_ms: number,
  ) {
    const { kind, cid, name, account, account_name: acc, subject: subj } = ingress
    const { dest, headers, size } = asked
    this.only = asked.only
    this.#hop = kind === TraceKind.client ? '' : headers['Nats-Trace-Hop']?.[0] ?? ''
    this.#ingress = { type: 'in', ts: time_text(wall_ms), kind, cid, ...(name !== '' && { name }), acc, subj } as object
    const gzip = /gzip/i.test(headers['Accept-Encoding']?.[0] ?? '')
    this.report = { account, dest, gzip, headers, size, hops: 0, events: [this.#ingress], targets: [] }
  }

  /** It was not taken. */
  refuse(error: string): void {
    this.#ingress.error = error
  }

  mapped(subject: Uint8Array, wall_ms: number): void {
    this.report.events.push({ type: 'sm', ts: time_text(wall_ms), to: latin1_text(subject) })
  }

  /** It is a request to a service of another account. */
  imported(acc: string, from: string, to: string, wall_ms: number): void {
    this.report.events.push({ type: 'si', ts: time_text(wall_ms), acc, from, to })
  }

  /** What the next peer that gets it is told. */
  next_hop(): string {
    const number = ++this.report.hops
    return this.#hop === '' ? String(number) : `${this.#hop}.${number}`
  }

  add(target: TraceTarget): void {
    this.report.targets.push(target)
  }
}
