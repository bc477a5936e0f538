// Replies that a user may publish to because it was asked something (allow_responses, reference client.md 5.3).
import { RESPONSE_PERMITS_MAX } from '../base/limits.ts'
import type { Clock } from '../base/clock.ts'
import type { ResponsePermission } from './user_permissions.ts'

/** Expired ones are looked for after so many new ones, or so long. */
const PRUNE_COUNT = 4096
const PRUNE_MS = 1_000

interface Permit {
  readonly since_ms: number
  used: number
}

export class ResponsePermits {
  readonly #permission: ResponsePermission
  readonly #clock: Clock
  /** By reply subject, the oldest first. */
  readonly #permits = new Map<string, Permit>()
  #added = 0
  #pruned_ms: number

  constructor(permission: ResponsePermission, clock: Clock) {
    this.#permission = permission
    this.#clock = clock
    this.#pruned_ms = clock.now_ms()
  }

  get size(): number {
    return this.#permits.size
  }

  /** A request with that reply was delivered. */
  add(reply: string): void {
    const now = this.#clock.now_ms()
    this.#permits.delete(reply)
    this.#permits.set(reply, { since_ms: now, used: 0 })
    if (++this.#added > PRUNE_COUNT || now - this.#pruned_ms > PRUNE_MS) this.#prune(now)
    // Permits without an end, or an asker that is faster than they end: the oldest gives way.
    if (this.#permits.size > RESPONSE_PERMITS_MAX) this.#permits.delete(this.#permits.keys().next().value!)
  }

  /** Whether one more message may be published there. Each one counts. */
  take(subject: string): boolean {
    const permit = this.#permits.get(subject)
    if (permit === undefined) return false
    const { max } = this.#permission
    if (!this.#is_expired(permit, this.#clock.now_ms()) && (max < 0 || ++permit.used <= max)) return true
    this.#permits.delete(subject)
    return false
  }

  #is_expired({ since_ms }: Permit, now_ms: number): boolean {
    const { expires_ms } = this.#permission
    return expires_ms >= 0 && now_ms - since_ms > expires_ms
  }

  #prune(now_ms: number): void {
    this.#added = 0
    this.#pruned_ms = now_ms
    const { max } = this.#permission
    for (const [reply, permit] of this.#permits) {
      if (this.#is_expired(permit, now_ms) || max >= 0 && permit.used >= max) this.#permits.delete(reply)
    }
  }
}
