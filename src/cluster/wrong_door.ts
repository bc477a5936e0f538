// What is logged of connections that can not come about until somebody changes a configuration: one line that names both sides
// and what to change. nats-server says nothing here, or something that misleads.
import type { RouteInfo } from '../wire/info.ts'
import type { ClusterName } from './cluster_name.ts'
import { route_url_text, type RouteUrl } from './route_url.ts'

/** About an INFO for clients, which came from where a route was to lead; null: it is none. Only clients are told a number of theirs. */
export function client_port_text(
  url: RouteUrl | undefined,
  { server_name, client_id = 0 }: Pick<RouteInfo, 'server_name' | 'client_id'>,
): string | null {
  if (client_id === 0) return null
  const route = url === undefined ? 'Route' : `Route "${route_url_text(url)}"`
  return `${route} leads to the client port of server "${server_name}", it has to lead to its cluster port`
}

/**
 * About a peer of another cluster; null: no line. Of two names one of which was generated, one gives way at the next
 * attempt, so there is nothing to change.
 */
export function other_cluster_text(ours: ClusterName, theirs: ClusterName, server_name: string): string | null {
  if (ours.dynamic || theirs.dynamic) return null
  const there = `server "${server_name}" is in cluster "${theirs.name}"`
  return `Rejecting connection, ${there}, this server in "${ours.name}": give both the same cluster name`
}
