// What the membership is told and what it answers: the words between it and the supervisor.
import type { CloseReason, Refusal } from '../base/errors.ts'
import type { RoutePool, RouteShare } from '../broker/route_share.ts'
import type { SeedTarget } from '../net/seed_lookup.ts'
import type { RouteInfo } from '../wire/info.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'
import type { Credentials } from './own_credentials.ts'
import type { RouteUrl } from './route_url.ts'

export type { SeedTarget }

/** What we have ourselves of pools. */
export interface PoolConfig extends RoutePool {
  /** All accounts that there are here. */
  readonly known_accounts: readonly string[]
}

/** What the membership has to know of its own server. Times are milliseconds. */
export interface MembershipConfig {
  readonly server_id: string
  readonly server_name: string
  readonly cluster_name: string
  /** Generated, not configured: may be given up for a peer's name. */
  readonly cluster_name_dynamic: boolean
  /** Configured routes without repetitions. */
  readonly routes: readonly RouteUrl[]
  /** Own client addresses as `host:port`, and those for websocket clients. */
  readonly own_urls: readonly string[]
  readonly own_ws_urls?: readonly string[]
  /** Clients are told no addresses at all. */
  readonly no_advertise: boolean
  /** Attempts after the first for a route that is not configured. */
  readonly connect_retries: number
  /** Pauses between attempts double from 1 s to 30 s instead of staying 1 s. */
  readonly connect_backoff: boolean
  /** All pauses between attempts are so many times as long; absent: 1. */
  readonly pace?: number
  /** Every how many failed attempts one is logged as an error: before the first connection, and after a loss. */
  readonly connect_error_reports: number
  readonly reconnect_error_reports: number
  /** Own cluster user, sent to gossiped peers that ask for one. */
  readonly credentials?: Credentials
  /** Several connections to one peer; absent: there is one. */
  readonly pool?: PoolConfig
  /** Own advertised cluster port and the machine's addresses: a host name that leads there is not dialled. */
  readonly cluster_port: number
  readonly local_addresses: readonly string[]
}

/** What may be another one while the server runs. */
export type DialConfig = Pick<
  MembershipConfig,
  'connect_retries' | 'connect_backoff' | 'connect_error_reports' | 'reconnect_error_reports' | 'credentials'
>

/** What else may be another one while the server runs. `configured_name`: absent if it is the same as before. */
export interface MeshChange extends DialConfig, Pick<MembershipConfig, 'pool' | 'no_advertise' | 'cluster_port'> {
  readonly configured_name?: string
}

/** The fields of a peer's CONNECT that decide whether it may stay. */
export interface RouteConnect {
  readonly name?: string
  readonly cluster?: string
  readonly cluster_dynamic?: boolean
  readonly lang?: string
  readonly gateway?: string
}

/** What happened. `rid` numbers a connection, `job` a search for one; neither is ever used twice. */
export type MembershipEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'resolved'; readonly job: number; readonly addresses: readonly string[]; readonly error?: string }
  /** The answer to `look_up`. */
  | {
    readonly kind: 'looked_up'
    readonly name: string
    readonly targets: readonly SeedTarget[]
    readonly error?: string
  }
  | { readonly kind: 'dial_failed'; readonly job: number; readonly error: string; readonly is_told?: boolean }
  | { readonly kind: 'dial_connected'; readonly job: number; readonly rid: number; readonly remote_address: string }
  | { readonly kind: 'accepted'; readonly rid: number; readonly remote_address: string }
  | { readonly kind: 'connect_received'; readonly rid: number; readonly connect: RouteConnect }
  | { readonly kind: 'info_received'; readonly rid: number; readonly info: RouteInfo; readonly remote_ip: string }
  | { readonly kind: 'closed'; readonly rid: number; readonly reason: CloseReason }
  /** Bytes came after a probe. */
  | { readonly kind: 'alive'; readonly rid: number }
  | { readonly kind: 'timer'; readonly key: string }
  /** The configuration was loaded again. `renews_routes`: what has changed holds for connections that are made from now on. */
  | { readonly kind: 'config_changed'; readonly change: MeshChange; readonly renews_routes: boolean }
  | { readonly kind: 'routes_changed'; readonly routes: readonly RouteUrl[] }
  /** We are in lame duck mode: peers and clients are told, own addresses leave the lists for clients. Comes once. */
  | { readonly kind: 'lame_duck' }
  | { readonly kind: 'shutdown' }

/** What the supervisor has to do, in this order. */
export type MembershipAction =
  /** Look the host up, answer with `resolved`. */
  | { readonly kind: 'resolve'; readonly job: number; readonly host: string }
  /** Ask what servers a name stands for now, answer with `looked_up`. */
  | { readonly kind: 'look_up'; readonly name: string }
  /** Connect to address:port, answer with `dial_connected` or `dial_failed`. `url` has the host name and credentials. */
  | {
    readonly kind: 'dial'
    readonly job: number
    readonly url: RouteUrl
    readonly address: string
    readonly explicit: boolean
    /** To be told to the peer (route.md 4.3). */
    readonly gossip_mode: number
    /** The connection is to be of this account only; empty: it is not. */
    readonly account: string
    /** The URL for logs, its password masked. */
    readonly name: string
  }
  /** Ask for `timer` with this key after delay_ms; an earlier one of the same key is replaced. */
  | { readonly kind: 'set_timer'; readonly key: string; readonly delay_ms: number }
  | { readonly kind: 'cancel_timer'; readonly key: string }
  /** The peer's first INFO was accepted: it may be sent the interest dump and messages. */
  | {
    readonly kind: 'register'
    readonly rid: number
    readonly remote_id: string
    readonly remote_name: string
    readonly solicited: boolean
    readonly explicit: boolean
    readonly headers: boolean
    readonly lnoc: boolean
    readonly lnocu: boolean
    readonly traces: boolean
    readonly own_kind: boolean
    readonly share: RouteShare
  }
  /** What the CONNECT or INFO made necessary has been said: the connection reads on. It does not before. */
  | { readonly kind: 'proceed'; readonly rid: number }
  /** Ask the peer for a sign of life, answer with `alive`. */
  | { readonly kind: 'probe'; readonly rid: number }
  /** Our own INFO again, with something new in it. */
  | { readonly kind: 'announce'; readonly rid: number; readonly news: Pick<RouteInfo, 'ldm' | 'onehop'> }
  /** The peer's export is another one: it has to be told of the interest that it lets in now and did not before. */
  | {
    readonly kind: 'export_changed'
    readonly rid: number
    readonly before: SubjectPermission
    readonly now: SubjectPermission
  }
  /** A registered connection took over the role of a duplicate. For reports only. */
  | { readonly kind: 'set_role'; readonly rid: number; readonly solicited: boolean; readonly explicit: boolean }
  /** End the connection; `closed` follows. A refusal is sent as -ERR first. Nothing more is routed to it. */
  | { readonly kind: 'close'; readonly rid: number; readonly reason: CloseReason; readonly refusal?: Refusal }
  | { readonly kind: 'send_info'; readonly rid: number; readonly info: RouteInfo; readonly gossip: boolean }
  /** The lists for clients changed. Null: the field is absent. */
  | { readonly kind: 'set_connect_urls'; readonly urls: string[] | null; readonly ws_urls: string[] | null }
  /** Clients are told that we are in lame duck mode, and where else they can go; the lists hold from then on. */
  | { readonly kind: 'tell_lame_duck'; readonly urls: string[] | null; readonly ws_urls: string[] | null }
  /** For later CONNECTs and INFOs; the INFO's `cluster_dynamic` keeps its first value, the CONNECT's follows `dynamic`. */
  | { readonly kind: 'set_cluster_name'; readonly name: string; readonly dynamic: boolean }
  /** With `rid` the line belongs to that connection and gets its prefix. */
  | {
    readonly kind: 'log'
    readonly level: 'info' | 'warn' | 'error' | 'debug'
    readonly rid?: number
    readonly text: string
  }

/** One registered peer, as monitoring shows it. */
export interface PeerReport {
  readonly rid: number
  readonly remote_id: string
  readonly remote_name: string
  readonly solicited: boolean
  readonly explicit: boolean
  /** Its URL, password masked. */
  readonly url: string
  readonly remote_address: string
  /** Of the caller's clock. */
  readonly registered_ms: number
}
