// A time that stands still until somebody moves it on, for all servers of a test together. Between two timers real bytes get
// the time that they need: sockets are real.
import { again_and_again, type Clock, system_clock, type Timer } from '../base/clock.ts'
import { make_next_turn } from '../thread/next_turn.ts'

/** Servers breathe in pauses as short as these when they are under load; they pass by themselves. */
const BREATH_MS = 20
/** So many turns of the event loop without a byte: all has come to rest. */
const QUIET_TURNS = 4
const TURNS_MAX = 2_000
/** Timers that are closer to each other fire at the same moment. */
const MOMENT_MS = 1
/** Whoever waits wants to look now and then. */
const STEP_MS_MAX = 100
const REAL_STEP_MS = 5

interface Entry {
  readonly at_ms: number
  readonly f: () => void
}

/** What of a cluster time is needed for by whoever waits. */
export interface ClusterTime extends Clock {
  readonly is_virtual: boolean
  /** The machine's. */
  readonly real: Clock
  /** Lets `ms` pass. */
  pass(ms: number): Promise<void>
  /** Lets something happen: to the next timer where time is virtual, for a moment where it is not. */
  step(): Promise<void>
  /** Time goes on by itself from here on, until stop(). */
  flow(): void
  stop(): void
  /** Bytes have moved. */
  active(): void
}

export class VirtualTime implements ClusterTime {
  readonly is_virtual = true
  readonly real = system_clock()
  #next_turn = make_next_turn()
  #wall_ms = this.real.wall_ms()
  #now_ms = 0
  /** The soonest is the last. */
  #entries: Entry[] = []
  #moves = 0
  #passing: Promise<void> = Promise.resolve()
  #is_passing = false
  #flowing: Timer | null = null

  now_ms(): number {
    return this.#now_ms
  }

  wall_ms(): number {
    return this.#wall_ms + this.#now_ms
  }

  after(delay_ms: number, f: () => void): Timer {
    const at_ms = this.#now_ms + Math.max(0, delay_ms)
    const entry: Entry = { at_ms, f }
    let at = this.#entries.length
    while (at > 0 && this.#entries[at - 1].at_ms <= at_ms) at--
    this.#entries.splice(at, 0, entry)
    const breath = delay_ms < BREATH_MS ? this.real.after(delay_ms, () => this.#breathe(entry)) : null
    return {
      cancel: () => {
        breath?.cancel()
        const index = this.#entries.indexOf(entry)
        if (index >= 0) this.#entries.splice(index, 1)
      },
    }
  }

  every(interval_ms: number, f: () => void): Timer {
    return again_and_again(this, interval_ms, f)
  }

  active(): void {
    this.#moves++
  }

  /** Timers fire in the order of their time; bytes that are on their way arrive before the next one does. */
  pass(ms: number): Promise<void> {
    return this.#passing = this.#passing.then(() => this.#pass(ms))
  }

  step(): Promise<void> {
    return this.#passing = this.#passing.then(() => {
      const next_ms = this.#entries.at(-1)?.at_ms ?? Infinity
      return this.#pass(Math.min(STEP_MS_MAX, Math.max(1, next_ms - this.#now_ms)))
    })
  }

  flow(): void {
    this.#flowing ??= this.real.every(1, () => this.#fire_until(this.#now_ms + 1))
  }

  /** Nothing flows any more. */
  stop(): void {
    this.#flowing?.cancel()
  }

  async #pass(ms: number): Promise<void> {
    const end_ms = this.#now_ms + ms
    this.#is_passing = true
    try {
      await this.#rest()
      for (;;) {
        const at_ms = this.#entries.at(-1)?.at_ms ?? Infinity
        if (at_ms > end_ms) break
        this.#fire_until(Math.min(end_ms, at_ms + MOMENT_MS))
        await this.#rest()
      }
      this.#now_ms = Math.max(this.#now_ms, end_ms)
    } finally {
      this.#is_passing = false
    }
  }

  /** Fires what is due at the moment or before. What is added meanwhile for the same moment has its turn later. */
  #fire_until(at_ms: number): void {
    for (;;) {
      const next = this.#entries.at(-1)
      if (next === undefined || next.at_ms > at_ms) break
      this.#entries.pop()
      this.#now_ms = Math.max(this.#now_ms, next.at_ms)
      next.f()
    }
    this.#now_ms = Math.max(this.#now_ms, at_ms)
  }

  #breathe(entry: Entry): void {
    if (!this.#entries.includes(entry)) return
    // Whoever moves time fires it in its order.
    if (this.#is_passing) return void this.real.after(1, () => this.#breathe(entry))
    this.#fire_until(entry.at_ms)
  }

  /** Resolves when no bytes move any more. */
  async #rest(): Promise<void> {
    for (let turn = 0, quiet = 0; turn < TURNS_MAX && quiet < QUIET_TURNS; turn++) {
      const before = this.#moves
      await new Promise<void>((resolve) => this.#next_turn(resolve))
      quiet = this.#moves === before ? quiet + 1 : 0
    }
  }
}

/** The time of the machine. */
export function real_time(): ClusterTime {
  const clock = system_clock()
  const pass = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  return {
    ...clock,
    ...{ is_virtual: false, real: clock },
    pass,
    step: () => pass(REAL_STEP_MS),
    flow() {},
    stop() {},
    active() {},
  }
}
