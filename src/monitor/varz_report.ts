// /varz: the server itself (reference ops.md 5.3). The order of the keys is the order in the JSON.
import type { ClusterReport, KindCounts, ServerReport, WebsocketReport } from './reports.ts'
import { rfc3339, uptime_text } from '../base/go_time.ts'

const PROTOCOL = 1
const TLS_TIMEOUT_MS = 2000
const NANOS_PER_MS = 1_000_000

/** The object of /varz. Every number that is always there must stay: exporters make a gauge of each. */
export function varz_report(server: ServerReport): object {
  return {
    ...identity(server),
    ...limits(server),
    ...blocks(server),
    ...state(server),
    ...counts(server),
    ...rest(server),
  }
}

function identity(server: ServerReport): object {
  return {
    server_id: server.server_id,
    server_name: server.server_name,
    version: server.version,
    proto: PROTOCOL,
    ...(server.git_commit && { git_commit: server.git_commit }),
    go: server.go,
    host: server.host,
    port: server.port,
    ...(server.auth_required && { auth_required: true }),
    ...(server.tls_required && { tls_required: true }),
    ...(server.tls_verify && { tls_verify: true }),
    ...(server.connect_urls?.length && { connect_urls: server.connect_urls }),
  }
}

function limits(server: ServerReport): object {
  return {
    max_connections: server.max_connections,
    ...(server.max_subscriptions && { max_subscriptions: server.max_subscriptions }),
    ping_interval: Math.round(server.ping_interval_ms * NANOS_PER_MS),
    ping_max: server.ping_max,
    http_host: server.http_host,
    http_port: server.http_port,
    http_base_path: server.http_base_path,
    https_port: server.https_port ?? 0,
    auth_timeout: server.auth_timeout_ms / 1000,
    max_control_line: server.max_control_line,
    max_payload: server.max_payload,
    max_pending: server.max_pending,
  }
}

function blocks(server: ServerReport): object {
  return {
    cluster: server.cluster ? cluster_block(server.cluster) : {},
    gateway: {},
    leaf: {},
    mqtt: {},
    websocket: server.websocket ? websocket_block(server.websocket) : {},
    jetstream: {},
  }
}

function cluster_block(cluster: ClusterReport): object {
  return {
    ...(cluster.name && { name: cluster.name }),
    ...(cluster.host && { addr: cluster.host }),
    ...(cluster.port && { cluster_port: cluster.port }),
    ...(cluster.auth_timeout_s && { auth_timeout: cluster.auth_timeout_s }),
    ...(cluster.urls.length && { urls: cluster.urls }),
    tls_timeout: cluster.tls_timeout_s ?? TLS_TIMEOUT_MS / 1000,
    ...(cluster.tls_required && { tls_required: true }),
    ...(cluster.tls_verify && { tls_verify: true }),
    ...(cluster.pool_size && { pool_size: cluster.pool_size }),
    ...(cluster.write_deadline_ms && { write_deadline: Math.round(cluster.write_deadline_ms * NANOS_PER_MS) }),
  }
}

function websocket_block(websocket: WebsocketReport): object {
  const { handshake_timeout_ms, auth_timeout_s, allowed_origins } = websocket
  return {
    host: websocket.host,
    port: websocket.port,
    ...(websocket.advertise && { advertise: websocket.advertise }),
    ...(websocket.no_auth_user && { no_auth_user: websocket.no_auth_user }),
    ...(handshake_timeout_ms > 0 && { handshake_timeout: Math.round(handshake_timeout_ms * NANOS_PER_MS) }),
    ...(auth_timeout_s > 0 && { auth_timeout: auth_timeout_s }),
    ...(websocket.no_tls && { no_tls: true }),
    ...(websocket.tls_map && { tls_map: true }),
    ...(websocket.tls_pinned_certs.length > 0 && { tls_pinned_certs: websocket.tls_pinned_certs }),
    ...(websocket.same_origin && { same_origin: true }),
    ...(allowed_origins.length > 0 && { allowed_origins }),
    ...(websocket.compression && { compression: true }),
  }
}

function state(server: ServerReport): object {
  return {
    tls_timeout: (server.tls_timeout_ms ?? TLS_TIMEOUT_MS) / 1000,
    write_deadline: Math.round(server.write_deadline_ms * NANOS_PER_MS),
    start: rfc3339(server.start_ms),
    now: rfc3339(server.now_ms),
    uptime: uptime_text(server.now_ms - server.start_ms),
    mem: server.memory_bytes,
    cores: server.cores,
    // The key is Go's; for us it is how many threads work.
    gomaxprocs: Math.max(1, server.workers),
    cpu: Math.round(server.cpu_percent * 10) / 10,
  }
}

function counts(server: ServerReport): object {
  const counters = server.counters
  return {
    connections: counters.connections,
    total_connections: counters.total_connections,
    routes: counters.routes,
    remotes: counters.remotes,
    leafnodes: 0,
    in_msgs: counters.in_messages,
    in_bytes: counters.in_bytes,
    in_client_msgs: counters.in_client_messages,
    in_client_bytes: counters.in_client_bytes,
    out_msgs: counters.out_messages,
    out_bytes: counters.out_bytes,
    out_client_msgs: counters.out_client_messages,
    out_client_bytes: counters.out_client_bytes,
    slow_consumers: counters.slow_consumers.clients + counters.slow_consumers.routes,
    stale_connections: counters.stale_connections.clients + counters.stale_connections.routes,
    stalled_clients: counters.stalled_clients,
    subscriptions: server.subscriptions,
  }
}

function rest(server: ServerReport): object {
  return {
    http_req_stats: Object.fromEntries([...server.http_requests ?? []].sort(([a], [b]) => a < b ? -1 : 1)),
    config_load_time: rfc3339(server.config_load_ms),
    config_digest: server.config_digest,
    ...(server.tags?.length && { tags: server.tags }),
    ...(server.metadata && Object.keys(server.metadata).length && { metadata: server.metadata }),
    ...(server.system_account && { system_account: server.system_account }),
    slow_consumer_stats: kinds(server.counters.slow_consumers),
    stale_connection_stats: kinds(server.counters.stale_connections),
    disk_io_wait_stats: { waiters: 0, waits: 0, wait_time: 0, max_wait_time: 0 },
  }
}

function kinds(counted: KindCounts): object {
  return { clients: counted.clients, routes: counted.routes, gateways: 0, leafs: 0 }
}
