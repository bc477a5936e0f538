// Gossip: how the mesh closes. A server tells its other peers about each newcomer; those dial it (route.md 4.1 to 4.3).
import type { RouteInfo } from '../wire/info.ts'
import type { MembershipAction } from './membership_events.ts'
import type { Credentials } from './own_credentials.ts'
import { is_own_kind } from './own_kind.ts'
import type { DialRequest } from './dial_plan.ts'
import type { Link } from './route_link.ts'
import { host_port, parse_route_url, type RouteUrl, same_address, unmapped_ip } from './route_url.ts'

/** How news of a newcomer is marked (route.md 4.3). */
export const GossipMode = Object.freeze({
  /** Tell nobody of it, but dial it. */
  by_default: 0,
  /** Whoever dials it because of this tells nobody, and asks it not to tell either: somebody else does it already. */
  disabled: 1,
  /** Whoever dials it because of this tells its own peers. */
  override: 2,
})

/**
 * The mode in which a peer is told of a newcomer, both of our own kind; null: it is not told, somebody else does. That
 * makes one dial per pair when many join through one seed, instead of a dial for each that knows both.
 */
export function gossip_mode(
  newcomer: Pick<Link, 'dialled' | 'explicit' | 'told_mode'>,
  peer: Pick<Link, 'explicit'>,
): number | null {
  if (newcomer.dialled && newcomer.explicit) return GossipMode.override
  // It came to us, or we found it again after a loss: meanwhile others may have come that know nothing of it.
  if (newcomer.told_mode === null) return peer.explicit ? GossipMode.override : GossipMode.disabled
  return newcomer.told_mode === GossipMode.override ? GossipMode.by_default : null
}

/**
 * The INFO in which a newcomer is told to others, or null if it asked not to be told about. All is passed on but
 * what concerns one connection only, and the gossip mode: that is a word between those who damp gossip.
 */
export function gossip_about(info: RouteInfo, remote_ip: string): RouteInfo | null {
  if (info.gossip_mode === GossipMode.disabled) return null
  const {
    nonce: _nonce,
    ldm: _ldm,
    compression: _compression,
    gossip_mode: _gossip_mode,
    gateway: _gateway,
    route_pool_size: _pool_size,
    route_pool_idx: _pool_idx,
    route_account: _account,
    route_acc_add_reqid: _request_id,
    onehop: _word,
    ...told
  } = info
  return { ...told, ip: info.ip || route_ip(remote_ip, info.port) }
}

/** The `ip` field: where a peer can be dialled, as seen by the one who tells. */
export function route_ip(address: string, port: number): string {
  return `nats-route://${host_port(unmapped_ip(address), port)}/`
}

/** The others are told about a newcomer that has registered, never the newcomer about them: they dial it. */
export function news_of(newcomer: Link, peers: Iterable<Link>): MembershipAction[] {
  const told = newcomer.info && gossip_about(newcomer.info, newcomer.remote_ip)
  if (told === null) return []
  const { account } = newcomer.share
  if (account !== '') return account_news(newcomer, { ...told, route_account: account }, peers)
  const news: MembershipAction[] = []
  for (const peer of peers) {
    if (peer === newcomer) continue
    const mode = newcomer.own_kind && peer.own_kind ? gossip_mode(newcomer, peer) : GossipMode.by_default
    if (mode !== null) {
      news.push({ kind: 'send_info', rid: peer.rid, info: { ...told, gossip_mode: mode }, gossip: true })
    }
  }
  return news
}

/**
 * News of a connection of one account only, for a nats-server: it opens one to the newcomer because of this. Those of our own
 * kind need no word (pool.ts), and who has no pool could not.
 */
function account_news(newcomer: Link, told: RouteInfo, peers: Iterable<Link>): MembershipAction[] {
  const news: MembershipAction[] = []
  for (const { rid, remote_id, pool_size, own_kind } of peers) {
    if (remote_id === newcomer.remote_id || own_kind || pool_size === 0) continue
    news.push({ kind: 'send_info', rid, info: { ...told, gossip_mode: GossipMode.by_default }, gossip: true })
  }
  return news
}

/** Where a peer that dialled us can be dialled. One of our own kind is known to mean the address that it came from. */
export function peer_url(info: RouteInfo, remote_ip: string, own_kind: boolean, credentials?: Credentials): RouteUrl {
  if (own_kind) {
    const url = parse_route_url(info.ip || route_ip(remote_ip, info.port))
    if (!('error' in url)) return { ...url, ...(info.auth_required && credentials) }
  }
  return { scheme: 'nats-route', host: info.host, port: info.port }
}

/** What to do about gossip. */
export type GossipVerdict =
  | { readonly kind: 'skip' }
  | { readonly kind: 'dial'; readonly url: RouteUrl }
  | { readonly kind: 'error'; readonly text: string }

const SKIP: GossipVerdict = { kind: 'skip' }

/** Judges gossip about a server that is neither we nor registered: to be dialled, unless the configuration has it. */
export function judge_gossip(
  info: RouteInfo,
  configured: readonly RouteUrl[],
  credentials: Credentials | undefined,
): GossipVerdict {
  if (info.route_account) return SKIP
  if (configured.some((url) => same_address(url, info.host, info.port))) return SKIP
  const url = parse_route_url(info.ip ?? '')
  if ('error' in url) return { kind: 'error', text: `Error parsing URL from INFO: ${url.error}` }
  if (configured.some((entry) => same_address(entry, url.host, info.port))) return SKIP
  const { scheme, host, port } = url
  const own = info.auth_required ? credentials : undefined
  return { kind: 'dial', url: own ? { scheme, host, port, ...own } : { scheme, host, port } }
}

/** The search for a server that gossip told of. */
export function gossip_job(
  info: Pick<RouteInfo, 'server_id' | 'gossip_mode' | 'go'>,
  url: RouteUrl,
): DialRequest {
  const { server_id: expected_id, gossip_mode = 0 } = info
  return { url, explicit: false, first: true, expected_id, own_kind: is_own_kind(info), gossip_mode }
}
