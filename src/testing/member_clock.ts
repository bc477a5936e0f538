// The time of one server, which can be made to stand still as a stopped process does: time goes on, but no timer fires.
import { again_and_again, type Clock, type Timer } from '../base/clock.ts'

export class MemberClock implements Clock {
  #base: Clock
  #frozen = false
  /** What fell due while it stood still, in that order. */
  #late = new Set<() => void>()

  constructor(base: Clock) {
    this.#base = base
  }

  now_ms(): number {
    return this.#base.now_ms()
  }

  wall_ms(): number {
    return this.#base.wall_ms()
  }

  after(delay_ms: number, f: () => void): Timer {
    const run = () => {
      if (this.#frozen) this.#late.add(f_once)
      else f()
    }
    // One object per timer: the same function may be given twice.
    const f_once = () => f()
    const timer = this.#base.after(delay_ms, run)
    return {
      cancel: () => {
        timer.cancel()
        this.#late.delete(f_once)
      },
    }
  }

  every(interval_ms: number, f: () => void): Timer {
    return again_and_again(this, interval_ms, f)
  }

  freeze(): void {
    this.#frozen = true
  }

  thaw(): void {
    this.#frozen = false
    const late = [...this.#late]
    for (const f of late) if (this.#late.delete(f)) f()
  }
}
