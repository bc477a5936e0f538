// The actor of one client connection: a method per verb, called as on the wire (reference client.md 1 to 4).
import { CloseReason, type Refusal, Refuse } from '../base/errors.ts'
import {
  CONTROL_OPERATION_DELIVERIES,
  FIRST_CLIENT_PING_MS,
  READ_BYTES_OUT_MAX,
  READ_DELIVERIES_MAX,
  STALL_MS_PER_READ,
} from '../base/limits.ts'
import { Counter } from '../shared/counters.ts'
import { ClientParser } from '../wire/client_parser.ts'
import { type ConnectFields, parse_connect } from '../wire/connect.ts'
import { error_line } from '../wire/error_line.ts'
import { ClientGreeting } from '../wire/client_greeting.ts'
import { json_text, read_fields } from '../wire/json_fields.ts'
import { OK_LINE, PING_LINE, PONG_LINE } from '../wire/lines.ts'
import { Op, Parsed } from '../wire/op.ts'
import { ClientLogin } from './client_login.ts'
import { ClientSession } from './client_session.ts'
import { Connection, type Owner } from './connection.ts'
import { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import { HookGate } from './hook_gate.ts'
import { Keepalive } from './keepalive.ts'
import { Publisher, STOP } from './publisher.ts'
import { client_report, type ClientReport, closed_report, type PeerCertificates, type TlsReport } from './report.ts'
import { route_on_client_port } from './route_on_client_port.ts'
import type { Door } from './settings.ts'
import { Subscriber } from './subscriber.ts'
import { Subscriptions } from './subscriptions.ts'

const LETTER_C = 99

/** Whoever has come in. */
export interface Visitor {
  readonly ip: string
  readonly port: number
  readonly door: Door
  /** Whom a proxy forwards, for the log; empty: nobody. */
  readonly forwarded_for: string
  /** What its cookies say. */
  readonly cookies: ConnectFields
}

export class Client implements Owner {
  readonly door: Door
  readonly connection: Connection
  readonly session: ClientSession
  readonly subscriptions: Subscriptions
  readonly keepalive: Keepalive
  readonly login: ClientLogin
  readonly log: ConnectionLog
  /** Null: the embedding program is not asked about what it does. */
  readonly gate: HookGate | null
  /** It has a place among max_connections. */
  counted = false
  /** Null: plain text. */
  tls: TlsReport | null = null
  certificates: PeerCertificates | null = null
  #context: ThreadContext
  #parser: ClientParser
  #publisher: Publisher
  #subscriber: Subscriber
  /** The first PONG after a CONNECT has gone out: INFOs may follow whenever they want. */
  #takes_info = false

  constructor(context: ThreadContext, slot: number, cid: number, { ip, port, door, forwarded_for, cookies }: Visitor) {
    const { client, websocket } = context.settings
    const { auth, ping_interval_ms } = door === 'clients' ? client : websocket!
    const identity = { slot, cid, kind: door === 'websockets' ? 'wid' : 'cid', ip, port, forwarded_for }
    this.door = door
    this.#context = context
    this.#parser = new ClientParser(client.max_control_line)
    this.session = new ClientSession(context.settings, auth, context.limits, context.clock)
    this.session.cookies = cookies
    this.log = new ConnectionLog(context.log, identity, () => this.session.log_label, client)
    this.connection = new Connection(context, this, this.log, {
      ...identity,
      max_pending: client.max_pending,
      write_deadline_ms: client.write_deadline_ms,
      stall_ms: STALL_MS_PER_READ,
      totals: context.outboxes.client_totals,
      slow_counter: Counter.slow_consumers,
    })
    this.subscriptions = new Subscriptions(context.index, this.connection.outbox)
    const asks = context.hooks !== null && (context.hooks.settings.publish || context.hooks.settings.subscribe)
    this.gate = asks ? new HookGate(context, context.hooks!, this) : null
    this.#publisher = new Publisher(context, this)
    this.#subscriber = new Subscriber(context, this)
    this.login = new ClientLogin(context, this, auth)
    this.keepalive = new Keepalive(context.clock, {
      interval_ms: ping_interval_ms,
      max: client.ping_max,
      spare_active: true,
      send_ping: () => this.#ping_timer(),
      stale: () => this.#stale(),
      last_activity_ms: () => this.connection.last_activity_ms,
    })
  }

  /** The connection is accepted: INFO goes out before anything is read. */
  greet(): void {
    this.connection.outbox.append(this.first_info_line())
    this.connection.outbox.flush()
    this.begin()
  }

  /** A proxy has said for whom it speaks. */
  moved({ ip, port }: { ip: string; port: number }): void {
    Object.assign(this.connection, { ip, port })
    this.log.moved({ ip, port, kind: 'cid', cid: this.connection.cid })
  }

  /** It has had its INFO. */
  begin(): void {
    this.keepalive.start()
    this.login.start()
    this.log.debug('Client connection created')
  }

  /** There are too many connections: INFO, the refusal, the end. */
  greet_and_refuse(): void {
    this.connection.outbox.append(this.first_info_line())
    this.log.error('maximum connections exceeded')
    this.connection.close(CloseReason.max_connections, Refuse.max_connections)
  }

  /** The mesh changed, or this server enters lame duck mode. */
  send_info(lame_duck = false): void {
    if (!this.#takes_info || this.session.protocol < 1 || this.connection.reason !== null) return
    const { outbox, cid, ip } = this.connection
    outbox.append(lame_duck ? this.#greeting().lame_duck_line(cid, ip) : this.#info_line())
  }

  parse(bytes: Uint8Array, start: number, end: number, referable: boolean): number {
    const { outboxes } = this.#context
    const deliveries_max = outboxes.deliveries + READ_DELIVERIES_MAX
    const bytes_out_max = outboxes.bytes_out + READ_BYTES_OUT_MAX
    const parser = this.#parser
    let position = start
    while (position < end) {
      if (!this.session.ready && !this.#may_enter(bytes[position])) return end
      const kind = parser.next(bytes, position, end)
      if (kind === Op.pub || kind === Op.hpub) {
        const behind = this.#publisher.take(parser.op, bytes, end, referable)
        if (behind === STOP) return position
        position = behind
      } else {
        if (kind === Parsed.need_more) return parser.position
        if (kind < 0) return this.#refuse_bytes(kind, bytes, position, end)
        if (!this.#control(kind, bytes)) return position
        position = parser.position
        if (this.connection.inbox.held) return position
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
    this.login.stop()
    this.gate?.stop()
    if (this.session.identity !== null) context.events?.disconnected(this, reason)
    this.session.end()
    this.log.debug(`Client connection closed: ${reason}`)
    context.client_ended(this.counted, closed_report(this, context.clock, reason))
    context.remove_records(this.subscriptions.take_all(), () => context.free_slot(this.connection.slot))
  }

  // Verbs -----------------------------------------------------------------------------------------------------------

  /** False: held, the same operation will come again; or the connection ended. */
  #control(kind: number, bytes: Uint8Array): boolean {
    if (this.log.trace_on && !this.gate?.has_asked) this.log.operation(kind, bytes, this.#parser.op)
    switch (kind) {
      case Op.sub:
        return this.#subscriber.subscribe(this.#parser.op, bytes)
      case Op.unsub:
        return this.#subscriber.unsubscribe(this.#parser.op, bytes)
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

  #ping(): boolean {
    this.connection.outbox.append(PONG_LINE)
    this.log.sent('PONG')
    if (this.session.connected && !this.#takes_info) {
      this.#takes_info = true
      if (this.session.protocol >= 1) {
        const { connection, session } = this
        connection.outbox.append(this.#greeting().connected_line(connection.cid, connection.ip, session.account_name))
      }
    }
    return true
  }

  /** CONNECT (reference client.md 2.2); a second one starts anew, without the subscriptions. */
  #connect(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    const { session, connection } = this
    this.login.stop()
    if (!session.connected) this.keepalive.start_soon(FIRST_CLIENT_PING_MS, this.#context.random)
    const fields = parse_connect(json_text(bytes, op.args_start, op.args_end))
    if (fields === null) return this.#end(CloseReason.protocol_violation)
    const wrong_port = route_on_client_port(fields, this.#context.settings.route_info)
    if (wrong_port !== null) {
      this.log.error(wrong_port)
      this.refuse(Refuse.client_port)
      return false
    }
    if (session.connected) this.#context.remove_records(this.subscriptions.take_all(), () => {})
    this.#begin_anew()
    this.login.connect(fields)
    return connection.reason === null
  }

  /** Its CONNECT was right. */
  welcome(): void {
    this.acknowledge()
    this.#context.events?.connected(this)
  }

  /** The configuration was loaded again. */
  renew(): void {
    const { client, websocket } = this.#context.settings
    const { auth, ping_interval_ms } = this.door === 'clients' ? client : websocket!
    this.log.follow(client)
    if (this.connection.reason !== null) return
    this.#parser.max_control_line = client.max_control_line
    this.keepalive.change(ping_interval_ms, client.ping_max)
    this.#begin_anew()
    this.login.renew(auth)
  }

  /** Whatever is known of it may be different now. */
  #begin_anew(): void {
    this.#publisher.begin_subject()
    this.#parser.forget_subject()
    this.gate?.forget()
  }

  refused(reason: CloseReason, knocked: boolean): void {
    this.#context.events?.refused(this, reason, knocked)
  }

  /** Whether the password of its CONNECT is the right one. */
  password_checked(right: boolean): void {
    this.login.password_checked(right)
  }

  /** INFO from a client means nothing, but has to be JSON. */
  #peer_info(bytes: Uint8Array): boolean {
    const { op } = this.#parser
    if (read_fields(json_text(bytes, op.args_start, op.args_end), new Map()) !== null) return true
    return this.#end(CloseReason.protocol_violation)
  }

  // Answers ---------------------------------------------------------------------------------------------------------

  /** The one place where a refusal becomes bytes, or the end. */
  refuse(refusal: Refusal): void {
    if (refusal.text !== null) this.log.sent(`-ERR ${refusal.text}`)
    if (refusal.close !== null) this.connection.close(refusal.close, refusal)
    else if (refusal.text !== null) this.connection.outbox.append(error_line(refusal.text))
  }

  /** What it asked for is done: +OK, where it wants to hear that. */
  acknowledge(): true {
    if (!this.session.verbose) return true
    this.connection.outbox.append(OK_LINE)
    this.log.sent('OK')
    return true
  }

  #end(reason: CloseReason): false {
    this.connection.close(reason)
    return false
  }

  /** Before a CONNECT when one is due: only a CONNECT is taken, or whatever the no_auth_user sends. */
  #may_enter(first_byte: number): boolean {
    return (first_byte | 32) === LETTER_C || this.login.enter_unasked()
  }

  #refuse_bytes(code: number, bytes: Uint8Array, start: number, end: number): number {
    if (code === Parsed.bad_arguments) this.#end(CloseReason.protocol_violation)
    else if (code === Parsed.control_line) {
      this.log.error('maximum control line exceeded')
      this.refuse(Refuse.control_line)
    } else {
      this.log.unparsable('Client', bytes, start, end)
      this.refuse(Refuse.unknown_operation)
    }
    return end
  }

  #ping_timer(): void {
    this.log.debug('Client Ping Timer')
    this.connection.outbox.append(PING_LINE)
    this.log.sent('PING')
    this.#context.finish_turn()
  }

  #stale(): void {
    this.log.debug('Stale Client Connection - Closing')
    this.#context.counters[Counter.stale_connections]++
    this.refuse(Refuse.stale)
  }

  // Reports ---------------------------------------------------------------------------------------------------------

  report(): ClientReport {
    return client_report(this, this.#context.clock)
  }

  /** With what it may have to sign. */
  first_info_line(): Uint8Array {
    return this.#greeting().line(this.connection.cid, this.connection.ip, this.login.nonce)
  }

  #info_line(): Uint8Array {
    return this.#greeting().line(this.connection.cid, this.connection.ip)
  }

  /** The thread's, unless this client may send payloads of another size than most. */
  #greeting(): ClientGreeting {
    const info = this.#context.settings.client_infos[this.door]
    const { max_payload } = this.session
    if (max_payload !== info.max_payload) return new ClientGreeting({ ...info, max_payload })
    return this.#context.client_greeting(this.door)
  }
}
