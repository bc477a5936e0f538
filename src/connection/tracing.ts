// Messages that ask for a trace: they go the way of all others, but in parts, and what becomes of each part is noted. The event goes to
// the supervisor, which knows who the targets are.
import { copy_of, latin1_bytes } from '../base/bytes.ts'
import { type Envelope, origin_bit, set_origin_bit } from '../actor/envelope.ts'
import { Delivery, may_pass, Subscriber } from '../broker/one_hop.ts'
import { type Group, type Member, NO_NAMES, Plan, type RouteTarget } from '../broker/plan.ts'
import { NO_ROOM } from '../broker/router.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { READ_BUSY } from '../shared/index_lock.ts'
import {
  has_trace_header,
  type Headers,
  is_sampled_elsewhere,
  is_trace_only,
  read_headers,
  trace_destination,
  with_header,
} from '../wire/trace_header.ts'
import { is_valid_publish_subject } from '../wire/subject.ts'
import type { ThreadContext } from './context.ts'
import { MessageTrace, type TraceIngress, type TraceTarget } from './message_trace.ts'
import type { AccountTrace, HeaderSpan, Tracer } from './requester.ts'

const NOT_TRACED_THERE = 'Not delivered because remote does not support message tracing'

/** Whether to look closer: `account` is what the publisher's account says of traces. */
export function may_be_traced(
  bytes: Uint8Array,
  { body_start, header_size }: HeaderSpan,
  account: AccountTrace | null,
): boolean {
  return account !== null || has_trace_header(bytes, body_start, body_start + header_size)
}

/** Of one thread. */
export class Tracing implements Tracer {
  #context: ThreadContext

  constructor(context: ThreadContext) {
    this.#context = context
  }

  begin(bytes: Uint8Array, span: HeaderSpan, ingress: TraceIngress, account: AccountTrace | null): MessageTrace | null {
    const { body_start, header_size, total_size: size } = span
    const headers = read_headers(bytes, body_start, body_start + header_size)
    if (headers === null || headers['Nats-Trace-Origin-Account'] !== undefined) return null
    const dest = trace_destination(headers) || this.#account_destination(headers, account)
    const dest_bytes = latin1_bytes(dest)
    if (dest === '' || !is_valid_publish_subject(dest_bytes, 0, dest_bytes.length)) return null
    const { clock } = this.#context
    return new MessageTrace(ingress, { dest, only: is_trace_only(headers), headers, size }, clock.wall_ms())
  }

  end(trace: MessageTrace): void {
    this.#context.traced(trace.report)
  }

  publish(envelope: Envelope, plan: Plan, trace: MessageTrace): number {
    const { router } = this.#context
    const picked: [Member, Group][] = []
    router.picked = (member, group) => picked.push([member, group])
    const clients = part_of(plan, { routes: [] })
    const passes = may_pass(envelope, Subscriber.route, Delivery.plain)
    const taken = trace.only ? router.pick(envelope, clients) : router.publish(envelope, clients)
    router.picked = null
    if (taken === NO_ROOM) return NO_ROOM
    this.#note_plain(plan, envelope, trace)
    for (const [member, group] of picked) if (member.route === null) this.#note_picked(member, group, trace)
    const routes = plan.routes.filter((route) => route.chosen.length > 0 || route.plain && passes)
    const copy = copy_message(envelope)
    for (const route of routes) this.#publish_to_route(copy, plan, route, trace)
    return Math.max(taken, 0) + routes.length + (trace.only ? 1 : 0)
  }

  #account_destination(headers: Headers, account: AccountTrace | null): string {
    if (account === null || !is_sampled_elsewhere(headers)) return ''
    return this.#context.random.next() * 100 < account.sampling ? account.dest : ''
  }

  /** With its own number of the hop in the headers. */
  #publish_to_route(message: Message, plan: Plan, route: RouteTarget, trace: MessageTrace): void {
    const { envelope, router, clock } = this.#context
    const hop = trace.next_hop()
    fill(envelope, message, plan, `Nats-Trace-Hop: ${hop}`)
    const taken = router.publish(envelope, part_of(plan, { routes: [route] }))
    envelope.mapped_subject = null
    route.chosen = NO_NAMES
    const { thread, slot, outbox } = route
    // Where the route is on another thread, that one knows what its peer can do.
    const is_withheld = trace.only && outbox !== null && !outbox.traces
    const error = taken === NO_ROOM ? 'Not delivered because there was no room' : is_withheld ? NOT_TRACED_THERE : ''
    trace.add({ thread, slot, subscription: 0, subject: '', queue: '', hop, error, wall_ms: clock.wall_ms() })
  }

  #note_plain(plan: Plan, envelope: Envelope, trace: MessageTrace): void {
    const { index, thread } = this.#context
    for (const id of this.#matches(plan)) {
      if (index.kind(id) !== SubscriberKind.client || index.is_queue(index.group(id))) continue
      const target = plan.targets.find(({ subscription }) => subscription === id)
      if (index.thread(id) === thread && target === undefined) continue
      const is_echo = target !== undefined && target.outbox.echo_off && envelope.publisher === target.outbox.slot
      trace.add(this.#target(id, '', is_echo ? 'Not delivered because of no echo' : ''))
    }
  }

  #note_picked({ subscription }: Member, { name }: Group, trace: MessageTrace): void {
    trace.add(this.#target(subscription, name, ''))
  }

  #target(subscription: number, queue: string, error: string): TraceTarget {
    const { index, clock } = this.#context
    const at = { thread: index.thread(subscription), slot: index.slot(subscription) }
    const subject = index.subject_text(subscription)
    return { ...at, subscription, subject, queue, hop: '', error, wall_ms: clock.wall_ms() }
  }

  #matches({ account, subject }: Plan): number[] {
    const { index } = this.#context
    for (let found = new Int32Array(1024);;) {
      const sequence = index.begin_read()
      if (sequence === READ_BUSY) return []
      const count = index.match(account, subject, 0, subject.length, found)
      if (!index.end_read(sequence)) continue
      if (count >= 0) return [...found.subarray(0, count)]
      found = new Int32Array(-count * 2)
    }
  }
}

/** A message out of its buffers. */
interface Message {
  /** As envelopes carry it. */
  readonly origin_word: number
  readonly reply: Uint8Array
  readonly header: Uint8Array
  readonly payload: Uint8Array
  readonly queues: Uint8Array
}

function copy_message(envelope: Envelope): Message {
  const { bytes, reply_start, reply_end, body_start, header_size, total_size, queues_start, queues_end } = envelope
  const between = (start: number, end: number) => copy_of(bytes, start, end)
  return {
    origin_word: origin_bit(envelope),
    reply: between(reply_start, reply_end),
    header: between(body_start, body_start + header_size),
    payload: between(body_start + header_size, body_start + total_size),
    queues: between(queues_start, queues_end),
  }
}

function fill(
  envelope: Envelope,
  { origin_word, reply, header, payload, queues }: Message,
  plan: Plan,
  line: string,
): void {
  const told = with_header(header, line)
  const bytes = Buffer.concat([queues, reply, told, payload, latin1_bytes('\r\n')])
  const reply_start = queues.length, body_start = reply_start + reply.length
  set_origin_bit(envelope, origin_word)
  envelope.publisher = -1
  envelope.account = plan.account
  envelope.set_bytes(bytes)
  envelope.referable = true
  const sizes = { header_size: told.length, total_size: told.length + payload.length }
  const spans = {
    subject_start: 0,
    subject_end: 0,
    reply_start,
    reply_end: body_start,
    size_start: 0,
    body_start,
    ...sizes,
  }
  envelope.set_spans(spans, bytes.length)
  envelope.map_subject(plan.subject)
  envelope.tail_start = -1
  envelope.queues_start = 0
  envelope.queues_end = queues.length
  envelope.has_stream_reply = false
}

/** The same plan, to some of its targets. */
function part_of(plan: Plan, change: { routes: RouteTarget[] }): Plan {
  const part = new Plan(plan.account, plan.subject, plan.generation_slot)
  part.generation = plan.generation
  part.routes = change.routes
  if (change.routes.length > 0) return part
  const { targets, threads, remote, groups } = plan
  return Object.assign(part, { targets, threads, remote, groups })
}
