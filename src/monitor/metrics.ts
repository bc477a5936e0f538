// /metrics: what a Prometheus server reads, without an exporter between the two.
import { is_metric_prefix } from '../config/rows.ts'
import type { Answers } from './answers.ts'
import { type Family, metrics_text, METRICS_TYPE } from './metrics_text.ts'
import {
  accstatz_metrics,
  CONNECTIONS_LISTED,
  connz_metrics,
  healthz_metrics,
  leafz_metrics,
  type Naming,
  object_metrics,
  routez_metrics,
} from './nats_metrics.ts'
import { own_metrics } from './own_metrics.ts'
import { ParameterError, Parameters } from './parameters.ts'
import type { MonitorSource, ServerReport } from './reports.ts'
import { subsz_query } from './subsz_report.ts'

/** What can be asked for; those in front are collected if nothing is said. */
const DEFAULT_PARTS = [
  'varz',
  'connz',
  'routez',
  'subsz',
  'accstatz',
  'healthz',
  'leafz',
  'gatewayz',
  'onehop',
] as const
const OTHER_PARTS = ['connz_detailed', 'healthz_js_enabled_only', 'healthz_js_server_only'] as const
type Part = typeof DEFAULT_PARTS[number] | typeof OTHER_PARTS[number]
/** As the flag of the exporter is called. */
const ALIASES: Readonly<Record<string, Part>> = Object.freeze({ subz: 'subsz' })
/** A list that grows with the clients is a danger to whoever stores it. */
const CONNECTIONS_MAX = 10_000

export interface MetricsQuery {
  parts: ReadonlySet<Part>
  prefix: string
  /** What the label server_id is. */
  server_id: 'id' | 'name'
  /** How many connections connz_detailed lists. */
  limit: number
}

export interface MetricsAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Reads the parameters; `prefix`: where they name none. Throws ParameterError. */
export function metrics_query(parameters: Parameters, prefix: string): MetricsQuery {
  const chosen = parameters.text('prefix') || prefix
  if (!is_metric_prefix(chosen)) throw new ParameterError(`invalid prefix: ${chosen}`)
  const server_id = parameters.text('server_id') || 'id'
  if (server_id !== 'id' && server_id !== 'name') {
    throw new ParameterError(`invalid server_id, must be id or name: ${server_id}`)
  }
  const limit = parameters.int('limit')
  return {
    parts: read_parts(parameters.text('collect')),
    prefix: chosen,
    server_id,
    limit: limit > 0 ? Math.min(limit, CONNECTIONS_MAX) : CONNECTIONS_LISTED,
  }
}

function read_parts(text: string): Set<Part> {
  if (text === '') return new Set(DEFAULT_PARTS)
  return new Set(
    text.split(',').map((word): Part => {
      const part = ALIASES[word] ?? word
      const known = [...DEFAULT_PARTS, ...OTHER_PARTS].find((each) => each === part)
      if (known === undefined) throw new ParameterError(`invalid collect: ${word}`)
      return known
    }),
  )
}

export async function metrics_answer(
  source: MonitorSource,
  answers: Answers,
  query: MetricsQuery,
): Promise<MetricsAnswer> {
  const server = await source.server()
  const naming: Naming = {
    prefix: query.prefix,
    server_id: query.server_id === 'name' ? server.server_name : server.server_id,
  }
  const families = [
    ...await endpoint_families(answers, naming, query.parts, source.health().length === 0),
    ...await connection_families(source, naming, query, server),
    ...await route_families(source, naming, query.parts, server),
  ]
  return { status: 200, headers: { 'Content-Type': METRICS_TYPE }, body: metrics_text(families) }
}

/** Of endpoints that cost next to nothing. */
async function endpoint_families(
  answers: Answers,
  naming: Naming,
  parts: ReadonlySet<Part>,
  is_well: boolean,
): Promise<Family[]> {
  const families: Family[] = []
  if (parts.has('varz')) families.push(...object_metrics(naming, 'varz', await answers.varz()))
  if (parts.has('subsz')) {
    families.push(...object_metrics(naming, 'subsz', await answers.subsz(subsz_query(new Parameters('')))))
  }
  // What concerns JetStream changes nothing here.
  for (const part of ['healthz', 'healthz_js_enabled_only', 'healthz_js_server_only'] as const) {
    if (parts.has(part)) families.push(...healthz_metrics(naming, part, is_well ? 'ok' : 'error'))
  }
  if (parts.has('leafz')) families.push(...leafz_metrics(naming))
  return families
}

/** Sums of the clients, which threads make part by part; each of them only where that is asked for. */
async function connection_families(
  source: MonitorSource,
  naming: Naming,
  { parts, limit }: MetricsQuery,
  { counters: { connections }, now_ms }: ServerReport,
): Promise<Family[]> {
  const is_detailed = parts.has('connz_detailed'), wants_connz = is_detailed || parts.has('connz')
  if (!wants_connz && !parts.has('accstatz')) return []
  const families: Family[] = []
  const sums = await source.client_sums()
  if (wants_connz) {
    const clients = is_detailed ? await first_clients(source, limit) : null
    families.push(...connz_metrics(naming, { connections, sums, clients, now_ms }))
  }
  if (parts.has('accstatz')) families.push(...accstatz_metrics(naming, await source.accounts(sums)))
  return families
}

async function first_clients(source: MonitorSource, limit: number) {
  const { rows } = await source.client_rows({ sort: 'cid', account: '', user: '', cid: 0, filter_subject: '' })
  const shown = rows.sort((a, b) => a.cid - b.cid).slice(0, limit)
  return (await source.client_reports(shown, { subscriptions: false })).sort((a, b) => a.cid - b.cid)
}

async function route_families(
  source: MonitorSource,
  naming: Naming,
  parts: ReadonlySet<Part>,
  server: ServerReport,
): Promise<Family[]> {
  const wants_own = parts.has('onehop')
  if (!wants_own && !parts.has('routez')) return []
  const families: Family[] = []
  const routes = (await source.routes({ subscriptions: false })).sort((a, b) => a.cid - b.cid)
  if (parts.has('routez')) {
    families.push(...routez_metrics(naming, server, routes))
  }
  if (wants_own) {
    const workers = await source.workers()
    const figures = { server, workers, routes, index: source.index(), totals: source.totals() }
    families.push(...own_metrics({ server_id: naming.server_id, ...figures }))
  }
  return families
}
