// What is logged of connections that can not come about until somebody changes a configuration: one line that names both sides
// and what to change. nats-server says nothing here, or something that misleads.
import type { RouteInfo } from '../wire/info.ts'
import type { ClusterName } from './cluster_name.ts'
import { route_url_text, type RouteUrl } from './route_url.ts'

/** An INFO for clients came from where a route was to lead: only they are told a number of theirs. */
export function is_client_port(info: Pick<RouteInfo, 'client_id'>): boolean {
  return info.client_id !== undefined && info.client_id > 0
}

export function client_port_text(url: RouteUrl | undefined, { server_name }: Pick<RouteInfo, 'server_name'>): string {
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
