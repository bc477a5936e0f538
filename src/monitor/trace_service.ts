// Events of messages that were traced: the threads say who the targets are, and the event goes where the message wanted it.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { json_bytes, latin1_bytes } from '../base/bytes.ts'
import { TraceKind, type TraceName, type TraceReport, type TraceTarget } from '../connection/message_trace.ts'
import { body_of, type OwnMessage } from '../connection/own_messages.ts'
import { wire_text as text_of } from './json_text.ts'

export interface TraceContext {
  /** By thread, in the order of the targets. */
  describe(thread: number, targets: TraceTarget[]): Promise<(TraceName | null)[]>
  account_name(account: number): string
  server_object(): object
  publish(message: OwnMessage): Promise<void>
}

const NOT_DELIVERED = 'Not delivered because remote does not support message tracing'
const NOT_TOLD = 'Message delivered but remote does not support message tracing so no trace event generated from there'
const GONE = 'Not delivered because client is closed'
const compressed = promisify(gzip)

export class TraceService {
  #context: TraceContext

  constructor(context: TraceContext) {
    this.#context = context
  }

  async tell(report: TraceReport): Promise<void> {
    const { account, dest, hops } = report
    const egress = (await this.#named(report)).flatMap(([target, name]) => this.#events_of(report, target, name))
    const event = {
      server: this.#context.server_object(),
      request: { header: texts_of(report.headers), msgsize: report.size },
      ...(hops > 0 && { hops }),
      events: [...report.events, ...egress],
    }
    const plain = json_bytes(event)
    const header = report.gzip ? latin1_bytes('NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n') : undefined
    const body = body_of(header === undefined ? plain : await compressed(plain), header)
    await this.#context.publish({ account, subject: latin1_bytes(dest), header_size: header?.length ?? 0, body })
  }

  async #named({ targets }: TraceReport): Promise<[TraceTarget, TraceName | null][]> {
    const threads = [...new Set(targets.map(({ thread }) => thread))]
    const named = await Promise.all(threads.map(async (thread) => {
      const own = targets.filter((target) => target.thread === thread)
      const names = await this.#context.describe(thread, own)
      return own.map((target, i): [TraceTarget, TraceName | null] => [target, names[i] ?? null])
    }))
    return named.flat().sort(([a], [b]) => targets.indexOf(a) - targets.indexOf(b))
  }

  #events_of(report: TraceReport, target: TraceTarget, name: TraceName | null): object[] {
    const { subject, queue, hop, wall_ms } = target
    if (name === null) {
      return [{
        type: 'eg',
        ts: time_text(wall_ms),
        kind: TraceKind.client,
        cid: 0,
        sub: text_of(subject),
        error: GONE,
      }]
    }
    const { kind, cid, account } = name
    const error = target.error || (name.traces ? '' : is_only(report) ? NOT_DELIVERED : NOT_TOLD)
    const elsewhere = kind === TraceKind.client && account !== this.#context.account_name(report.account) ? account : ''
    const out = {
      type: 'eg',
      ts: time_text(wall_ms),
      ...{ kind, cid },
      ...(name.name !== '' && { name: name.name }),
      ...(hop !== '' && { hop }),
      ...(elsewhere !== '' && { acc: elsewhere }),
      ...(kind === TraceKind.client && { sub: text_of(subject) }),
      ...(queue !== '' && { queue: text_of(queue) }),
      ...(error !== '' && { error }),
    }
    return name.is_shadow ? [{ type: 'se', ts: time_text(wall_ms), acc: account, to: text_of(subject) }, out] : [out]
  }
}

const time_text = (wall_ms: number) => new Date(wall_ms).toISOString()
const is_only = ({ headers }: TraceReport) => headers['Nats-Trace-Only'] !== undefined

const texts_of = (headers: TraceReport['headers']) =>
  Object.fromEntries(Object.entries(headers).map(([name, values]) => [text_of(name), values.map(text_of)]))
