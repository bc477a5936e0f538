// What clients are told of where else they can connect (route.md 7.1).
import type { RouteInfo } from '../wire/info.ts'
import { ConnectUrls } from './connect_urls.ts'
import type { MembershipAction, MembershipConfig } from './membership_events.ts'

export class ClientAddresses {
  readonly #out: (action: MembershipAction) => void
  /** Looked into each time: the option may change. */
  readonly #config: MembershipConfig
  readonly #urls: ConnectUrls
  readonly #ws_urls: ConnectUrls
  #lame_duck = false
  #stopped = false

  constructor(config: MembershipConfig, out: (action: MembershipAction) => void) {
    this.#out = out
    this.#config = config
    this.#urls = new ConnectUrls(config.own_urls)
    this.#ws_urls = new ConnectUrls(config.own_ws_urls ?? [])
  }

  /** A peer has come. Clients are told by tell(). */
  add(peer_id: string, info: RouteInfo): void {
    this.#urls.add(peer_id, info.connect_urls ?? [])
    this.#ws_urls.add(peer_id, info.ws_connect_urls ?? [])
  }

  /** A peer has gone, or takes no clients any more. */
  withdraw(peer_id: string): void {
    this.#urls.remove(peer_id)
    this.#ws_urls.remove(peer_id)
    this.tell()
  }

  /** Our own addresses leave the lists, and clients are told to go elsewhere. */
  lame_duck(): void {
    this.#lame_duck = true
    this.#urls.update(true)
    this.#ws_urls.update(true)
    this.#out({ kind: 'tell_lame_duck', ...this.#told() })
  }

  /** Nothing more is said: the server ends, and so do its clients. */
  stop(): void {
    this.#stopped = true
  }

  /** Says what has changed, if anything. */
  tell(): void {
    if (this.#config.no_advertise || this.#stopped) return
    const is_changed = this.#urls.update(this.#lame_duck)
    if (!this.#ws_urls.update(this.#lame_duck) && !is_changed) return
    this.#out({ kind: 'set_connect_urls', ...this.#told() })
  }

  /** The option no_advertise is another one now. */
  renew(): void {
    if (!this.#stopped) this.#out({ kind: 'set_connect_urls', ...this.#told() })
  }

  #told(): { urls: string[] | null; ws_urls: string[] | null } {
    if (this.#config.no_advertise) return { urls: null, ws_urls: null }
    return { urls: this.#urls.told, ws_urls: this.#ws_urls.told }
  }
}
