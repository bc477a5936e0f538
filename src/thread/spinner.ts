// Whether a thread looks for work once more before it sleeps. Being woken takes the kernel tens of microseconds, which
// a busy exchange of short messages would pay on every hop; so for a moment after the last input the loop goes round
// without sleeping. Adaptive: only while that finds work, longer where the answers of peers take longer (on some virtual
// machines a peer's own awakening alone takes 50 us), and tried again now and then.
const SHORT_MS = 0.05
/** More would cost others the core that they are waiting for. */
const LONG_MS = 0.1
/** A client that has just connected speaks as soon as it has read our INFO. */
export const SPIN_AFTER_ACCEPT_MS = 0.25
/** Below this share of spins that found work, spinning stops... */
const WORTH_SHARE = 0.25
/** ...but for every so many inputs, to find out whether it would pay again. */
const PROBE_EVERY = 64
/** The long window has to find so much more than the short one. */
const LONG_GAIN = 0.25
const MEMORY = 1 / 32

export class Spinner {
  #enabled: boolean
  #last_ms = 0
  #window_ms = SHORT_MS
  /** Shares of spins in which work came within the short window, and within the long one. */
  #short = 1
  #long = 1
  #spinning = false
  #inputs = 0

  constructor(enabled: boolean) {
    this.#enabled = enabled
  }

  /** Something came in; more is likely within the window, which is chosen here unless it is given. */
  input(now_ms: number, window_ms = 0): void {
    if (this.#spinning) {
      this.#short += (Number(now_ms - this.#last_ms <= SHORT_MS) - this.#short) * MEMORY
      this.#long += (1 - this.#long) * MEMORY
    }
    this.#last_ms = now_ms
    const worth = Math.max(this.#short, this.#long) > WORTH_SHARE
    this.#spinning = this.#enabled && (worth || ++this.#inputs % PROBE_EVERY === 0)
    if (window_ms > 0) this.#window_ms = window_ms
    else this.#window_ms = this.#long > this.#short + LONG_GAIN || !worth ? LONG_MS : SHORT_MS
  }

  /** Whether to go round once more instead of sleeping. */
  goes_on(now_ms: number): boolean {
    if (!this.#spinning) return false
    if (now_ms - this.#last_ms < this.#window_ms) return true
    this.#spinning = false
    this.#short -= this.#short * MEMORY
    // A short spin that found nothing does not say what a long one would have found.
    if (this.#window_ms >= LONG_MS) this.#long -= this.#long * MEMORY
    return false
  }
}
