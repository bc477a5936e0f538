/** Something that can be stopped before it happens. */
export interface Timer {
  cancel(): void
}

/** Time as a parameter: the real one below, a manual one in tests. */
export interface Clock {
  /** Milliseconds of a clock that never jumps. */
  now_ms(): number
  /** Milliseconds since 1970, with a fraction. */
  wall_ms(): number
  /** Calls f once, delay_ms from now. */
  after(delay_ms: number, f: () => void): Timer
  /** Calls f every interval_ms. */
  every(interval_ms: number, f: () => void): Timer
}

/** `every` of a clock that has `after`. */
export function again_and_again(clock: Pick<Clock, 'after'>, interval_ms: number, f: () => void): Timer {
  let timer: Timer
  const again = () => {
    timer = clock.after(interval_ms, again)
    f()
  }
  timer = clock.after(interval_ms, again)
  return { cancel: () => timer.cancel() }
}

/** The clock of the machine. Timers keep the event loop alive unless they are weak. */
export function system_clock(weak = false): Clock {
  return {
    now_ms: () => performance.now(),
    wall_ms: wall_clock(),
    after(delay_ms, f) {
      const timer = setTimeout(f, delay_ms)
      if (weak) timer.unref()
      return { cancel: () => clearTimeout(timer) }
    },
    every(interval_ms, f) {
      const timer = setInterval(f, interval_ms)
      if (weak) timer.unref()
      return { cancel: () => clearInterval(timer) }
    },
  }
}

/** A change of the machine's time by more than this is followed. */
const WALL_SLACK_MS = 50

/** Time since 1970 with parts of a millisecond, never going back by itself: log lines are told apart by it. */
function wall_clock(): () => number {
  let offset = Date.now() - performance.now()
  return () => {
    const now = performance.now()
    if (Math.abs(Date.now() - now - offset) > WALL_SLACK_MS) offset = Date.now() - now
    return now + offset
  }
}
