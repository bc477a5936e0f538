// Who is in the cluster, and what to do about it: a pure state machine (route.md 1.6, 1.7 and 4). Events go in, actions
// come out; it has no socket, no clock and no randomness of its own, so that a simulation can play any history again.
//
//   dialled or accepted -> open --first INFO--> registered --> closing --closed--> forgotten, maybe dialled again
//                            \______ refused, duplicate, self, conflict ____^
import { assert } from '../base/assert.ts'
import { CloseReason, type Refusal, Refuse, refuse_cluster_name, refuse_gateway } from '../base/errors.ts'
import { ROUTE_HANDSHAKE_MS, ROUTE_SETTLED_MS } from '../base/limits.ts'
import type { Random } from '../base/prng.ts'
import type { RouteInfo } from '../wire/info.ts'
import { adopted_cluster_name, type ClusterName, judge_cluster_name } from './cluster_name.ts'
import { ClientAddresses } from './client_addresses.ts'
import { DialPlan } from './dial_plan.ts'
import { gossip_job, judge_gossip, news_of, peer_url } from './gossip.ts'
import type {
  MembershipAction,
  MembershipConfig,
  MembershipEvent,
  PeerReport,
  RouteConnect,
} from './membership_events.ts'
import { is_own_kind, own_word_text, parse_own_word } from './own_kind.ts'
import { later_permissions } from './peer_permissions.ts'
import { Redial } from './redial.ts'
import { RollCalls } from './roll_call.ts'
import { SecondConnections } from './second_connection.ts'
import {
  accepted_link,
  adopt_role,
  dialled_link,
  is_greeting,
  type Link,
  link_report,
  registration,
} from './route_link.ts'
import { type RouteUrl, same_route_url } from './route_url.ts'
import { client_port_text, other_cluster_text } from './wrong_door.ts'

export type * from './membership_events.ts'

// Keys of timers, followed by the rid.
const HANDSHAKE = 'handshake:'
const SETTLE = 'settle:'

const configured = (url: RouteUrl) => ({ url, explicit: true, first: true, expected_id: undefined })

export class Membership {
  readonly #config: MembershipConfig
  readonly #dials: DialPlan
  readonly #links = new Map<number, Link>()
  /** Registered links by server id: at most one per peer. */
  readonly #peers = new Map<string, Link>()
  readonly #addresses: ClientAddresses
  readonly #seconds: SecondConnections
  readonly #roll_calls: RollCalls
  readonly #redial: Redial
  #routes: readonly RouteUrl[]
  #cluster: ClusterName
  #actions: MembershipAction[] = []
  #now_ms = 0
  #stopped = false

  constructor(config: MembershipConfig, random: Random) {
    this.#config = config
    this.#routes = config.routes
    this.#cluster = { name: config.cluster_name, dynamic: config.cluster_name_dynamic }
    const out = (action: MembershipAction) => void this.#actions.push(action)
    this.#addresses = new ClientAddresses(config, out)
    this.#dials = new DialPlan(config, random, out, (job) => this.#redial.judge(job))
    this.#redial = new Redial({
      own_id: config.server_id,
      random,
      peers: this.#peers,
      configured: () => this.#routes,
      dial: (request, pause_ms) => this.#dials.start(request, pause_ms),
      inherit: (heir, from) => this.#inherit(heir, from),
      debug: (text) => this.#log('debug', text),
    })
    this.#roll_calls = new RollCalls(config.server_id, this.#peers, out)
    this.#seconds = new SecondConnections({
      own_id: config.server_id,
      link: (rid) => this.#links.get(rid),
      register: (link) => this.#register(link),
      close: (link, reason) => this.#close(link, reason),
      inherit: (heir, from) => this.#inherit(heir, from),
      proceed: (rid) => this.#proceed(rid),
      out,
      debug: (text, rid) => this.#log('debug', text, rid),
    })
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
        return this.#roll_calls.start()
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
        return this.#seconds.alive(event.rid)
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
    const wrong_port = link.dialled ? client_port_text(link.urls[0], info) : null
    if (wrong_port !== null) return this.#give_up(link, CloseReason.wrong_port, wrong_port)
    const theirs = { name: info.cluster ?? '', dynamic: info.cluster_dynamic ?? false }
    if (theirs.name && !this.#agree_on_name(theirs, link.remote_id || info.server_id, 'info')) {
      const text = other_cluster_text(this.#cluster, theirs, info.server_name)
      return this.#give_up(link, CloseReason.cluster_name_conflict, text)
    }
    if (link.state === 'registered') this.#later_info(link, info)
    else return this.#first_info(link, info, remote_ip)
  }

  #first_info(link: Link, info: RouteInfo, remote_ip: string): 'wait' | void {
    if (!info.server_id) return this.#close(link, CloseReason.protocol_violation)
    if (!link.solicited && info.server_name === this.#config.server_name) {
      const text = `Remote server has a duplicate name: "${info.server_name}"`
      return this.#give_up(link, CloseReason.duplicate_server_name, text)
    }
    const own_kind = is_own_kind(info)
    Object.assign(link, { remote_id: info.server_id, remote_name: info.server_name, own_kind, info, remote_ip })
    if (link.urls.length === 0) link.urls = [peer_url(info, remote_ip, own_kind, this.#config.credentials)]
    const other = this.#peers.get(link.remote_id)
    if (other) return this.#seconds.came(other, link) ? 'wait' : undefined
    this.#register(link)
  }

  /** Its first INFO was accepted. */
  #register(link: Link): void {
    const { rid, remote_id } = link, info = link.info!
    link.state = 'registered'
    link.registered_ms = this.#now_ms
    this.#peers.set(remote_id, link)
    this.#set_timer(`${SETTLE}${rid}`, ROUTE_SETTLED_MS)
    this.#log('debug', `Registering remote route "${remote_id}"`, rid)
    this.#addresses.add(remote_id, info)
    this.#actions.push(registration(link, info), ...news_of(link, this.#peers.values()))
    this.#addresses.tell()
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
    // Lame duck: its clients leave, so no new ones shall go there. The connection stays.
    if (info.ldm) return this.#addresses.withdraw(link.remote_id)
    this.#actions.push(...later_permissions(link, info))
  }

  #gossip_received(info: RouteInfo): void {
    if (!info.server_id || this.#peers.has(info.server_id)) return
    const verdict = judge_gossip(info, this.#routes, this.#config.credentials)
    if (verdict.kind === 'error') this.#log('error', verdict.text)
    if (verdict.kind !== 'dial' || is_greeting(this.#links.values(), verdict.url)) return
    this.#dials.start(gossip_job(info, verdict.url), 0)
  }

  #own_word(link: Link, text: string): void {
    const word = parse_own_word(text)
    if (word?.kind === 'leaving') link.is_leaving = true
    if (word?.kind === 'members') this.#roll_calls.heard(link, word.digest)
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

  /** Ends a connection without a word to the peer; the text, if there is one, is for our log. */
  #give_up(link: Link, reason: CloseReason, text: string | null): void {
    if (text !== null) this.#log('error', text, link.rid)
    this.#close(link, reason)
  }

  /** From here on the link is no peer's; what follows from its loss waits for `closed`. */
  #close(link: Link, reason: CloseReason, refusal?: Refusal): void {
    assert(link.state !== 'closing', 'A connection is closed once')
    this.#unregister(link)
    // A second connection among our own kind: both sides have gone over to the other one.
    const drains = reason === CloseReason.duplicate_route && link.own_kind
    this.#actions.push({ kind: 'close', rid: link.rid, reason, ...(refusal && { refusal }), ...(drains && { drains }) })
    this.#seconds.first_closed(link, reason)
  }

  #unregister(link: Link): void {
    const was_registered = link.state === 'registered'
    if (link.state === 'open' && link.dialled) this.#cancel_timer(`${HANDSHAKE}${link.rid}`)
    link.state = 'closing'
    this.#seconds.forget(link)
    if (!was_registered) return
    this.#cancel_timer(`${SETTLE}${link.rid}`)
    assert(this.#peers.get(link.remote_id) === link, 'A registered link is the one of its peer')
    this.#peers.delete(link.remote_id)
    this.#addresses.withdraw(link.remote_id)
  }

  #closed(rid: number): void {
    const link = this.#links.get(rid)
    if (!link) return
    this.#links.delete(rid)
    this.#unregister(link)
    if (!this.#seconds.first_ended(link) && link.redial) this.#redial.lost(link)
  }

  /** A connection that we dialled had no INFO in time: it goes the way of those that end. */
  #handshake_late(rid: number): void {
    const link = this.#links.get(rid)
    if (link?.state === 'open') this.#close(link, CloseReason.stale_connection)
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
    for (const { rid } of this.#peers.values()) this.#actions.push({ kind: 'announce', rid, news: { ldm: true } })
    this.#addresses.lame_duck()
  }

  /** Nothing is said to peers but those of our own kind: they see the end of the connection. */
  #shutdown(): void {
    const news = { onehop: own_word_text({ kind: 'leaving' }) }
    for (const { rid, own_kind } of this.#peers.values()) {
      if (own_kind) this.#actions.push({ kind: 'announce', rid, news })
    }
    this.#roll_calls.stop()
    this.#addresses.stop()
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

  #proceed(rid: number): void {
    if (this.#links.get(rid)?.state !== 'closing') this.#actions.push({ kind: 'proceed', rid })
  }

  #timer(key: string): void {
    if (this.#roll_calls.timer(key) || this.#seconds.timer(key)) return
    const rid = Number(key.slice(key.indexOf(':') + 1))
    if (key.startsWith(HANDSHAKE)) this.#handshake_late(rid)
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
