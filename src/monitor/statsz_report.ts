// The figures of a server that the system account is told at intervals, and when it asks (reference client.md 7.2).
import type { RouteReport } from '../connection/report.ts'
import { rfc3339 } from '../base/go_time.ts'
import type { KindCounts, ServerReport } from './reports.ts'

/** `statsz` of the message. `active_accounts`: those with connections. */
export function statsz_report(server: ServerReport, routes: readonly RouteReport[], active_accounts: number): object {
  const { counters } = server
  const { slow_consumers, stale_connections } = counters
  return {
    start: rfc3339(server.start_ms),
    mem: server.memory_bytes,
    cores: server.cores,
    cpu: Math.round(server.cpu_percent * 10) / 10,
    connections: counters.connections,
    total_connections: counters.total_connections,
    active_accounts,
    subscriptions: server.subscriptions,
    sent: traffic(counters.out_messages, counters.out_bytes),
    sent_to_clients: traffic(counters.out_client_messages, counters.out_client_bytes),
    received: traffic(counters.in_messages, counters.in_bytes),
    received_from_clients: traffic(counters.in_client_messages, counters.in_client_bytes),
    slow_consumers: slow_consumers.clients + slow_consumers.routes,
    ...(is_any(slow_consumers) && { slow_consumer_stats: kinds(slow_consumers) }),
    ...(is_any(stale_connections) && {
      stale_connections: stale_connections.clients + stale_connections.routes,
      stale_connection_stats: kinds(stale_connections),
    }),
    ...(counters.stalled_clients > 0 && { stalled_clients: counters.stalled_clients }),
    ...(routes.length > 0 && { routes: routes.toSorted((a, b) => a.cid - b.cid).map(route_entry) }),
    active_servers: counters.remotes + 1,
    gomaxprocs: Math.max(1, server.workers),
  }
}

const traffic = (msgs: number, bytes: number) => ({ msgs, bytes })
const is_any = ({ clients, routes }: KindCounts) => clients + routes > 0
const kinds = ({ clients, routes }: KindCounts) => ({ clients, routes, gateways: 0, leafs: 0 })

const route_entry = (route: RouteReport) => ({
  rid: route.cid,
  name: route.remote_name,
  sent: traffic(route.out_messages, route.out_bytes),
  received: traffic(route.in_messages, route.in_bytes),
  pending: route.pending_bytes,
})
