// The supervisor of the cluster: it feeds the membership with what happened and does what the membership says. All
// decisions are there; here are the names, timers and addresses they need.
import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Random } from '../base/prng.ts'
import { system_error_text } from '../base/system_error.ts'
import { type Address, make_address, slot_of, thread_of } from '../actor/address.ts'
import type { RouteCommand, RouteEvent } from '../connection/route_events.ts'
import { look_up_seeds, type NameServer, system_names } from '../net/seed_lookup.ts'
import type { ToThread } from '../thread/messages.ts'
import { type PeerChange, PeerHistory, type PeerStatus } from './peer_history.ts'
import { verified_name } from './route_url.ts'
import {
  Membership,
  type MembershipAction,
  type MembershipConfig,
  type MembershipEvent,
  type MeshChange,
} from './membership.ts'

export interface ClusterContext {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly route_thread: number
  /** Who knows what names stand for; absent: the system. */
  readonly names?: NameServer
  /** A server came or went. */
  readonly peer_changed?: PeerChange
  post(thread: number, message: ToThread): void
  post_all(message: ToThread): void
}

export class ClusterSupervisor {
  readonly membership: Membership
  #context: ClusterContext
  #routes: MembershipConfig['routes']
  #names: NameServer
  #timers = new Map<string, Timer>()
  #history: PeerHistory
  /** Where the actor of each route connection is. */
  #addresses = new Map<number, Address>()

  constructor(config: MembershipConfig, context: ClusterContext) {
    this.#context = context
    this.#routes = config.routes
    this.#names = context.names ?? system_names
    this.membership = new Membership(config, context.random)
    this.#history = new PeerHistory((kind, text) => context.peer_changed?.(kind, text))
  }

  start(): void {
    this.#handle({ kind: 'start' })
  }

  /** The configuration was loaded again; see the event. */
  change(routes: MembershipConfig['routes'], change: MeshChange, renews_routes: boolean): void {
    this.#routes = routes
    this.#handle({ kind: 'routes_changed', routes })
    this.#handle({ kind: 'config_changed', change, renews_routes })
  }

  /** Peers and clients are told that clients shall go elsewhere; the mesh goes on. */
  lame_duck(): void {
    this.#handle({ kind: 'lame_duck' })
  }

  /** No dial and no timer from here on; connections are closed by the caller. */
  shutdown(): void {
    this.#handle({ kind: 'shutdown' })
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }

  /** What a route's actor says, from its thread. */
  on_event(thread: number, event: RouteEvent): void {
    switch (event.kind) {
      case 'accepted':
        this.#addresses.set(event.rid, make_address(thread, event.slot))
        return this.#handle(event)
      case 'dial_connected':
        this.#addresses.set(event.rid, make_address(thread, event.slot))
        return this.#handle(event)
      case 'closed':
        this.#history.closed(event.rid, event.reason)
        this.#handle(event)
        this.#addresses.delete(event.rid)
        return
      default:
        return this.#handle(event)
    }
  }

  /** All routes of a thread have gone with it. */
  on_thread_died(thread: number): void {
    for (const [rid, address] of [...this.#addresses]) {
      if (thread_of(address) === thread) this.on_event(thread, { kind: 'closed', rid, reason: 'Read Error' })
    }
  }

  /** Who is in the mesh, was, or is looked for. */
  peer_statuses(): PeerStatus[] {
    this.#history.look(this.membership.peers(), this.#context.clock.wall_ms())
    return this.#history.statuses(this.membership.searches())
  }

  #handle(event: MembershipEvent): void {
    const now_ms = this.#context.clock.wall_ms()
    for (const action of this.membership.handle(event, now_ms)) this.#perform(action)
    this.#history.look(this.membership.peers(), now_ms)
  }

  #perform(action: MembershipAction): void {
    const { log, clock, route_thread } = this.#context
    switch (action.kind) {
      case 'resolve':
        return void this.#resolve(action.job, action.host)
      case 'look_up':
        return void this.#look_up(action.name)
      case 'dial': {
        const { job, address, url, gossip_mode, account } = action
        const { user = '', password = '', port } = url
        const tls_name = verified_name(url, this.#routes)
        const greeting = { user, password, gossip_mode, account }
        return this.#context.post(route_thread, { kind: 'dial', job, address, port, tls_name, ...greeting })
      }
      case 'set_timer':
        this.#timers.get(action.key)?.cancel()
        this.#timers.set(action.key, clock.after(action.delay_ms, () => this.#on_timer(action.key)))
        return
      case 'cancel_timer':
        this.#timers.get(action.key)?.cancel()
        this.#timers.delete(action.key)
        return
      case 'close':
        return this.#tell(action.rid, { kind: 'close', reason: action.reason, text: action.refusal?.text ?? null })
      case 'register': {
        const { rid, kind, remote_id, remote_name, solicited, explicit, headers, lnocu, traces, own_kind, share } =
          action
        return this.#tell(rid, {
          kind,
          remote_id,
          remote_name,
          solicited,
          explicit,
          headers,
          lnocu,
          traces,
          own_kind,
          share,
        })
      }
      case 'proceed':
      case 'probe':
        return this.#tell(action.rid, { kind: action.kind })
      case 'announce':
        return this.#tell(action.rid, { kind: 'announce', news: action.news })
      case 'export_changed':
        return this.#tell(action.rid, { kind: 'export_changed', before: action.before, now: action.now })
      case 'set_role':
        return this.#tell(action.rid, { kind: 'set_role', solicited: action.solicited, explicit: action.explicit })
      case 'send_info':
        return this.#tell(action.rid, { kind: 'send_info', info: action.info, gossip: action.gossip })
      case 'set_connect_urls':
        return this.#context.post_all({ kind: 'connect_urls', urls: action.urls, ws_urls: action.ws_urls })
      case 'tell_lame_duck':
        return this.#context.post_all({ kind: 'lame_duck', urls: action.urls, ws_urls: action.ws_urls })
      case 'set_cluster_name':
        return this.#context.post_all({ kind: 'cluster_name', name: action.name, dynamic: action.dynamic })
      case 'log':
        if (action.rid !== undefined) this.#tell(action.rid, { kind: 'log', level: action.level, text: action.text })
        else log[action.level](action.text)
    }
  }

  #on_timer(key: string): void {
    this.#timers.delete(key)
    this.#handle({ kind: 'timer', key })
  }

  async #resolve(job: number, host: string): Promise<void> {
    try {
      this.#handle({ kind: 'resolved', job, addresses: await this.#names.addresses(host) })
    } catch (error) {
      this.#handle({ kind: 'resolved', job, addresses: [], error: system_error_text(error) })
    }
  }

  async #look_up(name: string): Promise<void> {
    try {
      this.#handle({ kind: 'looked_up', name, targets: await look_up_seeds(name, this.#names) })
    } catch (error) {
      this.#handle({ kind: 'looked_up', name, targets: [], error: system_error_text(error) })
    }
  }

  #tell(rid: number, command: RouteCommand): void {
    const address = this.#addresses.get(rid)
    if (address === undefined) return
    this.#context.post(thread_of(address), { kind: 'route', slot: slot_of(address), rid, command })
  }
}
