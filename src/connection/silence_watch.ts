// Notices within seconds that a peer of our own kind has fallen silent: frozen, cut off, or gone without an end. Only what
// it sends counts, never what we send; and time in which we ourselves stood still or did not read counts for nobody.
import { OWN_KIND_PING_MS, OWN_KIND_SILENCE_MS_MAX } from '../base/limits.ts'
import type { Clock, Timer } from '../base/clock.ts'

/** A look that comes so much later than it was due shows that this process stood still. */
const LATE_MS = OWN_KIND_PING_MS / 2

export interface SilenceOptions {
  /** When the peer last sent something. */
  last_activity_ms(): number
  /** False: its bytes may wait in the socket, for we do not take them. */
  is_reading(): boolean
  send_ping(): void
  silent(): void
}

export class SilenceWatch {
  #clock: Clock
  #options: SilenceOptions
  #timer: Timer | null = null
  #due_ms = 0
  #excused_until_ms = 0

  constructor(clock: Clock, options: SilenceOptions) {
    this.#clock = clock
    this.#options = options
  }

  start(): void {
    this.#due_ms = this.#clock.now_ms() + OWN_KIND_PING_MS
    this.#timer = this.#clock.after(OWN_KIND_PING_MS, () => this.#look())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #look(): void {
    const { last_activity_ms, is_reading, send_ping, silent } = this.#options
    const now = this.#clock.now_ms()
    if (now - this.#due_ms > LATE_MS || !is_reading()) this.#excused_until_ms = now
    const silence_ms = now - Math.max(last_activity_ms(), this.#excused_until_ms)
    if (silence_ms >= OWN_KIND_SILENCE_MS_MAX) return silent()
    this.start()
    if (now - last_activity_ms() >= OWN_KIND_PING_MS) send_ping()
  }
}
