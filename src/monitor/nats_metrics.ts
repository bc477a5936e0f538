// The metrics of the NATS Prometheus exporter: its names, labels and types, so that boards made for it go on. It reads the JSON of
// the endpoints; where it takes every number of an object, so does this.
import type { AccountSums, ClientReport, RouteReport } from '../connection/report.ts'
import { type Family, type Labels, metric_name, type Sample } from './metrics_text.ts'
import type { AccountReport, ServerReport } from './reports.ts'

const GLOBAL_ACCOUNT = '$G'
/** The page of /connz that the exporter sees. */
export const CONNECTIONS_LISTED = 1024

/** Who a sample is of: every one has it as a label. */
export interface Naming {
  readonly prefix: string
  readonly server_id: string
}

type Type = Family['type']
type Figure<Of> = readonly [name: string, type: Type, value: (of: Of) => number]

/** Texts that become a label of a metric that is always 1, and times, which become milliseconds. */
const TEXT_KEYS: ReadonlySet<string> = new Set(
  ['server_id', 'server_name', 'version', 'domain', 'leader', 'name', 'start', 'config_load_time'],
)
/** Numbers that the exporter leaves out. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['leaf', 'trusted_operators_claim', 'cluster_tls_timeout', 'cluster_cluster_port', 'cluster_auth_timeout'],
  ...['gateway_port', 'gateway_auth_timeout', 'gateway_tls_timeout', 'gateway_connect_retries'],
])
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** Every number of an endpoint's object, and of the objects in it. */
export function object_metrics(naming: Naming, endpoint: string, object: object): Family[] {
  const families = new Map<string, Family>()
  collect_numbers(naming, endpoint, object, [], families)
  return [...families.values()].sort((a, b) => a.name < b.name ? -1 : 1)
}

function collect_numbers(
  naming: Naming,
  endpoint: string,
  object: object,
  path: readonly string[],
  families: Map<string, Family>,
): void {
  for (const [key, value] of Object.entries(object)) {
    const whole = [...path, key]
    const name = metric_name(whole.join('_'))
    if (LEFT_OUT.has(name) || families.has(name)) continue
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      collect_numbers(naming, endpoint, value, whole, families)
      continue
    }
    const sample = sample_of(naming, key, value)
    if (sample !== null) families.set(name, family(naming, endpoint, name, 'gauge', [sample]))
  }
}

function sample_of({ server_id }: Naming, key: string, value: unknown): Sample | null {
  if (typeof value === 'number') return { labels: { server_id }, value }
  if (typeof value !== 'string' || !TEXT_KEYS.has(key)) return null
  if (TIME.test(value)) return { labels: { server_id }, value: Math.floor(Date.parse(value)) }
  return { labels: { server_id, value }, value: 1 }
}

/** 0 is healthy, as the exporter has it. */
export function healthz_metrics(naming: Naming, endpoint: string, status: string): Family[] {
  const { server_id } = naming
  const is_well = status === 'ok'
  return [
    family(naming, endpoint, 'status', 'gauge', [{ labels: { server_id }, value: is_well ? 0 : 1 }]),
    family(naming, endpoint, 'status_value', 'gauge', [{
      labels: { server_id, value: status },
      value: is_well ? 1 : 0,
    }]),
  ]
}

export function leafz_metrics(naming: Naming): Family[] {
  const { server_id } = naming
  return [family(naming, 'leafz', 'conn_nodes_total', 'gauge', [{ labels: { server_id }, value: 0 }])]
}

const ROUTE_FIGURES: readonly Figure<RouteReport & { uptime_s: number }>[] = [
  ['route_rtt_seconds', 'gauge', ({ rtt_us = 0 }) => rtt_us / 1e6],
  ['route_subscriptions', 'gauge', ({ subscriptions }) => subscriptions],
  ['route_uptime_seconds', 'gauge', ({ uptime_s }) => uptime_s],
  ['route_in_msgs', 'gauge', ({ in_messages }) => in_messages],
  ['route_out_msgs', 'gauge', ({ out_messages }) => out_messages],
  ['route_in_bytes', 'gauge', ({ in_bytes }) => in_bytes],
  ['route_out_bytes', 'gauge', ({ out_bytes }) => out_bytes],
]

/** Their number, and a part for each, which newer exporters have. */
export function routez_metrics(naming: Naming, server: ServerReport, routes: readonly RouteReport[]): Family[] {
  const { server_id } = naming, { now_ms } = server
  const head = { num_routes: routes.length, server_id: server.server_id, server_name: server.server_name }
  const info = routes.map(({ cid, remote_id, remote_name, account = '', ip }) => ({
    labels: { server_id, rid: String(cid), remote_id, remote_name, account, ip, compression: '' },
    value: 1,
  }))
  const timed = routes.map((route) => ({ ...route, uptime_s: Math.floor((now_ms - route.start_ms) / 1000) }))
  return [
    ...object_metrics(naming, 'routez', head),
    family(naming, 'routez', 'route_info', 'gauge', info),
    ...figures(naming, 'routez', ROUTE_FIGURES, timed, ({ cid }) => ({ server_id, rid: String(cid) })),
  ]
}

const ACCOUNT_FIGURES: readonly Figure<AccountReport>[] = [
  ['current_connections', 'gauge', ({ connections }) => connections],
  ['total_connections', 'gauge', ({ total_connections }) => total_connections],
  ['subscriptions', 'gauge', ({ subscriptions }) => subscriptions],
  ['leaf_nodes', 'gauge', () => 0],
  ['sent_messages', 'gauge', ({ out_messages }) => out_messages],
  ['sent_bytes', 'gauge', ({ out_bytes }) => out_bytes],
  ['received_messages', 'gauge', ({ in_messages }) => in_messages],
  ['received_bytes', 'gauge', ({ in_bytes }) => in_bytes],
  ['slow_consumers', 'gauge', ({ slow_consumers }) => slow_consumers],
]

export function accstatz_metrics(naming: Naming, accounts: readonly AccountReport[]): Family[] {
  const { server_id } = naming
  return figures(naming, 'accstatz', ACCOUNT_FIGURES, accounts, ({ name, tag }) => (
    { server_id, account: name, account_id: name, account_name: tag || name }
  ))
}

type Summed = Pick<
  AccountSums,
  'pending_bytes' | 'subscriptions' | 'in_bytes' | 'out_bytes' | 'in_messages' | 'out_messages'
>
const SUM_FIGURES: readonly Figure<Summed>[] = [
  ['pending_bytes', 'gauge', ({ pending_bytes }) => pending_bytes],
  ['subscriptions', 'gauge', ({ subscriptions }) => subscriptions],
  ['in_bytes', 'counter', ({ in_bytes }) => in_bytes],
  ['out_bytes', 'counter', ({ out_bytes }) => out_bytes],
  ['in_msgs', 'counter', ({ in_messages }) => in_messages],
  ['out_msgs', 'counter', ({ out_messages }) => out_messages],
]
const CLIENT_FIGURES: readonly Figure<ClientReport & { now_ms: number }>[] = [
  ...SUM_FIGURES,
  ['start', 'untyped', ({ start_ms }) => Math.floor(start_ms)],
  ['last_activity', 'untyped', ({ last_activity_ms }) => Math.floor(last_activity_ms)],
  ['rtt', 'gauge', ({ rtt_us = 0 }) => rtt_us],
  ['uptime', 'untyped', ({ start_ms, now_ms }) => whole_seconds_ms(now_ms - start_ms)],
  ['idle', 'gauge', ({ last_activity_ms, now_ms }) => whole_seconds_ms(now_ms - last_activity_ms)],
]

export interface ConnectionFigures {
  connections: number
  sums: readonly AccountSums[]
  /** Null: only the sums are wanted. */
  clients: readonly ClientReport[] | null
  now_ms: number
}

/** The sums are over all connections, where the exporter has those of its page. */
export function connz_metrics(naming: Naming, { connections, sums, clients, now_ms }: ConnectionFigures): Family[] {
  const { server_id } = naming
  const head = {
    num_connections: Math.min(connections, CONNECTIONS_LISTED),
    total: connections,
    offset: 0,
    limit: CONNECTIONS_LISTED,
  }
  const one = (name: string, type: Type, value: number) =>
    family(naming, 'connz', name, type, [{ labels: { server_id }, value }])
  const summed = [
    ...Object.entries(head).map(([name, value]) => one(name, 'gauge', value)),
    ...SUM_FIGURES.map(([name, type, value]) => one(name, type, sums.reduce((sum, each) => sum + value(each), 0))),
  ]
  if (clients === null) return summed
  const detail = clients.map((client) => ({ ...client, now_ms }))
  const single = figures(naming, 'connz', CLIENT_FIGURES, detail, (client) => client_labels(server_id, client))
  // Some are both: the sum, and one for each.
  const samples_of = (name: string) => single.find((each) => each.name === name)?.samples ?? []
  const names = new Set(summed.map(({ name }) => name))
  return [
    ...summed.map((each) => ({ ...each, samples: [...each.samples, ...samples_of(each.name)] })),
    ...single.filter(({ name }) => !names.has(name)),
  ]
}

const client_labels = (server_id: string, client: ClientReport): Labels => ({
  server_id,
  cid: String(client.cid),
  kind: 'Client',
  type: client.is_websocket ? 'websocket' : 'nats',
  ip: client.ip,
  port: String(client.port),
  name: client.name ?? '',
  name_tag: client.claims?.account_name || client.account,
  ...account_labels(client.account === GLOBAL_ACCOUNT ? '' : client.account),
  lang: client.lang ?? '',
  version: client.version ?? '',
  tls_version: client.tls?.version ?? '',
  tls_cipher_suite: client.tls?.cipher ?? '',
})

const account_labels = (account: string) => ({ account, account_id: account })

/** The exporter reads texts that have no smaller unit. */
const whole_seconds_ms = (ms: number): number => Math.max(0, Math.floor(ms / 1000)) * 1000

function figures<Of>(
  naming: Naming,
  endpoint: string,
  table: readonly Figure<Of>[],
  all: readonly Of[],
  labels_of: (of: Of) => Labels,
): Family[] {
  const labelled = all.map((of) => [of, labels_of(of)] as const)
  return table.map(([name, type, value]) => {
    const samples = labelled.map(([of, labels]) => ({ labels, value: value(of) }))
    return family(naming, endpoint, name, type, samples)
  })
}

/** Its help is its name: the exporter says no more. */
const family = ({ prefix }: Naming, endpoint: string, name: string, type: Type, samples: readonly Sample[]): Family => (
  { name: `${prefix}_${endpoint}_${name}`, type, help: name, samples }
)
