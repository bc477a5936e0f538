// Which part of the traffic between two servers one of their connections carries (reference route.md 3.3, 3.4). Without a
// pool there is one connection for all. With one, each account has its place in the pool by its name, the same on every
// server; and accounts that the configuration names have a connection of their own, on which no line names the account.
import { fnv1a, latin1_bytes } from '../base/bytes.ts'

/** What one connection carries. */
export interface RouteShare {
  /** Its place in the pool; 0 without one. */
  readonly slot: number
  /** The only account; empty: several. */
  readonly account: string
  /** Without an account of its own: the accounts of its place, instead of all. */
  readonly pooled: boolean
}

/** The pool of our own configuration. */
export interface RoutePool {
  /** How many connections to each peer; 0: one for all, and no pool. */
  readonly size: number
  /** Accounts with a connection of their own. */
  readonly accounts: readonly string[]
}

/** The one connection to a peer without a pool. */
export const WHOLE_SHARE: RouteShare = Object.freeze({ slot: 0, account: '', pooled: false })

/** The place of an account in a pool of that size. */
export function pool_slot(account: string, size: number): number {
  if (size <= 1) return 0
  const bytes = latin1_bytes(account)
  return (fnv1a(bytes, 0, bytes.length) >>> 0) % size
}

/** The accounts, by number, whose interest and messages we send on a connection. */
export class CarriedAccounts {
  readonly share: RouteShare
  readonly #pool: RoutePool
  readonly #account_name: (account: number) => string
  /** Verdicts so far: names do not change. */
  readonly #known: boolean[] = []

  constructor(share: RouteShare, pool: RoutePool, account_name: (account: number) => string) {
    this.share = share
    this.#pool = pool
    this.#account_name = account_name
  }

  has(account: number): boolean {
    return this.#known[account] ??= this.#carries(this.#account_name(account))
  }

  #carries(name: string): boolean {
    const { slot, account, pooled } = this.share
    if (account !== '') return name === account
    if (!pooled) return true
    return !this.#pool.accounts.includes(name) && pool_slot(name, this.#pool.size) === slot
  }
}
