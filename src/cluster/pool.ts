// Pools of connections between two servers (route.md 3.3 to 3.5): what a new connection is for, and who opens the others.
import {
  type Refusal,
  refuse_account_route,
  refuse_no_account_route,
  refuse_pool_index,
  refuse_pool_index_set,
  refuse_unknown_account,
} from '../base/errors.ts'
import { type RoutePool, type RouteShare, WHOLE_SHARE } from '../broker/route_share.ts'
import type { RouteInfo } from '../wire/info.ts'
import type { DialRequest } from './dial_plan.ts'
import type { MembershipAction, PoolConfig } from './membership_events.ts'
import type { Peers } from './peers.ts'
import type { Link } from './route_link.ts'

export const NO_POOL: PoolConfig = { size: 0, accounts: [], known_accounts: [] }

/** What a connection is for, and how many places the pool to this peer has; 0: it is no pool. */
export interface Place {
  readonly share: RouteShare
  readonly pool_size: number
}

/**
 * What the first INFO makes of a connection. Who dialled chooses the place: the first free one, or the first of all if none is
 * free, where it is taken for the second connection that it is.
 */
export function judge_place(
  config: PoolConfig,
  link: Pick<Link, 'dialled' | 'share'>,
  info: RouteInfo,
  free_slot: (pool_size: number) => number,
): Place | Refusal {
  const { route_pool_size: their_size = 0, route_pool_idx: index = 0 } = info
  const account = link.dialled ? link.share.account : info.route_account ?? ''
  const pool_size = config.size > 0 && their_size > 0 ? Math.max(config.size, their_size) : 0
  if (account !== '') return account_place(config, account, pool_size)
  if (pool_size === 0) return { share: WHOLE_SHARE, pool_size }
  if (link.dialled && index !== 0) return refuse_pool_index_set(index)
  if (index < 0 || index >= pool_size) return refuse_pool_index(index, their_size)
  const slot = link.dialled ? Math.max(0, free_slot(pool_size)) : index
  return { share: { slot, account: '', pooled: true }, pool_size }
}

function account_place(config: PoolConfig, account: string, pool_size: number): Place | Refusal {
  if (pool_size === 0) return refuse_account_route(account)
  if (!config.known_accounts.includes(account)) return refuse_unknown_account(account)
  if (!config.accounts.includes(account)) return refuse_no_account_route(account)
  return { share: { slot: 0, account, pooled: true }, pool_size }
}

/** What this needs of the membership. */
export interface PoolGrowthContext {
  readonly pool: RoutePool
  readonly peers: Peers
  /** All connections, registered or not. */
  links(): Iterable<Link>
  dial(request: DialRequest, pause_ms: number): void
  out(action: MembershipAction): void
}

/** Opens the other connections to a peer that we have dialled, one after the other. */
export class PoolGrowth {
  readonly #context: PoolGrowthContext
  /** The numbers of connections after which others follow, as soon as the peer has shown that it took them. */
  readonly #growing = new Set<number>()

  constructor(context: PoolGrowthContext) {
    this.#context = context
  }

  registered({ rid, dialled, remote_id, share, pool_size }: Link): void {
    if (!dialled || pool_size === 0 || share.account !== '') return
    const { peers, pool } = this.#context
    if (!['', ...pool.accounts].some((account) => peers.has_room(remote_id, account))) return
    this.#growing.add(rid)
    this.#context.out({ kind: 'probe', rid })
  }

  /** The peer has answered on it. */
  alive(link: Link): void {
    if (!this.#growing.delete(link.rid)) return
    const { peers, pool, dial } = this.#context
    const { explicit, remote_id: expected_id, own_kind, told_mode: gossip_mode, urls: [url] } = link
    for (const account of ['', ...pool.accounts]) {
      if (!peers.has_room(expected_id, account) || this.#is_on_its_way(expected_id, account)) continue
      dial({ url, explicit, first: false, expected_id, own_kind, gossip_mode, account }, 0)
    }
  }

  /** Whether a connection for that is made already, and waits for the peer's INFO. */
  #is_on_its_way(id: string, account: string): boolean {
    for (const { state, share, expected_id } of this.#context.links()) {
      if (state === 'open' && share.account === account && expected_id === id) return true
    }
    return false
  }

  /** It has ended. */
  forget(rid: number): void {
    this.#growing.delete(rid)
  }
}
