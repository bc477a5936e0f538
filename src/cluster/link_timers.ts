// What time does to a connection: without an INFO it is given up, and after a while its peer is no newcomer any more.
import { ROUTE_HANDSHAKE_MS, ROUTE_SETTLED_MS } from '../base/limits.ts'
import type { MembershipAction } from './membership_events.ts'
import type { Link } from './route_link.ts'

// Keys of timers, followed by the rid.
const HANDSHAKE = 'handshake:'
const SETTLE = 'settle:'

/** What this needs of the membership. */
export interface LinkTimersContext {
  link(rid: number): Link | undefined
  out(action: MembershipAction): void
  /** A connection that we dialled had no INFO in time. */
  late(link: Link): void
}

export class LinkTimers {
  readonly #context: LinkTimersContext

  constructor(context: LinkTimersContext) {
    this.#context = context
  }

  dialled({ rid }: Link): void {
    this.#context.out({ kind: 'set_timer', key: `${HANDSHAKE}${rid}`, delay_ms: ROUTE_HANDSHAKE_MS })
  }

  /** Its INFO has come, or it has ended before. */
  greeted({ rid, dialled }: Link): void {
    if (dialled) this.#context.out({ kind: 'cancel_timer', key: `${HANDSHAKE}${rid}` })
  }

  registered({ rid }: Link): void {
    this.#context.out({ kind: 'set_timer', key: `${SETTLE}${rid}`, delay_ms: ROUTE_SETTLED_MS })
  }

  unregistered({ rid }: Link): void {
    this.#context.out({ kind: 'cancel_timer', key: `${SETTLE}${rid}` })
  }

  /** False: the timer is not of this. */
  timer(key: string): boolean {
    if (!key.startsWith(HANDSHAKE) && !key.startsWith(SETTLE)) return false
    const link = this.#context.link(Number(key.slice(key.indexOf(':') + 1)))
    if (key.startsWith(SETTLE)) link!.is_settled = true
    else if (link?.state === 'open') this.#context.late(link)
    return true
  }
}
