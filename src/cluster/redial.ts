// Who looks for whom after a loss, and when a search has nothing left to do (route.md 4.6).
import { ROUTE_BACKOFF_MS_MAX } from '../base/limits.ts'
import type { Random } from '../base/prng.ts'
import { type AttemptVerdict, type DialJob, type DialRequest, redial_pause_ms } from './dial_plan.ts'
import type { Peers } from './peers.ts'
import type { Link } from './route_link.ts'
import { route_url_text, type RouteUrl, same_address, same_route_url } from './route_url.ts'

/** A second URL of one server is dialled this much later after a loss, so that the first can settle the matter alone. */
const SECOND_URL_PAUSE_MS = 2_000

/** What this needs of the membership. */
export interface RedialContext {
  readonly own_id: string
  readonly random: Random
  readonly peers: Peers
  configured(): readonly RouteUrl[]
  dial(request: DialRequest, pause_ms: number): void
  inherit(heir: Link, from: Pick<Link, 'solicited' | 'explicit' | 'urls'>): void
  debug(text: string): void
}

export class Redial {
  readonly #context: RedialContext

  constructor(context: RedialContext) {
    this.#context = context
  }

  /** Who had dialled dials again, and who has turned a duplicate away; among our own kind both sides do. */
  lost(link: Link): void {
    const { own_id, peers, random, dial, inherit, debug } = this.#context
    if (link.is_leaving && !link.explicit) return
    if (!link.solicited && !link.retry && !link.own_kind) return
    const name = route_url_text(link.urls[0])
    if (link.remote_id === own_id) return debug(`Detected route to self, ignoring "${name}"`)
    const { account } = link.share
    const peer_id = link.remote_id || link.expected_id
    const other = peer_id === undefined ? undefined : peers.primaries.get(peer_id)
    // Connections of one account follow the first one to their peer.
    if (!other && account !== '') return
    if (other && !peers.has_room(other.remote_id, account)) {
      if (link.explicit) inherit(other, link)
      return this.#already_connected(other.remote_id)
    }
    debug(`Attempting reconnect for solicited route "${name}"`)
    // Maybe the account has no connection of its own there, then every one ends like this: no hurry.
    let pause_ms = account !== '' && !link.is_settled ? ROUTE_BACKOFF_MS_MAX : redial_pause_ms(link, random)
    for (const url of link.urls) {
      const { explicit, own_kind } = link
      dial({ url, explicit, first: false, expected_id: peer_id, own_kind, account }, pause_ms)
      pause_ms += SECOND_URL_PAUSE_MS
    }
  }

  /** Asked before each attempt: is the route still configured, and has the peer not come back by itself? */
  judge(job: DialJob): AttemptVerdict {
    const { peers, configured, inherit, debug } = this.#context
    if (job.explicit && !configured().some((url) => same_route_url(url, job.url))) {
      const url = route_url_text(job.url)
      debug(`Not attempting to connect to explicit route "${url}", no longer part of configured routes`)
      return 'never'
    }
    const peer = job.expected_id === undefined ? undefined : peers.primaries.get(job.expected_id)
    if (!peer && job.account !== '') return 'never'
    if (peer && peers.has_room(peer.remote_id, job.account)) return 'now'
    if (!peer) return this.#has_just_come(job.url) ? 'later' : 'now'
    if (job.explicit) inherit(peer, { solicited: true, explicit: true, urls: [job.url] })
    this.#already_connected(peer.remote_id)
    return 'never'
  }

  /**
   * Whether one of our own kind that says it is at that address has connected to us a moment ago. A dial now would
   * most probably be one that crosses the peer's, and come to nothing (rivals.ts). Later it is made nevertheless: what a peer says
   * of its address may be true in its own network only.
   */
  #has_just_come(url: RouteUrl): boolean {
    for (const { own_kind, is_settled, urls } of this.#context.peers.primaries.values()) {
      if (own_kind && !is_settled && urls.some((entry) => same_address(entry, url.host, url.port))) return true
    }
    return false
  }

  #already_connected(remote_id: string): void {
    this.#context.debug(`Not attempting reconnect for solicited route, already connected to "${remote_id}"`)
  }
}
