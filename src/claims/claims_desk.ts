// Accounts that change while the server runs, put together: the book, who serves it over NATS, and who looks for what is not in it.
import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { OperatorOptions } from '../config/operator_options.ts'
import type { SystemSettings } from '../connection/settings.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import type { SystemDesk } from '../monitor/system_desk.ts'
import { AccountLookup } from './account_lookup.ts'
import type { ClaimsBook } from './claims_book.ts'
import { ClaimsService } from './claims_service.ts'

export interface ClaimsDeskContext {
  readonly clock: Clock
  readonly log: Log
  readonly book: ClaimsBook
  readonly operator: OperatorOptions
  /** Null: there is no system account, so nobody is asked and nobody asks. */
  readonly system: { readonly desk: SystemDesk; readonly settings: SystemSettings; readonly name: string } | null
  peers(): number
  changed(): Promise<void>
}

export class ClaimsDesk {
  readonly lookup: AccountLookup
  #context: ClaimsDeskContext
  #service: ClaimsService | null = null
  #timer: Timer | null = null

  constructor(context: ClaimsDeskContext) {
    this.#context = context
    const { system, operator: { resolver } } = context
    this.lookup = new AccountLookup({ ...context, resolver, inbox: system?.desk.inbox ?? null })
    if (system === null) return
    const { desk: { inbox, publish, server_object }, settings: { account }, name } = system
    this.#service = new ClaimsService({ ...context, system: { account, name }, inbox, publish, server_object })
  }

  /** From now on servers keep their accounts alike, and a cache forgets what is old. */
  start(): void {
    const { resolver } = this.#context.operator
    if (resolver.kind === 'full') {
      this.#every(resolver.interval_ms, () => this.#service?.synchronize(resolver.timeout_ms))
    } else if (resolver.kind === 'cache' && resolver.ttl_ms > 0) {
      const { ttl_ms } = resolver
      this.#every(ttl_ms, () => this.#context.book.expire(this.#context.clock.wall_ms() - ttl_ms))
    }
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** False: it is something else. */
  async take(message: ReceivedMessage): Promise<boolean> {
    return await this.#service?.take(message) ?? false
  }

  #every(ms: number, f: () => void): void {
    this.#timer = this.#context.clock.after(ms, () => {
      f()
      this.#every(ms, f)
    })
  }
}
