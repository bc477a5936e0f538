// What stands between one server of a test and its sockets.
import type { Clock } from '../base/clock.ts'
import type { LinkEnd, Network } from '../net/network.ts'
import type { Transport } from '../net/transport.ts'
import { ClientName } from './client_name.ts'
import type { SlowClient } from './cluster_options.ts'
import { type Direction, type FaultPlan, NO_FAULTS, slow_faults } from './faults.ts'
import { FaultyTransport } from './faulty_transport.ts'
import { MessageCutter } from './message_cutter.ts'

/** Of the pauses in which a production server looks for its peers. */
const REDIAL_PACE = 0.2

export interface NetworkContext {
  readonly clock: Clock
  readonly plan: FaultPlan
  readonly name: string
  /** Which member listens for peers on that port. */
  member_at(port: number): string | undefined
  /** How fast that client reads, in bytes per second. */
  pace_of(client: SlowClient): number
  /** Something moves. */
  active(): void
}

const UNDISTURBED: Direction = { faults: NO_FAULTS, random: { next: () => 0, below: () => 0 } }

export class MemberNetwork implements Network {
  readonly redial_pace = REDIAL_PACE
  #context: NetworkContext
  #links = new Set<FaultyTransport>()
  #frozen = false
  #dead = false

  constructor(context: NetworkContext) {
    this.#context = context
  }

  /** All connections that are left are kept for the sake of a fault. */
  get is_quiet(): boolean {
    return [...this.#links].every(({ is_lost }) => is_lost)
  }

  /** No connection is left. */
  get is_empty(): boolean {
    return this.#links.size === 0
  }

  may_dial(_host: string, port: number): string | null {
    const { member_at, name, plan } = this.#context
    const peer = member_at(port)
    if (this.#dead) return 'connect: connection refused'
    if (peer === undefined) return null
    const there = plan.between(name, peer).faults, back = plan.between(peer, name).faults
    if (there.cut || back.cut) return 'connect: connection refused'
    if (there.lost || back.lost) return ''
    return null
  }

  /** Faults between members are those of the end that has dialled: it knows whom. */
  wrap(raw: Transport, end: LinkEnd): Transport {
    const { clock, active } = this.#context
    const link: FaultyTransport = new FaultyTransport(raw, {
      ...{ clock, active, ...this.#directions(end, () => link.renew()) },
      over: () => void this.#links.delete(link),
    })
    this.#links.add(link)
    if (this.#frozen) link.hold(true)
    if (this.#dead) queueMicrotask(() => link.kill())
    return link
  }

  renew(): void {
    for (const link of [...this.#links]) link.renew()
  }

  hold(held: boolean): void {
    this.#frozen = held
    for (const link of [...this.#links]) link.hold(held)
  }

  kill(): void {
    this.#dead = true
    for (const link of [...this.#links]) link.kill()
  }

  /** Its server is gone. Connections whose other end is not to know are kept until they are healed. */
  release(): void {
    for (const link of [...this.#links]) link.release()
  }

  #directions({ kind, dialled, host, port }: LinkEnd, renew: () => void) {
    const { plan, name, member_at, pace_of } = this.#context
    const straight = () => UNDISTURBED
    if (kind === 'routes' && !dialled) return { out: straight, in: straight, cutters: null, seen: () => {} }
    if (kind !== 'routes') {
      const client = new ClientName(renew)
      const out = () => {
        const pace = pace_of({ name: client.name, host, port })
        return pace === Infinity ? UNDISTURBED : { ...UNDISTURBED, faults: slow_faults(pace) }
      }
      return { out, in: straight, cutters: null, seen: (bytes: Uint8Array) => client.take(bytes) }
    }
    const between = (there: boolean): Direction => {
      const peer = member_at(port)
      if (peer === undefined) return UNDISTURBED
      return there ? plan.between(name, peer) : plan.between(peer, name)
    }
    const cutter = (there: boolean) =>
      new MessageCutter(() => {
        const { faults: { drop_share }, random } = between(there)
        return drop_share > 0 && random.next() < drop_share
      })
    return {
      ...{ out: () => between(true), in: () => between(false), seen: () => {} },
      cutters: { out: cutter(true), in: cutter(false) },
    }
  }
}
