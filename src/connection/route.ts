// The actor of one route connection: a method per verb (reference route.md 1, 2 and 6). What a handshake means for the
// mesh is decided by the supervisor's membership; this actor tells it and waits for the answer.
import { latin1_text } from '../base/bytes.ts'
import { CloseReason, go_quote, type Refusal, Refuse } from '../base/errors.ts'
import {
  CONTROL_OPERATION_DELIVERIES,
  FIRST_ROUTE_PING_MS,
  READ_BYTES_OUT_MAX,
  READ_DELIVERIES_MAX,
  ROUTE_STALL_MS_PER_READ,
} from '../base/limits.ts'
import type { InterestForwarder } from '../broker/interest.ts'
import { CarriedAccounts, type RouteShare } from '../broker/route_share.ts'
import { Counter } from '../shared/counters.ts'
import { observe_rtt } from '../shared/rtt_histogram.ts'
import { type ConnectFields, parse_connect } from '../wire/connect.ts'
import { error_line } from '../wire/error_line.ts'
import { parse_route_info } from '../wire/info.ts'
import { json_text } from '../wire/json_fields.ts'
import { OK_LINE, PING_LINE, PONG_LINE } from '../wire/lines.ts'
import { Op, Parsed } from '../wire/op.ts'
import { RouteParser } from '../wire/route_parser.ts'
import { AccountNames } from './account_names.ts'
import { Connection, type Owner } from './connection.ts'
import { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import { InterestVerbs, Taken } from './interest_verbs.ts'
import { Keepalive } from './keepalive.ts'
import { OwnKindLink } from './own_kind_link.ts'
import { PeerInterest } from './peer_interest.ts'
import { STOP } from './publisher.ts'
import { ToldInterest } from './told_interest.ts'
import { route_report, type RouteReport, traffic_report } from './report.ts'
import { RouteAdmission } from './route_admission.ts'
import type { RouteCommand } from './route_events.ts'
import type { DialGreeting } from './route_greeting.ts'
import { RouteInfos } from './route_infos.ts'
import { RoutedPublisher } from './routed_publisher.ts'

const LETTER_C = 99

export interface RouteOptions {
  slot: number
  rid: number
  ip: string
  port: number
  /** What we dialled it with; null: it dialled us. */
  dialled: DialGreeting | null
  /** Whether somebody who knows has said that the peer may connect; null: it has to give credentials. */
  vouched?: boolean | null
}

export class Route implements Owner {
  readonly connection: Connection
  readonly interest: PeerInterest
  readonly keepalive: Keepalive
  readonly accounts: AccountNames
  readonly log: ConnectionLog
  #context: ThreadContext
  #told: ToldInterest
  #infos: RouteInfos
  #parser: RouteParser
  #publisher: RoutedPublisher
  #verbs: InterestVerbs
  /** Used if the peer is of our own kind. */
  #own_kind: OwnKindLink
  #admission: RouteAdmission
  #verbose = false
  remote_name = ''
  /** What the membership said of it; null: not registered. */
  #registration: RouteCommand & { kind: 'register' } | null = null
  #told_to_proceed = false

  constructor(
    context: ThreadContext,
    forwarder: InterestForwarder,
    accounts: ReadonlyMap<string, number>,
    options: RouteOptions,
  ) {
    const { route, client } = context.settings
    const { slot, rid: cid, ip, port, dialled, vouched = null } = options
    const identity = { slot, cid, kind: 'rid', ip, port }
    this.#context = context
    const ask = (password: string, hash: string) => context.check_password(slot, cid, password, hash)
    this.#admission = new RouteAdmission(route, context.clock, ask, dialled !== null, vouched)
    this.#parser = new RouteParser(route.max_control_line)
    this.accounts = new AccountNames(accounts)
    this.log = new ConnectionLog(context.log, identity, () => '', client)
    this.connection = new Connection(context, this, this.log, {
      ...identity,
      max_pending: route.max_pending,
      write_deadline_ms: route.write_deadline_ms,
      stall_ms: ROUTE_STALL_MS_PER_READ,
      totals: context.outboxes.route_totals,
      slow_counter: Counter.slow_consumers_routes,
    })
    this.interest = new PeerInterest(context.index, slot)
    this.#infos = new RouteInfos(context, this, dialled)
    this.#told = new ToldInterest(context, forwarder, this.connection.outbox)
    this.#publisher = new RoutedPublisher(context, this)
    this.#verbs = new InterestVerbs(context, this)
    this.keepalive = new Keepalive(context.clock, {
      interval_ms: route.ping_interval_ms,
      max: route.ping_max,
      spare_active: false,
      send_ping: () => this.#ping_timer(),
      stale: () => this.#stale(),
      last_activity_ms: () => this.connection.last_activity_ms,
    })
    const { connection, interest, accounts: names, log } = this
    const told = () => this.#told.route
    this.#own_kind = new OwnKindLink(context, forwarder, {
      ...{ connection, interest, accounts: names, log, told },
      say: (word) => this.#infos.announce({ onehop: word }),
      send_ping: () => this.#ping_timer(),
      silent: () => this.#stale(),
    })
  }

  /** The connection is made. */
  greet(): void {
    this.#infos.greet()
    if (this.#admission.admitted) this.log.debug('Route connect msg sent')
    this.log.info('Route connection created')
    this.keepalive.start_soon(FIRST_ROUTE_PING_MS, this.#context.random)
    this.#admission.start(() => this.refuse(Refuse.authentication_timeout))
  }

  /** An answer of the supervisor. */
  command(command: RouteCommand): void {
    switch (command.kind) {
      case 'proceed':
        return this.#proceed()
      case 'register':
        return this.#register(command)
      case 'set_role':
        if (this.#registration !== null) Object.assign(this.#registration, { ...command, kind: 'register' })
        return
      case 'close':
        return this.connection.close(command.reason, { text: command.text, close: command.reason })
      case 'send_info':
        return this.#infos.pass_on(command.info, command.gossip)
      case 'announce':
        return this.#infos.announce(command.news)
      case 'export_changed':
        return this.#told.export_changed(command.before, command.now)
      case 'probe':
        return this.#probe()
      case 'log':
        if (command.level !== 'debug' || this.log.debug_on) this.log.at(command.level, command.text)
    }
  }

  parse(bytes: Uint8Array, start: number, end: number, referable: boolean): number {
    const { outboxes } = this.#context
    const deliveries_max = outboxes.deliveries + READ_DELIVERIES_MAX
    const bytes_out_max = outboxes.bytes_out + READ_BYTES_OUT_MAX
    const parser = this.#parser
    let position = start
    while (position < end && !this.connection.inbox.held) {
      if (!this.#admission.admitted && (bytes[position] | 32) !== LETTER_C) {
        this.#not_admitted('')
        return end
      }
      const kind = parser.next(bytes, position, end)
      if (kind === Op.rmsg || kind === Op.hmsg || kind === Op.lmsg) {
        const behind = this.#publisher.take(parser.op, bytes, end, referable)
        if (behind === STOP) return position
        position = behind
        if (this.#verbose) this.#ok()
      } else {
        if (kind === Parsed.need_more) return parser.position
        if (kind < 0) return this.#refuse_bytes(kind, bytes, position, end)
        if (!this.#control(kind, bytes)) return position
        position = parser.position
        outboxes.deliveries += CONTROL_OPERATION_DELIVERIES
      }
      if (outboxes.deliveries > deliveries_max || outboxes.bytes_out > bytes_out_max) {
        this.#context.hold_for_turn(this.connection)
        return position
      }
    }
    return position
  }

  ended(reason: CloseReason): void {
    const context = this.#context
    this.keepalive.stop()
    this.#own_kind.stop()
    this.#admission.stop()
    this.#told.stop()
    const name = this.#registration?.remote_name ?? ''
    this.log.info(`Router connection closed: ${reason}${name === '' ? '' : ` - Remote: ${name}`}`)
    for (const [account, count] of this.interest.counts_by_account()) {
      this.log.debug(`Removing ${count} subscriptions for account "${this.#account_name(account)}"`)
    }
    if (this.#registration !== null) context.counters[Counter.routes]--
    context.remove_records(this.interest.take_all(), () => context.free_slot(this.connection.slot))
    context.route_event({ kind: 'closed', rid: this.connection.cid, reason })
  }

  // Verbs -----------------------------------------------------------------------------------------------------------

  /** False: held, the same operation will come again; or the connection ended. */
  #control(kind: number, bytes: Uint8Array): boolean {
    // Draining: its messages are all that still counts.
    if (this.connection.reason !== null) return true
    if (this.log.trace_on) this.log.operation(kind, bytes, this.#parser.op)
    switch (kind) {
      case Op.interest_add:
      case Op.leaf_interest_add:
        return this.#interest(this.#verbs.add(bytes, this.#parser.op))
      case Op.interest_remove:
      case Op.leaf_interest_remove:
        return this.#interest(this.#verbs.remove(bytes, this.#parser.op))
      case Op.ping:
        this.connection.outbox.append(PONG_LINE)
        this.log.sent('PONG')
        return true
      case Op.pong:
        observe_rtt(this.#context.counters, this.keepalive.pong())
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

  #interest(taken: Taken): boolean {
    if (taken === Taken.busy) this.#context.hold_for_index(this.connection)
    return taken === Taken.done ? this.#ok() : taken === Taken.ignored
  }

  /** CONNECT of a peer that dialled us (reference route.md 1.7). */
  #connect(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    this.#admission.stop()
    const fields = parse_connect(json_text(bytes, op.args_start, op.args_end))
    if (fields === null) return this.#end(CloseReason.protocol_violation)
    const verdict = this.#admission.judge(fields)
    if (verdict !== 'asked') return this.#judged(fields, verdict === 'right')
    return this.connection.inbox.held = true
  }

  /** Whether the password of the last CONNECT is that of our hash. */
  password_checked(right: boolean): void {
    const fields = this.#admission.answered()
    if (fields === null || this.connection.reason !== null) return
    if (!this.#admission.admitted) this.#judged(fields, right)
    else if (!right) this.#not_admitted(fields.user)
  }

  /** The configuration was loaded again. */
  renew(): void {
    this.log.follow(this.#context.settings.client)
    this.accounts.forget()
    if (this.connection.reason === null && this.#admission.judge_again() === 'wrong') this.#not_admitted()
  }

  #judged(fields: ConnectFields, right: boolean): boolean {
    if (!right) return this.#not_admitted(fields.user)
    this.#admission.admitted = true
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
    if (this.#registration?.own_kind && info.onehop !== undefined && this.#own_kind.heard(info.onehop)) return true
    if (this.#registration !== null && this.#infos.account_moves(info)) return true
    const { cid: rid, ip: remote_ip } = this.connection
    this.connection.inbox.held = true
    this.#context.route_event({ kind: 'info_received', rid, info, remote_ip })
    return true
  }

  #peer_error(bytes: Uint8Array): false {
    const { op } = this.#parser
    this.log.error(`Route Error ${latin1_text(bytes, op.args_start, op.args_end)}`)
    return this.#end(CloseReason.parse_error)
  }

  // Answers ---------------------------------------------------------------------------------------------------------

  /** The one place where a refusal becomes bytes, or the end. */
  refuse(refusal: Refusal): void {
    if (refusal.close !== null) this.connection.close(refusal.close, refusal)
    else if (refusal.text !== null) this.connection.outbox.append(error_line(refusal.text))
  }

  #register(command: RouteCommand & { kind: 'register' }): void {
    this.#registration = command
    this.#context.counters[Counter.routes]++
    this.interest.leaf_apart = this.#parser.leaf_remove_has_origin = command.lnocu
    this.remote_name = command.remote_name
    const { headers, traces, own_kind: knows_again } = command
    Object.assign(this.connection.outbox, { headers, traces, knows_again })
    if (command.own_kind) this.#own_kind.registered()
    this.#told.start(this.#take_share(command.share), () => this.#dumped())
  }

  /** Where it is of one account only, that is left out of everything from here on. */
  #take_share(share: RouteShare): CarriedAccounts {
    this.#infos.tell_place(share.slot)
    if (share.account !== '') {
      this.#parser.leave_account_out()
      this.accounts.only(this.accounts.named(share.account))
      this.connection.outbox.leaves_account_out = true
    }
    return new CarriedAccounts(share, this.#context.settings.route.pool, (account) => this.#account_name(account))
  }

  #dumped(): void {
    this.log.debug('Sent local subscriptions to route')
    if (this.#registration?.own_kind && this.connection.reason === null) this.#own_kind.dumped()
    this.#context.finish_turn()
    if (this.#told_to_proceed) this.#proceed()
  }

  /** Reads on; whoever asks with a PING gets its PONG behind the whole dump. */
  #proceed(): void {
    this.#told_to_proceed = this.#told.dumping
    if (!this.#told.dumping) this.connection.resume()
  }

  #account_name(account: number): string {
    return this.#context.settings.accounts[account].name
  }

  #ok(): true {
    if (!this.#verbose) return true
    this.connection.outbox.append(OK_LINE)
    this.log.sent('OK')
    return true
  }

  #end(reason: CloseReason): false {
    this.connection.close(reason)
    return false
  }

  #not_admitted(user = ''): false {
    this.log.error(user === '' ? 'authentication error' : `authentication error - User ${go_quote(user)}`)
    this.refuse(Refuse.authorization)
    return false
  }

  #refuse_bytes(code: number, bytes: Uint8Array, start: number, end: number): number {
    this.log.unparsable('Router', bytes, start, end)
    if (code === Parsed.control_line) this.refuse(Refuse.control_line)
    else if (code === Parsed.bad_arguments) this.#end(CloseReason.protocol_violation)
    else this.refuse(Refuse.unknown_operation)
    return end
  }

  #ping_timer(): void {
    this.log.debug('Router Ping Timer')
    this.connection.outbox.append(PING_LINE)
    this.log.sent('PING')
    this.#context.finish_turn()
  }

  #probe(): void {
    const alive = () => this.#context.route_event({ kind: 'alive', rid: this.connection.cid })
    // Its bytes may wait in the socket: that we do not take them is no fault of the peer.
    if (!this.connection.takes_bytes) return alive()
    this.connection.on_next_bytes = alive
    this.#ping_timer()
  }

  #stale(): void {
    this.#context.counters[Counter.stale_connections_routes]++
    this.refuse(Refuse.stale)
  }

  // Reports ---------------------------------------------------------------------------------------------------------

  /** Null: not registered. */
  report(): RouteReport | null {
    if (this.#registration === null) return null
    const { connection, interest, keepalive } = this
    const traffic = traffic_report(connection, keepalive.rtt_us, interest.count, this.#context.clock)
    return route_report(this.#registration, traffic, this.#own_kind.interest_repairs)
  }
}
