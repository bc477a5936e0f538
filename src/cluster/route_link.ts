// One route connection as the membership sees it, and the role it plays: who dials again when it is lost.
import { type RouteShare, WHOLE_SHARE } from '../broker/route_share.ts'
import type { RouteInfo } from '../wire/info.ts'
import type { DialJob } from './dial_plan.ts'
import type { MembershipAction, PeerReport } from './membership_events.ts'
import { route_url_text, type RouteUrl, same_address, same_route_url } from './route_url.ts'

/** A connection from its making until `closed` came. */
export interface Link {
  readonly rid: number
  readonly remote_address: string
  /** By us. */
  readonly dialled: boolean
  /** The gossip mode by which we were told to dial it (route.md 4.3); null: not by gossip. */
  readonly told_mode: number | null
  /** We dialled it, or it stands for one we dialled. */
  solicited: boolean
  /** It stands for a configured URL. */
  explicit: boolean
  /** What to dial after a loss; several if the configuration lists one server under several. Empty: not known yet. */
  urls: readonly RouteUrl[]
  /** Whom we dialled it for, if that is known. */
  readonly expected_id: string | undefined
  /** Empty until CONNECT or INFO. */
  remote_id: string
  remote_name: string
  state: 'open' | 'registered' | 'closing'
  /** A duplicate was turned away for it. The peer may have turned this one away for the duplicate, so then both are lost. */
  retry: boolean
  /** False: taken out of the configuration. */
  redial: boolean
  registered_ms: number
  /** The peer is one of our own kind. */
  own_kind: boolean
  /** What it carries; until its first INFO came only the account is known, and that only if we dialled it. */
  share: RouteShare
  /** Places of the pool to its peer; 0: there is no pool. */
  pool_size: number
  /** The peer's first INFO, and from where it came: what others are told of it. */
  info: RouteInfo | null
  remote_ip: string
  /** It has been registered for a while: a second connection is no crossing of dials. */
  is_settled: boolean
  /** The peer has said that it goes. */
  is_leaving: boolean
}

/** What a connection was dialled for. */
type DialledFor =
  & Pick<DialJob, 'url' | 'explicit'>
  & Partial<Pick<DialJob, 'own_kind' | 'gossip_mode' | 'account' | 'expected_id'>>

export function accepted_link(rid: number, remote_address: string): Link {
  return make_link(rid, remote_address, null)
}

export function dialled_link(rid: number, remote_address: string, by: DialledFor): Link {
  return make_link(rid, remote_address, by)
}

/** Makes the heir dial what `from` would have dialled (route.md 4.4). Returns whether its shown role changed. */
export function adopt_role(heir: Link, from: Pick<Link, 'solicited' | 'explicit' | 'urls'>): boolean {
  const { solicited, explicit } = heir
  if (from.explicit) {
    const known = heir.explicit ? heir.urls : []
    heir.urls = [...known, ...from.urls.filter((url) => !known.some((entry) => same_route_url(entry, url)))]
    heir.explicit = true
  } else if (from.solicited && !heir.solicited) {
    heir.urls = from.urls
  }
  heir.solicited ||= from.solicited
  return heir.solicited !== solicited || heir.explicit !== explicit
}

/** Whether a connection to that address has not had its first INFO yet. */
export function is_greeting(links: Iterable<Link>, { host, port }: RouteUrl): boolean {
  for (const { state, urls } of links) {
    if (state === 'open' && urls.some((entry) => same_address(entry, host, port))) return true
  }
  return false
}

/** From this version of the protocol on. */
const TRACING_PROTO = 3

/** What the route's actor is told when its link is registered. */
export function registration(link: Link, info: RouteInfo): MembershipAction {
  const { rid, remote_id, remote_name, solicited, explicit, own_kind, share } = link
  const { headers, lnoc = false, lnocu = false } = info
  return {
    kind: 'register',
    ...{ rid, remote_id, remote_name, solicited, explicit, headers, lnoc, lnocu, own_kind, share },
    traces: info.proto >= TRACING_PROTO,
  }
}

/** A registered link as monitoring shows it. */
export function link_report(link: Link): PeerReport {
  const { rid, remote_id, remote_name, solicited, explicit, remote_address, registered_ms } = link
  const url = link.urls.length > 0 ? route_url_text(link.urls[0]) : ''
  return { rid, remote_id, remote_name, solicited, explicit, url, remote_address, registered_ms }
}

function make_link(rid: number, remote_address: string, by: DialledFor | null): Link {
  return {
    rid,
    remote_address,
    dialled: by !== null,
    told_mode: by?.gossip_mode ?? null,
    solicited: by !== null,
    explicit: by?.explicit ?? false,
    urls: by === null ? [] : [by.url],
    expected_id: by?.expected_id,
    remote_id: '',
    remote_name: '',
    state: 'open',
    retry: false,
    redial: true,
    registered_ms: 0,
    own_kind: by?.own_kind ?? false,
    share: { ...WHOLE_SHARE, account: by?.account ?? '' },
    pool_size: 0,
    info: null,
    remote_ip: '',
    is_settled: false,
    is_leaving: false,
  }
}
