// How busy the event loop of a thread is, and how late. The runtimes' own means do not serve here: Deno's histogram of delays
// misses a loop that stood still for 30 ms, and its figures of use are always 0. So a timer looks at the clock, and only Node
// is asked how much of the time its loop worked. The timer runs while somebody asks, and for a while after.
import { performance } from 'node:perf_hooks'
import type { Clock, Timer } from '../base/clock.ts'

const TICK_MS = 10
/** Figures speak of the time since the last window but one began: at least so long, unless it was asked for less. */
const WINDOW_MS = 10_000
/** Longer than tools leave between two questions. */
const WATCHED_MS = 120_000

export interface LoopFigures {
  /** Share of the time in which it worked, 0 to 1; null: the runtime does not tell. */
  busy: number | null
  /** The longest that something had to wait for its turn. */
  delay_ms: number
  mean_delay_ms: number
}

interface Window {
  start_ms: number
  longest_ms: number
  sum_ms: number
  ticks: number
  working_ms: number
  resting_ms: number
}

/** Milliseconds that a loop has worked, and rested, since it began. */
export type LoopUse = () => { active: number; idle: number }

const loop_use: LoopUse = () => performance.eventLoopUtilization()

export class LoopWatch {
  #clock: Clock
  #use: LoopUse
  #windows: [last: Window, current: Window]
  #timer: Timer | null = null
  #tick_ms = 0
  #asked_ms = 0

  constructor(clock: Clock, use: LoopUse = loop_use) {
    this.#clock = clock
    this.#use = use
    this.#windows = [this.#window(), this.#window()]
  }

  figures(): LoopFigures {
    const now_ms = this.#asked_ms = this.#clock.now_ms()
    if (this.#timer === null) this.#start(now_ms)
    const [last, current] = this.#windows
    // The question may have come before the tick that is due.
    const late_ms = Math.max(0, now_ms - this.#tick_ms - TICK_MS)
    const ticks = last.ticks + current.ticks
    const { active, idle } = this.#use()
    const working_ms = active - last.working_ms, resting_ms = idle - last.resting_ms
    const figures = {
      busy: working_ms + resting_ms > 0 ? working_ms / (working_ms + resting_ms) : null,
      delay_ms: Math.max(last.longest_ms, current.longest_ms, late_ms),
      mean_delay_ms: ticks === 0 ? 0 : (last.sum_ms + current.sum_ms) / ticks,
    }
    if (now_ms - current.start_ms >= WINDOW_MS) this.#windows = [current, this.#window()]
    return figures
  }

  #start(now_ms: number): void {
    this.#tick_ms = now_ms
    this.#timer = this.#clock.every(TICK_MS, () => this.#tick())
  }

  #tick(): void {
    const now_ms = this.#clock.now_ms(), current = this.#windows[1]
    const late_ms = Math.max(0, now_ms - this.#tick_ms - TICK_MS)
    this.#tick_ms = now_ms
    current.longest_ms = Math.max(current.longest_ms, late_ms)
    current.sum_ms += late_ms
    current.ticks++
    if (now_ms - this.#asked_ms < WATCHED_MS) return
    this.#timer?.cancel()
    this.#timer = null
    this.#windows = [this.#window(), this.#window()]
  }

  #window(): Window {
    const { active, idle } = this.#use()
    return {
      ...{ start_ms: this.#clock.now_ms(), longest_ms: 0, sum_ms: 0, ticks: 0 },
      ...{ working_ms: active, resting_ms: idle },
    }
  }
}
