// /accountz and /accstatz: the accounts, one of them, and their figures (reference ops.md 5.7, 5.8).
import type { AccountReport, ServerReport, SubscriptionCounts } from './reports.ts'
import { rfc3339 } from '../base/go_time.ts'
import { ParameterError } from './parameters.ts'
import { subscription_counts_entry } from './subsz_report.ts'

/** The object of /accountz. `name`: of the one that is shown; '' for the list. Throws ParameterError: there is none of that name. */
export function accountz_report(
  server: ServerReport,
  accounts: readonly AccountReport[],
  name: string,
  counts: SubscriptionCounts,
): object {
  const head = {
    server_id: server.server_id,
    now: rfc3339(server.now_ms),
    ...(server.system_account && { system_account: server.system_account }),
  }
  if (name === '') return { ...head, accounts: accounts.map((account) => account.name) }
  return { ...head, account_detail: account_detail(server, accounts, name, counts) }
}

/** One account, as `INFO` of the system account tells it too. Throws ParameterError. */
export function account_detail(
  server: ServerReport,
  accounts: readonly AccountReport[],
  name: string,
  counts: SubscriptionCounts,
): object {
  const account = accounts.find((each) => each.name === name)
  if (account === undefined) throw new ParameterError(`Account ${name} does not exist`)
  const { exports, imports, mappings, tag, tags } = account
  return {
    account_name: name,
    update_time: rfc3339(server.config_load_ms),
    ...(name === server.system_account && { is_system: true }),
    expired: false,
    complete: true,
    jetstream_enabled: false,
    leafnode_connections: 0,
    client_connections: account.connections,
    subscriptions: account.subscriptions,
    ...(Object.keys(mappings).length > 0 && { mappings }),
    ...(exports.length > 0 && { exports }),
    ...(imports.length > 0 && { imports }),
    name_tag: tag || name,
    ...(tags !== undefined && { tags }),
    sublist_stats: subscription_counts_entry(counts),
  }
}

/** The object of /accstatz. Accounts without connections are left out unless `unused`. */
export function account_statz_report(
  server: ServerReport,
  accounts: readonly AccountReport[],
  { unused, names }: { unused: boolean; names: readonly string[] },
): { account_statz: object[] } {
  const shown = accounts.filter(({ name, connections }) =>
    (names.length === 0 || names.includes(name)) && (unused || connections > 0)
  )
  return {
    ...{ server_id: server.server_id, now: rfc3339(server.now_ms) },
    account_statz: shown.map((account) => account_figures(account)),
  }
}

/** What an account has done here since the start. `sent` is what its clients got. */
export function account_figures(account: AccountReport): object {
  return {
    acc: account.name,
    name: account.tag || account.name,
    conns: account.connections,
    leafnodes: 0,
    total_conns: account.total_connections,
    num_subscriptions: account.subscriptions,
    sent: traffic(account.out_messages, account.out_bytes),
    received: traffic(account.in_messages, account.in_bytes),
    slow_consumers: account.slow_consumers,
  }
}

const NO_TRAFFIC = { msgs: 0, bytes: 0 }
const traffic = (msgs: number, bytes: number) => (
  { msgs, bytes, gateways: NO_TRAFFIC, routes: NO_TRAFFIC, leafs: NO_TRAFFIC }
)
