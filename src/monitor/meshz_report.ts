// /meshz: this server's own view of the mesh: its threads, who is there and who is missing, and what happened lately.
import type { PeerStatus } from '../cluster/peer_history.ts'
import type { RouteReport } from '../connection/report.ts'
import { go_duration, rfc3339 } from '../base/go_time.ts'
import type { ServerEvent } from './event_ring.ts'
import type { ServerReport } from './reports.ts'
import type { IndexReport, WorkerReport } from './worker_report.ts'

export interface MeshzParts {
  readonly server: ServerReport
  readonly workers: readonly WorkerReport[]
  readonly index: IndexReport
  readonly peers: readonly PeerStatus[]
  readonly routes: readonly RouteReport[]
  readonly events: readonly ServerEvent[]
}

export function meshz_report({ server, workers, index, peers, routes, events }: MeshzParts): object {
  return {
    server_id: server.server_id,
    server_name: server.server_name,
    now: rfc3339(server.now_ms),
    workers: workers.map(worker_entry),
    index,
    peers: peer_entries(peers, routes),
    events: events.map(({ at_ms, kind, text }) => ({ at: rfc3339(at_ms), kind, text })),
  }
}

/** Servers that are connected, were, or are looked for. */
export function peer_entries(peers: readonly PeerStatus[], routes: readonly RouteReport[]): object[] {
  return peers.map(({ server_id, name, address, configured, connected, missing, reconnects, since_ms, last_error }) => {
    const own = routes.filter(({ remote_id }) => remote_id === server_id)
    const rtt_us = own.map((route) => route.rtt_us ?? 0).filter((us) => us > 0)
    return {
      ...(server_id !== undefined && { server_id, name }),
      ...{ address, configured, connected, missing, connections: own.length, reconnects },
      ...(since_ms !== undefined && { since: rfc3339(since_ms) }),
      ...(rtt_us.length > 0 && { rtt: go_duration(Math.min(...rtt_us)) }),
      ...(last_error !== undefined && { last_error }),
    }
  })
}

function worker_entry(report: WorkerReport): object {
  const { in_messages, out_messages, busy, mean_loop_delay_ms, ...others } = report
  return { ...others, in_msgs: in_messages, out_msgs: out_messages, ...(busy !== null && { busy }), mean_loop_delay_ms }
}
