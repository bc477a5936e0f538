// The client addresses of the cluster: our own first, then the union of what the registered peers told (route.md 7.1).

/** Counts which peers stand behind each URL, so that one peer's loss takes no URL another one shares. */
export class ConnectUrls {
  readonly #own: readonly string[]
  /** URL -> ids of the peers that named it, in the order in which URLs became known. */
  readonly #holders = new Map<string, Set<string>>()
  /** What clients were told last. Null until a peer named a URL: a server that stands alone says nothing. */
  #told: string[] | null = null

  constructor(own: readonly string[]) {
    this.#own = own
  }

  add(peer_id: string, urls: readonly string[]): void {
    for (const url of urls) {
      const holders = this.#holders.get(url)
      if (holders) holders.add(peer_id)
      else this.#holders.set(url, new Set([peer_id]))
    }
  }

  /** Forgets a peer; doing it twice (lame duck, then the loss) changes nothing more. */
  remove(peer_id: string): void {
    for (const [url, holders] of this.#holders) {
      if (holders.delete(peer_id) && holders.size === 0) this.#holders.delete(url)
    }
  }

  /** The list as clients know it. */
  get told(): string[] | null {
    return this.#told
  }

  /** Brings `told` up to date; true if it became a different set. In lame duck mode our own addresses are left out. */
  update(lame_duck: boolean): boolean {
    if (this.#told === null && this.#holders.size === 0) return false
    const others = [...this.#holders.keys()].filter((url) => !this.#own.includes(url))
    const list = lame_duck ? others : [...this.#own, ...others]
    if (this.#told !== null && is_same_set(list, this.#told)) return false
    this.#told = list
    return true
  }
}

function is_same_set(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((url) => b.includes(url))
}
