// Clients that come and go, told to the program that the server is a part of. What the system account is told goes on beside it.
import type { EventClient, EventDesk } from './requester.ts'

/** Plain data: it crosses threads. */
export interface ClientChange {
  readonly cid: number
  readonly ip: string
  readonly port: number
  /** As it calls itself; '' is nobody's name. */
  readonly name: string
  readonly account: string
  /** '' where nobody has to say who he is. */
  readonly user: string
  readonly lang: string
  readonly version: string
  readonly is_websocket: boolean
  /** Why it ended; null: it has come. */
  readonly ended: string | null
}

export class ClientNews implements EventDesk {
  readonly #events: EventDesk | null
  readonly #tell: (change: ClientChange) => void

  /** `events`: who else is told; null: nobody. */
  constructor(events: EventDesk | null, tell: (change: ClientChange) => void) {
    this.#events = events
    this.#tell = tell
  }

  connected(client: EventClient): void {
    this.#events?.connected(client)
    this.#tell(change_of(client, null))
  }

  disconnected(client: EventClient, reason: string): void {
    this.#events?.disconnected(client, reason)
    this.#tell(change_of(client, reason))
  }

  refused(client: EventClient, reason: string, knocked: boolean): void {
    this.#events?.refused(client, reason, knocked)
  }
}

function change_of({ connection: { cid, ip, port }, session, door }: EventClient, ended: string | null): ClientChange {
  const { name, account_name: account, identity, lang, version } = session
  return {
    cid,
    ip,
    port,
    name,
    account,
    user: identity?.user ?? '',
    lang,
    version,
    is_websocket: door === 'websockets',
    ended,
  }
}
