// What monitoring asks the rest of the server for. Plain data; the *_report.ts files turn it into JSON objects.
import type { PeerStatus } from '../cluster/peer_history.ts'
import type { ServerEvent } from './event_ring.ts'
import type { AccountSums, ClientReport, RouteReport } from '../connection/report.ts'
import type { RttHistogram } from '../shared/rtt_histogram.ts'
import type { ClientRow, ClientRowList } from '../thread/all_connections.ts'
import type { ClientQuery } from '../thread/connection_lists.ts'
import type { Page } from './parameters.ts'
import type { SubscriptionPage } from './subscription_scan.ts'
import type { IndexReport, WorkerReport } from './worker_report.ts'

/** Events counted per kind of connection. */
export interface KindCounts {
  clients: number
  routes: number
}

/** Counted since the start, except connections, routes and remotes, which are there now. */
export interface ServerCounts {
  connections: number
  total_connections: number
  /** Route connections. */
  routes: number
  /** Servers behind them. */
  remotes: number
  in_messages: number
  in_bytes: number
  out_messages: number
  out_bytes: number
  in_client_messages: number
  in_client_bytes: number
  out_client_messages: number
  out_client_bytes: number
  slow_consumers: KindCounts
  stale_connections: KindCounts
  stalled_clients: number
}

export interface SubjectFilter {
  allow?: string[]
  deny?: string[]
}

export interface ClusterReport {
  name: string
  host: string
  port: number
  /** host:port of every configured route. */
  urls: string[]
  auth_timeout_s: number
  tls_timeout_s?: number
  tls_required?: boolean
  tls_verify?: boolean
  pool_size?: number
  write_deadline_ms?: number
  import?: SubjectFilter
  export?: SubjectFilter
}

export interface WebsocketReport {
  host: string
  port: number
  advertise: string
  no_auth_user: string
  /** 0: nothing is configured, here and below. */
  handshake_timeout_ms: number
  auth_timeout_s: number
  no_tls: boolean
  tls_map: boolean
  tls_pinned_certs: string[]
  same_origin: boolean
  allowed_origins: string[]
  compression: boolean
}

/** The server as /varz shows it. Times are milliseconds since 1970. */
export interface ServerReport {
  server_id: string
  server_name: string
  version: string
  git_commit?: string
  /** The runtime, in the field where nats-server names its Go. */
  go: string
  host: string
  port: number
  auth_required: boolean
  tls_required?: boolean
  tls_verify?: boolean
  connect_urls?: string[]
  max_connections: number
  /** 0: no limit. */
  max_subscriptions: number
  ping_interval_ms: number
  ping_max: number
  http_host: string
  http_port: number
  http_base_path: string
  https_port?: number
  auth_timeout_ms: number
  tls_timeout_ms?: number
  max_control_line: number
  max_payload: number
  max_pending: number
  write_deadline_ms: number
  cluster?: ClusterReport
  websocket?: WebsocketReport
  start_ms: number
  now_ms: number
  memory_bytes: number
  cores: number
  cpu_percent: number
  workers: number
  counters: ServerCounts
  subscriptions: number
  /** Requests per path; the monitor fills in its own. */
  http_requests?: ReadonlyMap<string, number>
  config_load_ms: number
  /** '' without a file. */
  config_digest: string
  tags?: string[]
  metadata?: Record<string, string>
  system_account?: string
}

/** The subject index of one account, or all. The cache is the workers' memory of plans. */
export interface SubscriptionCounts {
  subscriptions: number
  inserts: number
  removes: number
  cache_entries: number
  matches: number
  /** 0 to 1. */
  cache_hit_rate: number
  fanout_max: number
  fanout_average: number
}

/** What a list of subscriptions is narrowed to. */
export interface SubscriptionQuery {
  account?: string
  /** A literal subject (latin1): only subscriptions that match it. */
  test?: string
}

/** An account, and what its clients have done since the start. */
export interface AccountReport {
  name: string
  /** What it is called where its name is a key; '': its name. */
  tag: string
  connections: number
  total_connections: number
  subscriptions: number
  in_messages: number
  in_bytes: number
  out_messages: number
  out_bytes: number
  slow_consumers: number
  /** As /accountz has them. */
  exports: object[]
  imports: object[]
  mappings: Record<string, object[]>
  tags?: readonly string[]
}

/** Counted since the start. */
export interface TotalsReport {
  authentication_failures: number
  /** Messages that were lost inside of the server. */
  dropped: number
  interest_repairs: number
  /** Threads that had to be started anew. */
  worker_restarts: number
  route_rtt: RttHistogram
  cpu_user_s: number
  cpu_system_s: number
}

/** Answers from the server. */
export interface MonitorSource {
  server(): Promise<ServerReport>
  /** Open connections by where they are, in any order; `filter_subject`: only those with a subscription that it matches. */
  client_rows(query: ClientQuery & { filter_subject: string }): Promise<ClientRowList>
  /** Of these, without those that have gone. */
  client_reports(rows: readonly ClientRow[], query: { subscriptions: boolean }): Promise<ClientReport[]>
  closed(): ClientReport[]
  /** What the clients that are in have done. */
  client_sums(): Promise<AccountSums[]>
  routes(query: { subscriptions: boolean }): Promise<RouteReport[]>
  subscriptions(query: SubscriptionQuery, page: Page): Promise<SubscriptionPage>
  /** How many subscriptions clients have that the filter takes. */
  count_subscriptions(takes: (account: string, subject: string, queue: string) => boolean): Promise<number>
  /** `sums`: of client_sums, where they are known already. */
  accounts(sums?: readonly AccountSums[]): Promise<AccountReport[]>
  subscription_counts(account?: string): Promise<SubscriptionCounts>
  workers(): Promise<WorkerReport[]>
  index(): IndexReport
  /** Servers of the mesh that are there, were, or are looked for. */
  peers(): PeerStatus[]
  events(): ServerEvent[]
  /** What is counted besides, and the process. */
  totals(): TotalsReport
  /** Names of what is not up (server, route, websocket, ...); or 'startup did not complete'. */
  health(): string[]
}
