// Seeds by name. A name may stand for many servers, and tomorrow for others: it is looked up again and again, and every
// address that does not lead to a peer yet is dialled. What the name does not say any more is left alone.
import { ROUTE_RETRY_MS, SEED_FIRST_LOOKUP_MS, SEED_LOOKUP_MS } from '../base/limits.ts'
import type { Random } from '../base/prng.ts'
import type { DialPlan } from './dial_plan.ts'
import type { MembershipAction, MembershipConfig, SeedTarget } from './membership_events.ts'
import type { Peers } from './peers.ts'
import type { Link } from './route_link.ts'
import { host_port, is_ip, is_service_name, type RouteUrl, same_address, unmapped_ip } from './route_url.ts'

const LOOKUP = 'lookup:'

/** What this needs of the membership. */
export interface SeedNamesContext {
  readonly config: MembershipConfig
  readonly random: Random
  readonly peers: Peers
  readonly dials: DialPlan
  configured(): readonly RouteUrl[]
  /** All connections, registered or not. */
  links(): Iterable<Link>
  out(action: MembershipAction): void
}

export class SeedNames {
  readonly #context: SeedNamesContext
  /** Names that are looked up now and then, and the addresses that each stood for the last time, as `host:port`. */
  readonly #names = new Map<string, ReadonlySet<string>>()
  /** Names whose last look-up failed. */
  readonly #failing = new Set<string>()
  /** Which server is at an address, by `host:port`, as far as we have dialled it. */
  readonly #met = new Map<string, string>()

  constructor(context: SeedNamesContext) {
    this.#context = context
  }

  /** The configuration is there, or is another one. */
  update(): void {
    const names = new Set(
      this.#context.configured().map(({ host }) => host.toLowerCase()).filter((host) => !is_ip(host)),
    )
    for (const name of this.#names.keys()) if (!names.has(name)) this.#forget(name)
    for (const name of names) {
      if (this.#names.has(name)) continue
      this.#names.set(name, new Set())
      // Until then the route itself may be connected, to one of its addresses; a service has no other way.
      if (is_service_name(name)) this.#look_up(name)
      else this.#pause(name, SEED_FIRST_LOOKUP_MS)
    }
  }

  stop(): void {
    for (const name of this.#names.keys()) this.#forget(name)
  }

  /** False: the timer is not of this. */
  timer(key: string): boolean {
    if (!key.startsWith(LOOKUP)) return false
    this.#look_up(key.slice(LOOKUP.length))
    return true
  }

  /** The name server has answered. */
  looked_up(name: string, targets: readonly SeedTarget[], error: string | undefined): void {
    if (!this.#names.has(name)) return
    const { configured, peers } = this.#context
    if (error !== undefined) this.#failed(name, error)
    else {
      this.#failing.delete(name)
      for (const url of configured()) if (same_address(url, name, url.port)) this.#dial_others(name, url, targets)
    }
    const is_alone = is_service_name(name) && peers.primaries.size === 0
    this.#pause(name, is_alone ? ROUTE_RETRY_MS : SEED_LOOKUP_MS)
  }

  /** A connection that we dialled leads to that server, whatever becomes of it. */
  met({ urls, remote_address }: Link, server_id: string): void {
    if (this.#names.size > 0) this.#met.set(host_port(remote_address, urls[0].port), server_id)
  }

  #dial_others(name: string, url: RouteUrl, targets: readonly SeedTarget[]): void {
    const { dials } = this.#context
    // The route itself is looked for still, at all of its addresses.
    if (dials.has_explicit(url)) return
    const seeds = targets.map(({ name: tls_name, address, port }): RouteUrl => {
      return { ...url, host: unmapped_ip(address), port: port || url.port, tls_name }
    })
    this.#names.set(name, new Set(seeds.map(({ host, port }) => host_port(host, port))))
    this.#forget_others()
    for (const seed of seeds) {
      if (this.#is_known(seed)) continue
      dials.start({ url: seed, explicit: false, first: true, expected_id: undefined }, 0)
    }
  }

  #is_known(seed: RouteUrl): boolean {
    const { config: { server_id, cluster_port, local_addresses }, peers, links } = this.#context
    if (seed.port === cluster_port && local_addresses.includes(seed.host)) return true
    const met = this.#met.get(host_port(seed.host, seed.port))
    if (met !== undefined && (met === server_id || peers.primaries.has(met))) return true
    for (const link of links()) if (leads_to(link, seed)) return true
    return false
  }

  /** Addresses that no name stands for any more: there may be any number of them in the course of time. */
  #forget_others(): void {
    const now = [...this.#names.values()]
    for (const address of this.#met.keys()) if (!now.some((set) => set.has(address))) this.#met.delete(address)
  }

  #look_up(name: string): void {
    this.#context.out({ kind: 'look_up', name })
  }

  #failed(name: string, error: string): void {
    const level = this.#failing.has(name) ? 'debug' : 'error'
    this.#failing.add(name)
    this.#context.out({ kind: 'log', level, text: `Error looking up the route seeds of "${name}": ${error}` })
  }

  #pause(name: string, pause_ms: number): void {
    const delay_ms = pause_ms + this.#context.random.below(ROUTE_RETRY_MS)
    this.#context.out({ kind: 'set_timer', key: `${LOOKUP}${name}`, delay_ms })
  }

  #forget(name: string): void {
    this.#names.delete(name)
    this.#failing.delete(name)
    this.#context.out({ kind: 'cancel_timer', key: `${LOOKUP}${name}` })
  }
}

/** Whether a connection goes to that address: we dialled it, or who dialled us says to be there. */
function leads_to({ state, dialled, urls, info, remote_address }: Link, { host, port }: RouteUrl): boolean {
  if (state === 'closing' || unmapped_ip(remote_address) !== host) return false
  return (dialled ? urls[0].port : info?.port) === port
}
