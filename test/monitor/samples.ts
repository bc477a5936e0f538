// Reports to start from in the tests of the monitor.
import type { PeerStatus } from '../../src/cluster/peer_history.ts'
import type { ClientReport, RouteReport } from '../../src/connection/report.ts'
import type { AccountReport, ServerReport, SubscriptionCounts, TotalsReport } from '../../src/monitor/reports.ts'
import type { IndexReport, WorkerReport } from '../../src/monitor/worker_report.ts'
import { RTT_BOUNDS_US } from '../../src/shared/rtt_histogram.ts'

export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 600)

export function sample_server(): ServerReport {
  return {
    server_id: 'NID',
    server_name: 'alpha',
    version: '2.9.10',
    go: 'onehop/0.1',
    host: '0.0.0.0',
    port: 4222,
    auth_required: false,
    max_connections: 65536,
    max_subscriptions: 0,
    ping_interval_ms: 120_000,
    ping_max: 2,
    http_host: '127.0.0.1',
    http_port: 8222,
    http_base_path: '',
    auth_timeout_ms: 2000,
    max_control_line: 4096,
    max_payload: 1048576,
    max_pending: 67108864,
    write_deadline_ms: 10_000,
    start_ms: NOW_MS - 262_600,
    now_ms: NOW_MS,
    memory_bytes: 50_000_000,
    cores: 2,
    cpu_percent: 12.345,
    workers: 0,
    counters: {
      connections: 1,
      total_connections: 2,
      routes: 3,
      remotes: 4,
      in_messages: 5,
      in_bytes: 6,
      out_messages: 7,
      out_bytes: 8,
      in_client_messages: 9,
      in_client_bytes: 10,
      out_client_messages: 11,
      out_client_bytes: 12,
      slow_consumers: { clients: 1, routes: 2 },
      stale_connections: { clients: 3, routes: 4 },
      stalled_clients: 13,
    },
    subscriptions: 14,
    config_load_ms: NOW_MS - 262_600,
    config_digest: '',
  }
}

export const sample_worker = (thread: number, change: Partial<WorkerReport> = {}): WorkerReport => ({
  ...{ thread, role: 'client', connections: 1, routes: 2 },
  ...{ in_messages: 3, in_bytes: 4, out_messages: 5, out_bytes: 6, plan_hits: 7, plan_misses: 8 },
  ...{ doorbells: 9, ring_full: 10, ring_bytes: 11, ring_capacity: 12 },
  ...{ busy: 0.25, loop_delay_ms: 1.5, mean_loop_delay_ms: 0.5, answers: true },
  ...change,
})

export const sample_index = (): IndexReport => ({ subscriptions: 14, bytes_used: 1000, bytes_capacity: 4000 })

export const sample_peer = (change: Partial<PeerStatus> = {}): PeerStatus => ({
  ...{ server_id: 'NPEER', name: 'beta', address: '127.0.0.1:6222' },
  ...{ configured: true, connected: true, missing: false, reconnects: 1, since_ms: 1_000 },
  ...change,
})

export const sample_totals = (): TotalsReport => ({
  ...{ authentication_failures: 1, dropped: 2, interest_repairs: 3, worker_restarts: 4 },
  route_rtt: { within: RTT_BOUNDS_US.map((us) => us < 500 ? 0 : 2), count: 3, sum_us: 2_000_600 },
  ...{ cpu_user_s: 1.5, cpu_system_s: 0.5 },
})

export const sample_account = (name: string, change: Partial<AccountReport> = {}): AccountReport => ({
  name,
  tag: '',
  connections: 1,
  total_connections: 2,
  subscriptions: 3,
  in_messages: 4,
  in_bytes: 5,
  out_messages: 6,
  out_bytes: 7,
  slow_consumers: 8,
  exports: [],
  imports: [],
  mappings: {},
  ...change,
})

export function sample_client(cid: number, change: Partial<ClientReport> = {}): ClientReport {
  return {
    cid,
    ip: '127.0.0.1',
    port: 40_000 + cid,
    start_ms: NOW_MS - 10_000 + cid,
    last_activity_ms: NOW_MS - 5_000,
    pending_bytes: 0,
    in_messages: 0,
    out_messages: 0,
    in_bytes: 0,
    out_bytes: 0,
    subscriptions: 0,
    account: '$G',
    stalls: 0,
    ...change,
  }
}

export function sample_route(cid: number, change: Partial<RouteReport> = {}): RouteReport {
  return {
    cid,
    ip: '127.0.0.1',
    port: 6222,
    start_ms: NOW_MS - 10_000,
    last_activity_ms: NOW_MS - 5_000,
    rtt_us: 281,
    pending_bytes: 0,
    in_messages: 1,
    out_messages: 2,
    in_bytes: 3,
    out_bytes: 4,
    subscriptions: 0,
    remote_id: 'NPEER',
    remote_name: 'beta',
    did_solicit: true,
    is_configured: false,
    ...change,
  }
}

export const SAMPLE_COUNTS: SubscriptionCounts = {
  subscriptions: 3,
  inserts: 5,
  removes: 2,
  cache_entries: 1,
  matches: 8,
  cache_hit_rate: 0.125,
  fanout_max: 2,
  fanout_average: 1.5,
}
