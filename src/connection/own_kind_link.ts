// What a route to a server of our own kind does besides: it notices silence within seconds, and compares interest.
import type { ThreadContext } from './context.ts'
import type { Connection } from './connection.ts'
import { type AuditedRoute, InterestAudit } from './interest_audit.ts'
import type { InterestForwarder } from '../broker/interest.ts'
import { SilenceWatch } from './silence_watch.ts'

export interface OwnKindRoute extends AuditedRoute {
  readonly connection: Connection
  send_ping(): void
  silent(): void
}

export class OwnKindLink {
  #silence: SilenceWatch
  #audit: InterestAudit

  constructor(context: ThreadContext, forwarder: InterestForwarder, route: OwnKindRoute) {
    const { connection } = route
    this.#silence = new SilenceWatch(context.clock, {
      last_activity_ms: () => connection.last_activity_ms,
      is_reading: () => connection.takes_bytes,
      send_ping: () => route.send_ping(),
      silent: () => route.silent(),
    })
    this.#audit = new InterestAudit(context, forwarder, route)
  }

  /** Repairs of what we know of the peer's interest. */
  get interest_repairs(): number {
    return this.#audit.repairs
  }

  registered(): void {
    this.#silence.start()
  }

  /** The peer has been told of all interest. */
  dumped(): void {
    this.#audit.start()
  }

  stop(): void {
    this.#silence.stop()
    this.#audit.stop()
  }

  /** A word of the peer. False: it is for the membership. */
  heard(word: string): boolean {
    return this.#audit.heard(word)
  }
}
