// The INFOs of a route: ours to the peer, and what those of the peer ask of this connection alone (reference route.md 1.4,
// 3.6). What they mean for the mesh is the membership's business.
import { route_info_line, type RouteInfo } from '../wire/info.ts'
import type { AccountNames } from './account_names.ts'
import type { Connection } from './connection.ts'
import type { ThreadContext } from './context.ts'
import type { PeerInterest } from './peer_interest.ts'
import { type DialGreeting, first_info_line, holds_info_back, route_greeting } from './route_greeting.ts'

/** What this uses of its route. */
export interface RouteInfosOwner {
  readonly connection: Connection
  readonly interest: PeerInterest
  readonly accounts: AccountNames
}

export class RouteInfos {
  /** What we dialled the peer with; null: it dialled us. */
  readonly #dialled: DialGreeting | null
  readonly #context: ThreadContext
  readonly #owner: RouteInfosOwner

  constructor(context: ThreadContext, owner: RouteInfosOwner, dialled: DialGreeting | null) {
    this.#context = context
    this.#owner = owner
    this.#dialled = dialled
  }

  /** The first words: CONNECT if we dialled, and INFO in both roles, unless it has to wait for the place in the pool. */
  greet(): void {
    const { outbox } = this.#owner.connection
    outbox.append(route_greeting(this.#context.settings, this.#dialled))
    outbox.flush()
  }

  /** The place is known: the INFO that waited for it. */
  tell_place(slot: number): void {
    const { settings } = this.#context
    if (!holds_info_back(settings, this.#dialled)) return
    this.#owner.connection.outbox.append(first_info_line(settings, this.#dialled, slot))
  }

  /** Our own INFO again, with something new in it. */
  announce(news: Pick<RouteInfo, 'ldm' | 'onehop'>): void {
    this.pass_on({ ...this.#context.settings.route_info!, ...news }, false)
  }

  pass_on(info: RouteInfo, gossip: boolean): void {
    this.#owner.connection.outbox.append(route_info_line(info, gossip))
  }

  /**
   * The peer moves an account to a connection of its own. What it wants there leaves this one, and it is told so. False: the
   * INFO is about something else.
   */
  account_moves(info: RouteInfo): boolean {
    const { route_acc_add_reqid = '', route_account = '' } = info
    if (route_acc_add_reqid === '') return false
    const { interest, accounts } = this.#owner
    const account = accounts.named(route_account)
    if (account >= 0) this.#context.remove_records(interest.take_account(account), () => {})
    if (route_account !== '') this.pass_on({ ...info, route_account: '' }, false)
    return true
  }
}
