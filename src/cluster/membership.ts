// Who is in the cluster, and what to do about it: a pure state machine (route.md 1.6, 1.7 and 4). Events go in, actions
// come out; it has no socket, no clock and no randomness of its own, so that a simulation can play any history again.
//
//   dialled or accepted -> open --first INFO--> registered --> closing --closed--> forgotten, maybe dialled again
//                            \______ refused, duplicate, self, conflict ____^
import { assert } from '../base/assert.ts'
import { CloseReason, type Refusal, Refuse, refuse_cluster_name, refuse_gateway } from '../base/errors.ts'
import { PROBE_MS, ROLL_CALL_MS, ROUTE_HANDSHAKE_MS, ROUTE_SETTLED_MS } from '../base/limits.ts'
import type { Random } from '../base/prng.ts'
import type { RouteInfo } from '../wire/info.ts'
import { adopted_cluster_name, type ClusterName, judge_cluster_name } from './cluster_name.ts'
import { ConnectUrls } from './connect_urls.ts'
import { type DialJob, DialPlan, redial_pause_ms } from './dial_plan.ts'
import { gossip_about, gossip_mode, judge_gossip, route_ip } from './gossip.ts'
import type {
  MembershipAction,
  MembershipConfig,
  MembershipEvent,
  PeerReport,
  RouteConnect,
} from './membership_events.ts'
import { is_own_kind, own_word_text, parse_own_word } from './own_kind.ts'
import { judge_rival, type Rival, Rivals } from './rivals.ts'
import { members_digest } from './roll_call.ts'
import { accepted_link, adopt_role, dialled_link, type Link, link_report } from './route_link.ts'
import { parse_route_url, route_url_text, type RouteUrl, same_address, same_route_url } from './route_url.ts'

export type * from './membership_events.ts'

/** A second URL of one server is dialled this much later after a loss, so that the first can settle the matter alone. */
const SECOND_URL_PAUSE_MS = 2_000

// Keys of timers; those of single connections are followed by the rid.
const ROLL_CALL = 'roll_call'
const HANDSHAKE = 'handshake:'
const PROBE = 'probe:'
const SETTLE = 'settle:'

const configured = (url: RouteUrl) => ({ url, explicit: true, first: true, expected_id: undefined })

export class Membership {
  readonly #config: MembershipConfig
  readonly #random: Random
  readonly #dials: DialPlan
  readonly #links = new Map<number, Link>()
  /** Registered links by server id: at most one per peer. */
  readonly #peers = new Map<string, Link>()
  readonly #urls: ConnectUrls
  readonly #ws_urls: ConnectUrls
  readonly #rivals = new Rivals()
  /** Our list of members as it was at the last roll call. */
  #called_digest = ''
  #routes: readonly RouteUrl[]
  #cluster: ClusterName
  #actions: MembershipAction[] = []
  #now_ms = 0
  #lame_duck = false
  #stopped = false

  constructor(config: MembershipConfig, random: Random) {
    this.#config = config
    this.#random = random
    this.#routes = config.routes
    this.#cluster = { name: config.cluster_name, dynamic: config.cluster_name_dynamic }
    this.#urls = new ConnectUrls(config.own_urls)
    this.#ws_urls = new ConnectUrls(config.own_ws_urls ?? [])
    this.#dials = new DialPlan(config, random, (action) => this.#actions.push(action), (job) => this.#is_wanted(job))
  }

  /** Takes one event and returns what is to be done about it, in order. now_ms only dates the reports. */
  handle(event: MembershipEvent, now_ms: number): MembershipAction[] {
    this.#now_ms = now_ms
    if (this.#stopped) this.#refuse_after_stop(event)
    else this.#take(event)
    const actions = this.#actions
    this.#actions = []
    return actions
  }

  /** The registered peers, in the order of their registration. */
  peers(): PeerReport[] {
    return [...this.#peers.values()].map(link_report)
  }

  /** The cluster's name as it is now. */
  get cluster(): ClusterName {
    return this.#cluster
  }

  /** Connections not yet forgotten, and searches for one: for reports and tests. */
  get size(): { links: number; peers: number; dials: number } {
    return { links: this.#links.size, peers: this.#peers.size, dials: this.#dials.size }
  }

  #take(event: MembershipEvent): void {
    switch (event.kind) {
      case 'start':
        for (const url of this.#routes) {
          this.#dials.start(configured(url), 0)
        }
        return this.#set_timer(ROLL_CALL, ROLL_CALL_MS)
      case 'resolved':
        return this.#dials.resolved(event.job, event.addresses, event.error)
      case 'dial_failed':
        return this.#dials.failed(event.job, event.error, event.is_told)
      case 'dial_connected':
        return this.#dialled(event.job, event.rid, event.remote_address)
      case 'accepted':
        return this.#add(accepted_link(event.rid, event.remote_address))
      case 'connect_received':
        this.#connect_received(event.rid, event.connect)
        return this.#proceed(event.rid)
      case 'info_received':
        if (this.#info_received(event.rid, event.info, event.remote_ip) !== 'wait') this.#proceed(event.rid)
        return
      case 'closed':
        return this.#closed(event.rid)
      case 'alive':
        return this.#alive(event.rid)
      case 'timer':
        return this.#timer(event.key)
      case 'routes_changed':
        return this.#routes_changed(event.routes)
      case 'lame_duck':
        return this.#enter_lame_duck()
      case 'shutdown':
        return this.#shutdown()
    }
  }

  // ---- Connections come

  #dialled(id: number, rid: number, remote_address: string): void {
    const job = this.#dials.connected(id)
    if (!job) return void this.#actions.push({ kind: 'close', rid, reason: CloseReason.route_removed })
    this.#add(dialled_link(rid, remote_address, job))
    this.#set_timer(`${HANDSHAKE}${rid}`, ROUTE_HANDSHAKE_MS)
  }

  #add(link: Link): void {
    assert(!this.#links.has(link.rid), 'A rid names one connection only')
    this.#links.set(link.rid, link)
  }

  /** What an acceptor does with a CONNECT whose credentials were found right (route.md 1.7). */
  #connect_received(rid: number, connect: RouteConnect): void {
    const link = this.#links.get(rid)
    if (link?.state !== 'open' || link.solicited) return
    if (connect.lang) return this.#refuse(link, Refuse.route_port)
    if (connect.gateway) return this.#refuse(link, refuse_gateway(connect.gateway))
    const theirs = { name: connect.cluster ?? '', dynamic: connect.cluster_dynamic ?? false }
    if (!this.#agree_on_name(theirs, connect.name ?? '', 'connect')) {
      return this.#refuse(link, refuse_cluster_name(theirs.name, this.#cluster.name))
    }
    // Not registered by this: a newer server opens such connections for one account only to give them up.
    link.remote_id = connect.name ?? ''
  }

  /** The order of these steps is the protocol's (route.md 1.6). */
  #info_received(rid: number, info: RouteInfo, remote_ip: string): 'wait' | void {
    const link = this.#links.get(rid)
    if (!link || link.state === 'closing') return
    if (link.dialled && link.state === 'open') this.#cancel_timer(`${HANDSHAKE}${rid}`)
    if (info.server_id === this.#config.server_id) {
      this.#close(link, CloseReason.duplicate_route)
      link.remote_id = info.server_id
      return
    }
    const theirs = { name: info.cluster ?? '', dynamic: info.cluster_dynamic ?? false }
    if (theirs.name && !this.#agree_on_name(theirs, link.remote_id || info.server_id, 'info')) {
      return this.#close(link, CloseReason.cluster_name_conflict)
    }
    if (link.state === 'registered') this.#later_info(link, info)
    else return this.#first_info(link, info, remote_ip)
  }

  #first_info(link: Link, info: RouteInfo, remote_ip: string): 'wait' | void {
    if (!info.server_id) return this.#close(link, CloseReason.protocol_violation)
    if (!link.solicited && info.server_name === this.#config.server_name) {
      this.#log('error', `Remote server has a duplicate name: "${info.server_name}"`, link.rid)
      return this.#close(link, CloseReason.duplicate_server_name)
    }
    link.remote_id = info.server_id
    link.remote_name = info.server_name
    link.own_kind = is_own_kind(info)
    link.info = info
    link.remote_ip = remote_ip
    if (link.urls.length === 0) link.urls = [this.#url_of(link, info)]
    const other = this.#peers.get(link.remote_id)
    if (other) return this.#second_connection(other, { link, info, remote_ip })
    this.#register(link, info, remote_ip)
  }

  /** Where a peer that dialled us can be dialled. One of our own kind is known to mean the address that it came from. */
  #url_of(link: Link, info: RouteInfo): RouteUrl {
    if (link.own_kind) {
      const url = parse_route_url(info.ip || route_ip(link.remote_ip, info.port))
      if (!('error' in url)) return { ...url, ...(info.auth_required && this.#config.credentials) }
    }
    return { scheme: 'nats-route', host: info.host, port: info.port }
  }

  #register(link: Link, info: RouteInfo, remote_ip: string): void {
    const { rid, remote_id, remote_name, solicited, explicit, own_kind } = link
    link.state = 'registered'
    link.registered_ms = this.#now_ms
    this.#peers.set(remote_id, link)
    this.#set_timer(`${SETTLE}${rid}`, ROUTE_SETTLED_MS)
    this.#log('debug', `Registering remote route "${remote_id}"`, rid)
    const { headers, lnoc = false, lnocu = false } = info
    this.#actions.push({
      kind: 'register',
      ...{ rid, remote_id, remote_name, solicited, explicit, headers, lnoc, lnocu, own_kind },
    })
    this.#urls.add(remote_id, info.connect_urls ?? [])
    this.#ws_urls.add(remote_id, info.ws_connect_urls ?? [])
    this.#tell_others(link, gossip_about(info, remote_ip))
    this.#tell_clients()
  }

  /** The others are told about the newcomer, never the newcomer about them: they dial it. */
  #tell_others(newcomer: Link, told: RouteInfo | null): void {
    if (told === null) return
    for (const peer of this.#peers.values()) {
      if (peer === newcomer) continue
      const mode = newcomer.own_kind && peer.own_kind ? gossip_mode(newcomer, peer) : 0
      if (mode === null) continue
      this.#actions.push({ kind: 'send_info', rid: peer.rid, info: { ...told, gossip_mode: mode }, gossip: true })
    }
  }

  // ---- Two connections to one server

  #second_connection(first: Link, rival: Rival): 'wait' | void {
    const verdict = this.#rivals.has(first) ? 'keep_first' : judge_rival(this.#config.server_id, first, rival.link)
    if (verdict === 'keep_first') return this.#duplicate(rival.link, first)
    if (verdict === 'take_second') return this.#replace(first, rival, CloseReason.duplicate_route)
    this.#rivals.wait(first, rival)
    this.#set_timer(`${PROBE}${first.rid}`, PROBE_MS)
    this.#actions.push({ kind: 'probe', rid: first.rid })
    return 'wait'
  }

  /** The first connection stays. It inherits what the second would have done after a loss (route.md 4.4). */
  #duplicate(link: Link, other: Link): void {
    this.#log('debug', `Detected duplicate remote route "${link.remote_id}"`, link.rid)
    this.#inherit(other, link)
    other.retry = true
    this.#close(link, CloseReason.duplicate_route)
  }

  #replace(first: Link, { link, info, remote_ip }: Rival, reason: CloseReason): void {
    adopt_role(link, first)
    this.#close(first, reason)
    first.redial = false
    this.#register(link, info, remote_ip)
  }

  /** The probed connection has answered. */
  #alive(rid: number): void {
    if (this.#links.get(rid)?.state !== 'registered') return
    const rival = this.#rivals.take(rid)
    if (rival === undefined) return
    this.#cancel_timer(`${PROBE}${rid}`)
    this.#duplicate(rival.link, this.#links.get(rid)!)
    this.#proceed(rival.link.rid)
  }

  /** It has not: the rival takes its place. */
  #probe_failed(rid: number): void {
    if (this.#links.get(rid)?.state !== 'registered') return
    const rival = this.#rivals.take(rid)
    if (rival === undefined) return
    const first = this.#links.get(rid)!
    this.#log('debug', `No answer from remote route "${first.remote_id}", which has come with a new connection`, rid)
    this.#replace(first, rival, CloseReason.stale_connection)
    this.#proceed(rival.link.rid)
  }

  #inherit(heir: Link, from: Pick<Link, 'solicited' | 'explicit' | 'urls'>): void {
    const { rid } = heir
    if (adopt_role(heir, from)) {
      this.#actions.push({ kind: 'set_role', rid, solicited: heir.solicited, explicit: heir.explicit })
    }
  }

  // ---- News on a registered connection

  #later_info(link: Link, info: RouteInfo): void {
    if (info.gateway) {
      const about = `gateway "${info.gateway}" from ${link.remote_id}`
      return this.#log('error', `Received information about ${about}, but gateway is not configured`, link.rid)
    }
    if (info.server_id !== link.remote_id) return this.#gossip_received(info)
    if (info.onehop !== undefined && link.own_kind) return this.#own_word(link, info.onehop)
    if (!info.ldm) return
    // Lame duck: its clients leave, so no new ones shall go there. The connection stays.
    this.#withdraw_urls(link)
  }

  #gossip_received(info: RouteInfo): void {
    if (!info.server_id || this.#peers.has(info.server_id)) return
    const verdict = judge_gossip(info, this.#routes, this.#config.credentials)
    if (verdict.kind === 'error') this.#log('error', verdict.text)
    if (verdict.kind !== 'dial' || this.#is_greeting(verdict.url)) return
    const { server_id: expected_id, gossip_mode = 0 } = info
    const own_kind = is_own_kind(info)
    this.#dials.start({ url: verdict.url, explicit: false, first: true, expected_id, own_kind, gossip_mode }, 0)
  }

  #own_word(link: Link, text: string): void {
    const word = parse_own_word(text)
    if (word?.kind === 'leaving') link.is_leaving = true
    if (word?.kind !== 'members') return
    const ours = this.#members_digest()
    if (!link.roll_call.heard(word.digest, ours, ours === this.#called_digest)) return
    for (const peer of this.#peers.values()) {
      const told = peer === link || peer.info === null
        ? null
        : gossip_about({ ...peer.info, gossip_mode: 0 }, peer.remote_ip)
      if (told) this.#actions.push({ kind: 'send_info', rid: link.rid, info: told, gossip: true })
    }
  }

  #call_roll(): void {
    this.#set_timer(ROLL_CALL, ROLL_CALL_MS)
    this.#called_digest = this.#members_digest()
    const news = { onehop: own_word_text({ kind: 'members', digest: this.#called_digest }) }
    for (const { rid, own_kind } of this.#peers.values()) {
      if (own_kind) this.#actions.push({ kind: 'announce', rid, news })
    }
  }

  #members_digest(): string {
    return members_digest([this.#config.server_id, ...this.#peers.keys()])
  }

  /** Whether a connection dialled to that address has not had its first INFO yet. */
  #is_greeting(url: RouteUrl): boolean {
    for (const link of this.#links.values()) {
      if (link.state === 'open' && link.urls.some((entry) => same_address(entry, url.host, url.port))) return true
    }
    return false
  }

  // ---- The cluster's name

  /** Whether we are of one name with the peer, if need be by taking over its name and dropping all others. */
  #agree_on_name(theirs: ClusterName, peer_id: string, learned_from: 'connect' | 'info'): boolean {
    const verdict = judge_cluster_name(this.#cluster, theirs)
    if (verdict !== 'adopt') return verdict === 'same'
    this.#cluster = adopted_cluster_name(theirs, learned_from)
    this.#actions.push({ kind: 'set_cluster_name', ...this.#cluster })
    this.#log('info', `Cluster name updated to ${theirs.name}`)
    for (const peer of [...this.#peers.values()]) {
      if (peer.remote_id !== peer_id) this.#close(peer, CloseReason.cluster_name_conflict)
    }
    return true
  }

  // ---- Connections go

  #refuse(link: Link, refusal: Refusal): void {
    if (refusal.text !== null) this.#log('error', refusal.text, link.rid)
    assert(refusal.close !== null, 'What is refused here ends the connection')
    this.#close(link, refusal.close, refusal)
  }

  /** From here on the link is no peer's; what follows from its loss waits for `closed`. */
  #close(link: Link, reason: CloseReason, refusal?: Refusal): void {
    assert(link.state !== 'closing', 'A connection is closed once')
    this.#unregister(link)
    this.#actions.push(
      refusal ? { kind: 'close', rid: link.rid, reason, refusal } : { kind: 'close', rid: link.rid, reason },
    )
  }

  #unregister(link: Link): void {
    const was_registered = link.state === 'registered'
    if (link.state === 'open' && link.dialled) this.#cancel_timer(`${HANDSHAKE}${link.rid}`)
    link.state = 'closing'
    this.#rivals.forget(link)
    if (!was_registered) return
    this.#cancel_timer(`${SETTLE}${link.rid}`)
    assert(this.#peers.get(link.remote_id) === link, 'A registered link is the one of its peer')
    this.#peers.delete(link.remote_id)
    this.#withdraw_urls(link)
  }

  #closed(rid: number): void {
    const link = this.#links.get(rid)
    if (!link) return
    const rival = this.#rivals.take(rid)
    this.#links.delete(rid)
    this.#unregister(link)
    if (rival !== undefined) {
      this.#cancel_timer(`${PROBE}${rid}`)
      adopt_role(rival.link, link)
      this.#register(rival.link, rival.info, rival.remote_ip)
      return this.#proceed(rival.link.rid)
    }
    if (link.redial) this.#redial(link)
  }

  /** A connection that we dialled had no INFO in time: it goes the way of those that end. */
  #handshake_late(rid: number): void {
    const link = this.#links.get(rid)
    if (link?.state === 'open') this.#close(link, CloseReason.stale_connection)
  }

  /** Who dials again after a loss (route.md 4.6): who dialled, who has turned a duplicate away, and among our own kind both. */
  #redial(link: Link): void {
    if (link.is_leaving && !link.explicit) return
    if (!link.solicited && !link.retry && !link.own_kind) return
    const url = route_url_text(link.urls[0])
    if (link.remote_id === this.#config.server_id) {
      return this.#log('debug', `Detected route to self, ignoring "${url}"`)
    }
    const other = this.#peers.get(link.remote_id)
    if (other) {
      if (link.explicit) this.#inherit(other, link)
      return this.#already_connected(link.remote_id)
    }
    this.#log('debug', `Attempting reconnect for solicited route "${url}"`)
    let pause_ms = redial_pause_ms(link, this.#random)
    for (const url of link.urls) {
      const { explicit, own_kind, remote_id } = link
      const expected_id = remote_id || undefined
      this.#dials.start({ url, explicit, first: false, expected_id, own_kind }, pause_ms)
      pause_ms += SECOND_URL_PAUSE_MS
    }
  }

  /** Asked before each attempt: is the route still configured, and has the peer not come back by itself? */
  #is_wanted(job: DialJob): boolean {
    if (job.explicit && !this.#routes.some((url) => same_route_url(url, job.url))) {
      const url = route_url_text(job.url)
      this.#log('debug', `Not attempting to connect to explicit route "${url}", no longer part of configured routes`)
      return false
    }
    const peer = job.expected_id === undefined ? undefined : this.#peers.get(job.expected_id)
    if (!peer) return true
    if (job.explicit) this.#inherit(peer, { solicited: true, explicit: true, urls: [job.url] })
    this.#already_connected(peer.remote_id)
    return false
  }

  #already_connected(remote_id: string): void {
    this.#log('debug', `Not attempting reconnect for solicited route, already connected to "${remote_id}"`)
  }

  #routes_changed(routes: readonly RouteUrl[]): void {
    const before = this.#routes
    const is_listed = (url: RouteUrl, list: readonly RouteUrl[]) => list.some((entry) => same_route_url(entry, url))
    this.#routes = routes
    this.#dials.prune((job) => !job.explicit || is_listed(job.url, routes))
    for (const link of this.#links.values()) {
      if (!link.explicit) continue
      const listed = link.urls.filter((url) => is_listed(url, routes))
      if (listed.length > 0) {
        link.urls = listed
        continue
      }
      link.redial = false
      if (link.state !== 'closing') this.#close(link, CloseReason.route_removed)
    }
    for (const url of routes) {
      if (!is_listed(url, before)) this.#dials.start(configured(url), 0)
    }
  }

  #enter_lame_duck(): void {
    this.#lame_duck = true
    for (const { rid } of this.#peers.values()) this.#actions.push({ kind: 'announce', rid, news: { ldm: true } })
    this.#tell_clients()
  }

  /** Nothing is said to peers but those of our own kind: they see the end of the connection. */
  #shutdown(): void {
    const news = { onehop: own_word_text({ kind: 'leaving' }) }
    for (const { rid, own_kind } of this.#peers.values()) {
      if (own_kind) this.#actions.push({ kind: 'announce', rid, news })
    }
    this.#cancel_timer(ROLL_CALL)
    this.#dials.prune(() => false)
    this.#stopped = true
    for (const link of this.#links.values()) {
      if (link.state !== 'closing') this.#close(link, CloseReason.server_shutdown)
    }
  }

  #refuse_after_stop(event: MembershipEvent): void {
    if (event.kind === 'closed') this.#links.delete(event.rid)
    if (event.kind !== 'accepted' && event.kind !== 'dial_connected') return
    this.#actions.push({ kind: 'close', rid: event.rid, reason: CloseReason.server_shutdown })
  }

  // ---- Words to others

  #withdraw_urls(link: Link): void {
    this.#urls.remove(link.remote_id)
    this.#ws_urls.remove(link.remote_id)
    this.#tell_clients()
  }

  #tell_clients(): void {
    if (this.#config.no_advertise || this.#stopped) return
    const is_changed = this.#urls.update(this.#lame_duck)
    if (!this.#ws_urls.update(this.#lame_duck) && !is_changed) return
    this.#actions.push({ kind: 'set_connect_urls', urls: this.#urls.told, ws_urls: this.#ws_urls.told })
  }

  #proceed(rid: number): void {
    if (this.#links.get(rid)?.state !== 'closing') this.#actions.push({ kind: 'proceed', rid })
  }

  #timer(key: string): void {
    if (key === ROLL_CALL) return this.#call_roll()
    const rid = Number(key.slice(key.indexOf(':') + 1))
    if (key.startsWith(HANDSHAKE)) this.#handshake_late(rid)
    else if (key.startsWith(PROBE)) this.#probe_failed(rid)
    else if (key.startsWith(SETTLE)) this.#links.get(rid)!.is_settled = true
    else this.#dials.timer(key)
  }

  #set_timer(key: string, delay_ms: number): void {
    this.#actions.push({ kind: 'set_timer', key, delay_ms })
  }

  #cancel_timer(key: string): void {
    this.#actions.push({ kind: 'cancel_timer', key })
  }

  #log(level: 'info' | 'error' | 'debug', text: string, rid?: number): void {
    this.#actions.push(rid === undefined ? { kind: 'log', level, text } : { kind: 'log', level, rid, text })
  }
}
