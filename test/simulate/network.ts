// A virtual network of hosts: latency, and what goes wrong with it. A connection keeps its order, and what can not pass is
// sent again after growing pauses, as TCP does, until it arrives or an end is gone.
import type { Random } from '../../src/base/prng.ts'

const RETRANSMISSION_MS = 200
const RETRANSMISSION_MS_MAX = 8_000

/** One end of a connection; `host` and `peer` are numbers of hosts. */
export interface End {
  readonly host: number
  readonly peer: number
  readonly rid: number
  open: boolean
  /** What is under way to this end, oldest first. */
  readonly coming: Packet[]
  other: End | null
  /** What the program has not read yet, because it waits for a decision; null: it reads. */
  unread: (() => void)[] | null
}

interface Packet {
  readonly arrival_ms: number
  readonly run: () => void
}

/** What the network needs of whoever owns the clock. */
export interface NetworkClock {
  readonly now_ms: number
  at(at_ms: number, run: () => void): void
}

export class Network {
  /** `from * hosts + to` for each direction in which nothing passes. */
  readonly #blocked = new Set<number>()
  readonly #slow = new Map<number, number>()
  readonly #frozen = new Map<number, (() => void)[]>()
  readonly #clock: NetworkClock
  readonly #random: Random
  readonly #hosts: number
  readonly #latency_ms_max: number

  constructor(clock: NetworkClock, random: Random, hosts: number, latency_ms_max: number) {
    this.#clock = clock
    this.#random = random
    this.#hosts = hosts
    this.#latency_ms_max = latency_ms_max
  }

  // ---- Faults

  /** Nothing passes from one host to the other; one direction only. */
  block(from: number, to: number): void {
    this.#blocked.add(from * this.#hosts + to)
  }

  /** All that comes from the host takes so much longer. */
  slow(host: number, more_ms: number): void {
    this.#slow.set(host, more_ms)
  }

  /** The host's programs stand still; its kernel does not. */
  freeze(host: number): void {
    if (!this.#frozen.has(host)) this.#frozen.set(host, [])
  }

  thaw(host: number): void {
    const waiting = this.#frozen.get(host) ?? []
    this.#frozen.delete(host)
    for (const run of waiting) run()
  }

  /** All of it is over. */
  heal(): void {
    this.#blocked.clear()
    this.#slow.clear()
    for (const host of [...this.#frozen.keys()]) this.thaw(host)
  }

  is_frozen(host: number): boolean {
    return this.#frozen.has(host)
  }

  passes(from: number, to: number): boolean {
    return !this.#blocked.has(from * this.#hosts + to)
  }

  /** A connection works only if both directions do: what arrives has to be acknowledged. */
  is_whole(a: number, b: number): boolean {
    return this.passes(a, b) && this.passes(b, a)
  }

  // ---- Traffic

  latency_ms(from: number): number {
    return 0.1 + this.#random.next() * this.#latency_ms_max + (this.#slow.get(from) ?? 0)
  }

  /** Runs on the host, now or when its programs go on. */
  on_host(host: number, run: () => void): void {
    const waiting = this.#frozen.get(host)
    if (waiting === undefined) run()
    else waiting.push(run)
  }

  /** Sends to an end, behind all that is under way to it. */
  send(to: End, run: () => void): void {
    const last = to.coming.at(-1)?.arrival_ms ?? 0
    to.coming.push({ arrival_ms: Math.max(last, this.#clock.now_ms + this.latency_ms(to.peer)), run })
    if (to.coming.length === 1) this.#await_arrival(to, RETRANSMISSION_MS)
  }

  #await_arrival(to: End, pause_ms: number): void {
    this.#clock.at(to.coming[0].arrival_ms, () => this.#arrive(to, pause_ms))
  }

  #arrive(to: End, pause_ms: number): void {
    if (!to.open) return void (to.coming.length = 0)
    if (!this.passes(to.peer, to.host)) {
      const next_ms = Math.min(2 * pause_ms, RETRANSMISSION_MS_MAX)
      return this.#clock.at(this.#clock.now_ms + pause_ms, () => this.#arrive(to, next_ms))
    }
    while (to.coming.length > 0 && to.coming[0].arrival_ms <= this.#clock.now_ms) {
      const { run } = to.coming.shift()!
      this.on_host(to.host, () => {
        if (to.open) run()
      })
    }
    if (to.coming.length > 0) this.#await_arrival(to, RETRANSMISSION_MS)
  }
}
