// The actor of one route connection: a method per verb (reference route.md 1, 2 and 6). What a handshake means for the
// mesh is decided by the supervisor's membership; this actor tells it and waits for the answer.
import { copy_of, CR, equal, latin1_bytes, latin1_text, LF } from '../base/bytes.ts'
import { CloseReason, go_quote, type Refusal, Refuse } from '../base/errors.ts'
import { FIRST_ROUTE_PING_MS, READ_BYTES_OUT_MAX, READ_DELIVERIES_MAX } from '../base/limits.ts'
import type { Timer } from '../base/clock.ts'
import { type Envelope, Origin } from '../actor/envelope.ts'
import { equal_secret } from '../auth/authenticate.ts'
import { make_nonce } from '../auth/server_key.ts'
import { stream_subject_at } from '../broker/deliverer.ts'
import type { InterestForwarder } from '../broker/interest.ts'
import type { Plan } from '../broker/plan.ts'
import { NO_ROOM } from '../broker/router.ts'
import { Counter } from '../shared/counters.ts'
import { Insert } from '../shared/subject_index.ts'
import { type ConnectFields, parse_connect } from '../wire/connect.ts'
import { error_line } from '../wire/error_line.ts'
import { parse_route_info, route_info_line } from '../wire/info.ts'
import { json_text } from '../wire/json_fields.ts'
import { OK_LINE, PING_LINE, PONG_LINE } from '../wire/lines.ts'
import { Op, Parsed } from '../wire/op.ts'
import { RouteParser } from '../wire/route_parser.ts'
import { Connection, type Owner } from './connection.ts'
import type { ThreadContext } from './context.ts'
import { Keepalive } from './keepalive.ts'
import { PeerInterest } from './peer_interest.ts'
import type { RouteReport } from './report.ts'
import type { RouteCommand } from './route_events.ts'
import { trace_in, trace_payload } from './trace.ts'

const STOP = -1
const LETTER_C = 99
const ACK_PREFIX = latin1_bytes('$JS.ACK.')

/** How a route came to be. */
export interface RouteRole {
  /** We dialled it, with these credentials; null: it dialled us. */
  dialled: { user: string; password: string } | null
}

export class Route implements Owner {
  readonly connection: Connection
  readonly interest: PeerInterest
  readonly keepalive: Keepalive
  remote_id = ''
  remote_name = ''
  #context: ThreadContext
  #forwarder: InterestForwarder
  #role: RouteRole
  #parser: RouteParser
  #plan: Plan | null = null
  #accounts: Map<string, number>
  #account_bytes = new Uint8Array(0)
  #account = -1
  #auth_timer: Timer | null = null
  /** The peer may speak: it was dialled, or its CONNECT came. */
  #admitted: boolean
  #verbose = false
  #solicited = false
  #explicit = false
  #registered = false
  #dumping = false
  #told_to_proceed = false

  constructor(
    context: ThreadContext,
    forwarder: InterestForwarder,
    accounts: Map<string, number>,
    role: RouteRole,
    slot: number,
    rid: number,
    ip: string,
    port: number,
  ) {
    const { route } = context.settings
    this.#context = context
    this.#forwarder = forwarder
    this.#accounts = accounts
    this.#role = role
    this.#admitted = role.dialled !== null
    this.#parser = new RouteParser(route.max_control_line)
    this.connection = new Connection(context, this, {
      slot,
      cid: rid,
      kind: 'rid',
      ip,
      port,
      max_pending: route.max_pending,
      write_deadline_ms: route.write_deadline_ms,
      slow_counter: Counter.slow_consumers_routes,
    })
    this.interest = new PeerInterest(context.index, slot)
    this.keepalive = new Keepalive(context.clock, {
      interval_ms: route.ping_interval_ms,
      max: route.ping_max,
      spare_active: false,
      send_ping: () => this.#ping_timer(),
      stale: () => this.#stale(),
      last_activity_ms: () => this.connection.last_activity_ms,
    })
  }

  /** The connection is made: CONNECT if we dialled, and INFO at once in both roles. */
  greet(): void {
    const { settings } = this.#context
    const { outbox } = this.connection
    const info = settings.route_info!
    if (this.#role.dialled !== null) {
      const { user, password } = this.#role.dialled
      const connect = {
        echo: true,
        verbose: false,
        pedantic: false,
        ...(user !== '' && { user, pass: password }),
        tls_required: false,
        headers: true,
        name: info.server_id,
        cluster: info.cluster,
        ...(settings.cluster_name_dynamic && { cluster_dynamic: true }),
        lnoc: true,
      }
      outbox.append(new TextEncoder().encode(`CONNECT ${JSON.stringify(connect)}\r\n`))
      this.#log('debug', 'Route connect msg sent')
    }
    outbox.append(route_info_line({ ...info, nonce: make_nonce() }, false))
    outbox.flush()
    this.#log('info', 'Route connection created')
    this.keepalive.start_soon(FIRST_ROUTE_PING_MS, this.#context.random)
    if (this.#role.dialled === null && settings.route.user !== '') {
      this.#auth_timer = this.#context.clock.after(settings.route.auth_timeout_ms, () => this.#authentication_late())
    }
  }

  /** An answer of the supervisor. */
  command(command: RouteCommand): void {
    switch (command.kind) {
      case 'proceed':
        return this.#proceed()
      case 'register':
        return this.#register(command)
      case 'set_role':
        this.#solicited = command.solicited
        this.#explicit = command.explicit
        return
      case 'close':
        this.connection.close(command.reason, { text: command.text, close: command.reason })
        return
      case 'send_info':
        this.connection.outbox.append(route_info_line(command.info, command.gossip))
        return
      case 'log':
        this.#log(command.level, command.text)
    }
  }

  parse(bytes: Uint8Array, start: number, end: number, referable: boolean): number {
    const { outboxes } = this.#context
    const { inbox } = this.connection
    const deliveries_max = outboxes.deliveries + READ_DELIVERIES_MAX
    const bytes_out_max = outboxes.bytes_out + READ_BYTES_OUT_MAX
    let position = start
    while (position < end) {
      if (!this.#admitted && (bytes[position] | 32) !== LETTER_C) return this.#not_admitted(end)
      const kind = this.#parser.next(bytes, position, end)
      if (kind === Op.rmsg || kind === Op.hmsg || kind === Op.lmsg) {
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
      if (inbox.held) return position
    }
    return position
  }

  ended(reason: CloseReason): void {
    const context = this.#context
    this.keepalive.stop()
    this.#auth_timer?.cancel()
    this.#forwarder.remove(this.connection.outbox)
    const remote = this.remote_name === '' ? '' : ` - Remote: ${this.remote_name}`
    this.#log('info', `Router connection closed: ${reason}${remote}`)
    for (const [account, count] of this.interest.counts_by_account()) {
      this.#log('debug', `Removing ${count} subscriptions for account "${this.#account_name(account)}"`)
    }
    if (this.#registered) context.counters[Counter.routes]--
    context.remove_records(this.interest.take_all(), () => context.free_slot(this.connection.slot))
    context.route_event({ kind: 'closed', rid: this.connection.cid, reason })
  }

  report(with_subscriptions: boolean): RouteReport | null {
    if (!this.#registered) return null
    const { connection } = this
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
      subscriptions: this.interest.count,
      ...(with_subscriptions && {
        subscriptions_list: this.interest.reports((account) => this.#account_name(account), connection.cid),
      }),
      remote_id: this.remote_id,
      remote_name: this.remote_name,
      did_solicit: this.#solicited,
      is_configured: this.#explicit,
    }
  }

  // Verbs -----------------------------------------------------------------------------------------------------------

  #control(kind: number, bytes: Uint8Array): boolean {
    if (this.#context.log.trace_on && kind !== Op.info) this.trace(trace_in(kind, bytes, this.#parser.op))
    switch (kind) {
      case Op.interest_add:
      case Op.leaf_interest_add:
        return this.#interest_add(bytes)
      case Op.interest_remove:
      case Op.leaf_interest_remove:
        return this.#interest_remove(bytes)
      case Op.ping:
        this.connection.outbox.append(PONG_LINE)
        return true
      case Op.pong:
        this.keepalive.pong()
        return true
      case Op.connect:
        return this.#connect(bytes)
      case Op.info:
        return this.#info(bytes)
      case Op.err:
        return this.#peer_error(bytes)
      default:
        return true
    }
  }

  /** RMSG, HMSG and LMSG. Returns the offset behind the message, or STOP. */
  #message(kind: number, bytes: Uint8Array, end: number, referable: boolean): number {
    const { op } = this.#parser
    if (!op.same_subject) this.#plan = null
    const behind = op.body_start + op.total_size + 2
    if (behind > end) {
      this.connection.inbox.needed = behind - op.op_start
      return STOP
    }
    if (bytes[behind - 2] !== CR || bytes[behind - 1] !== LF) return this.#refuse(Refuse.unknown_operation)
    const account = this.#find_account(bytes)
    if (account < 0) {
      const [name, subject] = [latin1_text(bytes, op.account_start, op.account_end), subject_of(bytes, op)]
      this.#log('debug', `Unknown account ${go_quote(name)} for routed message on subject: ${go_quote(subject)}`)
      return behind
    }
    const { plans } = this.#context
    if (this.#plan === null || !plans.is_valid(this.#plan)) {
      this.#plan = plans.find(account, bytes, op.subject_start, op.subject_end)
      if (this.#plan === null) return this.#hold_for_index()
    }
    if (this.#publish(this.#plan, account, bytes, behind, referable) === NO_ROOM) return this.#hold_for_room()
    if (this.#context.log.trace_on) this.#trace_message(kind, bytes, behind)
    if (this.#verbose) this.connection.outbox.append(OK_LINE)
    const { counters } = this.#context
    this.connection.in_messages++
    this.connection.in_bytes += op.total_size
    counters[Counter.in_route_messages]++
    counters[Counter.in_route_bytes] += op.total_size
    return behind
  }

  #publish(plan: Plan, account: number, bytes: Uint8Array, behind: number, referable: boolean): number {
    const { op } = this.#parser
    const { envelope, router } = this.#context
    envelope.origin = Origin.route
    envelope.publisher = -1
    envelope.account = account
    envelope.set_bytes(bytes)
    envelope.referable = referable
    envelope.subject_start = op.subject_start
    envelope.subject_end = op.subject_end
    envelope.reply_start = op.reply_start
    envelope.reply_end = op.reply_end
    envelope.header_size = op.header_size
    envelope.total_size = op.total_size
    envelope.size_start = op.size_start
    envelope.body_start = op.body_start
    envelope.end = behind
    envelope.tail_start = this.#tail_start()
    const has_queues = op.queue_form
    envelope.queues_start = has_queues ? op.queues_start : 0
    envelope.queues_end = has_queues ? op.queues_end : 0
    const is_ack = op.reply_end - op.reply_start > ACK_PREFIX.length && equal(bytes, op.reply_start, ACK_PREFIX, 0, ACK_PREFIX.length)
    envelope.has_stream_reply = is_ack && stream_subject_at(bytes, op.reply_start, op.reply_end) >= 0
    return router.publish(envelope, plan)
  }

  /** Where `[reply ]sizes CRLF payload CRLF` stands as clients get it, or -1: it has to be written anew. */
  #tail_start(): number {
    const { op } = this.#parser
    if (!op.canonical || (op.kind !== Op.rmsg && op.header_size === 0)) return -1
    if (!op.queue_form) return op.tail_start
    return op.reply_end === op.reply_start ? op.size_start : -1
  }

  #interest_add(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    const account = this.#find_account(bytes)
    if (account < 0) {
      const name = latin1_text(bytes, op.account_start, op.account_end)
      // Servers of nats-server's kind always announce their system services; that is no fault of theirs.
      const level = name === '$SYS' ? 'debug' : 'error'
      this.#log(level, `Unknown account ${go_quote(name)} for remote subject ${go_quote(subject_of(bytes, op))}`)
      return true
    }
    const id = this.interest.add(account, bytes, op)
    if (id === Insert.INVALID_SUBJECT) {
      this.#log('error', `Could not insert subscription: invalid subject`)
      this.#refuse(Refuse.invalid_subscription)
      return true
    }
    if (id <= 0) return this.#hold_for_index() === STOP && false
    return this.#ok()
  }

  #interest_remove(bytes: Uint8Array): boolean {
    const account = this.#find_account(bytes)
    if (account < 0) return true
    if (!this.interest.remove(account, bytes, this.#parser.op)) return this.#hold_for_index() === STOP && false
    return this.#ok()
  }

  /** CONNECT of a peer that dialled us (reference route.md 1.7). */
  #connect(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    this.#auth_timer?.cancel()
    const fields = parse_connect(json_text(bytes, op.args_start, op.args_end))
    if (fields === null) return this.#end(CloseReason.protocol_violation)
    if (!this.#has_credentials(fields) || fields.account || fields.new_account) {
      this.#log('error', fields.user ? `authentication error - User ${go_quote(fields.user)}` : 'authentication error')
      this.#refuse(Refuse.authorization)
      return false
    }
    this.#admitted = true
    this.#verbose = fields.verbose ?? false
    this.connection.inbox.held = true
    this.#context.route_event({ kind: 'connect_received', rid: this.connection.cid, connect: fields })
    return true
  }

  /** The peer's INFO, or what it tells of another server (reference route.md 1.6). */
  #info(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    const info = parse_route_info(json_text(bytes, op.args_start, op.args_end))
    if (info === null) return this.#end(CloseReason.protocol_violation)
    this.connection.inbox.held = true
    this.#context.route_event({ kind: 'info_received', rid: this.connection.cid, info, remote_ip: this.connection.ip })
    return true
  }

  #peer_error(bytes: Uint8Array): false {
    const { op } = this.#parser
    this.#log('error', `Route Error ${latin1_text(bytes, op.args_start, op.args_end)}`)
    return this.#end(CloseReason.parse_error)
  }

  // Answers ---------------------------------------------------------------------------------------------------------

  #register(command: RouteCommand & { kind: 'register' }): void {
    this.remote_id = command.remote_id
    this.remote_name = command.remote_name
    this.#solicited = command.solicited
    this.#explicit = command.explicit
    this.#registered = true
    this.#context.counters[Counter.routes]++
    this.interest.leaf_apart = this.#parser.leaf_remove_has_origin = command.lnocu
    this.connection.outbox.headers = command.headers
    this.#dumping = true
    this.#log('debug', `Registering remote route "${command.remote_id}"`)
    this.#forwarder.add(this.connection.outbox, (f) => this.#context.next_turn(f), (_lines) => {
      this.#log('debug', 'Sent local subscriptions to route')
      this.#dumping = false
      this.#context.finish_turn()
      if (this.#told_to_proceed) this.#proceed()
    })
  }

  #proceed(): void {
    this.#told_to_proceed = this.#dumping
    if (!this.#dumping) this.connection.resume()
  }

  #has_credentials(fields: ConnectFields): boolean {
    const { user, password } = this.#context.settings.route
    if (user === '') return true
    return fields.user === user && equal_secret(fields.pass ?? '', password)
  }

  #find_account(bytes: Uint8Array): number {
    const { op } = this.#parser
    const length = op.account_end - op.account_start
    if (length === this.#account_bytes.length && equal(bytes, op.account_start, this.#account_bytes, 0, length)) {
      return this.#account
    }
    this.#account_bytes = copy_of(bytes, op.account_start, op.account_end)
    this.#account = this.#accounts.get(latin1_text(bytes, op.account_start, op.account_end)) ?? -1
    return this.#account
  }

  #account_name(account: number): string {
    return this.#context.settings.accounts[account].name
  }

  #hold_for_room(): number {
    this.connection.inbox.held = true
    const { router } = this.#context
    this.#context.counters[Counter.ring_full]++
    this.#context.wait_for_room(this.connection, router.full_thread, router.full_bytes)
    return STOP
  }

  #hold_for_index(): number {
    this.connection.inbox.held = true
    this.#context.wait_for_index(this.connection)
    return STOP
  }

  #ok(): boolean {
    if (this.#verbose) this.connection.outbox.append(OK_LINE)
    return true
  }

  #not_admitted(end: number): number {
    this.#log('error', 'authentication error')
    this.#refuse(Refuse.authorization)
    return end
  }

  #refuse_bytes(code: number, bytes: Uint8Array, start: number, end: number): number {
    const snippet = go_quote(latin1_text(bytes, start, Math.min(end, start + 32)))
    if (code === Parsed.control_line) {
      this.#log('error', 'maximum control line exceeded')
      this.#refuse(Refuse.control_line)
    } else if (code === Parsed.bad_arguments) {
      this.#log('error', `Router parse error: '${snippet}'`)
      this.#end(CloseReason.protocol_violation)
    } else {
      this.#log('error', `Router parser ERROR, state=0, i=0: proto='${snippet}...'`)
      this.#refuse(Refuse.unknown_operation)
    }
    return end
  }

  #refuse(refusal: Refusal): number {
    if (refusal.close !== null) this.connection.close(refusal.close, refusal)
    else if (refusal.text !== null) this.connection.outbox.append(error_line(refusal.text))
    return STOP
  }

  #end(reason: CloseReason): false {
    this.connection.close(reason)
    return false
  }

  #ping_timer(): void {
    this.#log('debug', 'Router Ping Timer')
    this.connection.outbox.append(PING_LINE)
    this.#context.finish_turn()
  }

  #stale(): void {
    this.#log('debug', 'Stale Client Connection - Closing')
    this.#context.counters[Counter.stale_connections_routes]++
    this.#refuse(Refuse.stale)
  }

  #authentication_late(): void {
    this.#log('debug', 'Authentication Timeout')
    this.#refuse(Refuse.authentication_timeout)
  }

  #log(level: 'info' | 'warn' | 'error' | 'debug', text: string): void {
    if (level === 'debug' && !this.#context.log.debug_on) return
    this.#context.log[level](this.#prefix + text)
  }

  trace(text: string): void {
    this.#context.log.trace(this.#prefix + text)
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

  get #prefix(): string {
    const { ip, port, cid } = this.connection
    return `${ip.includes(':') ? `[${ip}]` : ip}:${port} - rid:${cid} - `
  }
}

const subject_of = (bytes: Uint8Array, op: { subject_start: number; subject_end: number }) =>
  latin1_text(bytes, op.subject_start, op.subject_end)
