// PINGs that find out whether the peer still lives (reference client.md 4.1, route.md 3.8).
import { FIRST_PING_JITTER } from '../base/limits.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Random } from '../base/prng.ts'

/** A round trip measured this long ago is measured again although the peer is active. */
const RTT_AGE_MS_MAX = 3_600_000

export interface KeepaliveOptions {
  interval_ms: number
  /** PINGs that may be unanswered. */
  max: number
  /** PINGs are left out while the peer sends (clients). */
  spare_active: boolean
  send_ping(): void
  stale(): void
  /** When the peer last sent something that counts as activity. */
  last_activity_ms(): number
}

export class Keepalive {
  /** Of the last answered PING; undefined before. */
  rtt_us: number | undefined
  #options: KeepaliveOptions
  #clock: Clock
  #timer: Timer | null = null
  #outstanding = 0
  #sent_ms = -1
  #measured_ms = 0

  constructor(clock: Clock, options: KeepaliveOptions) {
    this.#clock = clock
    this.#options = options
  }

  /** From the next PING on. */
  change(interval_ms: number, max: number): void {
    this.#options = { ...this.#options, interval_ms, max }
  }

  /** The next PING is due in delay_ms, and every interval from then on. */
  start(delay_ms = this.#options.interval_ms): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(delay_ms, () => this.#tick())
  }

  /** The first PING comes soon, so that the round trip is known. */
  start_soon(first_ms: number, random: Random): void {
    const delay = Math.min(this.#options.interval_ms, first_ms)
    this.start(delay * (1 + FIRST_PING_JITTER * random.next()))
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** Returns the round trip in microseconds; 0: no PING of ours had waited for it. */
  pong(): number {
    this.#outstanding = 0
    if (this.#sent_ms < 0) return 0
    this.#measured_ms = this.#clock.now_ms()
    this.rtt_us = Math.max(1, Math.round((this.#measured_ms - this.#sent_ms) * 1000))
    this.#sent_ms = -1
    return this.rtt_us
  }

  #tick(): void {
    this.#timer = this.#clock.after(this.#options.interval_ms, () => this.#tick())
    if (this.#options.spare_active && this.#is_fresh()) return
    if (this.#outstanding + 1 > this.#options.max) {
      this.stop()
      return this.#options.stale()
    }
    this.#outstanding++
    if (this.#sent_ms < 0) this.#sent_ms = this.#clock.now_ms()
    this.#options.send_ping()
  }

  #is_fresh(): boolean {
    const now = this.#clock.now_ms()
    if (this.rtt_us === undefined || now - this.#measured_ms > RTT_AGE_MS_MAX) return false
    return now - this.#options.last_activity_ms() < this.#options.interval_ms
  }
}
