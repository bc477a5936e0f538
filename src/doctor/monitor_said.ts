// What monitoring says of a server, over HTTP or in a message: /varz and /routez as facts, and the addresses in them.
import { parse_duration_ms } from '../config/values.ts'
import type { MonitorSaid, PeerSeen, ServerSaid } from './facts.ts'
import { number_of, object_of, objects_of, text_of, texts_of } from './server_said.ts'
import { address_of, reachable_host, type Target, told_target } from './target.ts'

type Fields = Record<string, unknown>

/** Which server it is; null: it does not say. */
export function server_of(varz: Fields): ServerSaid | null {
  const id = text_of(varz.server_id)
  if (id === '') return null
  return {
    ...{ id, name: text_of(varz.server_name) || id, version: text_of(varz.version), go: text_of(varz.go) },
    ...{ cluster: text_of(object_of(varz.cluster)?.name), max_payload: number_of(varz.max_payload) },
    ...{ connect_urls: texts_of(varz.connect_urls), ws_connect_urls: texts_of(varz.ws_connect_urls) },
    ...{ is_lame_duck: false, needs_login: varz.auth_required === true, needs_tls: varz.tls_required === true },
  }
}

/** `asked`: what else was found out. */
export function monitor_said(
  varz: Fields,
  routez: Fields | null,
  asked: Pick<MonitorSaid, 'health' | 'asked_ms' | 'slack_ms'>,
): MonitorSaid {
  const cluster = object_of(varz.cluster)
  return {
    ...asked,
    now_ms: Date.parse(text_of(varz.now)),
    has_cluster: number_of(cluster?.cluster_port) > 0,
    pool_size: number_of(cluster?.pool_size),
    slow_consumers: number_of(varz.slow_consumers),
    peers: routez === null ? null : peers_of(routez),
    missing: objects_of(routez?.peers).filter(({ missing }) => missing === true).map((peer) => ({
      name: text_of(peer.name),
      address: text_of(peer.address),
      last_error: text_of(peer.last_error),
    })),
    listens_on: text_of(varz.http_host),
  }
}

/** One for each server, whatever the number of connections to it. */
function peers_of(routez: Fields): PeerSeen[] {
  const peers = new Map<string, PeerSeen>()
  for (const route of objects_of(routez.routes)) {
    const id = text_of(route.remote_id)
    if (id === '') continue
    const known = peers.get(id)
    const rtt_ms = round_trip_ms(text_of(route.rtt))
    peers.set(id, {
      id,
      name: text_of(route.remote_name) || known?.name || '',
      connections: (known?.connections ?? 0) + 1,
      rtt_ms: rtt_ms === null ? known?.rtt_ms ?? null : Math.min(rtt_ms, known?.rtt_ms ?? rtt_ms),
      compression: text_of(route.compression) || known?.compression || '',
    })
  }
  return [...peers.values()]
}

function round_trip_ms(text: string): number | null {
  try {
    return parse_duration_ms(text) || null
  } catch {
    return null
  }
}

/** Where else that server and its peers are. `seen_at`: where it is itself; null: nobody knows. */
export function told_targets(seen_at: string | null, varz: Fields, routez: Fields | null): Target[] {
  const told_by = `server "${text_of(varz.server_name) || text_of(varz.server_id)}"`
  const cluster = object_of(varz.cluster), websocket = object_of(varz.websocket)
  const route_tls = cluster?.tls_required === true
  const own = (door: Target['door'], host: unknown, port: unknown, tls: boolean): (Target | null)[] => {
    const number = number_of(port)
    if (!Number.isInteger(number) || number < 1 || number > 65535) return []
    const where = reachable_host(text_of(host), seen_at ?? '')
    if (where === '') return []
    return [{ door, host: where, port: number, tls, told_by, is_guess: false }]
  }
  const routes = [
    ...texts_of(cluster?.urls),
    ...objects_of(routez?.peers).map(({ address }) => text_of(address)),
    ...objects_of(routez?.routes).filter(({ did_solicit }) => did_solicit === true).map(({ ip, port }) =>
      address_of({ host: text_of(ip), port: number_of(port) })
    ),
  ]
  return [
    ...own('client', varz.host, varz.port, varz.tls_required === true),
    ...own('websocket', websocket?.host, websocket?.port, websocket?.no_tls !== true),
    ...own('route', cluster?.addr, cluster?.cluster_port, route_tls),
    ...texts_of(varz.connect_urls).map((text) =>
      told_target(text, { door: 'client', tls: varz.tls_required === true, told_by })
    ),
    ...texts_of(varz.ws_connect_urls).map((text) =>
      told_target(text, { door: 'websocket', tls: websocket?.no_tls !== true, told_by })
    ),
    ...routes.map((text) => told_target(text, { door: 'route', tls: route_tls, told_by })),
  ].filter((target) => target !== null)
}
