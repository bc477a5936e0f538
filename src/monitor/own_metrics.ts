// Metrics that only this server has: what each of its threads does, the index of subscriptions, and the routes as they are now.
import type { RouteReport } from '../connection/report.ts'
import { RTT_BOUNDS_US, type RttHistogram } from '../shared/rtt_histogram.ts'
import type { Family, Labels, Sample } from './metrics_text.ts'
import type { ServerReport, TotalsReport } from './reports.ts'
import type { IndexReport, WorkerReport } from './worker_report.ts'

const PREFIX = 'onehop'
const MILLISECONDS_PER_SECOND = 1000

export interface OwnFigures {
  /** The value of the label server_id. */
  server_id: string
  server: ServerReport
  workers: readonly WorkerReport[]
  index: IndexReport
  routes: readonly RouteReport[]
  totals: TotalsReport
}

type Type = 'counter' | 'gauge'

interface WorkerFigure {
  name: string
  type: Type
  help: string
  /** Null: unknown. */
  value: (worker: WorkerReport) => number | null
}

/** Of threads that have connections. */
const THREAD_FIGURES: readonly WorkerFigure[] = [
  gauge('connections', 'Clients of the worker', ({ connections }) => connections),
  gauge('routes', 'Route connections of the worker', ({ routes }) => routes),
  counter('in_messages_total', 'Messages that came in, from clients and routes', ({ in_messages }) => in_messages),
  counter('in_bytes_total', 'Their bytes', ({ in_bytes }) => in_bytes),
  counter('out_messages_total', 'Messages that went out, to clients and routes', ({ out_messages }) => out_messages),
  counter('out_bytes_total', 'Their bytes', ({ out_bytes }) => out_bytes),
  counter('plan_hits_total', 'Where a subject goes was known', ({ plan_hits }) => plan_hits),
  counter('plan_misses_total', 'Where a subject goes had to be worked out', ({ plan_misses }) => plan_misses),
  counter('doorbells_total', 'Other workers that it had to wake', ({ doorbells }) => doorbells),
  counter('ring_full_total', 'Publishers held because a ring was full', ({ ring_full }) => ring_full),
  gauge('ring_bytes', 'What waits for the worker in the rings of the others', ({ ring_bytes }) => ring_bytes),
  gauge('ring_capacity_bytes', 'The size of these rings', ({ ring_capacity }) => ring_capacity),
]

/** Of the supervisor, too. */
const LOOP_FIGURES: readonly WorkerFigure[] = [
  gauge('up', 'Whether the worker answers', ({ answers }) => Number(answers)),
  gauge('busy_ratio', 'Share of the last seconds in which its event loop worked', ({ busy }) => busy),
  gauge(
    'loop_delay_seconds',
    'The longest that something waited for its turn in the last seconds',
    (worker) => worker.loop_delay_ms / MILLISECONDS_PER_SECOND,
  ),
  gauge('loop_delay_mean_seconds', 'The mean of that', (worker) => worker.mean_loop_delay_ms / MILLISECONDS_PER_SECOND),
]

/** All of them, in an order that stays. */
export function own_metrics(figures: OwnFigures): Family[] {
  return [...server_metrics(figures), ...worker_metrics(figures), ...route_metrics(figures)]
}

function server_metrics({ server_id, server, index, totals }: OwnFigures): Family[] {
  const one = (name: string, type: Type, help: string, value: number, labels: Labels = {}) => (
    family(name, type, help, [{ labels: { server_id, ...labels }, value }])
  )
  const kinds = (name: string, help: string, counted: { clients: number; routes: number }) =>
    family(name, 'counter', help, [
      { labels: { server_id, kind: 'client' }, value: counted.clients },
      { labels: { server_id, kind: 'route' }, value: counted.routes },
    ])
  const { server_name, version, go: runtime, counters } = server
  const cluster = server.cluster?.name ?? ''
  return [
    one('info', 'gauge', 'What the server is; always 1', 1, { server_name, cluster, version, runtime }),
    one('process_start_time_seconds', 'gauge', 'When the server started, since 1970', server.start_ms / 1000),
    one('process_resident_memory_bytes', 'gauge', 'Memory of the process', server.memory_bytes),
    family('process_cpu_seconds_total', 'counter', 'Time that the process spent on processors', [
      { labels: { server_id, mode: 'user' }, value: totals.cpu_user_s },
      { labels: { server_id, mode: 'system' }, value: totals.cpu_system_s },
    ]),
    one('index_subscriptions', 'gauge', 'Subscriptions of clients in the index', index.subscriptions),
    one('index_used_bytes', 'gauge', 'Memory of the index that was ever used', index.bytes_used),
    one('index_capacity_bytes', 'gauge', 'Memory that the index may use', index.bytes_capacity),
    one('interest_repairs_total', 'counter', 'Differences of interest with peers, mended', totals.interest_repairs),
    one('dropped_total', 'counter', 'Messages lost inside of the server', totals.dropped),
    one('authentication_failures_total', 'counter', 'Clients not let in', totals.authentication_failures),
    kinds('slow_consumers_total', 'Connections cut because they did not read', counters.slow_consumers),
    kinds('stale_connections_total', 'Connections cut because they did not answer PINGs', counters.stale_connections),
    one('stalls_total', 'counter', 'Publishers slowed down', counters.stalled_clients),
    one('worker_restarts_total', 'counter', 'Workers started anew', totals.worker_restarts),
  ]
}

function worker_metrics({ server_id, workers }: OwnFigures): Family[] {
  const threads = workers.filter(({ role }) => role !== 'supervisor')
  return [
    ...THREAD_FIGURES.map((figure) => worker_family(figure, server_id, threads)),
    ...LOOP_FIGURES.map((figure) => worker_family(figure, server_id, workers)),
  ]
}

function worker_family(figure: WorkerFigure, server_id: string, workers: readonly WorkerReport[]): Family {
  const samples = workers.flatMap((worker): Sample[] => {
    const value = figure.value(worker)
    const labels = { server_id, worker: String(worker.thread), role: worker.role }
    return value === null ? [] : [{ labels, value }]
  })
  return family(`worker_${figure.name}`, figure.type, figure.help, samples)
}

function route_metrics({ server_id, server, routes, totals }: OwnFigures): Family[] {
  const peers = new Map<string, { labels: Labels; connections: number; spoke_ms: number }>()
  for (const { remote_id, remote_name, last_activity_ms } of routes) {
    const labels = { server_id, remote_id, remote_name }
    const known = peers.get(remote_id) ?? { labels, connections: 0, spoke_ms: 0 }
    const spoke_ms = Math.max(known.spoke_ms, last_activity_ms)
    peers.set(remote_id, { labels, connections: known.connections + 1, spoke_ms })
  }
  const by_peer = (value: (peer: { connections: number; spoke_ms: number }) => number): Sample[] =>
    [...peers.values()].map((peer) => ({ labels: peer.labels, value: value(peer) }))
  return [
    family('peer_connections', 'gauge', 'Route connections to a server', by_peer(({ connections }) => connections)),
    family(
      'peer_silence_seconds',
      'gauge',
      'How long a server has said nothing',
      by_peer(({ spoke_ms }) => Math.max(0, server.now_ms - spoke_ms) / MILLISECONDS_PER_SECOND),
    ),
    rtt_family(server_id, totals.route_rtt),
  ]
}

function rtt_family(server_id: string, { within, count, sum_us }: RttHistogram): Family {
  const buckets = RTT_BOUNDS_US.map((us, bucket): Sample => (
    { series: '_bucket', labels: { server_id, le: String(us / 1e6) }, value: within[bucket] }
  ))
  return {
    name: `${PREFIX}_route_rtt_seconds`,
    type: 'histogram',
    help: 'Round trips of routes: PINGs, and when they were answered',
    samples: [
      ...buckets,
      { series: '_bucket', labels: { server_id, le: '+Inf' }, value: count },
      { series: '_sum', labels: { server_id }, value: sum_us / 1e6 },
      { series: '_count', labels: { server_id }, value: count },
    ],
  }
}

function gauge(name: string, help: string, value: WorkerFigure['value']): WorkerFigure {
  return { name, type: 'gauge', help, value }
}

function counter(name: string, help: string, value: WorkerFigure['value']): WorkerFigure {
  return { name, type: 'counter', help, value }
}

const family = (name: string, type: Type, help: string, samples: readonly Sample[]): Family => (
  { name: `${PREFIX}_${name}`, type, help, samples }
)
