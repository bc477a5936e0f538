// From the operator's options to what the actors have to know.
import { randomUUID } from 'node:crypto'
import {
  MAX_PENDING,
  ROUTE_CONTROL_LINE_FACTOR,
  ROUTE_PING_INTERVAL_MS_MAX,
  WEBSOCKET_HANDSHAKE_MS,
} from '../base/limits.ts'
import { runtime_name, VERSION } from '../base/version.ts'
import { find_export, type ImportSettings } from '../auth/account_imports.ts'
import type { AccountImport } from '../auth/imports.ts'
import type { OperatorSettings } from '../auth/authenticate_jwt.ts'
import type { AuthSettings } from '../auth/authenticate.ts'
import type { CalloutSettings } from '../auth/callout.ts'
import type { RoutePool } from '../broker/route_share.ts'
import type { AccountOptions, Options, UserOptions } from '../config/options.ts'
import type { ClientInfo, RouteInfo } from '../wire/info.ts'
import { parse_origin } from '../wire/ws_upgrade.ts'
import type { AccountSettings, Door, Settings, SystemSettings, WebsocketSettings } from './settings.ts'
import { system_imports } from './system_imports.ts'

export interface ServerIdentity {
  server_id: string
  server_name: string
  cluster_name: string
  cluster_name_dynamic: boolean
  /** By which services of authorization seal what they say; absent: they do not. */
  xkey?: string
}

const GLOBAL_ACCOUNT = '$G'
const UNLIMITED = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

/**
 * Settings before any port is known: `client_infos` and `route_info` get theirs once the listeners are up. `former`: the
 * accounts that there were until now.
 */
export function make_settings(
  options: Options,
  identity: ServerIdentity,
  former: readonly AccountSettings[] = [],
): Settings {
  const accounts = make_accounts(options, former)
  const auth = make_auth(options, accounts)
  const { cluster } = options
  const clustered = cluster.port !== 0
  return {
    accounts,
    system: make_system(options, accounts),
    callout_accounts: callout_accounts(auth),
    hooks: null,
    client: {
      max_connections: options.max_connections,
      max_subscriptions: options.max_subscriptions,
      max_sub_tokens: options.max_sub_tokens,
      max_control_line: options.max_control_line,
      max_payload: options.max_payload,
      max_pending: options.max_pending,
      ping_interval_ms: options.ping_interval_ms,
      ping_max: options.ping_max,
      write_deadline_ms: options.write_deadline_ms,
      headers: !options.no_header_support,
      no_stall: options.no_fast_producer_stall,
      auth,
      tls: options.tls,
      proxy_protocol: options.proxy_protocol,
      allow_non_tls: options.allow_non_tls && options.tls?.handshake_first !== true,
      max_traced_bytes: options.max_traced_msg_len,
      trace_headers: options.trace_headers,
    },
    websocket: make_websocket(options, auth),
    route: {
      max_control_line: options.max_control_line * ROUTE_CONTROL_LINE_FACTOR,
      max_pending: Math.max(options.max_pending, MAX_PENDING),
      ping_interval_ms: Math.min(cluster.ping_interval_ms, ROUTE_PING_INTERVAL_MS_MAX),
      ping_max: cluster.ping_max,
      write_deadline_ms: cluster.write_deadline_ms,
      user: cluster.authorization.user ?? '',
      password: cluster.authorization.password ?? '',
      auth_timeout_ms: cluster.authorization.timeout_ms,
      permissions: cluster.permissions,
      pool: route_pool(options),
      tls: cluster.tls,
      known_hosts: cluster.routes.map(({ host }) => host),
    },
    client_infos: make_client_infos(options, identity, clustered),
    route_info: clustered ? make_route_info(options, identity) : null,
    cluster_name_dynamic: identity.cluster_name_dynamic,
    busy_poll: options.busy_poll !== false,
    debug: options.debug,
    trace: options.trace,
    trace_system: options.trace && options.trace_verbose,
  }
}

/**
 * `$G` first, for everybody who has no other account; last those that only the pool of routes names, and the system account.
 * Accounts that were there before keep their numbers.
 */
function make_accounts(options: Options, former: readonly AccountSettings[]): AccountSettings[] {
  const { system_account, no_system_account } = options
  const named: Partial<AccountOptions>[] = [
    { name: GLOBAL_ACCOUNT, mappings: options.mappings },
    ...options.accounts,
    ...[...route_pool(options).accounts, ...(no_system_account ? [] : [system_account])].map((name) => ({ name })),
  ]
  const names = new Set([...former, ...named].map(({ name }) => name!))
  const accounts = [...names].map((name): AccountSettings => {
    const found = named.find((each) => each.name === name)
    if (found === undefined) return { name, ...UNLIMITED, is_gone: true }
    const { limits = UNLIMITED, mappings, trace } = found
    return { name, ...limits, ...(mappings && { mappings }), ...(trace && { trace }) }
  })
  for (const [number, account] of accounts.entries()) {
    const { imports = [] } = options.accounts.find(({ name }) => name === account.name) ?? {}
    account.imports = imports.map((wanted) => make_import(account.name, wanted, options, accounts))
    // Every account may ask the system account for some things.
    if (no_system_account || account.is_gone) continue
    account.imports.push(...system_imports(account.name, number, number_of(accounts, system_account)))
  }
  return accounts
}

const number_of = (accounts: readonly AccountSettings[], name: string) =>
  Math.max(0, accounts.findIndex((account) => account.name === name))

function make_system(options: Options, accounts: readonly AccountSettings[]): SystemSettings | null {
  if (options.no_system_account) return null
  const { system_account, server_tags: tags, server_metadata: metadata, operator } = options
  const claims = operator === null ? null : operator.resolver.kind === 'full' ? 'all' : 'updates'
  return { account: number_of(accounts, system_account), tags, metadata, claims }
}

function make_import(
  importer: string,
  wanted: ImportSettings,
  options: Options,
  accounts: readonly AccountSettings[],
): AccountImport {
  const { kind, account, subject, local, share } = wanted
  const exporter = options.accounts.find(({ name }) => name === account)!
  const { response_type, response_threshold_ms, latency } = find_export(importer, wanted, exporter)
  const number = number_of(accounts, account)
  const measured = latency && { latency }
  return { kind, account: number, remote: subject, local, share, response_type, response_threshold_ms, ...measured }
}

/** Several connections to each peer only where the configuration asks for them; the system account then has its own. */
function route_pool({ cluster, system_account }: Options): RoutePool {
  if (cluster.port === 0 || cluster.pool_size <= 0) return { size: 0, accounts: [] }
  return { size: cluster.pool_size, accounts: [...new Set([...cluster.accounts, system_account])] }
}

function make_auth(options: Options, accounts: AccountSettings[]): AuthSettings {
  const { authorization, no_auth_user } = options
  const user_settings = (user: UserOptions, account: string) => ({
    user: user.user,
    password: user.password,
    nkey: user.nkey,
    account: number_of(accounts, account),
    ...(user.permissions && { permissions: user.permissions }),
    allowed_connection_types: user.allowed_connection_types ?? [],
    ...(user.proxy_required && { proxy_required: true as const }),
  })
  const users = [
    ...authorization.users.map((user) => user_settings(user, user.account || GLOBAL_ACCOUNT)),
    ...options.accounts.flatMap(({ name, users }) => users.map((user) => user_settings(user, name))),
  ]
  const only_system = users.length > 0 && !authorization.defined &&
    options.accounts.every(({ name, users }) => users.length === 0 || name === (options.system_account || '$SYS'))
  if (only_system) users.push({ ...anonymous(), account: number_of(accounts, GLOBAL_ACCOUNT) })
  const token = authorization.token ?? '', user = authorization.user ?? ''
  const operator = make_operator(options, accounts)
  return {
    connection_type: 'STANDARD',
    required: users.length > 0 || token !== '' || user !== '' || operator !== null,
    timeout_ms: authorization.timeout_ms,
    token,
    user,
    password: authorization.password ?? '',
    proxy_required: authorization.proxy_required === true,
    proxies: options.proxies,
    users,
    nonce: operator !== null || options.proxies.length > 0 || users.some(({ nkey }) => nkey !== ''),
    operator,
    callout: make_callout(options, accounts),
    no_auth_user: only_system ? users[users.length - 1].user : no_auth_user,
  }
}

function make_callout(
  { authorization: { callout } }: Options,
  accounts: readonly AccountSettings[],
): CalloutSettings | null {
  if (callout === undefined) return null
  const allowed_accounts = callout.allowed_accounts.map((name) => number_of(accounts, name))
  return { account: number_of(accounts, callout.account), users: callout.users, allowed_accounts }
}

/** Those with a service that says who may come in. */
function callout_accounts({ callout, operator }: AuthSettings): number[] {
  if (callout !== null) return [callout.account]
  return Object.values(operator?.accounts ?? {}).filter(({ claims }) => claims.external !== null).map(({ number }) =>
    number
  )
}

function make_operator({ operator }: Options, accounts: readonly AccountSettings[]): OperatorSettings | null {
  if (operator === null) return null
  const { pinned_accounts: pinned, system_account, strict_signing_keys } = operator
  const usable = operator.accounts.filter(({ claims: { key } }) =>
    pinned.length === 0 || pinned.includes(key) || key === system_account
  )
  const numbered = usable.map(({ claims }) => [claims.key, { number: number_of(accounts, claims.key), claims }])
  const looks_up = operator.resolver.kind !== 'memory'
  const { default_sentinel } = operator
  return { accounts: Object.fromEntries(numbered), strict_signing_keys, looks_up, pinned, default_sentinel }
}

/** Null: no such listener. */
function make_websocket(options: Options, auth: AuthSettings): WebsocketSettings | null {
  const { websocket } = options
  if (websocket.port === 0) return null
  const { user_cookie, pass_cookie, token_cookie, jwt_cookie } = websocket
  const cookies = {
    ...{ [user_cookie]: 'user', [pass_cookie]: 'pass' } as const,
    ...{ [token_cookie]: 'auth_token', [jwt_cookie]: 'jwt' } as const,
  }
  const { '': _none, ...named } = cookies
  return {
    auth: make_websocket_auth(options, auth),
    tls: websocket.tls,
    ping_interval_ms: websocket.ping_interval_ms || options.ping_interval_ms,
    rules: {
      same_origin: websocket.same_origin,
      allowed_origins: websocket.allowed_origins.map(parse_origin),
      compression: websocket.compression,
      headers: websocket.headers,
    },
    handshake_timeout_ms: websocket.handshake_timeout_ms || WEBSOCKET_HANDSHAKE_MS,
    cookies: named,
  }
}

/** What the block says of who may come in takes the place of all that the server says of it, but for the list of users. */
function make_websocket_auth({ websocket }: Options, auth: AuthSettings): AuthSettings {
  const { authorization: { user = '', password = '', token = '', timeout_ms }, no_auth_user } = websocket
  const own: AuthSettings = { ...auth, connection_type: 'WEBSOCKET', timeout_ms: timeout_ms ?? auth.timeout_ms }
  if (user === '' && token === '' && no_auth_user === '') return own
  return { ...own, required: true, user, password, token, no_auth_user }
}

/** Where only the system account has users, everybody else comes in as this one (reference client.md 5.5). */
function anonymous() {
  return { user: `anonymous-${randomUUID()}`, password: randomUUID(), nkey: '', allowed_connection_types: [] }
}

function make_client_infos(options: Options, identity: ServerIdentity, clustered: boolean): Record<Door, ClientInfo> {
  const clients = make_client_info(options, identity, clustered)
  const { websocket: { host, port, tls, authorization: { user, token }, no_auth_user } } = options
  const { tls_required: _required, tls_verify: _verify, tls_available: _available, ...common } = clients
  const websockets = {
    ...common,
    ...(!!(user || token || no_auth_user) && { auth_required: true }),
    // Its handshake is over by then; a client that asks for TLS finds it there all the same.
    ...(tls !== null && { tls_required: true, tls_available: true }),
    ...{ host, port },
  }
  return { clients, websockets }
}

function make_client_info(options: Options, identity: ServerIdentity, clustered: boolean): ClientInfo {
  const auth = options.authorization
  const users = auth.users.length + options.accounts.reduce((sum, account) => sum + account.users.length, 0)
  const required = users > 0 || !!auth.token || !!auth.user || options.operator !== null
  return {
    server_id: identity.server_id,
    server_name: identity.server_name,
    version: VERSION,
    proto: 1,
    go: runtime_name(),
    host: options.host,
    port: options.port,
    headers: !options.no_header_support,
    ...(identity.xkey !== undefined && { xkey: identity.xkey }),
    ...(required && options.no_auth_user === '' && { auth_required: true }),
    ...tls_fields(options),
    max_payload: options.max_payload,
    ...(clustered && { cluster: identity.cluster_name }),
  }
}

/** What INFO says of TLS. Where it comes first nobody can go without. */
function tls_fields(
  { tls, allow_non_tls }: Options,
): Pick<ClientInfo, 'tls_required' | 'tls_verify' | 'tls_available'> {
  if (tls === null) return {}
  const is_choice = allow_non_tls && tls.handshake_first !== true
  return { ...(is_choice ? { tls_available: true } : { tls_required: true }), ...(tls.verify && { tls_verify: true }) }
}

function make_route_info(options: Options, identity: ServerIdentity): RouteInfo {
  const { cluster } = options
  const { size } = route_pool(options)
  return {
    server_id: identity.server_id,
    server_name: identity.server_name,
    version: VERSION,
    proto: 3,
    go: runtime_name(),
    host: cluster.host,
    port: cluster.port,
    headers: !options.no_header_support,
    ...(cluster.authorization.user && { auth_required: true }),
    ...(cluster.tls !== null && { tls_required: true, tls_verify: true }),
    max_payload: options.max_payload,
    cluster: identity.cluster_name,
    ...(identity.cluster_name_dynamic && { cluster_dynamic: true }),
    ...cluster.permissions,
    ...(size > 0 && { route_pool_size: size, compression: 'off' }),
    lnoc: true,
    lnocu: true,
  }
}
