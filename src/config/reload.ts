// What is another one in a configuration that was loaded again (reference ops.md 4.2, 4.3): what a running server can take over, and
// what needs a start.
import { go_duration } from '../base/go_time.ts'
import type { ClusterOptions } from './cluster_options.ts'
import type { Options } from './options.ts'
import { quote } from './values.ts'

/** What is different. */
export interface Differences {
  /** Lines for the log, of what can be taken over. */
  readonly applied: readonly string[]
  /** Why the whole is refused; empty: it is not. */
  readonly refused: readonly string[]
}

type Show = (value: never) => string
type Entry = readonly [name: string, show?: Show]

const duration: Show = (ms: number) => go_duration(ms * 1000)
const NONE: Show = () => ''

/** By option: how the refusal calls it. Where no value is shown there is none that would say something. */
export const FIXED: Partial<Record<keyof Options, Entry>> = {
  host: ['Host'],
  port: ['Port'],
  server_name: ['ServerName'],
  http_host: ['HTTPHost'],
  http_port: ['HTTPPort'],
  https_port: ['HTTPSPort'],
  http_base_path: ['HTTPBasePath'],
  prof_port: ['ProfPort'],
  max_subscriptions: ['MaxSubs'],
  max_sub_tokens: ['MaxSubTokens'],
  max_pending: ['MaxPending'],
  max_closed_clients: ['MaxClosedClients'],
  log_size_limit: ['LogSizeLimit'],
  log_max_num: ['LogMaxFiles'],
  lame_duck_duration_ms: ['LameDuckDuration', duration],
  lame_duck_grace_ms: ['LameDuckGracePeriod', duration],
  no_auth_user: ['NoAuthUser'],
  system_account: ['SystemAccount'],
  no_system_account: ['NoSystemAccount'],
  proxy_protocol: ['ProxyProtocol'],
  allow_non_tls: ['AllowNonTLS'],
  no_header_support: ['NoHeaderSupport'],
  workers: ['workers'],
  route_workers: ['route_workers'],
  listener: ['listener'],
  busy_poll: ['busy_poll'],
}

/** By option: how the log calls what was taken over. */
export const CHANGED: Partial<Record<keyof Options, Entry>> = {
  debug: ['debug'],
  trace: ['trace'],
  trace_verbose: ['trace_verbose'],
  trace_headers: ['trace_headers'],
  logtime: ['logtime'],
  logtime_utc: ['logtime_utc'],
  log_file: ['log_file'],
  syslog: ['syslog'],
  remote_syslog: ['remote_syslog'],
  log_format: ['log_format'],
  max_traced_msg_len: ['max_traced_msg_len'],
  max_connections: ['max_connections'],
  max_payload: ['max_payload'],
  max_control_line: ['max_control_line'],
  ping_interval_ms: ['ping_interval', duration],
  ping_max: ['ping_max'],
  write_deadline_ms: ['write_deadline', duration],
  client_advertise: ['client_advertise'],
  pid_file: ['pid_file'],
  ports_file_dir: ['ports_file_dir'],
  connect_error_reports: ['connect_error_reports'],
  reconnect_error_reports: ['reconnect_error_reports'],
  http_user: ['http_user', NONE],
  http_password: ['http_password', NONE],
  metrics_prefix: ['metrics_prefix'],
  server_tags: ['tags', NONE],
  server_metadata: ['metadata', NONE],
}

/** What of the cluster block a running server can not take over, in the words of the refusal. */
export const CLUSTER_FIXED: Partial<Record<keyof ClusterOptions, string>> = {
  host: 'cluster host',
  port: 'cluster port',
}

const is_same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export function differences(before: Options, after: Options): Differences {
  const applied: string[] = [], refused: string[] = []
  const refuse = (name: string, old: string, now: string) => {
    const values = old === '' && now === '' ? '' : `: old=${old}, new=${now}`
    refused.push(`config reload not supported for ${name}${values}`)
  }
  for (const [key, [name, show = String]] of entries(FIXED)) {
    if (!is_same(before[key], after[key])) refuse(name, show(before[key] as never), show(after[key] as never))
  }
  for (const [key, name] of entries(CLUSTER_FIXED)) {
    const [old, now] = [before.cluster[key], after.cluster[key]]
    if (!is_same(old, now)) refuse(name, String(old), String(now))
  }
  for (const [name, old, now] of whole_blocks(before, after)) if (!is_same(old, now)) refuse(name, '', '')
  for (const [key, [name, show = String]] of entries(CHANGED)) {
    if (is_same(before[key], after[key])) continue
    const value = show(after[key] as never)
    applied.push(`Reloaded: ${name}${value === '' && show === NONE ? '' : ` = ${value}`}`)
  }
  if (before.no_fast_producer_stall !== after.no_fast_producer_stall) {
    applied.push(`Reloaded: fast producers will ${after.no_fast_producer_stall ? 'not ' : ''}be stalled`)
  }
  applied.push(
    ...authorization_lines(before, after),
    ...tls_lines(after),
    ...cluster_lines(before.cluster, after.cluster),
  )
  return { applied, refused }
}

/** What can not be changed in part. */
function whole_blocks(before: Options, after: Options): [name: string, old: unknown, now: unknown][] {
  const plain = ({ websocket: { tls, ...rest } }: Options) => [rest, tls === null]
  const trust = ({ operator }: Options) => operator && [operator.trusted_keys, operator.strict_signing_keys]
  return [
    ['Websocket', plain(before), plain(after)],
    ['TLSMap', before.tls?.verify_and_map === true, after.tls?.verify_and_map === true],
    ['AuthCallout', before.authorization.callout, after.authorization.callout],
    ['TrustedKeys', trust(before), trust(after)],
    ['AccountResolver', before.operator?.resolver, after.operator?.resolver],
    ['cluster TLS', before.cluster.tls === null, after.cluster.tls === null],
  ]
}

function authorization_lines(before: Options, after: Options): string[] {
  const [old, now] = [before.authorization, after.authorization]
  const changed = (key: 'user' | 'password' | 'token') => (old[key] ?? '') !== (now[key] ?? '')
  return [
    ...proxy_lines(before.proxies, after.proxies),
    ...(changed('user') ? ['Reloaded: authorization username'] : []),
    ...(changed('password') ? ['Reloaded: authorization password'] : []),
    ...(changed('token') ? ['Reloaded: authorization token'] : []),
    ...(old.timeout_ms === now.timeout_ms ? [] : [`Reloaded: authorization timeout = ${now.timeout_ms / 1000}`]),
    'Reloaded: authorization users',
    'Reloaded: accounts',
  ]
}

function proxy_lines(before: readonly string[], after: readonly string[]): string[] {
  const line = (keys: readonly string[], what: string) =>
    keys.length === 0 ? [] : [`Reloaded: proxies trusted keys [${keys.map(quote).join(' ')}] were ${what}`]
  return [
    ...line(before.filter((key) => !after.includes(key)), 'removed'),
    ...line(after.filter((key) => !before.includes(key)), 'added'),
  ]
}

/** The files may be others behind the same names, so it is said each time. */
const tls_lines = ({ tls }: Options): string[] => tls === null ? [] : ['Reloaded: tls = enabled']

function cluster_lines(before: ClusterOptions, after: ClusterOptions): string[] {
  if (after.port === 0) return []
  const { routes: old_routes, ...old } = before
  const { routes, ...now } = after
  const removed = old_routes.filter((route) => !routes.some((each) => is_same(each, route)))
  return [
    ...(is_same(old, now) ? [] : ['Reloaded: cluster']),
    ...removed.map(({ scheme, host, port }) => `Removed route ${scheme}://${host}:${port}`),
    ...(is_same(old_routes, routes) ? [] : ['Reloaded: cluster routes']),
  ]
}

const entries = <Key extends string, Value>(table: Partial<Record<Key, Value>>) =>
  Object.entries(table) as [Key, Value][]
