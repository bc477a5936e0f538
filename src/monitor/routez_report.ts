// /routez: one entry per route connection (reference ops.md 5.5).
import type { RouteReport } from '../connection/report.ts'
import type { PeerStatus } from '../cluster/peer_history.ts'
import { go_duration, rfc3339, uptime_text } from '../base/go_time.ts'
import { peer_entries } from './meshz_report.ts'
import type { SubscriptionDetail } from './parameters.ts'
import type { ServerReport } from './reports.ts'
import { subscription_lists } from './subscription_entry.ts'

/** The object of /routez, ordered by the number of the connection. */
export function routez_report(
  server: ServerReport,
  routes: RouteReport[],
  detail: SubscriptionDetail,
  peers: readonly PeerStatus[],
): object {
  const sorted = routes.toSorted((a, b) => a.cid - b.cid)
  return {
    server_id: server.server_id,
    server_name: server.server_name,
    now: rfc3339(server.now_ms),
    ...(server.cluster?.import && { import: server.cluster.import }),
    ...(server.cluster?.export && { export: server.cluster.export }),
    num_routes: sorted.length,
    routes: sorted.map((report) => route_entry(report, server.now_ms, detail)),
    ...(peers.length > 0 && { peers: peer_entries(peers, sorted) }),
  }
}

function route_entry(report: RouteReport, now_ms: number, detail: SubscriptionDetail): object {
  return {
    rid: report.cid,
    remote_id: report.remote_id,
    remote_name: report.remote_name,
    did_solicit: report.did_solicit,
    is_configured: report.is_configured,
    ip: report.ip,
    port: report.port,
    start: rfc3339(report.start_ms),
    last_activity: rfc3339(report.last_activity_ms),
    rtt: go_duration(report.rtt_us ?? 0),
    uptime: uptime_text(now_ms - report.start_ms),
    idle: uptime_text(now_ms - report.last_activity_ms),
    pending_size: report.pending_bytes,
    in_msgs: report.in_messages,
    out_msgs: report.out_messages,
    in_bytes: report.in_bytes,
    out_bytes: report.out_bytes,
    subscriptions: report.subscriptions,
    ...(report.account !== undefined && { account: report.account }),
    ...(report.interest_repairs !== undefined && { interest_repairs: report.interest_repairs }),
    ...subscription_lists(report.subscriptions_list, detail, false),
  }
}
