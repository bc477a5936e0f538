// What one client may do, as its connection asks: verdicts about what it publishes, what is kept from it, and the replies that it
// may send because it was asked something.
import { latin1_text } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { ResponsePermits } from '../auth/response_permits.ts'
import type { PermissionRules } from '../auth/user_permissions.ts'
import type { Envelope } from '../actor/envelope.ts'
import type { DeliveryRules } from '../broker/outbox.ts'

/** Verdicts that are kept, mostly about the same few subjects. */
const VERDICTS_MAX = 128

export class ClientPermissions implements DeliveryRules {
  readonly #rules: PermissionRules
  readonly #permits: ResponsePermits | null
  readonly #verdicts = new Map<string, boolean>()

  constructor(rules: PermissionRules, clock: Clock) {
    this.#rules = rules
    this.#permits = rules.responses === null ? null : new ResponsePermits(rules.responses, clock)
  }

  /** Whether permissions of the moment play a part: then a verdict is good for one message only. */
  get may_answer(): boolean {
    return this.#permits !== null
  }

  may_publish(subject: string): boolean {
    return this.#may_always_publish(subject) || (this.#permits?.take(subject) ?? false)
  }

  may_subscribe(subject: string, queue: string): boolean {
    return this.#rules.may_subscribe(subject, queue)
  }

  withholds(subject: string, queue: string): boolean {
    return this.#rules.withholds(subject, queue)
  }

  /** Whoever is asked may answer. A reply that it may publish to already is not renewed by this, as in nats-server. */
  delivered({ bytes, reply_start, reply_end }: Envelope): void {
    if (this.#permits === null || reply_end === reply_start) return
    const reply = latin1_text(bytes, reply_start, reply_end)
    if (!this.may_publish(reply)) this.#permits.add(reply)
  }

  #may_always_publish(subject: string): boolean {
    const known = this.#verdicts.get(subject)
    if (known !== undefined) return known
    const verdict = this.#rules.may_publish(subject)
    if (this.#verdicts.size >= VERDICTS_MAX) this.#verdicts.delete(this.#verdicts.keys().next().value!)
    this.#verdicts.set(subject, verdict)
    return verdict
  }
}
