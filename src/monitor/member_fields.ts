// Which fields of a member's answers go to the page. It is a list of what may, not of what may not: nothing that another server
// adds one day gets there by itself, and the page gets no more bytes than it shows.
import { parse_duration_ms } from '../config/values.ts'

type Fields = Record<string, unknown>
type Kind = 'text' | 'number' | 'flag' | 'texts'

const VARZ: Readonly<Record<string, Kind>> = Object.freeze({
  ...kinds('text', ['server_id', 'server_name', 'version', 'go', 'host', 'start', 'now', 'config_load_time']),
  ...kinds('text', ['config_digest']),
  ...kinds('flag', ['auth_required', 'tls_required']),
  ...kinds('number', ['port', 'max_connections', 'max_payload', 'mem', 'cores', 'gomaxprocs', 'cpu']),
  ...kinds('number', ['connections', 'total_connections', 'subscriptions', 'routes', 'remotes']),
  ...kinds('number', ['in_msgs', 'in_bytes', 'out_msgs', 'out_bytes']),
  ...kinds('number', ['in_client_msgs', 'in_client_bytes', 'out_client_msgs', 'out_client_bytes']),
  ...kinds('number', ['slow_consumers', 'stale_connections', 'stalled_clients']),
  tags: 'texts',
})
const CLUSTER = kinds('text', ['name', 'addr'], kinds('number', ['cluster_port', 'pool_size']))
const WEBSOCKET = kinds('text', ['host', 'advertise'], kinds('number', ['port'], kinds('flag', ['no_tls'])))
const SLOW_CONSUMERS = kinds('number', ['clients', 'routes'])

const WORKER = kinds('text', ['role'], {
  ...kinds('number', ['thread', 'connections', 'routes', 'in_msgs', 'in_bytes', 'out_msgs', 'out_bytes']),
  ...kinds('number', ['plan_hits', 'plan_misses', 'doorbells', 'ring_full', 'ring_bytes', 'ring_capacity']),
  ...kinds('number', ['busy', 'loop_delay_ms', 'mean_loop_delay_ms']),
  ...kinds('flag', ['answers']),
})
const INDEX = kinds('number', ['subscriptions', 'bytes_used', 'bytes_capacity'])
const PEER = kinds('text', ['server_id', 'name', 'address', 'last_error', 'since', 'rtt'], {
  ...kinds('flag', ['configured', 'connected', 'missing']),
  ...kinds('number', ['connections', 'reconnects']),
})
const EVENT = kinds('text', ['at', 'kind', 'text'])

const CONNECTION = kinds('text', ['kind', 'type', 'ip', 'start', 'last_activity', 'stop', 'reason', 'rtt'], {
  ...kinds('text', ['uptime', 'idle', 'name', 'lang', 'version', 'tls_version', 'account']),
  ...kinds('number', ['cid', 'port', 'pending_bytes', 'in_msgs', 'out_msgs', 'in_bytes', 'out_bytes', 'stalls']),
  ...kinds('number', ['subscriptions']),
})
const SUBSCRIPTION = kinds('text', ['account', 'subject', 'qgroup', 'sid'], kinds('number', ['msgs', 'max', 'cid']))

/** Of the lists in a member's own report; the members themselves are bound by how many answer. */
const ROWS_MAX = 256
/** The page shows no more of all members together; a server remembers more. */
const EVENTS_MAX = 60

export function varz_fields(varz: Fields): object {
  const { websocket } = varz as { websocket?: { port?: unknown; no_auth_user?: unknown } }
  return {
    ...pick(varz, VARZ),
    cluster: pick(varz.cluster, CLUSTER),
    // Who comes in without a login is not told, only that somebody does.
    ...(Number(websocket?.port) > 0 && {
      websocket: { ...pick(websocket, WEBSOCKET), is_open_to_all: Boolean(websocket?.no_auth_user) },
    }),
    slow_consumer_stats: pick(varz.slow_consumer_stats, SLOW_CONSUMERS),
  }
}

/** A server of our own kind: it answers what nats-servers do not know. */
export function is_own_kind(varz: Fields): boolean {
  return typeof varz.go === 'string' && varz.go.startsWith('onehop/')
}

/** One entry for each peer, whatever the number of connections to it. */
export function route_sums(routez: Fields): object[] {
  const sums = new Map<string, RouteSum>()
  for (const route of rows(routez.routes)) {
    const { remote_id: id, remote_name: name } = route
    if (typeof id !== 'string') continue
    const sum = sums.get(id) ?? new_sum(id, typeof name === 'string' ? name : id)
    sums.set(id, sum)
    sum.connections++
    for (const field of SUMMED) if (typeof route[field] === 'number') sum[field] += route[field]
    const rtt_ms = round_trip_ms(route.rtt)
    if (rtt_ms !== null) sum.rtt_ms = Math.min(sum.rtt_ms ?? rtt_ms, rtt_ms)
    sum.is_configured ||= route.is_configured === true
    if (typeof route.ip === 'string') sum.ip = route.ip
    if (typeof route.start === 'string' && (sum.start === '' || route.start < sum.start)) sum.start = route.start
  }
  return [...sums.values()]
}

const SUMMED = Object.freeze(['in_msgs', 'out_msgs', 'in_bytes', 'out_bytes', 'pending_size', 'subscriptions'] as const)

interface RouteSum extends Record<typeof SUMMED[number], number> {
  remote_id: string
  remote_name: string
  connections: number
  /** Of the quickest connection. */
  rtt_ms: number | null
  is_configured: boolean
  ip: string
  /** Of the oldest one. */
  start: string
}

const new_sum = (remote_id: string, remote_name: string): RouteSum => ({
  ...{ remote_id, remote_name, connections: 0, rtt_ms: null, is_configured: false, ip: '', start: '' },
  ...{ in_msgs: 0, out_msgs: 0, in_bytes: 0, out_bytes: 0, pending_size: 0, subscriptions: 0 },
})

/** Null: it has not been measured, for which a server says 0. */
function round_trip_ms(text: unknown): number | null {
  if (typeof text !== 'string') return null
  try {
    return parse_duration_ms(text) || null
  } catch {
    return null
  }
}

export function mesh_fields(meshz: Fields): object {
  return {
    workers: picked(meshz.workers, WORKER),
    index: pick(meshz.index, INDEX),
    peers: picked(meshz.peers, PEER),
    events: picked(meshz.events, EVENT, EVENTS_MAX),
  }
}

/** A page of connections: no user names, tokens or claims. */
export function connections_fields(connz: Fields): object {
  return { ...page_fields(connz), connections: picked(connz.connections, CONNECTION) }
}

export function subscriptions_fields(subsz: Fields): object {
  return { ...page_fields(subsz), subscriptions: picked(subsz.subscriptions_list, SUBSCRIPTION) }
}

const page_fields = (report: Fields) =>
  pick(report, kinds('text', ['now'], kinds('number', ['total', 'offset', 'limit'])))

// Picking ---------------------------------------------------------------------------------------------------------------

function kinds(kind: Kind, names: readonly string[], more: Record<string, Kind> = {}): Record<string, Kind> {
  return { ...Object.fromEntries(names.map((name) => [name, kind])), ...more }
}

/** The last ones, which are the newest where that matters. */
function picked(list: unknown, fields: Readonly<Record<string, Kind>>, rows_max = ROWS_MAX): object[] {
  return rows(list).slice(-rows_max).map((row) => pick(row, fields))
}

function rows(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter((row) => typeof row === 'object' && row !== null) : []
}

function pick(from: unknown, fields: Readonly<Record<string, Kind>>): Record<string, unknown> {
  if (typeof from !== 'object' || from === null) return {}
  const found: Record<string, unknown> = {}
  for (const [name, kind] of Object.entries(fields)) {
    const value = (from as Fields)[name]
    if (is_kind(value, kind)) found[name] = value
  }
  return found
}

function is_kind(value: unknown, kind: Kind): boolean {
  if (kind === 'texts') return Array.isArray(value) && value.every((each) => typeof each === 'string')
  if (kind === 'text') return typeof value === 'string'
  return kind === 'flag' ? typeof value === 'boolean' : typeof value === 'number'
}
