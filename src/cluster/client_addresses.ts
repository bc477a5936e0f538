// What clients are told of where else they can connect (route.md 7.1).
import type { RouteInfo } from '../wire/info.ts'
import { ConnectUrls } from './connect_urls.ts'
import type { MembershipAction, MembershipConfig } from './membership_events.ts'

export class ClientAddresses {
  readonly #out: (action: MembershipAction) => void
  readonly #no_advertise: boolean
  readonly #urls: ConnectUrls
  readonly #ws_urls: ConnectUrls
  #lame_duck = false
  #stopped = false

  constructor(config: MembershipConfig, out: (action: MembershipAction) => void) {
    this.#out = out
    this.#no_advertise = config.no_advertise
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
    const urls = this.#no_advertise ? null : this.#urls.told, ws_urls = this.#no_advertise ? null : this.#ws_urls.told
    this.#out({ kind: 'tell_lame_duck', urls, ws_urls })
  }

  /** Nothing more is said: the server ends, and so do its clients. */
  stop(): void {
    this.#stopped = true
  }

  /** Says what has changed, if anything. */
  tell(): void {
    if (this.#no_advertise || this.#stopped) return
    const is_changed = this.#urls.update(this.#lame_duck)
    if (!this.#ws_urls.update(this.#lame_duck) && !is_changed) return
    this.#out({ kind: 'set_connect_urls', urls: this.#urls.told, ws_urls: this.#ws_urls.told })
  }
}
