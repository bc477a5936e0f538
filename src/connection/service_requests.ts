// Requests that go to another account, and their answers (reference client.md 5.9).
import type { AccountImport, Builtin, Imported } from '../auth/imports.ts'
import { copy, json_bytes, latin1_bytes, latin1_text, wire_text } from '../base/bytes.ts'
import { event_id } from '../base/prng.ts'
import { SERVICE_CHAIN_MAX } from '../base/limits.ts'
import type { Outbox } from '../broker/outbox.ts'
import type { Plan } from '../broker/plan.ts'
import { INDEX_BUSY, NO_ROOM } from '../broker/router.ts'
import { Counter } from '../shared/counters.ts'
import { recorded_trace } from '../wire/trace_context.ts'
import { type Headers, read_headers } from '../wire/trace_header.ts'
import type { ThreadContext } from './context.ts'
import type { MessageTrace } from './message_trace.ts'
import { body_of, type OwnMessages } from './own_messages.ts'
import { request_info, with_request_info } from './request_info.ts'
import type { Requester, ServiceDesk, ServiceMessage } from './requester.ts'
import { latency_event, type LatencyStatus, type Measured } from './service_latency.ts'
import { server_object } from './server_object.ts'
import { type Answer, ServiceReplies } from './service_replies.ts'
import { user_info } from './user_info.ts'

/** Of one thread. */
export class ServiceRequests implements ServiceDesk {
  readonly replies: ServiceReplies
  #context: ThreadContext
  #own: OwnMessages

  constructor(context: ThreadContext, own: OwnMessages, slot: number) {
    this.#context = context
    this.#own = own
    this.replies = new ServiceReplies(
      context,
      slot,
      (answer) => this.#arrived(answer),
      (reply) => this.#tell_latency(reply.settings, reply.measured, 504),
    )
  }

  /** In the place of a client's. */
  get outbox(): Outbox {
    return this.replies.subscriber.outbox
  }

  /** See ServiceDesk. `depth`: how many accounts it went through already. */
  request(
    imported: Imported,
    requester: Requester,
    account: number,
    subject: readonly string[],
    message: ServiceMessage,
    trace: MessageTrace | null = null,
    depth = 0,
  ): number {
    const { settings } = imported
    if (settings.builtin !== undefined) return this.#answer_here(settings.builtin, requester, account, message)
    const target = this.#target(imported, subject)
    if (target === null) return 0
    const plan = this.#context.plans.find(settings.account, target, 0, target.length)
    if (plan === null) return INDEX_BUSY
    const has_reply = message.reply_end > message.reply_start
    const measured = this.#measured(settings, requester, message)
    const reply = has_reply ? this.replies.open(account, reply_of(message), settings, measured) : ''
    if (has_reply && reply === '') return INDEX_BUSY
    const info = depth === 0 ? request_info(requester, this.#context.settings, settings.share) : ''
    const made = this.#rewrite(message, reply, info)
    trace?.imported(
      this.#context.settings.accounts[settings.account].name,
      subject.join('.'),
      latin1_text(target),
      this.#context.clock.wall_ms(),
    )
    const taken = this.#own.publish(plan, made, trace)
    const passed = taken === NO_ROOM ? 0 : this.#pass_on(plan, requester, made, trace, depth)
    if (taken + passed <= 0) this.replies.close(reply)
    if (taken + passed === 0) this.#tell_latency(settings, measured, 503)
    return taken === NO_ROOM ? NO_ROOM : taken + passed
  }

  /** What no other account is needed for. Nobody gets an answer who does not say where to. */
  #answer_here(what: Builtin, requester: Requester, account: number, message: ServiceMessage): number {
    const { settings, limits, clock } = this.#context
    const subject = reply_of(message)
    if (subject.length === 0) return 1
    if (what === 'subscribers') {
      const { bytes, body_start, header_size, total_size } = message
      const text = latin1_text(bytes, body_start + header_size, body_start + total_size)
      this.#context.subscribers_asked({ account, text, reply: latin1_text(subject) })
      return 1
    }
    const { identity, account_name } = requester.session
    const data = user_info(identity, account_name, clock.wall_ms())
    const answer = { server: server_object(settings, limits, clock.wall_ms()), data }
    const payload = json_bytes(answer)
    this.#own.push({ account, subject, header_size: 0, body: body_of(payload) })
    return 1
  }

  /** To what the exporter has from others itself. What finds no room there is lost, and counted: the rest was sent already. */
  #pass_on(
    plan: Plan,
    requester: Requester,
    made: ServiceMessage,
    trace: MessageTrace | null,
    depth: number,
  ): number {
    let taken = 0
    if (plan.services.length === 0 || depth >= SERVICE_CHAIN_MAX) return taken
    const tokens = latin1_text(plan.subject).split('.')
    for (const next of plan.services) {
      const passed = this.request(next, requester, plan.account, tokens, made, trace, depth + 1)
      if (passed < 0) this.#context.counters[Counter.dropped]++
      else taken += passed
    }
    return taken
  }

  /** What the exporter calls it, and maps it to; null: it is lost there. */
  #target({ settings, pattern }: Imported, subject: readonly string[]): Uint8Array | null {
    const { settings: { client_infos: { clients: { cluster = '' } } }, random } = this.#context
    const remote = pattern.to_remote(subject)
    const mapped = this.#context.mappings(settings.account)?.find(remote, cluster)
    return mapped ? mapped.next(random) : latin1_bytes(remote)
  }

  /** `info`: what is added to the headers; empty: nothing. */
  #rewrite(message: ServiceMessage, reply: string, info: string): ServiceMessage {
    const { bytes, body_start, header_size, total_size } = message
    const body_end = body_start + total_size
    const own = bytes.subarray(body_start, body_start + header_size)
    const header = info === '' || !this.#context.settings.client.headers ? own : with_request_info(own, info)
    const payload = bytes.subarray(body_start + header_size, body_end)
    const made = new Uint8Array(reply.length + header.length + payload.length + 2)
    made.set(latin1_bytes(reply))
    const at = copy(made, copy(made, reply.length, header, 0, header.length), payload, 0, payload.length)
    made.set([13, 10], at)
    return {
      bytes: made,
      ...{ reply_start: 0, reply_end: reply.length, body_start: reply.length },
      ...{ header_size: header.length, total_size: header.length + payload.length },
    }
  }

  // Latency ---------------------------------------------------------------------------------------------------------

  /** Null: this request is not measured. */
  #measured({ latency, share }: AccountImport, requester: Requester, message: ServiceMessage): Measured | null {
    const { random, clock, settings } = this.#context
    if (latency === undefined) return null
    const headers = random.next() * 100 < latency.sampling ? undefined : trace_of(message)
    if (headers === null) return null
    return {
      latency,
      requestor: request_info(requester, settings, share),
      rtt_ms: (requester.keepalive.rtt_us ?? 0) / 1000,
      start_ms: clock.now_ms(),
      start_wall_ms: clock.wall_ms(),
      ...(headers !== undefined && { headers }),
    }
  }

  /** To the exporter, if it wants to know. */
  #tell_latency({ account }: AccountImport, measured: Measured | null, status: LatencyStatus): void {
    if (measured === null) return
    const { clock, random } = this.#context
    const id = event_id(random)
    const event = latency_event(measured, status, id, clock.now_ms(), clock.wall_ms())
    const subject = latin1_bytes(wire_text(measured.latency.subject))
    this.#own.push({ account, subject, header_size: 0, body: body_of(event) })
  }

  /** To the requester, in the next turn. */
  #arrived({ reply, header_size, body }: Answer): void {
    const { account, subject, settings, measured } = reply
    reply.measured = null
    this.#tell_latency(settings, measured, 200)
    this.#own.push({ account, subject, header_size, body })
  }
}

/** The headers by which a request asks to be measured; null: it does not. */
function trace_of({ bytes, body_start, header_size }: ServiceMessage): Headers | null {
  const headers = header_size === 0 ? null : read_headers(bytes, body_start, body_start + header_size)
  return headers === null ? null : recorded_trace(headers)
}

const reply_of = ({ bytes, reply_start, reply_end }: ServiceMessage) => bytes.slice(reply_start, reply_end)
