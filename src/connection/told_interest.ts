// What a peer is told of the interest of our clients: all of it when its route is registered, and then every change.
import { newly_allowed } from '../auth/subject_filter.ts'
import type { InterestForwarder, ToldRoute } from '../broker/interest.ts'
import type { Outbox } from '../broker/outbox.ts'
import type { CarriedAccounts } from '../broker/route_share.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'
import type { ThreadContext } from './context.ts'

export class ToldInterest {
  /** The dump is under way: what the peer sends is not looked at before its end. */
  dumping = false
  #context: ThreadContext
  #forwarder: InterestForwarder
  #outbox: Outbox
  #route: ToldRoute | null = null

  constructor(context: ThreadContext, forwarder: InterestForwarder, outbox: Outbox) {
    this.#context = context
    this.#forwarder = forwarder
    this.#outbox = outbox
  }

  /** The route as the forwarder knows it; null: not registered. */
  get route(): ToldRoute | null {
    return this.#route
  }

  /** Begins with everything in these accounts; `dumped` when that is written. */
  start(accounts: CarriedAccounts, dumped: () => void): void {
    this.dumping = true
    this.#route = { outbox: this.#outbox, accounts }
    this.#forwarder.add(this.#route, (f) => this.#context.next_turn(f), () => {
      this.dumping = false
      dumped()
    })
  }

  /** The peer lets in what it did not before: it is told that. */
  export_changed(before: SubjectPermission, now: SubjectPermission): void {
    const wanted = newly_allowed(before, now)
    if (wanted === null || this.#route === null) return
    const done = () => this.#context.finish_turn()
    this.#forwarder.tell_again(this.#route, (f) => this.#context.next_turn(f), wanted, done)
  }

  stop(): void {
    this.#forwarder.remove(this.#outbox)
  }
}
