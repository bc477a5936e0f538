// A cluster of memberships on a virtual clock and network: everything that happens follows from the seed.
import { CloseReason } from '../../src/base/errors.ts'
import { OWN_KIND_SILENCE_MS_MAX } from '../../src/base/limits.ts'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { Membership, type MembershipAction, type MembershipEvent } from '../../src/cluster/membership.ts'
import { parse_route_url, type RouteUrl } from '../../src/cluster/route_url.ts'
import type { RouteInfo } from '../../src/wire/info.ts'
import { Agenda } from './agenda.ts'
import { type End, Network } from './network.ts'
import { as_passed_on_by_old, as_read_by_old, client_url, own_info } from './simulated_info.ts'

export const CLUSTER_PORT = 6222

export interface Plan {
  /** What each server lists, as numbers of servers; a negative number -1 - n means server n by its host name. */
  readonly lists: readonly (readonly number[])[]
  readonly latency_ms_max: number
  readonly dynamic_names: boolean
  readonly connect_retries: number
  readonly connect_backoff: boolean
  /** Servers that behave as nats-server 2.9 does; all others are of our own kind. */
  readonly old?: ReadonlySet<number>
}

/** When silence of a peer is noticed: by ours and by 2.9. */
const NOTICED_MS = { own: [OWN_KIND_SILENCE_MS_MAX, OWN_KIND_SILENCE_MS_MAX + 1_000], old: [61_000, 91_000] }
const DIAL_TIMEOUT_MS = 1_000

/** A place in the network where servers live one after the other, each with an id of its own. */
export interface Server {
  readonly index: number
  readonly address: string
  readonly is_old: boolean
  life: number
  id: string
  membership: Membership | null
  readonly ends: Map<number, End>
  /** rid -> id of the peer: what the membership said is registered. */
  readonly registered: Map<number, string>
  readonly timers: Map<string, number>
  urls: string[] | null
  last_rid: number
  self_dials: number
}

export class ClusterSimulation {
  now_ms = 0
  /** While true dials are refused, lookups fail and connections break now and then. */
  is_faulty = false
  /** What the wall clocks are wrong by: it must not matter. */
  clock_jump_ms = 0
  duplicates = 0
  dials = 0
  last_dial_ms = 0
  readonly network: Network
  readonly servers: Server[]
  readonly #notes: { at_ms: number; id: string; what: MembershipEvent | MembershipAction }[] = []
  readonly random: Random
  readonly #plan: Plan
  readonly #agenda = new Agenda()
  #timer_turn = 0

  constructor(plan: Plan, seed: number) {
    this.#plan = plan
    this.random = seeded_random(seed)
    this.network = new Network(this, this.random, plan.lists.length, plan.latency_ms_max)
    this.servers = plan.lists.map((_, index) => ({
      index,
      address: `10.0.${index >> 8}.${index & 255}`,
      is_old: plan.old?.has(index) ?? false,
      life: 0,
      id: '',
      membership: null,
      ends: new Map(),
      registered: new Map(),
      timers: new Map(),
      urls: null,
      last_rid: 0,
      self_dials: 0,
    }))
  }

  /** Lets time pass until end_ms. */
  run(end_ms: number): void {
    for (;;) {
      const entry = this.#agenda.take(end_ms)
      if (!entry) break
      this.now_ms = entry.at_ms
      entry.run()
    }
    this.now_ms = end_ms
  }

  at(at_ms: number, run: () => void): void {
    this.#agenda.add(Math.max(at_ms, this.now_ms), run)
  }

  start(server: Server): void {
    if (server.membership) return
    server.life++
    server.id = `N${server.index}x${server.life}`
    server.self_dials = 0
    const name = this.#plan.dynamic_names ? `name${this.random.below(1000)}` : 'sim'
    server.membership = new Membership({
      server_id: server.id,
      server_name: server.id,
      cluster_name: name,
      cluster_name_dynamic: this.#plan.dynamic_names,
      routes: this.#plan.lists[server.index].map((entry) => this.#url(entry)),
      own_urls: [client_url(server)],
      no_advertise: false,
      connect_retries: this.#plan.connect_retries,
      connect_backoff: this.#plan.connect_backoff,
      connect_error_reports: 3600,
      reconnect_error_reports: 1,
      cluster_port: CLUSTER_PORT,
      local_addresses: [server.address],
    }, seeded_random(this.random.below(2 ** 31)))
    this.#tell(server, { kind: 'start' })
  }

  /** The server is gone without a word; its kernel tells the peers that the connections ended. */
  crash(server: Server): void {
    server.membership = null
    this.network.thaw(server.index)
    for (const end of server.ends.values()) {
      end.open = false
      this.#end_other(end)
    }
    server.ends.clear()
    server.registered.clear()
    server.timers.clear()
    server.urls = null
  }

  /** As crash, but the server says good-bye. */
  stop(server: Server): void {
    this.#tell(server, { kind: 'shutdown' })
    this.crash(server)
  }

  /** Breaks one connection of the server in the middle; with half_open only one side learns of it. */
  cut(server: Server, half_open: boolean): void {
    const ends = [...server.ends.values()]
    if (ends.length === 0) return
    const end = ends[this.random.below(ends.length)]
    if (half_open && end.other !== null) this.#fall_silent(end.other)
    else this.#end_other(end)
    end.other = null
    this.network.on_host(server.index, () => this.#end(end))
  }

  /** Nothing passes from one server to the other. Whoever hears nothing closes its connections after a while. */
  block(from: Server, to: Server): void {
    this.network.block(from.index, to.index)
    for (const end of to.ends.values()) if (end.peer === from.index) this.#fall_silent(end)
  }

  /** Parts the network: the first `count` servers from the rest. */
  part(count: number): void {
    for (const one of this.servers.slice(0, count)) {
      for (const other of this.servers.slice(count)) {
        this.block(one, other)
        this.block(other, one)
      }
    }
  }

  freeze(server: Server): void {
    this.network.freeze(server.index)
    for (const end of server.ends.values()) if (end.other !== null) this.#fall_silent(end.other)
  }

  /** The end hears nothing from now on; unless that changes it is given up. */
  #fall_silent(end: End): void {
    const [min_ms, max_ms] = this.servers[end.host].is_old || this.servers[end.peer].is_old
      ? NOTICED_MS.old
      : NOTICED_MS.own
    this.at(this.now_ms + min_ms + this.random.next() * (max_ms - min_ms), () => {
      const is_there = end.other?.open && !this.network.is_frozen(end.peer)
      const hears = is_there && this.network.passes(end.peer, end.host)
      if (!end.open || hears) return
      this.#end_other(end)
      this.network.on_host(end.host, () => this.#end(end))
    })
  }

  #url(entry: number): RouteUrl {
    const index = entry < 0 ? -1 - entry : entry
    const host = entry < 0 ? `node-${index}` : this.servers[index].address
    return parse_route_url(`nats-route://${host}:${CLUSTER_PORT}`) as RouteUrl
  }

  #chance(share: number): boolean {
    return this.is_faulty && this.random.next() < share
  }

  #tell(server: Server, event: MembershipEvent): void {
    if (!server.membership) return
    this.#note(server, event)
    for (const action of server.membership.handle(event, this.now_ms + this.clock_jump_ms)) {
      this.#perform(server, action)
    }
  }

  /** The same, but later, and only if it is still the same life of the server. */
  #tell_at(at_ms: number, server: Server, event: MembershipEvent): void {
    const { life } = server
    this.at(at_ms, () =>
      this.network.on_host(server.index, () => {
        if (server.life === life) this.#tell(server, event)
      }))
  }

  #perform(server: Server, action: MembershipAction): void {
    if (action.kind !== 'log') this.#note(server, action)
    switch (action.kind) {
      case 'resolve': {
        const index = Number(action.host.replace('node-', ''))
        const failed = this.#chance(0.3)
        const addresses = failed ? [] : [this.servers[index].address]
        const answer = { kind: 'resolved', job: action.job, addresses } as const
        this.#tell_at(
          this.now_ms + this.network.latency_ms(server.index),
          server,
          failed ? { ...answer, error: 'no such host' } : answer,
        )
        return
      }
      case 'dial':
        return this.#dial(server, action.job, action.address, action.gossip_mode)
      case 'set_timer':
        return this.#set_timer(server, action.key, action.delay_ms)
      case 'cancel_timer':
        server.timers.delete(action.key)
        return
      case 'register':
        server.registered.set(action.rid, action.remote_id)
        return
      case 'close': {
        const end = server.ends.get(action.rid)
        server.registered.delete(action.rid)
        if (action.reason === CloseReason.duplicate_route) this.duplicates++
        if (!end) return
        this.#end_other(end)
        return this.at(this.now_ms, () => this.#end(end))
      }
      case 'proceed':
        return this.#read_on(server.ends.get(action.rid))
      case 'probe':
        return this.#probe(server, action.rid)
      case 'send_info':
        return this.#send(server, action.rid, action.info)
      case 'announce':
        return this.#send(server, action.rid, { ...own_info(server), ...action.news })
      case 'set_connect_urls':
      case 'tell_lame_duck':
        server.urls = action.urls
        return
    }
  }

  #set_timer(server: Server, key: string, delay_ms: number): void {
    // 2.9 has neither.
    if (server.is_old && /^(handshake:|roll_call)/.test(key)) return
    const turn = ++this.#timer_turn
    const { life } = server
    server.timers.set(key, turn)
    this.at(this.now_ms + delay_ms, () =>
      this.network.on_host(server.index, () => {
        if (server.life !== life || server.timers.get(key) !== turn) return
        server.timers.delete(key)
        this.#tell(server, { kind: 'timer', key })
      }))
  }

  #probe(server: Server, rid: number): void {
    const end = server.ends.get(rid)
    // 2.9 does not ask.
    if (server.is_old) return this.#tell_at(this.now_ms, server, { kind: 'alive', rid })
    const there = end?.other
    if (!there) return
    this.network.send(there, () => this.network.send(end, () => this.#tell(server, { kind: 'alive', rid })))
  }

  #dial(server: Server, job: number, address: string, gossip_mode: number): void {
    const target = this.servers.find((other) => other.address === address)
    this.last_dial_ms = this.now_ms
    this.dials++
    const arrival_ms = this.now_ms + this.network.latency_ms(server.index)
    const { life } = server
    const fail = (at_ms: number, error: string) => this.#tell_at(at_ms, server, { kind: 'dial_failed', job, error })
    this.at(arrival_ms, () => {
      if (server.life !== life || !server.membership) return
      if (target && !this.network.is_whole(server.index, target.index)) {
        return fail(arrival_ms + DIAL_TIMEOUT_MS, 'i/o timeout')
      }
      const back_ms = arrival_ms + this.network.latency_ms(target?.index ?? 0)
      if (!target?.membership || this.#chance(0.3)) return fail(back_ms, 'connection refused')
      if (target === server) server.self_dials++
      const here: End = {
        host: server.index,
        peer: target.index,
        rid: ++server.last_rid,
        open: true,
        coming: [],
        other: null,
        unread: null,
      }
      const there: End = {
        ...here,
        host: target.index,
        peer: server.index,
        rid: ++target.last_rid,
        coming: [],
        other: here,
      }
      here.other = there
      server.ends.set(here.rid, here)
      target.ends.set(there.rid, there)
      if (this.network.is_frozen(target.index)) this.#fall_silent(here)
      this.network.on_host(server.index, () => {
        if (server.life !== life || !server.membership) return
        this.#tell(server, { kind: 'dial_connected', job, rid: here.rid, remote_address: address })
        this.#greet(server, here.rid, gossip_mode)
      })
      // The kernel has accepted; the program does when it runs.
      const target_life = target.life
      this.network.on_host(target.index, () => {
        if (target.life !== target_life || !target.membership) return
        this.#tell(target, { kind: 'accepted', rid: there.rid, remote_address: server.address })
        this.#send(target, there.rid, own_info(target))
      })
    })
  }

  #greet(server: Server, rid: number, gossip_mode: number): void {
    const there = server.ends.get(rid)?.other
    if (!there || !server.membership) return
    const { name, dynamic } = server.membership.cluster
    const connect = { name: server.id, cluster: name, cluster_dynamic: dynamic }
    this.#deliver(there, () => ({ kind: 'connect_received', rid: there.rid, connect }))
    this.#send(server, rid, { ...own_info(server), gossip_mode })
  }

  #send(server: Server, rid: number, info: RouteInfo): void {
    const there = server.ends.get(rid)?.other
    if (!there) return
    // What 2.9 passes on it has not understood, but it is still there.
    const said = server.is_old ? as_passed_on_by_old(info) : info
    const read = this.servers[there.host].is_old ? as_read_by_old(said) : said
    this.#deliver(there, () => ({ kind: 'info_received', rid: there.rid, info: read, remote_ip: server.address }))
  }

  #deliver(end: End, event: () => MembershipEvent): void {
    const server = this.servers[end.host]
    const { life } = server
    const read = () => {
      if (server.life !== life) return
      // As the actor does: what follows is read when the membership has said `proceed`.
      if (end.unread !== null) return void end.unread.push(read)
      end.unread = []
      this.#tell(server, event())
    }
    this.network.send(end, read)
  }

  #read_on(end: End | undefined): void {
    const unread = end?.unread ?? []
    if (!end) return
    end.unread = null
    for (const read of unread) if (end.open) read()
  }

  /** The other end learns, behind all that is under way to it, that the connection is over. */
  #end_other(end: End): void {
    const { other } = end
    if (other !== null) this.network.send(other, () => this.#end(other))
  }

  #end(end: End): void {
    const server = this.servers[end.host]
    if (!end.open || server.ends.get(end.rid) !== end) return
    end.open = false
    server.ends.delete(end.rid)
    server.registered.delete(end.rid)
    this.#tell(server, { kind: 'closed', rid: end.rid, reason: CloseReason.client_closed })
  }

  #note(server: Server, what: MembershipEvent | MembershipAction): void {
    this.#notes.push({ at_ms: this.now_ms, id: server.id, what })
    if (this.#notes.length > 400) this.#notes.splice(0, 200)
  }

  /** What happened lately, as text: made when somebody asks, since most clusters are well and nobody reads theirs. */
  get history(): string[] {
    const brief = (key: string, value: any) => key === 'info' ? `${value.server_id} ${value.onehop ?? ''}` : value
    return this.#notes.map(({ at_ms, id, what }) => `${at_ms.toFixed(1)} ${id} ${JSON.stringify(what, brief)}`)
  }
}
