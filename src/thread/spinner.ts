// Whether a thread looks for work once more before it sleeps. Being woken takes the kernel tens of microseconds, which
// a busy exchange of short messages would pay on every hop; so for a moment after the last input the loop goes round
// without sleeping. Adaptive: only while that finds work, and tried again now and then.
const SPIN_MS = 0.05
/** A client that has just connected speaks as soon as it has read our INFO. */
export const SPIN_AFTER_ACCEPT_MS = 0.25
/** Below this share of spins that found work, spinning stops... */
const WORTH_SHARE = 0.25
/** ...but for every so many inputs, to find out whether it would pay again. */
const PROBE_EVERY = 64
const MEMORY = 1 / 32

export class Spinner {
  #enabled: boolean
  #until_ms = 0
  #share = 1
  #spinning = false
  #inputs = 0

  constructor(enabled: boolean) {
    this.#enabled = enabled
  }

  /** Something came in; more is likely within the window. */
  input(now_ms: number, window_ms = SPIN_MS): void {
    if (this.#spinning) this.#judge(1)
    this.#until_ms = now_ms + window_ms
    this.#spinning = this.#enabled && (this.#share > WORTH_SHARE || ++this.#inputs % PROBE_EVERY === 0)
  }

  /** Whether to go round once more instead of sleeping. */
  goes_on(now_ms: number): boolean {
    if (!this.#spinning) return false
    if (now_ms < this.#until_ms) return true
    this.#spinning = false
    this.#judge(0)
    return false
  }

  #judge(found: number): void {
    this.#share += (found - this.#share) * MEMORY
  }
}
