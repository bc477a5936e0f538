// The registered connections of every peer: one, or with pools one for each place and one for each account that has its own
// (route.md 3). What is said about the mesh goes over one of them, and what is known of a peer ends with its last one.
import type { Link } from './route_link.ts'
import { type RouteUrl, same_address } from './route_url.ts'

export class Peers {
  readonly #primaries = new Map<string, Link>()
  /** In the order of their registration. */
  readonly #links = new Map<string, Link[]>()

  /** By server id: the oldest connection that is not of one account only. */
  get primaries(): ReadonlyMap<string, Link> {
    return this.#primaries
  }

  all(): Link[] {
    return [...this.#links.values()].flat()
  }

  of(id: string): readonly Link[] {
    return this.#links.get(id) ?? []
  }

  /** Whether a peer is registered under that id, or where the URL leads to. */
  has_at(url: RouteUrl, id: string | undefined): boolean {
    if (id !== undefined && this.#primaries.has(id)) return true
    const leads_there = ({ urls }: Link) => urls.some((each) => same_address(each, url.host, url.port))
    return [...this.#primaries.values()].some(leads_there)
  }

  /** Who has the place that the link is for. */
  occupant({ remote_id, share }: Link): Link | undefined {
    return this.of(remote_id).find((each) => each.share.account === share.account && each.share.slot === share.slot)
  }

  /** Whether another connection to a known peer would find a place: in the pool, or as that of an account. */
  has_room(id: string, account: string): boolean {
    const size = this.#primaries.get(id)?.pool_size ?? 0
    if (size === 0) return false
    return account === '' ? this.free_slot(id, size) >= 0 : this.of(id).every((each) => each.share.account !== account)
  }

  /** The first free place of a pool; -1: it is full. */
  free_slot(id: string, size: number): number {
    const taken = new Set(this.of(id).filter(({ share }) => share.account === '').map(({ share }) => share.slot))
    for (let slot = 0; slot < size; slot++) if (!taken.has(slot)) return slot
    return -1
  }

  /** True: the peer is new. */
  add(link: Link): boolean {
    const id = link.remote_id
    this.#links.set(id, [...this.of(id), link])
    const is_new = link.share.account === '' && !this.#primaries.has(id)
    if (is_new) this.#primaries.set(id, link)
    return is_new
  }

  /** True: the peer has gone with it. */
  remove(link: Link): boolean {
    const id = link.remote_id
    const left = this.of(id).filter((each) => each !== link)
    if (left.length > 0) this.#links.set(id, left)
    else this.#links.delete(id)
    if (this.#primaries.get(id) !== link) return false
    const heir = left.find(({ share }) => share.account === '')
    if (heir !== undefined) this.#primaries.set(id, heir)
    else this.#primaries.delete(id)
    return heir === undefined
  }
}
