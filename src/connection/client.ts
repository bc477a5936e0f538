// The actor of one client connection: a method per verb, called as on the wire (reference client.md 1 to 4).
import { CR, equal, latin1_bytes, latin1_text, LF } from '../base/bytes.ts'
import { CloseReason, go_quote, type Refusal, Refuse, refuse_publish, refuse_reply, refuse_subscription, refuse_tokens } from '../base/errors.ts'
import { FIRST_CLIENT_PING_MS, READ_BYTES_OUT_MAX, READ_DELIVERIES_MAX } from '../base/limits.ts'
import type { Timer } from '../base/clock.ts'
import { type Envelope, Origin } from '../actor/envelope.ts'
import type { Plan } from '../broker/plan.ts'
import { NO_ROOM } from '../broker/router.ts'
import { Counter } from '../shared/counters.ts'
import { Insert } from '../shared/subject_index.ts'
import { ClientParser } from '../wire/client_parser.ts'
import { parse_connect } from '../wire/connect.ts'
import { client_info_line } from '../wire/info.ts'
import { json_text, read_fields } from '../wire/json_fields.ts'
import { OK_LINE, PING_LINE, PONG_LINE } from '../wire/lines.ts'
import { error_line } from '../wire/error_line.ts'
import { Op, Parsed } from '../wire/op.ts'
import { is_valid_publish_subject, starts_with, token_count } from '../wire/subject.ts'
import { ClientSession, is_authentication_failure } from './client_session.ts'
import { Connection, type Owner } from './connection.ts'
import type { ThreadContext } from './context.ts'
import { Keepalive } from './keepalive.ts'
import { send_no_responders } from './no_responders.ts'
import type { ClientReport } from './report.ts'
import { Subscriptions } from './subscriptions.ts'
import { trace_in, trace_payload } from './trace.ts'

/** How far the operation at hand has come, so that nothing is done twice when it is presented again. */
const Progress = { none: 0, checked: 1, acknowledged: 2 } as const
/** The parser's answer to what stops it: the loop of parse() ends. */
const STOP = -1

const LETTER_C = 99
const UNDERSCORE = 95
const DOLLAR = 36
const SYSTEM_QUEUE = '_sys_'
const [REPLY_SERVICE, REPLY_ACK, GATEWAY, RAFT] = ['_R_.', '$JS.ACK.', '_GR_.', '$NRG.'].map(latin1_bytes)

export class Client implements Owner {
  readonly connection: Connection
  readonly session: ClientSession
  readonly subscriptions: Subscriptions
  readonly keepalive: Keepalive
  /** It has a place among max_connections. */
  counted = false
  #context: ThreadContext
  #parser: ClientParser
  #progress: number = Progress.none
  /** The plan of the subject that the parser saw last. */
  #plan: Plan | null = null
  #auth_timer: Timer | null = null
  /** The first PONG after a CONNECT has gone out: INFOs may follow whenever they want. */
  #takes_info = false

  constructor(context: ThreadContext, slot: number, cid: number, ip: string, port: number) {
    const { client } = context.settings
    this.#context = context
    this.#parser = new ClientParser(client.max_control_line)
    this.connection = new Connection(context, this, {
      slot,
      cid,
      kind: 'cid',
      ip,
      port,
      max_pending: client.max_pending,
      write_deadline_ms: client.write_deadline_ms,
      slow_counter: Counter.slow_consumers,
    })
    this.session = new ClientSession(context.settings, context.limits)
    this.subscriptions = new Subscriptions(context.index, slot)
    this.keepalive = new Keepalive(context.clock, {
      interval_ms: client.ping_interval_ms,
      max: client.ping_max,
      spare_active: true,
      send_ping: () => this.#ping_timer(),
      stale: () => this.#stale(),
      last_activity_ms: () => this.connection.last_activity_ms,
    })
  }

  /** The connection is accepted: INFO goes out before anything is read. */
  greet(): void {
    const { auth } = this.#context.settings.client
    this.connection.outbox.append(client_info_line(this.#info()))
    this.connection.outbox.flush()
    this.keepalive.start(this.#context.settings.client.ping_interval_ms)
    if (auth.required) this.#auth_timer = this.#context.clock.after(auth.timeout_ms, () => this.#authentication_late())
    if (this.#context.log.debug_on) this.log('debug', 'Client connection created')
  }

  /** There are too many connections: INFO, the refusal, the end. */
  greet_and_refuse(): void {
    this.connection.outbox.append(client_info_line(this.#info()))
    this.log('error', 'maximum connections exceeded')
    this.connection.close(CloseReason.max_connections, Refuse.max_connections)
  }

  /** The mesh or this server's state changed. */
  send_info(): void {
    if (!this.#takes_info || this.session.protocol < 1 || this.connection.reason !== null) return
    this.connection.outbox.append(client_info_line(this.#info()))
  }

  parse(bytes: Uint8Array, start: number, end: number, referable: boolean): number {
    const { outboxes } = this.#context
    const { inbox } = this.connection
    const deliveries_max = outboxes.deliveries + READ_DELIVERIES_MAX
    const bytes_out_max = outboxes.bytes_out + READ_BYTES_OUT_MAX
    let position = start
    while (position < end) {
      if (!this.session.ready && !this.#may_enter(bytes[position])) return end
      const kind = this.#parser.next(bytes, position, end)
      if (kind === Op.pub || kind === Op.hpub) {
        const behind = this.#message(kind, bytes, end, referable)
        if (behind === STOP) return position
        position = behind
        if (outboxes.deliveries > deliveries_max || outboxes.bytes_out > bytes_out_max) {
          inbox.held = true
          this.#context.next_turn(() => this.connection.resume())
          return position
        }
        continue
      }
      if (kind === Parsed.need_more) return this.#parser.position
      if (kind < 0) return this.#refuse_bytes(kind, bytes, position, end)
      if (!this.#control(kind, bytes)) return position
      position = this.#parser.position
    }
    return position
  }

  ended(reason: CloseReason): void {
    const context = this.#context
    this.keepalive.stop()
    this.#auth_timer?.cancel()
    this.session.end()
    if (context.log.debug_on) this.log('debug', `Client connection closed: ${reason}`)
    const report = this.report(false)
    report.stop_ms = context.clock.wall_ms()
    report.reason = reason
    context.client_ended(this.counted, report)
    context.remove_records(this.subscriptions.take_all(), () => context.free_slot(this.connection.slot))
  }

  // Verbs -----------------------------------------------------------------------------------------------------------

  /** False: held, the same operation will come again; or the connection ended. */
  #control(kind: number, bytes: Uint8Array): boolean {
    if (this.#context.log.trace_on) this.trace(trace_in(kind, bytes, this.#parser.op))
    switch (kind) {
      case Op.sub:
        return this.#sub(bytes)
      case Op.unsub:
        return this.#unsub(bytes)
      case Op.ping:
        return this.#ping()
      case Op.pong:
        this.keepalive.pong()
        return true
      case Op.connect:
        return this.#connect(bytes)
      case Op.info:
        return this.#peer_info(bytes)
      case Op.err:
        return this.#end(CloseReason.parse_error)
      default:
        return true
    }
  }

  /** PUB and HPUB. Returns the offset behind the message, or STOP. */
  #message(kind: number, bytes: Uint8Array, end: number, referable: boolean): number {
    const { op } = this.#parser
    if (!op.same_subject) this.#plan = null
    if (this.#progress === Progress.none && !this.#check_message(kind, bytes)) return STOP
    const behind = op.body_start + op.total_size + 2
    if (behind > end) {
      if (end === behind - 1 && bytes[end - 1] !== CR) return this.#refuse(Refuse.unknown_operation)
      this.#progress = Math.max(this.#progress, Progress.checked)
      this.connection.inbox.needed = behind - op.op_start
      return STOP
    }
    if (bytes[behind - 2] !== CR || bytes[behind - 1] !== LF) return this.#refuse(Refuse.unknown_operation)
    if (this.#progress !== Progress.acknowledged) {
      if (this.#context.log.trace_on) this.#trace_message(kind, bytes, behind)
      if (this.#is_reserved(bytes)) return this.#done(behind)
      if (this.session.verbose) this.connection.outbox.append(OK_LINE)
    }
    const plan = this.#find_plan(bytes)
    if (plan === null) return this.#hold_for_index()
    const delivered = this.#publish(plan, bytes, behind, referable)
    if (delivered === NO_ROOM) return this.#hold_for_room()
    if (delivered === 0 && this.session.no_responders && op.reply_end > op.reply_start) {
      send_no_responders(this.#context, this.session.account, this.subscriptions, this.connection.outbox, bytes, op)
    }
    return this.#done(behind)
  }

  #publish(plan: Plan, bytes: Uint8Array, behind: number, referable: boolean): number {
    const { op } = this.#parser
    const { envelope, router } = this.#context
    envelope.origin = Origin.client
    envelope.publisher = this.connection.slot
    envelope.account = this.session.account
    envelope.set_bytes(bytes)
    envelope.referable = referable
    envelope.subject_start = op.subject_start
    envelope.subject_end = op.subject_end
    envelope.reply_start = op.reply_start
    envelope.reply_end = op.reply_end
    envelope.header_size = op.header_size
    envelope.total_size = op.total_size
    envelope.tail_start = op.canonical && (op.kind === Op.pub || op.header_size > 0) ? op.tail_start : -1
    envelope.size_start = op.size_start
    envelope.body_start = op.body_start
    envelope.end = behind
    envelope.has_stream_reply = false
    return router.publish(envelope, plan)
  }

  /** What is judged at the control line, before the payload is there. False: the connection ended. */
  #check_message(kind: number, bytes: Uint8Array): boolean {
    const { op } = this.#parser
    if (kind === Op.hpub && !this.session.headers) return this.#end(CloseReason.protocol_violation)
    if (op.total_size > this.session.max_payload) {
      this.log('error', `maximum payload exceeded: ${op.total_size} vs ${this.session.max_payload}`)
      this.#refuse(Refuse.payload)
      return false
    }
    if (this.session.pedantic && !is_valid_publish_subject(bytes, op.subject_start, op.subject_end)) {
      this.connection.outbox.append(error_line(Refuse.invalid_publish_subject.text ?? ''))
    }
    return true
  }

  /** Subjects and replies that only servers may use (reference client.md 3.4). The refusal is sent. */
  #is_reserved(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    const first = bytes[op.subject_start]
    if (first === UNDERSCORE || first === DOLLAR) {
      const is_gateway = longer_than(bytes, op.subject_start, op.subject_end, GATEWAY)
      if (is_gateway || starts_with(bytes, op.subject_start, op.subject_end, RAFT)) {
        this.#refuse(refuse_publish(latin1_text(bytes, op.subject_start, op.subject_end)))
        return true
      }
    }
    if (op.reply_end === op.reply_start) return false
    const letter = bytes[op.reply_start]
    if (letter !== UNDERSCORE && letter !== DOLLAR) return false
    for (const prefix of [REPLY_SERVICE, GATEWAY, REPLY_ACK]) {
      if (!longer_than(bytes, op.reply_start, op.reply_end, prefix)) continue
      this.#refuse(refuse_reply(latin1_text(bytes, op.reply_start, op.reply_end)))
      return true
    }
    return false
  }

  #find_plan(bytes: Uint8Array): Plan | null {
    const { op } = this.#parser
    const { plans } = this.#context
    if (this.#plan !== null && plans.is_valid(this.#plan)) return this.#plan
    return this.#plan = plans.find(this.session.account, bytes, op.subject_start, op.subject_end)
  }

  #done(behind: number): number {
    const { op } = this.#parser
    const { counters } = this.#context
    this.#progress = Progress.none
    this.connection.in_messages++
    this.connection.in_bytes += op.total_size
    counters[Counter.in_client_messages]++
    counters[Counter.in_client_bytes] += op.total_size
    return behind
  }

  #hold_for_room(): number {
    this.#progress = Progress.acknowledged
    this.connection.inbox.held = true
    const { router } = this.#context
    this.#context.counters[Counter.ring_full]++
    this.#context.wait_for_room(this.connection, router.full_thread, router.full_bytes)
    return STOP
  }

  #hold_for_index(): number {
    this.#progress = Math.max(this.#progress, Progress.acknowledged)
    this.connection.inbox.held = true
    this.#context.wait_for_index(this.connection)
    return STOP
  }

  /** SUB: checks in the order of reference client.md 3.2. */
  #sub(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    const { session, subscriptions } = this
    const { max_sub_tokens } = this.#context.settings.client
    const queue = latin1_text(bytes, op.queue_start, op.queue_end)
    if (queue === SYSTEM_QUEUE) return this.#refuse_stay(refuse_subscription(subject_text(bytes, op), queue), bytes)
    if (max_sub_tokens > 0 && token_count(bytes, op.subject_start, op.subject_end) > max_sub_tokens) {
      return this.#refuse_stay(refuse_tokens(subject_text(bytes, op)))
    }
    if (session.max_subscriptions >= 0 && subscriptions.count >= session.max_subscriptions) {
      this.log('error', 'maximum subscriptions exceeded')
      return this.#refuse_stay(Refuse.max_subscriptions)
    }
    if (!subscriptions.has(bytes, op)) {
      const id = subscriptions.add(session.account, bytes, op, !session.echo)
      if (id === Insert.INVALID_SUBJECT) return this.#refuse_stay(Refuse.invalid_subject)
      if (id <= 0) return this.#hold_control()
    }
    return this.#ok()
  }

  #unsub(bytes: Uint8Array): boolean {
    return this.subscriptions.unsub(bytes, this.#parser.op) ? this.#ok() : this.#hold_control()
  }

  /** The index has no room at this moment: SUB and UNSUB come again, unchanged. */
  #hold_control(): boolean {
    this.connection.inbox.held = true
    this.#context.wait_for_index(this.connection)
    return false
  }

  #ping(): boolean {
    this.connection.outbox.append(PONG_LINE)
    if (this.#context.log.trace_on) this.trace('->> [PONG]')
    if (this.session.connected && !this.#takes_info) {
      this.#takes_info = true
      if (this.session.protocol >= 1) {
        const info = { ...this.#info(), connect_info: true, remote_account: this.session.account_name }
        this.connection.outbox.append(client_info_line(info))
      }
    }
    return true
  }

  /** CONNECT (reference client.md 2.2); a second one starts anew, without the subscriptions. */
  #connect(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    const { session } = this
    this.#auth_timer?.cancel()
    if (!session.connected) this.keepalive.start_soon(FIRST_CLIENT_PING_MS, this.#context.random)
    const fields = parse_connect(json_text(bytes, op.args_start, op.args_end))
    if (fields === null) return this.#end(CloseReason.protocol_violation)
    const again = session.connected
    if (again) this.#context.remove_records(this.subscriptions.take_all(), () => {})
    this.#plan = null
    this.#parser.forget_subject()
    const refusal = session.connect(fields)
    this.connection.outbox.headers = session.headers
    this.connection.outbox.echo_off = !session.echo
    if (refusal !== null) {
      if (is_authentication_failure(refusal)) this.#log_authentication_failure(fields.user)
      else if (refusal === Refuse.max_account_connections) this.log('error', refusal.text ?? '')
      this.#refuse(refusal)
      return false
    }
    return this.#ok()
  }

  #peer_info(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    if (read_fields(json_text(bytes, op.args_start, op.args_end), new Map()) !== null) return true
    return this.#end(CloseReason.protocol_violation)
  }

  // Answers ---------------------------------------------------------------------------------------------------------

  #ok(): boolean {
    if (this.session.verbose) this.connection.outbox.append(OK_LINE)
    return true
  }

  /** Before a CONNECT when one is due: only a CONNECT is taken, or whatever the no_auth_user sends. */
  #may_enter(first_byte: number): boolean {
    if ((first_byte | 32) === LETTER_C) return true
    if (this.session.enter_unasked()) {
      this.#auth_timer?.cancel()
      return true
    }
    this.#log_authentication_failure(undefined)
    this.#refuse(Refuse.authorization)
    return false
  }

  #refuse_bytes(code: number, bytes: Uint8Array, start: number, end: number): number {
    if (code === Parsed.bad_arguments) this.#end(CloseReason.protocol_violation)
    else if (code === Parsed.control_line) {
      this.log('error', 'maximum control line exceeded')
      this.#refuse(Refuse.control_line)
    } else {
      const snippet = latin1_text(bytes, start, Math.min(end, start + 32))
      this.log('error', `Client parser ERROR, state=0, i=0: proto='${go_quote(snippet)}...'`)
      this.#refuse(Refuse.unknown_operation)
    }
    return end
  }

  #refuse_stay(refusal: Refusal, violation?: Uint8Array): boolean {
    if (violation !== undefined) {
      const { op } = this.#parser
      const sid = latin1_text(violation, op.sid_start, op.sid_end)
      this.log('error', `Subscription Violation - Subject ${go_quote(subject_text(violation, op))}, SID ${sid}`)
    }
    this.#refuse(refusal)
    return true
  }

  /** The one place where a refusal becomes bytes, or the end. */
  #refuse(refusal: Refusal): number {
    if (this.#context.log.trace_on && refusal.text !== null) this.trace(`->> [-ERR ${refusal.text}]`)
    if (refusal.close !== null) this.connection.close(refusal.close, refusal)
    else if (refusal.text !== null) this.connection.outbox.append(error_line(refusal.text))
    return STOP
  }

  #end(reason: CloseReason): false {
    this.connection.close(reason)
    return false
  }

  #ping_timer(): void {
    if (this.#context.log.debug_on) this.log('debug', 'Client Ping Timer')
    this.connection.outbox.append(PING_LINE)
    this.#context.finish_turn()
  }

  #stale(): void {
    this.log('debug', 'Stale Client Connection - Closing')
    this.#context.counters[Counter.stale_connections]++
    this.#refuse(Refuse.stale)
  }

  #authentication_late(): void {
    this.log('debug', 'Authentication Timeout')
    this.#refuse(Refuse.authentication_timeout)
  }

  #log_authentication_failure(user: string | undefined): void {
    this.#context.counters[Counter.authentication_failures]++
    this.log('error', user ? `authentication error - User ${go_quote(user)}` : 'authentication error')
  }

  // Reports ---------------------------------------------------------------------------------------------------------

  report(with_subscriptions: boolean): ClientReport {
    const { connection, session } = this
    const { clock } = this.#context
    return {
      cid: connection.cid,
      ip: connection.ip,
      port: connection.port,
      start_ms: connection.start_ms,
      last_activity_ms: clock.wall_ms() - (clock.now_ms() - connection.last_activity_ms),
      ...(this.keepalive.rtt_us !== undefined && { rtt_us: this.keepalive.rtt_us }),
      pending_bytes: connection.outbox.pending,
      in_messages: connection.in_messages,
      out_messages: connection.outbox.out_messages,
      in_bytes: connection.in_bytes,
      out_bytes: connection.outbox.out_bytes,
      subscriptions: this.subscriptions.count,
      ...(with_subscriptions && { subscriptions_list: this.subscriptions.reports(session.account_name, connection.cid) }),
      ...(session.name !== '' && { name: session.name }),
      ...(session.lang !== '' && { lang: session.lang }),
      ...(session.version !== '' && { version: session.version }),
      account: session.account_name,
      ...(session.identity !== null && session.identity.user !== '' && { authorized_user: session.identity.user }),
      stalls: connection.stalls,
    }
  }

  log(level: 'info' | 'warn' | 'error' | 'debug', text: string): void {
    const { ip, port, cid } = this.connection
    const host = ip.includes(':') ? `[${ip}]` : ip
    this.#context.log[level](`${host}:${port} - cid:${cid} - ${this.session.log_label}${text}`)
  }

  trace(text: string): void {
    const { ip, port, cid } = this.connection
    this.#context.log.trace(`${ip.includes(':') ? `[${ip}]` : ip}:${port} - cid:${cid} - ${this.session.log_label}${text}`)
  }

  /** A message went out to it. */
  trace_out(operation: string, envelope: Envelope): void {
    this.trace(`->> [${operation}]`)
    const { body_start, end, bytes } = envelope
    const payload = trace_payload('->>', bytes, body_start, end - 2, this.#context.settings.client.max_traced_bytes)
    if (payload !== '') this.trace(payload)
  }

  #trace_message(kind: number, bytes: Uint8Array, behind: number): void {
    const { op } = this.#parser
    this.trace(trace_in(kind, bytes, op))
    const payload = trace_payload('<<-', bytes, op.body_start, behind - 2, this.#context.settings.client.max_traced_bytes)
    if (payload !== '') this.trace(payload)
  }

  #info() {
    const { client_info } = this.#context.settings
    return {
      ...client_info,
      max_payload: this.session.max_payload,
      client_id: this.connection.cid,
      client_ip: this.connection.ip,
    }
  }
}

const subject_text = (bytes: Uint8Array, op: { subject_start: number; subject_end: number }) =>
  latin1_text(bytes, op.subject_start, op.subject_end)

function longer_than(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  return end - start > prefix.length && equal(bytes, start, prefix, 0, prefix.length)
}
