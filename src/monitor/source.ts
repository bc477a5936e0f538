// Answers monitoring's questions from all threads: counters from shared memory, the rest by asking each of them.
import { availableParallelism } from 'node:os'
import { type Clock, system_clock } from '../base/clock.ts'
import { is_connect_due } from '../auth/authenticate.ts'
import type { Options } from '../config/options.ts'
import type { WebsocketOptions } from '../config/websocket_options.ts'
import type { ServerIdentity } from '../connection/make_settings.ts'
import type { Settings } from '../connection/settings.ts'
import { format_address } from '../net/address.ts'
import { rtt_histogram } from '../shared/rtt_histogram.ts'
import { gather_account_sums } from '../thread/all_connections.ts'
import { LoopWatch } from '../thread/loop_watch.ts'
import type { PeerStatus } from '../cluster/peer_history.ts'
import type { EventRing } from './event_ring.ts'
import { make_next_turn } from '../thread/next_turn.ts'
import { account_reports } from './account_source.ts'
import type { AccountTotals } from './account_totals.ts'
import type { ClosedRing } from './closed_ring.ts'
import { client_reports, client_rows, route_reports } from './connection_source.ts'
import type {
  MonitorSource,
  ServerCounts,
  ServerReport,
  SubscriptionCounts,
  TotalsReport,
  WebsocketReport,
} from './reports.ts'
import { is_asked_for } from './subsz_report.ts'
import { count_subscriptions, type ScanContext, subscription_page } from './subscription_scan.ts'
import { index_report, worker_reports, type WorkerContext } from './worker_report.ts'

export interface MonitorContext {
  readonly server: {
    readonly identity: ServerIdentity
    readonly options: Options
    readonly start_ms: number
    readonly config: { digest: string; load_ms: number }
    readonly ports: {
      client: { host: string; port: number }
      cluster?: { host: string; port: number }
      monitor?: { scheme: 'http' | 'https'; host: string; port: number }
      websocket?: { host: string; port: number }
    }
  }
  readonly crew: WorkerContext['crew']
  readonly settings: Settings
  readonly closed: ClosedRing
  readonly account_totals: AccountTotals
  readonly clock: Clock
  readonly events: EventRing
  missing(): string[]
  remotes(): number
  peers(): PeerStatus[]
}

const MICROSECONDS_PER_PERCENT_MS = 10

export function make_monitor_source(context: MonitorContext): MonitorSource {
  const { crew, closed } = context
  const watch = new LoopWatch(system_clock(true))
  const scanning: ScanContext = {
    ...{ clock: context.clock, crew, next_turn: make_next_turn() },
    account_name: (account) => context.settings.accounts[account].name,
  }
  let cpu = { at_ms: context.clock.now_ms(), used_us: 0, percent: 0 }
  return {
    async server() {
      cpu = cpu_now(cpu, context.clock)
      return server_report(context, cpu.percent)
    },
    client_rows: (query) => client_rows(scanning, query),
    client_reports: (rows, { subscriptions }) => client_reports(scanning, rows, subscriptions),
    closed: () => [...closed.list()],
    client_sums: () => gather_account_sums(crew),
    routes: ({ subscriptions }) => route_reports(scanning, subscriptions),
    subscriptions: (query, page) => {
      const is_any = query.account === undefined && query.test === undefined
      const takes = (account: string, subject: string) => is_asked_for(query, account, subject)
      return subscription_page(scanning, is_any ? null : takes, page)
    },
    count_subscriptions: (takes) => count_subscriptions(scanning, takes),
    accounts: async (sums) => {
      const there = sums ?? await gather_account_sums(crew)
      return account_reports(context.settings.accounts, context.server.options, there, context.account_totals)
    },
    subscription_counts: () => Promise.resolve(subscription_counts(context)),
    workers: () => worker_reports({ crew, clock: context.clock, watch }),
    index: () => index_report(context),
    peers: context.peers,
    events: () => context.events.list(),
    totals: () => totals_report(context),
    health: () => context.missing(),
  }
}

function cpu_now(last: { at_ms: number; used_us: number; percent: number }, clock: Clock) {
  const { user, system } = process.cpuUsage()
  const at_ms = clock.now_ms(), used_us = user + system
  const passed_ms = at_ms - last.at_ms
  // Two looks close to each other say nothing.
  if (passed_ms < 100) return last
  return { at_ms, used_us, percent: Math.round((used_us - last.used_us) / passed_ms) / MICROSECONDS_PER_PERCENT_MS }
}

function server_report(context: MonitorContext, cpu_percent: number): ServerReport {
  const { server, settings, crew, clock } = context
  const { options, identity, ports } = server
  const { cluster } = options
  return {
    server_id: identity.server_id,
    server_name: identity.server_name,
    version: settings.client_infos.clients.version,
    go: settings.client_infos.clients.go,
    host: options.host,
    port: ports.client.port,
    auth_required: is_connect_due(settings.client.auth),
    ...(options.tls !== null && {
      tls_required: settings.client_infos.clients.tls_required === true,
      tls_verify: options.tls.verify,
      tls_timeout_ms: options.tls.timeout_ms,
    }),
    ...(settings.client_infos.clients.connect_urls &&
      { connect_urls: [...settings.client_infos.clients.connect_urls] }),
    max_connections: options.max_connections,
    max_subscriptions: options.max_subscriptions,
    ping_interval_ms: options.ping_interval_ms,
    ping_max: options.ping_max,
    http_host: options.http_host || options.host,
    http_port: options.https_port === 0 ? ports.monitor?.port ?? options.http_port : 0,
    ...(options.https_port !== 0 && { https_port: ports.monitor?.port ?? options.https_port }),
    http_base_path: options.http_base_path,
    auth_timeout_ms: settings.client.auth.timeout_ms,
    max_control_line: options.max_control_line,
    max_payload: options.max_payload,
    max_pending: options.max_pending,
    write_deadline_ms: options.write_deadline_ms,
    ...(cluster.port !== 0 && {
      cluster: {
        name: settings.client_infos.clients.cluster ?? identity.cluster_name,
        host: cluster.host,
        port: ports.cluster?.port ?? cluster.port,
        urls: cluster.routes.map(({ host, port }) => port === 0 ? host : format_address(host, port)),
        ...(settings.route.pool.size > 0 && { pool_size: settings.route.pool.size }),
        auth_timeout_s: settings.route.auth_timeout_ms / 1000,
        ...cluster.permissions,
        ...(cluster.tls !== null && {
          tls_timeout_s: cluster.tls.timeout_ms / 1000,
          tls_required: true,
          tls_verify: true,
        }),
      },
    }),
    ...(ports.websocket !== undefined && { websocket: websocket_report(options.websocket, ports.websocket.port) }),
    start_ms: server.start_ms,
    now_ms: clock.wall_ms(),
    memory_bytes: process.memoryUsage.rss(),
    cores: availableParallelism(),
    cpu_percent,
    workers: Math.max(1, crew.workers),
    counters: server_counts(context),
    subscriptions: crew.index.subscription_count,
    config_load_ms: server.config.load_ms,
    config_digest: server.config.digest,
    ...(settings.system !== null && { system_account: settings.accounts[settings.system.account].name }),
    tags: options.server_tags,
    metadata: options.server_metadata,
  }
}

/** As it was configured, but for the port. */
function websocket_report(websocket: WebsocketOptions, port: number): WebsocketReport {
  const { host, advertise, no_auth_user, handshake_timeout_ms, no_tls, same_origin, allowed_origins } = websocket
  return {
    ...{ host, port, advertise, no_auth_user, handshake_timeout_ms, no_tls, same_origin, allowed_origins },
    auth_timeout_s: (websocket.authorization.timeout_ms ?? 0) / 1000,
    tls_map: websocket.tls?.verify_and_map === true,
    tls_pinned_certs: websocket.tls?.pinned_certs ?? [],
    compression: websocket.compression,
  }
}

function server_counts({ crew, remotes }: MonitorContext): ServerCounts {
  const { counters } = crew
  const [in_client, in_route] = [counters.sum('in_client_messages'), counters.sum('in_route_messages')]
  const [in_client_bytes, in_route_bytes] = [counters.sum('in_client_bytes'), counters.sum('in_route_bytes')]
  const [out_client, out_route] = [counters.sum('out_client_messages'), counters.sum('out_route_messages')]
  const [out_client_bytes, out_route_bytes] = [counters.sum('out_client_bytes'), counters.sum('out_route_bytes')]
  return {
    connections: counters.sum('connections'),
    total_connections: counters.sum('total_connections'),
    routes: counters.sum('routes'),
    remotes: remotes(),
    in_messages: in_client + in_route,
    in_bytes: in_client_bytes + in_route_bytes,
    out_messages: out_client + out_route,
    out_bytes: out_client_bytes + out_route_bytes,
    in_client_messages: in_client,
    in_client_bytes,
    out_client_messages: out_client,
    out_client_bytes,
    slow_consumers: { clients: counters.sum('slow_consumers'), routes: counters.sum('slow_consumers_routes') },
    stale_connections: { clients: counters.sum('stale_connections'), routes: counters.sum('stale_connections_routes') },
    stalled_clients: counters.sum('stalled'),
  }
}

const MICROSECONDS_PER_SECOND = 1_000_000

function totals_report({ crew: { counters, budget } }: MonitorContext): TotalsReport {
  const { user, system } = process.cpuUsage()
  return {
    authentication_failures: counters.sum('authentication_failures'),
    dropped: counters.sum('dropped'),
    interest_repairs: counters.sum('interest_repairs'),
    worker_restarts: budget.restarts,
    route_rtt: rtt_histogram(counters),
    cpu_user_s: user / MICROSECONDS_PER_SECOND,
    cpu_system_s: system / MICROSECONDS_PER_SECOND,
  }
}

function subscription_counts({ crew }: MonitorContext): SubscriptionCounts {
  const { index, counters } = crew
  const hits = counters.sum('plan_hits'), misses = counters.sum('plan_misses')
  return {
    subscriptions: index.subscription_count,
    inserts: index.insert_count,
    removes: index.remove_count,
    cache_entries: 0,
    matches: hits + misses,
    cache_hit_rate: hits + misses === 0 ? 0 : hits / (hits + misses),
    fanout_max: 0,
    fanout_average: 0,
  }
}
