// What only shows when file and command line are put together (reference ops.md 3.13, 3.14).
import { ROUTE_PING_INTERVAL_MS_MAX } from '../base/limits.ts'
import { GLOBAL_ACCOUNT, SYSTEM_ACCOUNT, type UserOptions } from './auth_options.ts'
import { compression_fault } from './compression_options.ts'
import { OPTION_TABLE, type Options } from './options.ts'
import { format_duration, quote } from './values.ts'
import { websocket_contradiction } from './websocket_options.ts'

/** Fills in what depends on other options. `cluster_set`: what the cluster block said itself. */
export function complete(options: Options, cluster_set: ReadonlySet<string>): void {
  if (options.port === 0) options.port = OPTION_TABLE.port.default
  if (options.host === '') options.host = OPTION_TABLE.host.default
  if (options.http_host === '') options.http_host = options.host
  const { cluster } = options
  if (!cluster_set.has('ping_interval_ms')) {
    cluster.ping_interval_ms = Math.min(options.ping_interval_ms, ROUTE_PING_INTERVAL_MS_MAX)
  }
  if (!cluster_set.has('ping_max')) cluster.ping_max = options.ping_max
  if (!cluster_set.has('write_deadline_ms')) cluster.write_deadline_ms = options.write_deadline_ms
}

/** Options that do not go together. `keys`: where in the file to look, from the top down, the last one first. */
export interface Contradiction {
  /** In nats-server's words. */
  readonly text: string
  readonly keys: readonly string[]
}

/** `keys` are separated by blanks. Null for a text that is null. */
export function contradiction(keys: string, text: string): Contradiction
export function contradiction(keys: string, text: string | null): Contradiction | null
export function contradiction(keys: string, text: string | null): Contradiction | null {
  return text === null ? null : { text, keys: keys.split(' ') }
}

/**
 * What options contradict, one of each kind at most, in the order in which nats-server looks for it. `-t` looks for it too, as
 * nats-server does from 2.15.3 on. `among_blocks`: what the blocks contradict that are not options.
 */
export function contradictions(options: Options, among_blocks: readonly Contradiction[] = []): Contradiction[] {
  const { no_auth_user, operator, websocket } = options
  const users = users_of(options)
  const at_websocket = websocket.port === 0 ? null : no_auth_user_fault(websocket.no_auth_user, users)
  return [
    ...limits_contradictions(options),
    ...among_blocks,
    contradiction('no_auth_user', no_auth_user_fault(no_auth_user, users)),
    cluster_contradiction(options),
    contradiction('websocket no_auth_user', at_websocket),
    contradiction('websocket', websocket_contradiction(websocket, users.length > 0, operator !== null)),
  ].filter((found) => found !== null)
}

/** What else a server can not start with. `-t` does not look for it. */
export function obstacles(options: Options): Contradiction[] {
  return [operator_obstacle(options), callout_obstacle(options), system_account_obstacle(options)]
    .filter((found) => found !== null)
}

function limits_contradictions(options: Options): (Contradiction | null)[] {
  const { lame_duck_duration_ms: duration, lame_duck_grace_ms: grace, max_payload, max_pending, server_name } = options
  const times = `lame duck grace period (${format_duration(grace)}) should be strictly lower than lame duck duration (${
    format_duration(duration)
  })`
  const sizes = `max_payload (${max_payload}) cannot be higher than max_pending (${max_pending})`
  return [
    grace >= duration ? contradiction('lame_duck_grace_period', times) : null,
    max_payload > max_pending ? contradiction('max_payload', sizes) : null,
    server_name.includes(' ') ? contradiction('server_name', 'server name cannot contain spaces') : null,
  ]
}

/** All users of the file. */
export function users_of({ authorization, accounts }: Options): UserOptions[] {
  return [...authorization.users, ...accounts.flatMap((account) => account.users)]
}

/** Why nobody can be that user without a CONNECT; null: one can, or nobody is meant to. */
export function no_auth_user_fault(name: string, users: readonly UserOptions[]): string | null {
  if (name === '') return null
  const present = `no_auth_user: ${quote(name)}`
  if (users.length === 0) return `${present} present, but users/nkeys are not defined`
  if (users.some((user) => (user.nkey || user.user) === name)) return null
  return `${present} not present as user or nkey in authorization block or account configuration`
}

function callout_obstacle({ authorization: { callout }, accounts, no_system_account }: Options): Contradiction | null {
  const said = (text: string) => contradiction('authorization auth_callout', text)
  if (callout === undefined) return null
  if (no_system_account) return said('auth_callout needs the system account')
  const is_there = (name: string) => name === GLOBAL_ACCOUNT || accounts.some((account) => account.name === name)
  return is_there(callout.account)
    ? null
    : said(`auth_callout account ${quote(callout.account)} not found in configured accounts`)
}

/** The file says nothing of users where they are signed. */
function operator_obstacle(options: Options): Contradiction | null {
  const { authorization, no_auth_user, operator } = options
  const said = (text: string) =>
    contradiction('authorization', `operators do not allow ${text} to be configured directly`)
  if (operator === null) return null
  const users = users_of(options)
  if (users.some(({ nkey }) => nkey !== '')) return said('nkeys')
  if (users.length > 0) return said('users')
  if (authorization.user || authorization.token) return said('authorization')
  if (no_auth_user === '') return null
  return contradiction(
    'no_auth_user',
    `no_auth_user: ${quote(no_auth_user)} not compatible with trusted operators`,
  )
}

function system_account_obstacle({ system_account, accounts }: Options): Contradiction | null {
  const is_there = system_account === SYSTEM_ACCOUNT || accounts.some((account) => account.name === system_account)
  return is_there ? null : contradiction('system_account', 'error resolving system account: account missing')
}

function cluster_contradiction({ cluster, system_account, no_system_account }: Options): Contradiction | null {
  if (cluster.name.includes(' ')) return contradiction('cluster name', 'cluster name cannot contain spaces')
  const mode = compression_fault(cluster.compression)
  if (mode !== null) return contradiction('cluster compression', mode)
  if (cluster.accounts.length === 0) return null
  if (cluster.pool_size < 0) {
    return contradiction('cluster pool_size', 'pool_size cannot be negative if pinned accounts are specified')
  }
  const adds_system_account = cluster.port !== 0 && !no_system_account && !cluster.accounts.includes(system_account)
  const pinned = [...cluster.accounts, ...(adds_system_account ? [system_account] : [])]
  const twice = pinned.find((name, i) => pinned.indexOf(name) < i)
  if (twice === undefined) return null
  const list = `[${pinned.map(quote).join(' ')}]`
  return contradiction(
    'cluster accounts',
    `found duplicate account name ${quote(twice)} in pinned accounts list ${list}`,
  )
}
