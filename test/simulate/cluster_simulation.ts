// A cluster of memberships on a virtual clock and network: everything that happens follows from the seed.
import { CloseReason } from '../../src/base/errors.ts'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { Membership, type MembershipAction, type MembershipEvent } from '../../src/cluster/membership.ts'
import { parse_route_url, type RouteUrl } from '../../src/cluster/route_url.ts'
import type { RouteInfo } from '../../src/wire/info.ts'

export const CLUSTER_PORT = 6222

export interface Plan {
  /** What each server lists, as numbers of servers; a negative number -1 - n means server n by its host name. */
  readonly lists: readonly (readonly number[])[]
  readonly latency_ms_max: number
  readonly dynamic_names: boolean
  readonly connect_retries: number
  readonly connect_backoff: boolean
}

interface End {
  readonly server: Server
  readonly life: number
  readonly rid: number
  open: boolean
  /** When the last thing sent to this end arrives: a connection keeps the order. */
  arrival_ms: number
}

/** A place in the network where servers live one after the other, each with an id of its own. */
export interface Server {
  readonly index: number
  readonly address: string
  life: number
  id: string
  membership: Membership | null
  readonly ends: Map<number, { here: End; there: End }>
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
  duplicates = 0
  last_dial_ms = 0
  readonly servers: Server[]
  readonly history: string[] = []
  readonly random: Random
  readonly #plan: Plan
  readonly #agenda = new Agenda()

  constructor(plan: Plan, seed: number) {
    this.#plan = plan
    this.random = seeded_random(seed)
    this.servers = plan.lists.map((_, index) => ({
      index,
      address: `10.0.0.${index + 1}`,
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

  /** The server is gone without a word; the network tells its peers that the connections ended. */
  crash(server: Server): void {
    server.membership = null
    for (const { here, there } of server.ends.values()) {
      here.open = false
      this.#end(there)
    }
    server.ends.clear()
    server.registered.clear()
    server.timers.clear()
    server.urls = null
  }

  /** Breaks one connection of the server in the middle. */
  cut(server: Server): void {
    const rids = [...server.ends.keys()]
    if (rids.length === 0) return
    const { here, there } = server.ends.get(rids[this.random.below(rids.length)])!
    this.#end(here)
    this.#end(there)
  }

  /** Undefined if every two running servers have exactly one route that both know and clients know all; else why not. */
  disagreement(): string | undefined {
    const running = this.servers.filter((server) => server.membership)
    for (const server of running) {
      for (const peer of running) {
        const rids = [...server.registered].filter(([, id]) => id === peer.id).map(([rid]) => rid)
        if (server === peer ? rids.length !== 0 : rids.length !== 1) {
          return `${server.id} has ${rids.length} to ${peer.id}`
        }
        if (server === peer) continue
        const pair = server.ends.get(rids[0])
        if (!pair || peer.registered.get(pair.there.rid) !== server.id) return `${server.id} and ${peer.id} differ`
      }
      if (server.registered.size !== running.length - 1) return `${server.id} has routes to the dead`
      const urls = running.filter((peer) => peer !== server).map(client_url).sort()
      const told = server.urls === null ? [] : server.urls.slice(1).sort()
      if (told.join() !== urls.join()) return `${server.id} tells clients ${told}, there are ${urls}`
      if (server.urls !== null && server.urls[0] !== client_url(server)) return `${server.id} is not first in its list`
      if (server.membership!.cluster.name !== running[0].membership!.cluster.name) return 'names differ'
    }
    return undefined
  }

  #url(entry: number): RouteUrl {
    const index = entry < 0 ? -1 - entry : entry
    const host = entry < 0 ? `node-${index}` : this.servers[index].address
    return parse_route_url(`nats-route://${host}:${CLUSTER_PORT}`) as RouteUrl
  }

  #latency_ms(): number {
    return 0.1 + this.random.next() * this.#plan.latency_ms_max
  }

  #chance(share: number): boolean {
    return this.is_faulty && this.random.next() < share
  }

  #tell(server: Server, event: MembershipEvent): void {
    if (!server.membership) return
    this.#note(server, event)
    for (const action of server.membership.handle(event, this.now_ms)) this.#perform(server, action)
  }

  /** The same, but later, and only if it is still the same life of the server. */
  #tell_at(at_ms: number, server: Server, event: MembershipEvent): void {
    const { life } = server
    this.at(at_ms, () => {
      if (server.life === life) this.#tell(server, event)
    })
  }

  #perform(server: Server, action: MembershipAction): void {
    if (action.kind !== 'log') this.#note(server, action)
    switch (action.kind) {
      case 'resolve': {
        const index = Number(action.host.replace('node-', ''))
        const failed = this.#chance(0.3)
        const addresses = failed ? [] : [this.servers[index].address]
        const answer = { kind: 'resolved', job: action.job, addresses } as const
        this.#tell_at(this.now_ms + this.#latency_ms(), server, failed ? { ...answer, error: 'no such host' } : answer)
        return
      }
      case 'dial':
        return this.#dial(server, action.job, action.address)
      case 'set_timer': {
        const turn = (server.timers.get(action.key) ?? 0) + 1
        server.timers.set(action.key, turn)
        const { life } = server
        this.at(this.now_ms + action.delay_ms, () => {
          if (server.life !== life || server.timers.get(action.key) !== turn) return
          this.#tell(server, { kind: 'timer', key: action.key })
        })
        return
      }
      case 'cancel_timer':
        server.timers.delete(action.key)
        return
      case 'register':
        server.registered.set(action.rid, action.remote_id)
        return
      case 'close': {
        const pair = server.ends.get(action.rid)
        server.registered.delete(action.rid)
        if (action.reason === CloseReason.duplicate_route) this.duplicates++
        if (!pair) return
        this.#end(pair.there)
        return this.#end(pair.here, 0)
      }
      case 'send_info':
        return this.#send(server, action.rid, action.info)
      case 'set_connect_urls':
        server.urls = action.urls
        return
    }
  }

  #dial(server: Server, job: number, address: string): void {
    const target = this.servers.find((other) => other.address === address)
    this.last_dial_ms = this.now_ms
    const arrival_ms = this.now_ms + this.#latency_ms()
    const { life } = server
    this.at(arrival_ms, () => {
      if (server.life !== life || !server.membership) return
      const back_ms = arrival_ms + this.#latency_ms()
      if (!target?.membership || this.#chance(0.3)) {
        return this.#tell_at(back_ms, server, { kind: 'dial_failed', job, error: 'connection refused' })
      }
      if (target === server) server.self_dials++
      const here: End = { server, life, rid: ++server.last_rid, open: true, arrival_ms: back_ms }
      const there: End = { server: target, life: target.life, rid: ++target.last_rid, open: true, arrival_ms }
      server.ends.set(here.rid, { here, there })
      target.ends.set(there.rid, { here: there, there: here })
      // First the dialler's news, so that the acceptor's INFO can not come before it.
      this.at(back_ms, () => {
        if (server.life !== life || !server.membership) return
        this.#tell(server, { kind: 'dial_connected', job, rid: here.rid, remote_address: address })
        this.#greet(server, here.rid)
      })
      this.#tell(target, { kind: 'accepted', rid: there.rid, remote_address: server.address })
      this.#send(target, there.rid, own_info(target))
    })
  }

  #greet(server: Server, rid: number): void {
    const pair = server.ends.get(rid)
    if (!pair || !server.membership) return
    const { name, dynamic } = server.membership.cluster
    const connect = { name: server.id, cluster: name, cluster_dynamic: dynamic }
    this.#deliver(pair.there, () => ({ kind: 'connect_received', rid: pair.there.rid, connect }))
    this.#send(server, rid, own_info(server))
  }

  #send(server: Server, rid: number, info: RouteInfo): void {
    const pair = server.ends.get(rid)
    if (!pair) return
    this.#deliver(pair.there, () => ({ kind: 'info_received', rid: pair.there.rid, info, remote_ip: server.address }))
  }

  #deliver(end: End, event: () => MembershipEvent): void {
    end.arrival_ms = Math.max(end.arrival_ms, this.now_ms + this.#latency_ms())
    this.at(end.arrival_ms, () => {
      if (end.open && end.server.life === end.life) this.#tell(end.server, event())
    })
  }

  /** The end learns, behind all that is under way to it, that the connection is over. */
  #end(end: End, latency_ms = this.#latency_ms()): void {
    const finish = () => {
      if (!end.open || end.server.life !== end.life) return
      end.open = false
      end.server.ends.delete(end.rid)
      end.server.registered.delete(end.rid)
      this.#tell(end.server, { kind: 'closed', rid: end.rid, reason: CloseReason.client_closed })
    }
    if (latency_ms === 0) return this.at(this.now_ms, finish)
    end.arrival_ms = Math.max(end.arrival_ms, this.now_ms + latency_ms)
    this.at(end.arrival_ms, finish)
  }

  #note(server: Server, what: MembershipEvent | MembershipAction): void {
    const shown = JSON.stringify(what, (key, value) => key === 'info' ? value.server_id : value)
    this.history.push(`${this.now_ms.toFixed(1)} ${server.id} ${shown}`)
    if (this.history.length > 400) this.history.splice(0, 200)
  }
}

function client_url(server: Server): string {
  return `${server.address}:${4222 + server.life}`
}

function own_info(server: Server): RouteInfo {
  const { name, dynamic } = server.membership!.cluster
  return {
    server_id: server.id,
    server_name: server.id,
    version: '2.9.10',
    proto: 2,
    go: 'simulation',
    host: server.address,
    port: CLUSTER_PORT,
    headers: true,
    max_payload: 1048576,
    nonce: 'AAAAAAAAAAAAAAA',
    cluster: name,
    cluster_dynamic: dynamic,
    connect_urls: [client_url(server)],
    lnoc: true,
    lnocu: true,
  }
}

interface Entry {
  readonly at_ms: number
  readonly turn: number
  readonly run: () => void
}

/** What is to happen, soonest first; a heap. Things of the same moment keep their order. */
class Agenda {
  readonly #heap: Entry[] = []
  #turn = 0

  add(at_ms: number, run: () => void): void {
    const heap = this.#heap
    heap.push({ at_ms, turn: this.#turn++, run })
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1
      if (!is_sooner(heap[i], heap[parent])) break
      ;[heap[i], heap[parent]] = [heap[parent], heap[i]]
      i = parent
    }
  }

  /** The next entry that is not after end_ms. */
  take(end_ms: number): Entry | undefined {
    const heap = this.#heap
    if (heap.length === 0 || heap[0].at_ms > end_ms) return undefined
    const [first] = heap
    const last = heap.pop()!
    if (heap.length > 0) heap[0] = last
    for (let i = 0;;) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && is_sooner(heap[child], heap[least])) least = child
      }
      if (least === i) return first
      ;[heap[i], heap[least]] = [heap[least], heap[i]]
      i = least
    }
  }
}

function is_sooner(a: Entry, b: Entry): boolean {
  return a.at_ms < b.at_ms || (a.at_ms === b.at_ms && a.turn < b.turn)
}
