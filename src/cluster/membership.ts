// Who is in the cluster, and what to do about it: a pure state machine (route.md 1.6, 1.7 and 4). Events go in, actions
// come out; it has no socket, no clock and no randomness of its own, so that a simulation can play any history again.
//
//   dialled or accepted -> open --first INFO--> registered --> closing --closed--> forgotten, maybe dialled again
//                            \______ refused, duplicate, self, conflict ____^
import { assert } from '../base/assert.ts'
import { CloseReason, type Refusal, Refuse, refuse_cluster_name, refuse_gateway } from '../base/errors.ts'
import type { Random } from '../base/prng.ts'
import type { RouteInfo } from '../wire/info.ts'
import { type ClusterName, OwnClusterName } from './cluster_name.ts'
import { ClientAddresses } from './client_addresses.ts'
import { ConfiguredRoutes } from './configured_routes.ts'
import { DialPlan, type DialRequest, search_report } from './dial_plan.ts'
import { news_of, peer_url } from './gossip.ts'
import { LinkTimers } from './link_timers.ts'
import type {
  MembershipAction,
  MembershipConfig,
  MembershipEvent,
  MeshChange,
  PeerReport,
  PoolConfig,
  RouteConnect,
} from './membership_events.ts'
import { is_own_kind, own_word_text } from './own_kind.ts'
import { PeerNews } from './peer_news.ts'
import type { SearchReport } from './peer_history.ts'
import { Peers } from './peers.ts'
import { judge_place, NO_POOL, PoolGrowth } from './pool.ts'
import { Redial } from './redial.ts'
import { RollCalls } from './roll_call.ts'
import { SecondConnections } from './second_connection.ts'
import { accepted_link, adopt_role, dialled_link, type Link, link_report, registration } from './route_link.ts'
import { SeedNames } from './seed_names.ts'
import { client_port_text, other_cluster_text } from './wrong_door.ts'

export type * from './membership_events.ts'

export class Membership {
  readonly #config: MembershipConfig
  readonly #pool: PoolConfig
  readonly #dials: DialPlan
  readonly #links = new Map<number, Link>()
  readonly #peers = new Peers()
  readonly #addresses: ClientAddresses
  readonly #seconds: SecondConnections
  readonly #roll_calls: RollCalls
  readonly #redial: Redial
  readonly #growth: PoolGrowth
  readonly #news: PeerNews
  readonly #timers: LinkTimers
  readonly #routes: ConfiguredRoutes
  readonly #seeds: SeedNames
  readonly #cluster: OwnClusterName
  #actions: MembershipAction[] = []
  #now_ms = 0
  #stopped = false

  constructor(config: MembershipConfig, random: Random) {
    // Its parts look into this one, which may be changed.
    this.#config = config = { ...config }
    this.#pool = { ...(config.pool ?? NO_POOL) }
    const out = (action: MembershipAction) => void this.#actions.push(action)
    this.#cluster = new OwnClusterName(config, out, (peer_id) => this.#renamed(peer_id))
    this.#timers = new LinkTimers({
      link: (rid) => this.#links.get(rid),
      out,
      late: (link) => this.#close(link, CloseReason.stale_connection),
    })
    this.#addresses = new ClientAddresses(config, out)
    this.#dials = new DialPlan(config, random, out, (job) => this.#redial.judge(job))
    const links = () => this.#links.values()
    this.#routes = new ConfiguredRoutes(config.routes, {
      dials: this.#dials,
      links,
      close: (link, reason) => this.#close(link, reason),
    })
    const configured = () => this.#routes.list
    this.#seeds = new SeedNames({ config, random, peers: this.#peers, dials: this.#dials, configured, links, out })
    this.#redial = new Redial({
      own_id: config.server_id,
      random,
      peers: this.#peers,
      configured,
      dial: (request, pause_ms) => this.#dials.start(request, pause_ms),
      inherit: (heir, from) => this.#inherit(heir, from),
      debug: (text) => this.#log('debug', text),
    })
    this.#roll_calls = new RollCalls(config.server_id, this.#peers.primaries, out)
    const dial = (request: DialRequest, pause_ms: number) => this.#dials.start(request, pause_ms)
    this.#growth = new PoolGrowth({ pool: this.#pool, peers: this.#peers, links, dial, out })
    this.#news = new PeerNews({
      config,
      peers: this.#peers,
      dials: this.#dials,
      addresses: this.#addresses,
      roll_calls: this.#roll_calls,
      configured,
      links,
      out: (...actions) => void this.#actions.push(...actions),
    })
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

  /** The registered peers, in the order of their registration, each by one of its connections. */
  peers(): PeerReport[] {
    return [...this.#peers.primaries.values()].map(link_report)
  }

  /** Servers that are looked for, but for further connections to one that is there. */
  searches(): SearchReport[] {
    return [...this.#dials].filter((job) => !this.#peers.has_at(job.url, job.expected_id)).map(search_report)
  }

  /** The cluster's name as it is now. */
  get cluster(): ClusterName {
    return this.#cluster.now
  }

  /** Connections not yet forgotten, and searches for one: for reports and tests. */
  get size(): { links: number; peers: number; dials: number } {
    return { links: this.#links.size, peers: this.#peers.primaries.size, dials: this.#dials.size }
  }

  #take(event: MembershipEvent): void {
    switch (event.kind) {
      case 'start':
        this.#routes.start()
        this.#seeds.update()
        return this.#roll_calls.start()
      case 'resolved':
        return this.#dials.resolved(event.job, event.addresses, event.error)
      case 'looked_up':
        return this.#seeds.looked_up(event.name, event.targets, event.error)
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
        return this.#info_received(event.rid, event.info, event.remote_ip) === 'wait'
          ? undefined
          : this.#proceed(event.rid)
      case 'closed':
        return this.#closed(event.rid)
      case 'alive':
        return this.#alive(event.rid)
      case 'timer':
        return this.#timer(event.key)
      case 'config_changed':
        return this.#renew(event.change, event.renews_routes)
      case 'routes_changed':
        this.#routes.change(event.routes)
        return this.#seeds.update()
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
    const link = dialled_link(rid, remote_address, job)
    this.#add(link)
    this.#timers.dialled(link)
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
    if (!this.#cluster.agree(theirs, connect.name ?? '', 'connect')) {
      return this.#refuse(link, refuse_cluster_name(theirs.name, this.cluster.name))
    }
    // Not registered by this: a newer server opens such connections for one account only to give them up.
    link.remote_id = connect.name ?? ''
  }

  /** The order of these steps is the protocol's (route.md 1.6). */
  #info_received(rid: number, info: RouteInfo, remote_ip: string): 'wait' | void {
    const link = this.#links.get(rid)
    if (!link || link.state === 'closing') return
    if (link.state === 'open') this.#timers.greeted(link)
    if (link.state === 'open' && link.dialled) this.#seeds.met(link, info.server_id)
    if (info.server_id === this.#config.server_id) {
      this.#close(link, CloseReason.duplicate_route)
      link.remote_id = info.server_id
      return
    }
    const wrong_port = link.dialled ? client_port_text(link.urls[0], info) : null
    if (wrong_port !== null) return this.#give_up(link, CloseReason.wrong_port, wrong_port)
    const theirs = { name: info.cluster ?? '', dynamic: info.cluster_dynamic ?? false }
    if (theirs.name && !this.#cluster.agree(theirs, link.remote_id || info.server_id, 'info')) {
      const text = other_cluster_text(this.cluster, theirs, info.server_name)
      return this.#give_up(link, CloseReason.cluster_name_conflict, text)
    }
    if (link.state === 'registered') this.#news.heard(link, info)
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
    const place = judge_place(this.#pool, link, info, (size) => this.#peers.free_slot(info.server_id, size))
    if (!('share' in place)) return this.#not_of_the_pool(link, place)
    Object.assign(link, place)
    const other = this.#peers.occupant(link)
    if (other) return this.#seconds.came(other, link) ? 'wait' : undefined
    this.#register(link)
  }

  /** A newer nats-server tries what it wants of a pool with peers without one, too: it is told so, and nobody has to look at it. */
  #not_of_the_pool(link: Link, refusal: Refusal): void {
    link.redial &&= this.#pool.size > 0
    this.#refuse(link, refusal, this.#pool.size > 0 ? 'error' : 'debug')
  }

  /** Its first INFO was accepted. */
  #register(link: Link): void {
    const { rid, remote_id } = link, info = link.info!
    link.state = 'registered'
    link.registered_ms = this.#now_ms
    const is_new = this.#peers.add(link)
    this.#timers.registered(link)
    this.#log('debug', `Registering remote route "${remote_id}"`, rid)
    if (is_new) this.#addresses.add(remote_id, info)
    this.#actions.push(registration(link, info))
    if (is_new || link.share.account !== '') this.#actions.push(...news_of(link, this.#peers.primaries.values()))
    if (is_new) this.#addresses.tell()
    this.#growth.registered(link)
  }

  #alive(rid: number): void {
    this.#seconds.alive(rid)
    const link = this.#links.get(rid)
    if (link?.state === 'registered') this.#growth.alive(link)
  }

  #inherit(heir: Link, from: Pick<Link, 'solicited' | 'explicit' | 'urls'>): void {
    const { rid } = heir
    if (adopt_role(heir, from)) {
      this.#actions.push({ kind: 'set_role', rid, solicited: heir.solicited, explicit: heir.explicit })
    }
  }

  // ---- The cluster's name

  /** We have taken over the name of a peer: who had agreed on the old one goes. */
  #renamed(peer_id: string): void {
    for (const peer of this.#peers.all()) {
      if (peer.remote_id !== peer_id) this.#close(peer, CloseReason.cluster_name_conflict)
    }
  }

  // ---- Connections go

  #refuse(link: Link, refusal: Refusal, level: 'error' | 'debug' = 'error'): void {
    if (refusal.text !== null) this.#log(level, refusal.text, link.rid)
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
    this.#actions.push({ kind: 'close', rid: link.rid, reason, ...(refusal && { refusal }) })
    this.#seconds.first_closed(link, reason)
  }

  #unregister(link: Link): void {
    const was_registered = link.state === 'registered'
    if (link.state === 'open') this.#timers.greeted(link)
    link.state = 'closing'
    this.#seconds.forget(link)
    if (!was_registered) return
    this.#timers.unregistered(link)
    assert(this.#peers.occupant(link) === link, 'A registered link is the one in its place')
    this.#growth.forget(link.rid)
    if (this.#peers.remove(link)) this.#gone(link.remote_id)
  }

  /** A peer has no connection any more but those of one account. */
  #gone(id: string): void {
    this.#addresses.withdraw(id)
    this.#dials.prune((job) => job.account === '' || job.expected_id !== id)
  }

  #closed(rid: number): void {
    const link = this.#links.get(rid)
    if (!link) return
    this.#links.delete(rid)
    this.#unregister(link)
    if (!this.#seconds.first_ended(link) && link.redial) this.#redial.lost(link)
  }

  /** With `renews_routes` all of them are made again at once. */
  #renew({ configured_name, pool, ...change }: MeshChange, renews_routes: boolean): void {
    const { no_advertise } = this.#config
    Object.assign(this.#config, { credentials: undefined }, change)
    Object.assign(this.#pool, pool ?? NO_POOL)
    if (configured_name !== undefined) this.#cluster.configure(configured_name)
    if (no_advertise !== change.no_advertise) this.#addresses.renew()
    if (!renews_routes) return
    for (const link of this.#links.values()) if (link.state !== 'closing') this.#close(link, CloseReason.route_removed)
  }

  #enter_lame_duck(): void {
    for (const { rid } of this.#peers.primaries.values()) {
      this.#actions.push({ kind: 'announce', rid, news: { ldm: true } })
    }
    this.#addresses.lame_duck()
  }

  /** Nothing is said to peers but those of our own kind: they see the end of the connection. */
  #shutdown(): void {
    const news = { onehop: own_word_text({ kind: 'leaving' }) }
    for (const { rid, own_kind } of this.#peers.primaries.values()) {
      if (own_kind) this.#actions.push({ kind: 'announce', rid, news })
    }
    this.#roll_calls.stop()
    this.#addresses.stop()
    this.#seeds.stop()
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
    const takers = [this.#roll_calls, this.#seconds, this.#timers, this.#seeds]
    if (!takers.some((taker) => taker.timer(key))) this.#dials.timer(key)
  }

  #log(level: 'info' | 'error' | 'debug', text: string, rid?: number): void {
    this.#actions.push(rid === undefined ? { kind: 'log', level, text } : { kind: 'log', level, rid, text })
  }
}
