// The block cluster { } (reference ops.md 3.5).
import type { RoutePermissions } from '../auth/subject_filter.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import {
  AUTH_AFTER_TLS_MS,
  AUTH_TIMEOUT_MS,
  PING_INTERVAL_MS,
  PING_MAX,
  ROUTE_PING_INTERVAL_MS_MAX,
  WRITE_DEADLINE_MS,
} from '../base/limits.ts'
import { read_auth_timeout } from './auth_timeout.ts'
import { type Block, read_block, read_fields, without_effect, write_timeout } from './block.ts'
import { read_compression } from './compression_options.ts'
import type { Value } from './parser.ts'
import type { UserPermissions } from '../auth/user_permissions.ts'
import { check_route_permissions, read_permissions } from './permission_options.ts'
import { FieldError, go_type, type Problems, type_error } from './problems.ts'
import {
  boolean,
  boolean_of,
  count,
  defaults,
  duration,
  duration_of,
  type Filled,
  integer,
  integer_of,
  type Kind,
  row,
  string_of,
  strings_of,
  text,
} from './rows.ts'
import { read_tls } from './tls_options.ts'
import { check_url, parse_route, type RouteAddress, same_route } from './url.ts'
import { ValueError } from './values.ts'

const POOL_SIZE = 3
/** Says in the protocol that there is no name. */
const RESERVED_NAME = '_'

const routes: Kind<RouteAddress[]> = { flag: 'string', read: read_routes }
const pinned_accounts: Kind<string[]> = { flag: 'string', read: (value) => strings_of(value, 'accounts') }
const ping_interval: Kind<number> = { flag: 'string', read: read_ping_interval, zero_is_default: true }
const cluster_name: Kind<string> = { ...text, read: read_cluster_name }
/** nats-server's own default is asked for by 0. */
const pool_size: Kind<number> = { ...integer, read: (value) => integer_of(value) || POOL_SIZE }
const compression: Kind<string> = {
  flag: 'string',
  read: (value, key, problems) => read_compression(value, key, problems, 's2_fast'),
}

export const CLUSTER_TABLE = Object.freeze({
  /** Empty: a random name that gives way to a configured one. */
  name: row('', cluster_name, 'name', 'cluster_name', 'Name of the cluster; peers must have the same'),
  host: row('0.0.0.0', { ...text, zero_is_default: true }, 'host net', '', 'Listen for other servers on this address'),
  /** 0: no cluster; -1: a random port. */
  port: row(0, integer, 'port', '', 'Listen for other servers on this port, -1 for a random one; 0: no cluster'),
  routes: row<RouteAddress[]>([], routes, 'routes', '', 'URLs of servers to connect to; the own one may be among them'),
  advertise: row('', text, 'advertise cluster_advertise', 'cluster_advertise', 'host[:port] told to other servers'),
  no_advertise: row(false, boolean, 'no_advertise', 'no_advertise', "Keep other servers' addresses from clients"),
  connect_retries: row(
    0,
    integer,
    'connect_retries',
    'connect_retries',
    'Further attempts at a peer known by gossip only',
  ),
  connect_backoff: row(false, boolean, 'connect_backoff', '', 'Pauses between attempts double, from 1 s to 30 s'),
  /** Connections to each peer; 0 and below: one that carries everything. */
  pool_size: row(
    0,
    pool_size,
    'pool_size',
    '',
    'Connections to each peer, 3 for 0; without it one carries everything',
  ),
  compression: row(
    'accept',
    compression,
    'compression',
    '',
    'Read and checked, without effect: peers are told that it is off',
  ),
  accounts: row<string[]>([], pinned_accounts, 'accounts', '', 'Accounts with a connection of their own to each peer'),
  /** Filled in from the top level, at most 30 s. */
  ping_interval_ms: row(
    Math.min(PING_INTERVAL_MS, ROUTE_PING_INTERVAL_MS_MAX),
    ping_interval,
    'ping_interval',
    '',
    'Time between PINGs to a peer that is silent, at most 30s; else that of the clients',
  ),
  ping_max: row(PING_MAX, count, 'ping_max', '', 'Unanswered PINGs before a route is stale; else that of the clients'),
  write_deadline_ms: row(
    WRITE_DEADLINE_MS,
    duration,
    'write_deadline',
    '',
    'Time in which a write must have left; else that of the clients',
  ),
})

/** Who may connect as a route. Without user and password everybody may. */
export interface ClusterAuthorization {
  user?: string
  password?: string
  timeout_ms: number
}

export interface ClusterOptions extends Filled<typeof CLUSTER_TABLE> {
  authorization: ClusterAuthorization
  permissions: RoutePermissions
  /** Null: routes are plain text. */
  tls: TlsSettings | null
}

export function default_cluster(): ClusterOptions {
  return { ...defaults(CLUSTER_TABLE), authorization: { timeout_ms: AUTH_TIMEOUT_MS }, permissions: {}, tls: null }
}

/** Peers are told that it is off, so it only costs bytes. */
export const WITHOUT_EFFECT = ['compression']

/** Reads the block into cluster and returns the names of the options it sets. */
export function read_cluster(value: Value, cluster: ClusterOptions, problems: Problems): Set<string> {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected map to define cluster, got ${go_type(value)}`)
  }
  let permissions: UserPermissions | undefined
  const block: Block = {
    table: CLUSTER_TABLE,
    target: cluster as unknown as Record<string, unknown>,
    listen: { listen: ['host', 'port'] },
    special: {
      authorization: (entry) => {
        const deprecated = read_authorization(entry, cluster.authorization, problems)
        if (deprecated === undefined) return
        const reason = 'setting "permissions" within cluster authorization block is deprecated'
        problems.invalid_use(entry.position, 'authorization', reason)
        permissions ??= deprecated
      },
      permissions: (entry) => {
        const read = read_permissions(entry, problems)
        if (read.responses) {
          throw new FieldError(entry.position, 'Cluster permissions do not support dynamic responses')
        }
        check_route_permissions(read)
        permissions = read
      },
      tls: (entry) => void (cluster.tls = read_tls(entry, 'cluster', problems)),
      write_timeout: (entry, key) => write_timeout(entry, key, problems, ['default', 'retry']),
    },
    harmless: WITHOUT_EFFECT,
  }
  const set = read_block(value.value, block, problems)
  if (cluster.accounts.length > 0 && !set.has('pool_size')) cluster.pool_size = POOL_SIZE
  const { publish, subscribe } = permissions ?? {}
  cluster.permissions = { ...(publish && { import: publish }), ...(subscribe && { export: subscribe }) }
  if (cluster.tls !== null && !has_auth_timeout(value)) {
    cluster.authorization.timeout_ms = cluster.tls.timeout_ms + AUTH_AFTER_TLS_MS
  }
  return set
}

/** Whether the block says how long CONNECT may take. */
function has_auth_timeout(value: Value): boolean {
  const entry = (of: Value | undefined, name: string): Value | undefined =>
    of?.kind === 'map' ? [...of.value].find(([key]) => key.toLowerCase() === name)?.[1] : undefined
  return entry(entry(value, 'authorization'), 'timeout') !== undefined
}

/** The name of a cluster, which a gateway has too. Throws ValueError. */
export function read_cluster_name(value: Value): string {
  const name = string_of(value)
  if (name.includes(' ')) throw new ValueError('cluster name cannot contain spaces')
  if (name === RESERVED_NAME) throw new ValueError('cluster name is reserved')
  return name
}

function read_ping_interval(value: Value, key: string, problems: Problems): number {
  const ms = duration_of(value, key, problems)
  if (ms <= ROUTE_PING_INTERVAL_MS_MAX) return ms
  problems.warning(value.position, "Cluster 'ping_interval' will reset to 30s which is the max for routes")
  return ROUTE_PING_INTERVAL_MS_MAX
}

function read_routes(value: Value, _key: string, problems: Problems): RouteAddress[] {
  if (value.kind !== 'array') throw type_error(value, 'array')
  const said = new Set<string>()
  const list: RouteAddress[] = []
  for (const entry of value.value) {
    problems.collect(entry.position, () => {
      const text = string_of(entry)
      if (said.has(text)) return problems.invalid_use(entry.position, text, 'Duplicate route entry detected')
      said.add(text)
      const route = read_route(text, entry, problems)
      if (route === null) return
      if (list.some((other) => same_route(other, route))) problems.notice(entry.position, 'this route is here already')
      else list.push(route)
    })
  }
  return list
}

/** Null: it is a URL, and nothing that could be dialled, so there will be no start. */
function read_route(text: string, value: Value, problems: Problems): RouteAddress | null {
  check_url(text, 'route')
  try {
    return parse_route(text.trim())
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    problems.refusal(value.position, `${error.message}: a route is dialled at scheme://host:port`)
    return null
  }
}

/** Returns the permissions, of which this is not the place any more. */
function read_authorization(
  value: Value,
  into: ClusterAuthorization,
  problems: Problems,
): UserPermissions | undefined {
  if (value.kind !== 'map') throw type_error(value, 'map')
  let permissions: UserPermissions | undefined
  const refuse = (reason: string) => () => {
    throw new FieldError(value.position, reason)
  }
  read_fields(value.value, {
    'user username': (entry) => void (into.user = string_of(entry)),
    'password pass': (entry) => void (into.password = string_of(entry)),
    timeout: (entry) => void (into.timeout_ms = read_auth_timeout(entry, problems)),
    'permissions default_permissions default_permission': (entry) =>
      void (permissions = read_permissions(entry, problems)),
    proxy_required: (entry, key) => {
      if (boolean_of(entry)) without_effect(key, entry, problems)
    },
    users: refuse('Cluster authorization does not allow multiple users'),
    token: refuse('Cluster authorization does not support tokens'),
    'auth_callout auth_hook': refuse('Cluster authorization does not support callouts'),
  }, problems)
  if (permissions !== undefined) check_route_permissions(permissions)
  return permissions
}
