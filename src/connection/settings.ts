// What the actors of every thread have to know. Plain data, made once from the options by server.ts.
import type { AuthSettings } from '../auth/authenticate.ts'
import type { AccountImport } from '../auth/imports.ts'
import type { MappingSettings } from '../auth/subject_mapping.ts'
import type { RoutePermissions } from '../auth/subject_filter.ts'
import type { RoutePool } from '../broker/route_share.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import type { ClientInfo, RouteInfo } from '../wire/info.ts'
import type { UpgradeRules } from '../wire/ws_upgrade.ts'

export interface AccountSettings {
  name: string
  /** It was there once: its number stays its own. */
  is_gone?: boolean
  /** Of what its clients publish; absent: none. */
  mappings?: MappingSettings[]
  /** What it has from other accounts; absent: nothing. */
  imports?: AccountImport[]
  /** Where messages are told of that others trace; absent: nowhere. */
  trace?: { dest: string; sampling: number }
  /** -1: no limit, here and below. */
  max_connections: number
  max_subscriptions: number
  max_payload: number
}

/** The listeners that clients come in by. */
export type Door = 'clients' | 'websockets'

/** What may differ between them. */
export interface DoorSettings {
  auth: AuthSettings
  /** Null: plain text. */
  tls: TlsSettings | null
  ping_interval_ms: number
}

export interface WebsocketSettings extends DoorSettings {
  rules: UpgradeRules
  handshake_timeout_ms: number
  /** The cookies that say what CONNECT does not, by its fields. */
  cookies: Readonly<Record<string, 'user' | 'pass' | 'auth_token' | 'jwt'>>
}

export interface ClientSettings extends DoorSettings {
  max_connections: number
  max_subscriptions: number
  max_sub_tokens: number
  max_control_line: number
  max_payload: number
  max_pending: number
  ping_max: number
  write_deadline_ms: number
  /** The server takes messages with headers. */
  headers: boolean
  /** Messages for a lagging consumer are dropped instead of holding their publisher back. */
  no_stall: boolean
  /** What comes may begin with the header of a proxy. */
  proxy_protocol: boolean
  /** Plain text is allowed beside TLS. */
  allow_non_tls: boolean
  /** What trace lines show of messages, of routes too: so much of the payload (0: all), or the headers only. */
  max_traced_bytes: number
  trace_headers: boolean
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

/** How the server itself speaks. */
export interface SystemSettings {
  /** In which account. */
  account: number
  tags: string[]
  metadata: Record<string, string>
  /** What is asked of this server about accounts; null: there is no operator. */
  claims: 'all' | 'updates' | null
}

/** Which functions an embedding program has given. */
export interface HookSettings {
  /** Whether these are to be asked. */
  authenticate: boolean
  publish: boolean
  subscribe: boolean
  /** The share of messages that is to be shown; 0: none. */
  sample: number
  deadline_ms: number
  /** 0: answers hold for one operation. */
  remember_ms: number
}

/** All of it. INFOs change while the server runs; the rest does not. */
export interface Settings {
  accounts: AccountSettings[]
  /** Null: there is no such account. */
  system: SystemSettings | null
  /** Those with a service that says who may come in. */
  callout_accounts: number[]
  client: ClientSettings
  /** Null: nobody is asked, and nothing is shown. */
  hooks: HookSettings | null
  /** Null: no WebSocket listener. */
  websocket: WebsocketSettings | null
  route: RouteSettings
  /** What clients are told, by the listener they came in by. */
  client_infos: Record<Door, ClientInfo>
  /** Null: no cluster. */
  route_info: RouteInfo | null
  /** Of CONNECTs to peers: whether the cluster name is a generated one. */
  cluster_name_dynamic: boolean
  busy_poll: boolean
  debug: boolean
  trace: boolean
  /** What the server itself says in the system account is traced as well. */
  trace_system: boolean
}
