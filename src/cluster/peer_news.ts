// What a peer says on a connection that is registered (route.md 1.6, 4.3): of itself, of others, and words of our own kind.
import type { RouteInfo } from '../wire/info.ts'
import type { ClientAddresses } from './client_addresses.ts'
import type { DialPlan } from './dial_plan.ts'
import { gossip_job, judge_gossip } from './gossip.ts'
import type { MembershipAction, MembershipConfig } from './membership_events.ts'
import { parse_own_word } from './own_kind.ts'
import { later_permissions } from './peer_permissions.ts'
import type { Peers } from './peers.ts'
import type { RollCalls } from './roll_call.ts'
import { is_greeting, type Link } from './route_link.ts'
import type { RouteUrl } from './route_url.ts'

/** What this needs of the membership. */
export interface PeerNewsContext {
  readonly config: MembershipConfig
  readonly peers: Peers
  readonly dials: DialPlan
  readonly addresses: ClientAddresses
  readonly roll_calls: RollCalls
  configured(): readonly RouteUrl[]
  /** All connections, registered or not. */
  links(): Iterable<Link>
  out(...actions: MembershipAction[]): void
}

export class PeerNews {
  readonly #context: PeerNewsContext

  constructor(context: PeerNewsContext) {
    this.#context = context
  }

  /** An INFO that is not the first one of its connection. */
  heard(link: Link, info: RouteInfo): void {
    if (info.gateway) {
      const text =
        `Received information about gateway "${info.gateway}" from ${link.remote_id}, but gateway is not configured`
      return this.#context.out({ kind: 'log', level: 'error', rid: link.rid, text })
    }
    if (info.server_id !== link.remote_id) return this.#gossip(info)
    if (info.onehop !== undefined && link.own_kind) return this.#own_word(link, info.onehop)
    // Lame duck: its clients leave, so no new ones shall go there. The connection stays.
    if (info.ldm) return this.#context.addresses.withdraw(link.remote_id)
    this.#context.out(...later_permissions(link, info))
  }

  #gossip(info: RouteInfo): void {
    const { config, peers, dials, configured, links, out } = this.#context
    if (!info.server_id || peers.primaries.has(info.server_id)) return
    const verdict = judge_gossip(info, configured(), config.credentials)
    if (verdict.kind === 'error') out({ kind: 'log', level: 'error', text: verdict.text })
    if (verdict.kind !== 'dial' || is_greeting(links(), verdict.url)) return
    dials.start(gossip_job(info, verdict.url), 0)
  }

  #own_word(link: Link, text: string): void {
    const { peers, roll_calls } = this.#context
    const word = parse_own_word(text)
    if (word?.kind === 'leaving') { for (const each of peers.of(link.remote_id)) each.is_leaving = true }
    if (word?.kind === 'members') roll_calls.heard(link, word.digest)
  }
}
