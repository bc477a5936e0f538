// A clock that stands still until a test moves it.
import { again_and_again, type Clock, type Timer } from '../src/base/clock.ts'

interface Due {
  at_ms: number
  f: () => void
}

export class ManualClock implements Clock {
  #now_ms: number
  #due: Due[] = []

  constructor(now_ms = 0) {
    this.#now_ms = now_ms
  }

  now_ms(): number {
    return this.#now_ms
  }

  wall_ms(): number {
    return 1_700_000_000_000 + this.#now_ms
  }

  after(delay_ms: number, f: () => void): Timer {
    const due: Due = { at_ms: this.#now_ms + delay_ms, f }
    this.#due.push(due)
    return { cancel: () => void (this.#due = this.#due.filter((each) => each !== due)) }
  }

  every(interval_ms: number, f: () => void): Timer {
    return again_and_again(this, interval_ms, f)
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#due.length
  }

  /** Moves on, and calls what falls due in between in the order of time. */
  pass(ms: number): void {
    const end_ms = this.#now_ms + ms
    for (;;) {
      const next = this.#due.filter((each) => each.at_ms <= end_ms).sort((a, b) => a.at_ms - b.at_ms)[0]
      if (next === undefined) break
      this.#due = this.#due.filter((each) => each !== next)
      this.#now_ms = next.at_ms
      next.f()
    }
    this.#now_ms = end_ms
  }
}
