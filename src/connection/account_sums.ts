// What the clients of each account on one thread are and have done, without a report of each.
import type { AccountSums } from './report.ts'

/** What is summed of a client. */
export interface Countable {
  readonly session: { readonly identity: object | null; readonly account_name: string }
  readonly subscriptions: { readonly count: number }
  readonly connection: {
    readonly reason: string | null
    readonly in_messages: number
    readonly in_bytes: number
    readonly outbox: { readonly pending: number; readonly out_messages: number; readonly out_bytes: number }
  }
}

/** Adds a client to the sums of its account, by name. Those that have ended, or are not in, do not count. */
export function add_client(all: Map<string, AccountSums>, { session, subscriptions, connection }: Countable): void {
  if (connection.reason !== null || session.identity === null) return
  const account = session.account_name
  let sums = all.get(account)
  if (sums === undefined) all.set(account, sums = nothing(account))
  sums.connections++
  sums.subscriptions += subscriptions.count
  sums.in_messages += connection.in_messages
  sums.in_bytes += connection.in_bytes
  sums.out_messages += connection.outbox.out_messages
  sums.out_bytes += connection.outbox.out_bytes
  sums.pending_bytes += connection.outbox.pending
}

const nothing = (account: string): AccountSums => ({
  ...{ account, connections: 0, subscriptions: 0, pending_bytes: 0 },
  ...{ in_messages: 0, in_bytes: 0, out_messages: 0, out_bytes: 0 },
})
