// The root of one thread that serves connections: clients, routes, or both. It puts the parts together and is the
// context of every actor here. With `--workers 0` the server calls it in its own thread; else a worker does.
import type { Socket } from 'node:net'
import { type Clock, system_clock } from '../base/clock.ts'
import { CloseReason, Refuse } from '../base/errors.ts'
import { type AdjustableLog, make_log, type WriteLine } from '../base/log.ts'
import { type Random, system_random } from '../base/prng.ts'
import { Envelope } from '../actor/envelope.ts'
import type { Imports } from '../auth/imports.ts'
import type { SubjectMappings } from '../auth/subject_mapping.ts'
import { subject_filter, type SubjectFilter } from '../auth/subject_filter.ts'
import { BufferPool } from '../broker/buffer_pool.ts'
import { InterestForwarder } from '../broker/interest.ts'
import { type Outbox, OutboxContext } from '../broker/outbox.ts'
import type { PlanContext } from '../broker/plan.ts'
import { PlanCache } from '../broker/plan_cache.ts'
import { Router } from '../broker/router.ts'
import { Client, type Visitor } from '../connection/client.ts'
import type { CalloutAsked, Holdable, SubscribersQuestion, ThreadContext } from '../connection/context.ts'
import { HookPort } from '../connection/hook_port.ts'
import type { ClientReport } from '../connection/report.ts'
import { Route, type RouteOptions } from '../connection/route.ts'
import type { RouteEvent } from '../connection/route_events.ts'
import type { Door, Settings } from '../connection/settings.ts'
import type { TraceReport } from '../connection/message_trace.ts'
import type { AccountTrace, EventDesk } from '../connection/requester.ts'
import type { Tracing } from '../connection/tracing.ts'
import type { Port } from '../net/port_transport.ts'
import type { Accepted } from '../net/socket.ts'
import { Counter, Counters, SharedLimits } from '../shared/counters.ts'
import { InterestLogReader } from '../shared/interest_log.ts'
import { Pressure } from '../shared/pressure.ts'
import { type IndexBuffers, SubjectIndex } from '../shared/subject_index.ts'
import type { ServiceRequests } from '../connection/service_requests.ts'
import { ClientGreeting } from '../wire/client_greeting.ts'
import { AccountTable } from './account_table.ts'
import type { ToSupervisor } from './messages.ts'
import { Held } from './held.ts'
import { Inbound } from './inbound.ts'
import { make_next_turn } from './next_turn.ts'
import { Removals } from './removals.ts'
import { Residents } from './residents.ts'
import { RingDesk, type RingPair } from './ring_desk.ts'
import { ClientDesk } from './client_desk.ts'
import { RouteDesk } from './route_desk.ts'
import { Slots } from './slots.ts'
import { type ListenKind, SocketDesk } from './socket_desk.ts'
import { SPIN_AFTER_ACCEPT_MS } from './spinner.ts'
import { type Bell, Turns } from './turns.ts'
import { WebsocketDesk } from './websocket_desk.ts'

/** The memory that all threads share. */
export interface SharedMemory {
  index: IndexBuffers
  counters: SharedArrayBuffer
  limits: SharedArrayBuffer
  pressure: SharedArrayBuffer
  doorbell: SharedArrayBuffer
  threads: number
}

export interface ThreadSetup {
  thread: number
  settings: Settings
  memory: SharedMemory
  /** The thread that hosts the routes; -1: there is no cluster. */
  route_thread: number
  /** The supervisor is told of clients that come and go. */
  tells_clients?: boolean
  /** Those of the machine, unless they are given. */
  clock?: Clock
  random?: Random
}

export type Actor = Client | Route

/** Each may have to check a signature again. */
const RENEWED_PER_TURN = 64

export class ConnectionThread implements ThreadContext, PlanContext {
  readonly thread: number
  readonly clock: Clock
  readonly random: Random
  readonly log: AdjustableLog
  readonly settings: Settings
  readonly index: SubjectIndex
  readonly plans: PlanCache
  readonly router: Router
  readonly outboxes: OutboxContext
  readonly envelope = new Envelope()
  readonly limits: SharedLimits
  readonly #next_turn = make_next_turn()
  readonly held_back = new Set<{ release(): void }>()
  readonly closing = new Set<object>()
  readonly counters: Float64Array
  readonly rings = new RingDesk()
  readonly slots = new Slots<Actor>()
  readonly sockets: SocketDesk
  readonly clients: ClientDesk
  /** Null: no such listener. */
  readonly websockets: WebsocketDesk | null
  readonly routes: RouteDesk
  readonly turns: Turns
  /** Present where routes live. */
  readonly forwarder: InterestForwarder | null
  readonly accounts: AccountTable
  exports: SubjectFilter | null
  readonly hooks: HookPort | null
  #tell: (message: ToSupervisor) => void
  #removals: Removals
  #held: Held
  #jetstream_told = false
  /** What is the server itself. */
  readonly residents: Residents
  #greetings: Partial<Record<Door, ClientGreeting>> = {}

  constructor(setup: ThreadSetup, bell: Bell, tell: (message: ToSupervisor) => void) {
    const { memory, settings, thread } = setup
    this.thread = thread
    this.clock = setup.clock ?? system_clock()
    this.random = setup.random ?? system_random()
    this.settings = settings
    this.#tell = tell
    const write: WriteLine = (level, text, about) => tell({ kind: 'log', level, text, ...(about && { about }) })
    this.log = make_log(write, settings.debug, settings.trace)
    this.index = new SubjectIndex(memory.index, thread)
    this.limits = new SharedLimits(memory.limits, thread, memory.threads)
    this.counters = new Counters(memory.counters).row(thread)
    this.accounts = new AccountTable(settings.accounts)
    this.exports = subject_filter(settings.route.permissions.export)
    const pressure = new Pressure(memory.pressure, memory.threads)
    this.outboxes = new OutboxContext(new BufferPool(), (slot, pressed) => this.#on_pressure(pressure, slot, pressed))
    this.plans = new PlanCache(this)
    this.router = new Router(this.#router_context(pressure))
    this.forwarder = setup.route_thread === thread ? this.#make_forwarder(memory.index) : null
    this.#removals = new Removals(this.index, this.clock, (f) => this.next_turn(f), () => this.finish_turn())
    this.#held = new Held(this.clock, (f) => this.next_turn(f))
    this.sockets = new SocketDesk(this)
    this.clients = new ClientDesk(this)
    this.websockets = settings.websocket === null ? null : new WebsocketDesk(this, settings.websocket)
    this.routes = new RouteDesk(this)
    this.hooks = settings.hooks === null ? null : new HookPort(this, settings.hooks, tell)
    this.residents = new Residents(this, this.slots, {
      requested: (request) => this.#tell({ kind: 'system_request', request }),
      client_changed: setup.tells_clients === true ? (change) => this.#tell({ kind: 'client_changed', change }) : null,
    })
    this.turns = new Turns(this, new Inbound(this), bell, setup.route_thread)
    this.#adjust()
  }

  /** The settings are others now. Those that are here go on by them, a part of them in each turn. */
  renew(): void {
    const { settings, forwarder } = this
    this.log.set_levels(settings.debug, settings.trace)
    this.accounts.renew(settings.accounts)
    this.exports = subject_filter(settings.route.permissions.export)
    if (forwarder !== null) forwarder.imports = subject_filter(settings.route.permissions.import)
    this.plans.clear()
    this.clients.renew()
    this.websockets?.renew()
    this.residents.requests?.renew(settings.callout_accounts)
    this.#adjust()
    this.#renew_actors([...this.slots])
  }

  #adjust(): void {
    const { trace, client } = this.settings
    this.router.deliverer.drops_for_pressed = client.no_stall
    this.router.deliverer.trace = !trace
      ? null
      : (slot, operation, envelope) => this.slots.at(slot)?.log.delivery(operation, envelope)
    if (this.forwarder === null) return
    this.forwarder.trace = !trace ? null : (slot, line) => this.slots.at(slot)?.log.sent(line.trimEnd())
  }

  #renew_actors(actors: Actor[]): void {
    for (const actor of actors.splice(0, RENEWED_PER_TURN)) actor.renew()
    this.finish_turn()
    if (actors.length > 0) this.next_turn(() => this.#renew_actors(actors))
  }

  account_name(account: number): string {
    return this.settings.accounts[account].name
  }

  outbox(slot: number): Outbox | undefined {
    return this.slots.at(slot)?.connection.outbox ?? this.residents.outbox(slot)
  }

  /** Another thread was started: the rings to it and from it. */
  connect(pair: RingPair): void {
    this.router.connect(this.rings.connect(pair))
  }

  /** Another thread has ended. */
  disconnect(other: number): void {
    this.router.disconnect(other)
    this.rings.disconnect(other)
  }

  /** Somebody has connected. */
  accept(kind: ListenKind, socket: Accepted, ip: string, port: number): void {
    if (kind === 'routes') return this.routes.accept(socket, ip, port)
    if (kind === 'clients') this.clients.accept(socket, ip, port)
    else this.websockets!.accept(socket as Socket, ip, port)
    this.turns.input(SPIN_AFTER_ACCEPT_MS)
  }

  /** Somebody in this process has connected: its bytes come by a port. */
  accept_port(port: Port): void {
    this.clients.accept_port(port)
    this.turns.input(SPIN_AFTER_ACCEPT_MS)
  }

  place_client(visitor: Visitor): Client {
    const max = this.settings.client.max_connections
    const taken = max > 0 && this.limits.take_connection(max)
    const client = this.slots.place((slot) => new Client(this, slot, this.limits.next_cid(), visitor))
    client.counted = taken
    if (taken) this.counters[Counter.connections]++
    this.counters[Counter.total_connections]++
    return client
  }

  /** TLS, the header of a proxy and the request of a WebSocket want whole sockets. */
  takes_sockets(kind: ListenKind): boolean {
    if (kind === 'websockets') return true
    const { client, route } = this.settings
    return kind === 'routes' ? route.tls !== null : client.tls !== null || client.proxy_protocol
  }

  place_route(options: Omit<RouteOptions, 'slot'>): Route {
    return this.slots.place((slot) => new Route(this, this.forwarder!, this.accounts.numbers, { ...options, slot }))
  }

  /** Ends a client, behind everything that other threads have sent it. False: it had gone. */
  close_client(slot: number, cid: number, reason: CloseReason): boolean {
    const client = this.slots.at(slot)
    if (!(client instanceof Client) || client.connection.cid !== cid) return false
    this.turns.take_waiting()
    if (client.connection.reason !== null) return false
    client.connection.close(reason, reason === CloseReason.max_connections ? Refuse.max_connections : undefined)
    this.finish_turn()
    return true
  }

  /** Ends every connection of a kind, behind everything that other threads have sent it. */
  close_all(kind: 'clients' | 'routes', reason: CloseReason): void {
    this.turns.take_waiting()
    if (kind === 'routes') this.routes.close()
    else {
      this.clients.close()
      this.websockets?.close()
      this.residents.services.replies.stop()
    }
    for (const actor of [...this.slots]) {
      if ((actor instanceof Client) === (kind === 'clients')) actor.connection.close(reason)
    }
    this.finish_turn()
  }

  // ThreadContext ---------------------------------------------------------------------------------------------------

  get services(): ServiceRequests {
    return this.residents.services
  }

  get tracing(): Tracing {
    return this.residents.tracing
  }

  get events(): EventDesk | null {
    return this.residents.events
  }

  client_greeting(door: Door): ClientGreeting {
    const info = this.settings.client_infos[door]
    let greeting = this.#greetings[door]
    if (greeting?.info !== info) this.#greetings[door] = greeting = new ClientGreeting(info)
    return greeting
  }

  mappings(account: number): SubjectMappings | null {
    return this.accounts.mappings(account)
  }

  imports(account: number): Imports | null {
    return this.accounts.imports(account)
  }

  next_turn(f: () => void): void {
    this.#next_turn(f)
  }

  finish_turn(): void {
    this.turns.finish()
  }

  hold_for_room(connection: Holdable): void {
    connection.inbox.held = true
    this.counters[Counter.ring_full]++
    this.rings.wait(connection, this.router.full_thread, this.router.full_bytes)
    this.turns.go_on()
  }

  hold_for_index(connection: Holdable): void {
    this.#held.for_index(connection)
  }

  hold_for_turn(connection: Holdable): void {
    this.#held.for_turn(connection)
  }

  remove_records(ids: number[], done: () => void): void {
    this.#removals.remove(ids, done)
  }

  free_slot(slot: number): void {
    this.slots.free(slot)
  }

  client_ended(counted: boolean, report: ClientReport): void {
    if (counted) {
      this.limits.release_connection()
      this.counters[Counter.connections]--
    }
    this.#tell({ kind: 'client_ended', report })
  }

  check_password(slot: number, cid: number, password: string, hash: string): void {
    this.#tell({ kind: 'check_password', slot, cid, password, hash })
  }

  account_wanted(slot: number, cid: number, key: string): void {
    this.#tell({ kind: 'account_wanted', slot, cid, key })
  }

  callout_wanted(slot: number, cid: number, asked: CalloutAsked): void {
    this.#tell({ kind: 'callout_wanted', slot, cid, asked })
  }

  traced(report: TraceReport): void {
    this.#tell({ kind: 'traced', report })
  }

  account_trace(account: number): AccountTrace | null {
    return this.settings.accounts[account].trace ?? null
  }

  jetstream_asked(): void {
    if (this.#jetstream_told) return
    this.#jetstream_told = true
    this.#tell({ kind: 'jetstream_asked' })
  }

  account_changed(account: string): void {
    this.#tell({ kind: 'account_changed', account })
  }

  subscribers_asked(question: SubscribersQuestion): void {
    this.#tell({ kind: 'subscribers_asked', question })
  }

  route_event(event: RouteEvent): void {
    this.#tell({ kind: 'route', event })
  }

  growth_wanted(): void {
    this.#tell({ kind: 'growth_wanted' })
  }

  // Parts -----------------------------------------------------------------------------------------------------------

  #router_context(pressure: Pressure) {
    return {
      thread: this.thread,
      index: this.index,
      outboxes: this.outboxes,
      pressure,
      random: this.random,
      forward_interest: () => this.forwarder?.forward(),
    }
  }

  /** A connection crossed the pressure mark: publishers everywhere see it, and those here that wait go on below it. */
  #on_pressure(pressure: Pressure, slot: number, pressed: boolean): void {
    pressure.set(this.thread, slot, pressed)
    if (!pressed) { for (const publisher of [...this.held_back]) publisher.release() }
  }

  #make_forwarder(index: IndexBuffers): InterestForwarder {
    const imports = subject_filter(this.settings.route.permissions.import)
    const names = (account: number) => this.account_name(account)
    return new InterestForwarder(this.index, new InterestLogReader(index), names, imports)
  }
}
