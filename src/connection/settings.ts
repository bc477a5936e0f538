// What the actors of every thread have to know. Plain data, made once from the options by server.ts.
import type { AuthSettings } from '../auth/authenticate.ts'
import type { RoutePermissions } from '../auth/subject_filter.ts'
import type { RoutePool } from '../broker/route_share.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import type { ClientInfo, RouteInfo } from '../wire/info.ts'

export interface AccountSettings {
  name: string
  /** -1: no limit, here and below. */
  max_connections: number
  max_subscriptions: number
  max_payload: number
}

export interface ClientSettings {
  max_connections: number
  max_subscriptions: number
  max_sub_tokens: number
  max_control_line: number
  max_payload: number
  max_pending: number
  ping_interval_ms: number
  ping_max: number
  write_deadline_ms: number
  /** The server takes messages with headers. */
  headers: boolean
  /** Messages for a lagging consumer are dropped instead of holding their publisher back. */
  no_stall: boolean
  auth: AuthSettings
  /** Null: plain text. */
  tls: TlsSettings | null
  /** Plain text is allowed beside TLS. */
  allow_non_tls: boolean
  max_traced_bytes: number
}

export interface RouteSettings {
  max_control_line: number
  max_pending: number
  ping_interval_ms: number
  ping_max: number
  write_deadline_ms: number
  /** Credentials that peers must give; empty user: none. */
  user: string
  password: string
  auth_timeout_ms: number
  permissions: RoutePermissions
  pool: RoutePool
  /** Null: plain text. */
  tls: TlsSettings | null
  /** Hosts of configured routes. */
  known_hosts: string[]
}

/** All of it. INFOs change while the server runs; the rest does not. */
export interface Settings {
  accounts: AccountSettings[]
  client: ClientSettings
  route: RouteSettings
  client_info: ClientInfo
  /** Null: no cluster. */
  route_info: RouteInfo | null
  /** Of CONNECTs to peers: whether the cluster name is a generated one. */
  cluster_name_dynamic: boolean
  busy_poll: boolean
  debug: boolean
  trace: boolean
}
