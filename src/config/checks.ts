// What only shows when file and command line are put together (reference ops.md 3.13, 3.14).
import { ROUTE_PING_INTERVAL_MS_MAX } from '../base/limits.ts'
import { GLOBAL_ACCOUNT, SYSTEM_ACCOUNT, type UserOptions } from './auth_options.ts'
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

const contradiction = (keys: string, text: string): Contradiction => ({ text, keys: keys.split(' ') })

/** The text of the first one; null: there is none. */
export function find_contradiction(options: Options): string | null {
  return contradictions(options)[0]?.text ?? null
}

/** One of each kind at most, in the order in which nats-server looks for them. */
export function contradictions(options: Options): Contradiction[] {
  const { authorization, accounts, websocket, operator } = options
  const users = [...authorization.users, ...accounts.flatMap((account) => account.users)]
  const of_websocket = websocket_contradiction(websocket, users.length > 0, operator !== null)
  return [
    ...limits_contradictions(options),
    operator_contradiction(options, users),
    callout_contradiction(options),
    users_contradiction(options, users),
    of_websocket === null ? null : contradiction('websocket', of_websocket),
    cluster_contradiction(options),
  ].filter((found) => found !== null)
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

function callout_contradiction(
  { authorization: { callout }, accounts, operator, no_system_account }: Options,
): Contradiction | null {
  const said = (text: string) => contradiction('authorization auth_callout', text)
  if (callout === undefined) return null
  if (operator !== null) return said('operators do not allow authorization callouts to be configured directly')
  if (no_system_account) return said('auth_callout needs the system account')
  const is_there = (name: string) => name === GLOBAL_ACCOUNT || accounts.some((account) => account.name === name)
  if (!is_there(callout.account)) {
    return said(`auth_callout account ${quote(callout.account)} not found in configured accounts`)
  }
  const missing = callout.allowed_accounts.find((name) => !is_there(name))
  if (missing === undefined) return null
  return said(`auth_callout allowed account ${quote(missing)} not found in configured accounts`)
}

/** Who comes in is signed then, and said nowhere else. */
function operator_contradiction(
  { operator, authorization, no_auth_user, system_account }: Options,
  users: readonly UserOptions[],
): Contradiction | null {
  const said = (text: string) =>
    contradiction('authorization', `operators do not allow ${text} to be configured directly`)
  if (operator === null) return null
  if (users.some(({ nkey }) => nkey !== '')) return said('nkeys')
  if (users.length > 0) return said('users')
  if (authorization.user || authorization.token) return said('authorization')
  if (no_auth_user !== '') {
    const text = `no_auth_user: ${quote(no_auth_user)} not compatible with trusted operators`
    return contradiction('no_auth_user', text)
  }
  const named = operator.system_account
  if (named === '' || system_account === named) return null
  const both = `${quote(system_account)} is not ${quote(named)}`
  return contradiction('system_account', `system_account in config and operator JWT must be identical: ${both}`)
}

function users_contradiction(
  { no_auth_user, system_account, accounts, websocket }: Options,
  users: readonly UserOptions[],
): Contradiction | null {
  const unasked: [keys: string, name: string][] = [['no_auth_user', no_auth_user]]
  if (websocket.port !== 0) unasked.push(['websocket no_auth_user', websocket.no_auth_user])
  for (const [keys, name] of unasked) {
    if (name === '') continue
    const present = `no_auth_user: ${quote(name)}`
    if (users.length === 0) return contradiction(keys, `${present} present, but users/nkeys are not defined`)
    if (!users.some((user) => (user.nkey || user.user) === name)) {
      const where = 'not present as user or nkey in authorization block or account configuration'
      return contradiction(keys, `${present} ${where}`)
    }
  }
  if (system_account !== SYSTEM_ACCOUNT && !accounts.some((account) => account.name === system_account)) {
    return contradiction('system_account', 'error resolving system account: account missing')
  }
  return null
}

const COMPRESSION_MODES = [
  ...['', 'not supported', 'off', 'disabled', 'false', 'accept', 'auto', 's2_auto', 'on', 'enabled', 'true'],
  ...['fast', 's2_fast', 'better', 's2_better', 'best', 's2_best', 's2_uncompressed'],
]

function cluster_contradiction({ cluster, system_account }: Options): Contradiction | null {
  if (cluster.name.includes(' ')) return contradiction('cluster name', 'cluster name cannot contain spaces')
  if (!COMPRESSION_MODES.includes(cluster.compression.toLowerCase())) {
    return contradiction('cluster compression', `unsupported compression mode ${quote(cluster.compression)}`)
  }
  if (cluster.accounts.length === 0) return null
  if (cluster.pool_size < 0) {
    return contradiction('cluster pool_size', 'pool_size cannot be negative if pinned accounts are specified')
  }
  const pinned = [...cluster.accounts, ...(cluster.accounts.includes(system_account) ? [] : [system_account])]
  const twice = pinned.find((name, i) => pinned.indexOf(name) < i)
  if (twice === undefined) return null
  const list = `[${pinned.map(quote).join(' ')}]`
  return contradiction(
    'cluster accounts',
    `found duplicate account name ${quote(twice)} in pinned accounts list ${list}`,
  )
}
