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

/** The first contradiction among the options, in nats-server's words; null: there is none. */
export function find_contradiction(options: Options): string | null {
  const { lame_duck_duration_ms: duration, lame_duck_grace_ms: grace, max_payload, max_pending } = options
  if (grace >= duration) {
    return `lame duck grace period (${format_duration(grace)}) should be strictly lower than lame duck duration (${
      format_duration(duration)
    })`
  }
  if (max_payload > max_pending) {
    return `max_payload (${max_payload}) cannot be higher than max_pending (${max_pending})`
  }
  if (options.server_name.includes(' ')) return 'server name cannot contain spaces'
  const { authorization, accounts, websocket } = options
  const users = [...authorization.users, ...accounts.flatMap((account) => account.users)]
  return operator_contradiction(options, users) ?? callout_contradiction(options) ??
    users_contradiction(options, users) ??
    websocket_contradiction(websocket, users.length > 0, options.operator !== null) ??
    cluster_contradiction(options)
}

function callout_contradiction(
  { authorization: { callout }, accounts, operator, no_system_account }: Options,
): string | null {
  if (callout === undefined) return null
  if (operator !== null) return 'operators do not allow authorization callouts to be configured directly'
  if (no_system_account) return 'auth_callout needs the system account'
  const is_there = (name: string) => name === GLOBAL_ACCOUNT || accounts.some((account) => account.name === name)
  if (!is_there(callout.account)) {
    return `auth_callout account ${quote(callout.account)} not found in configured accounts`
  }
  const missing = callout.allowed_accounts.find((name) => !is_there(name))
  return missing === undefined
    ? null
    : `auth_callout allowed account ${quote(missing)} not found in configured accounts`
}

/** Who comes in is signed then, and said nowhere else. */
function operator_contradiction(
  { operator, authorization, no_auth_user, system_account }: Options,
  users: readonly UserOptions[],
): string | null {
  if (operator === null) return null
  if (users.some(({ nkey }) => nkey !== '')) return 'operators do not allow nkeys to be configured directly'
  if (users.length > 0) return 'operators do not allow users to be configured directly'
  if (authorization.user || authorization.token) return 'operators do not allow authorization to be configured directly'
  if (no_auth_user !== '') return `no_auth_user: ${quote(no_auth_user)} not compatible with trusted operators`
  const named = operator.system_account
  if (named === '' || system_account === named) return null
  return `system_account in config and operator JWT must be identical: ${quote(system_account)} is not ${quote(named)}`
}

function users_contradiction(
  { no_auth_user, system_account, accounts, websocket }: Options,
  users: readonly UserOptions[],
): string | null {
  const unasked = [no_auth_user, ...(websocket.port === 0 ? [] : [websocket.no_auth_user])]
  for (const no_auth_user of unasked.filter((name) => name !== '')) {
    const present = `no_auth_user: ${quote(no_auth_user)}`
    if (users.length === 0) return `${present} present, but users/nkeys are not defined`
    if (!users.some((user) => (user.nkey || user.user) === no_auth_user)) {
      return `${present} not present as user or nkey in authorization block or account configuration`
    }
  }
  if (system_account !== SYSTEM_ACCOUNT && !accounts.some((account) => account.name === system_account)) {
    return 'error resolving system account: account missing'
  }
  return null
}

const COMPRESSION_MODES = [
  ...['', 'not supported', 'off', 'disabled', 'false', 'accept', 'auto', 's2_auto', 'on', 'enabled', 'true'],
  ...['fast', 's2_fast', 'better', 's2_better', 'best', 's2_best', 's2_uncompressed'],
]

function cluster_contradiction({ cluster, system_account }: Options): string | null {
  if (cluster.name.includes(' ')) return 'cluster name cannot contain spaces'
  if (!COMPRESSION_MODES.includes(cluster.compression.toLowerCase())) {
    return `unsupported compression mode ${quote(cluster.compression)}`
  }
  if (cluster.accounts.length === 0) return null
  if (cluster.pool_size < 0) return 'pool_size cannot be negative if pinned accounts are specified'
  const pinned = [...cluster.accounts, ...(cluster.accounts.includes(system_account) ? [] : [system_account])]
  const twice = pinned.find((name, i) => pinned.indexOf(name) < i)
  if (twice === undefined) return null
  return `found duplicate account name ${quote(twice)} in pinned accounts list [${pinned.map(quote).join(' ')}]`
}
