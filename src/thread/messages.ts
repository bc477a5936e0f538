// Mail between the supervisor and a thread: what must keep its order. Questions with answers go through worker_api.
import type { Level, LogSubject } from '../base/log.ts'
import type { Identity } from '../auth/identity.ts'
import type { ClientChange } from '../connection/client_news.ts'
import type { CalloutAsked, SubscribersQuestion } from '../connection/context.ts'
import type { TraceReport } from '../connection/message_trace.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import type { HookNews, HookReply } from '../connection/hook_mail.ts'
import type { ClientReport } from '../connection/report.ts'
import type { RouteCommand, RouteEvent } from '../connection/route_events.ts'
import type { Door, Settings } from '../connection/settings.ts'
import type { RouteInfo } from '../wire/info.ts'
import type { RouteDial } from './route_desk.ts'

export type ToSupervisor =
  | { kind: 'log'; level: Level; text: string; about?: LogSubject }
  | { kind: 'route'; event: RouteEvent }
  | { kind: 'client_ended'; report: ClientReport }
  /** A client was let in, or one that was in has ended. Where somebody listens. */
  | { kind: 'client_changed'; change: ClientChange }
  /** A password against a bcrypt hash, answered with `password_checked`. */
  | { kind: 'check_password'; slot: number; cid: number; password: string; hash: string }
  /** An account to be looked for, answered with `account_answered`. */
  | { kind: 'account_wanted'; slot: number; cid: number; key: string }
  /** Who it is a service says, answered with `callout_answered`. */
  | { kind: 'callout_wanted'; slot: number; cid: number; asked: CalloutAsked }
  /** For the embedding program. */
  | HookNews
  /** A message that asked for it. */
  | { kind: 'traced'; report: TraceReport }
  /** In the system account, for this server. */
  | { kind: 'system_request'; request: ReceivedMessage }
  | { kind: 'subscribers_asked'; question: SubscribersQuestion }
  /** The number of its connections. */
  | { kind: 'account_changed'; account: string }
  /** A client has asked for JetStream; once from each thread. */
  | { kind: 'jetstream_asked' }
  /** The edge table of the index is above its growth share. */
  | { kind: 'growth_wanted' }

export type ToThread =
  /** The configuration was loaded again. */
  | { kind: 'settings'; settings: Settings }
  | { kind: 'route'; slot: number; rid: number; command: RouteCommand }
  | { kind: 'dial' } & RouteDial
  | { kind: 'password_checked'; slot: number; cid: number; right: boolean }
  | { kind: 'account_answered'; slot: number; cid: number }
  | { kind: 'callout_answered'; slot: number; cid: number; identity: Identity | null }
  | HookReply
  /** Clients are told. */
  | { kind: 'connect_urls'; urls: string[] | null; ws_urls: string[] | null }
  /** Clients are told that the server is in lame duck mode, with the other servers' addresses. */
  | { kind: 'lame_duck'; urls: string[] | null; ws_urls: string[] | null }
  /** INFO to peers has it too. */
  | { kind: 'cluster_name'; name: string; dynamic: boolean }
  | { kind: 'route_info'; info: RouteInfo }
  /** Where clients connect, once it is known. */
  | { kind: 'client_address'; door: Door; address: { host: string; port: number } }
  /** The supervisor took subscriptions of a dead thread out of the index. */
  | { kind: 'interest_changed' }
