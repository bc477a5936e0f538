// What clients that have ended had done, by account: added to those that are there.
import { CloseReason } from '../base/errors.ts'
import type { AccountSums, ClientReport } from '../connection/report.ts'

export interface EndedTotals {
  connections: number
  in_messages: number
  in_bytes: number
  out_messages: number
  out_bytes: number
  slow_consumers: number
}

/** What an account has in all: its clients on every thread, and those that have ended. */
export type AccountTotal = Omit<AccountSums, 'account' | 'pending_bytes'> & {
  total_connections: number
  slow_consumers: number
}

const SLOW: ReadonlySet<string> = new Set([CloseReason.slow_consumer_pending, CloseReason.slow_consumer_deadline])

export class AccountTotals {
  #ended = new Map<string, EndedTotals>()

  /** A client has ended. */
  add(report: ClientReport): void {
    const ended = this.#of(report.account)
    ended.connections++
    ended.in_messages += report.in_messages
    ended.in_bytes += report.in_bytes
    ended.out_messages += report.out_messages
    ended.out_bytes += report.out_bytes
    if (SLOW.has(report.reason ?? '')) ended.slow_consumers++
    this.#ended.set(report.account, ended)
  }

  /** `there`: of all threads. */
  total(account: string, there: readonly AccountSums[]): AccountTotal {
    const ended = this.#of(account)
    const own = there.filter((sums) => sums.account === account)
    const sum = (name: Exclude<keyof AccountSums, 'account'>) => own.reduce((total, sums) => total + sums[name], 0)
    const connections = sum('connections')
    return {
      connections,
      total_connections: connections + ended.connections,
      subscriptions: sum('subscriptions'),
      in_messages: sum('in_messages') + ended.in_messages,
      in_bytes: sum('in_bytes') + ended.in_bytes,
      out_messages: sum('out_messages') + ended.out_messages,
      out_bytes: sum('out_bytes') + ended.out_bytes,
      slow_consumers: ended.slow_consumers,
    }
  }

  #of(account: string): EndedTotals {
    return this.#ended.get(account) ??
      { connections: 0, in_messages: 0, in_bytes: 0, out_messages: 0, out_bytes: 0, slow_consumers: 0 }
  }
}
