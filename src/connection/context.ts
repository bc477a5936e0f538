// What a connection's actor needs of its thread. The thread's root makes it; nobody else knows all of it.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Random } from '../base/prng.ts'
import type { Envelope } from '../actor/envelope.ts'
import type { SubjectFilter } from '../auth/subject_filter.ts'
import type { Imports } from '../auth/imports.ts'
import type { SubjectMappings } from '../auth/subject_mapping.ts'
import type { OutboxContext } from '../broker/outbox.ts'
import type { PlanCache } from '../broker/plan_cache.ts'
import type { Router } from '../broker/router.ts'
import type { SharedLimits } from '../shared/counters.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { ClientGreeting } from '../wire/client_greeting.ts'
import type { ConnectFields } from '../wire/connect.ts'
import type { ClientReport, PeerCertificates, TlsReport } from './report.ts'
import type { HookLine } from './hook_mail.ts'
import type { RouteEvent } from './route_events.ts'
import type { TraceReport } from './message_trace.ts'
import type { AccountTrace, EventDesk, ServiceDesk, Tracer } from './requester.ts'
import type { Door, Settings } from './settings.ts'

/** Latin1 texts: what was asked, and where the answer goes in that account. */
export interface SubscribersQuestion {
  account: number
  text: string
  reply: string
}

/** What an authorization service is told of who has come. */
export interface CalloutAsked {
  /** Where the service is. */
  account: number
  /** What CONNECT and the cookies said. */
  fields: ConnectFields
  client: { host: string; id: number; user: string; is_websocket: boolean }
  nonce: string
  tls: TlsReport | null
  certificates: PeerCertificates | null
}

/** A connection that can be made to wait. */
export interface Holdable {
  readonly inbox: { held: boolean }
  resume(): void
}

export interface ThreadContext {
  readonly thread: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly settings: Settings
  readonly index: SubjectIndex
  readonly plans: PlanCache
  readonly router: Router
  readonly outboxes: OutboxContext
  /** The one envelope of this thread, filled again for every message. */
  readonly envelope: Envelope
  readonly limits: SharedLimits
  /** Publishers that wait for a lagging consumer. */
  readonly held_back: Set<{ release(): void }>
  /** Connections that ended and whose sockets are still there: last bytes are on their way, or the peer has not closed. */
  readonly closing: Set<object>
  /** What interest of peers is heeded; null: all of it. */
  readonly exports: SubjectFilter | null
  /** Of what clients of an account publish, by its number; null: it goes where they say. */
  mappings(account: number): SubjectMappings | null
  /** What an account has from others, by its number; null: nothing. */
  imports(account: number): Imports | null
  /** Messages that ask for a trace. */
  readonly tracing: Tracer
  /** What the account wants traced that others trace; null: nothing. */
  account_trace(account: number): AccountTrace | null
  /** Requests to other accounts. */
  readonly services: ServiceDesk
  /** Null: the embedding program decides and sees nothing. */
  readonly hooks: HookLine | null
  /** Null: there is no system account. */
  readonly events: EventDesk | null
  /** INFO for those clients as it is now. */
  client_greeting(door: Door): ClientGreeting
  /** This thread's row of counters. */
  readonly counters: Float64Array

  /** Ends a turn that did not begin with a read: rings and sockets get what was written. */
  finish_turn(): void
  /** Calls f in the next turn of the event loop. */
  next_turn(f: () => void): void
  /** Holds a connection for whose message the router had no room, until there is. */
  hold_for_room(connection: Holdable): void
  /** Holds a connection because the index or the interest log is busy, for a little while. */
  hold_for_index(connection: Holdable): void
  /** Holds a connection that has used up its part of the turn, until the next one. */
  hold_for_turn(connection: Holdable): void
  /** Removes index records, a part per turn; then calls done. */
  remove_records(ids: number[], done: () => void): void
  /** The slot is free. */
  free_slot(slot: number): void
  /** A client has gone; `counted`: it had a place among max_connections. */
  client_ended(counted: boolean, report: ClientReport): void
  /** Compares a password with a bcrypt hash on another thread; the actor in that slot is told `password_checked`. */
  check_password(slot: number, cid: number, password: string, hash: string): void
  /** Looks for an account that is not here; the client in that slot is told `account_answered`. */
  account_wanted(slot: number, cid: number, key: string): void
  /** Asks the authorization service in an account; the client in that slot is told `callout_answered`. */
  callout_wanted(slot: number, cid: number, asked: CalloutAsked): void
  /** What became of a message that asked for it. */
  traced(report: TraceReport): void
  /** A client has asked for JetStream, which is not here. */
  jetstream_asked(): void
  /** Somebody wants to know that the number of its connections is another one. */
  account_changed(account: string): void
  /** Somebody wants to know how many subscribers a subject has. */
  subscribers_asked(question: SubscribersQuestion): void
  /** Something happened on a route that the supervisor decides about. */
  route_event(event: RouteEvent): void
}
