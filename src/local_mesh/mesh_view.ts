// Who has a route to whom, put together from what each member says of itself.

/** Both sides have it, one of them, or none. */
export type RouteState = 'up' | 'one side' | 'none'

export interface RouteView {
  readonly a: string
  readonly b: string
  readonly state: RouteState
  /** When it came into that state. */
  readonly since_ms: number
}

export class MeshView {
  readonly #pairs: readonly (readonly [string, string])[]
  /** What each member says; none: it does not answer. */
  readonly #seen: Map<string, ReadonlySet<string>> = new Map()
  #routes: readonly RouteView[]

  constructor(pairs: readonly (readonly [string, string])[], now_ms: number) {
    this.#pairs = pairs
    this.#routes = pairs.map(([a, b]) => ({ a, b, state: 'none', since_ms: now_ms }))
  }

  get routes(): readonly RouteView[] {
    return this.#routes
  }

  get missing(): readonly RouteView[] {
    return this.#routes.filter(({ state }) => state !== 'up')
  }

  answers(name: string): boolean {
    return this.#seen.has(name)
  }

  /** What a member says of its routes; null: it does not answer. Returns those whose state has changed. */
  tell(name: string, peers: readonly string[] | null, now_ms: number): readonly RouteView[] {
    if (peers === null) this.#seen.delete(name)
    else this.#seen.set(name, new Set(peers))
    const before = this.#routes
    this.#routes = this.#pairs.map(([a, b], i) => {
      const state = this.#state_of(a, b)
      return before[i].state === state ? before[i] : { a, b, state, since_ms: now_ms }
    })
    return this.#routes.filter((route, i) => route !== before[i])
  }

  #state_of(a: string, b: string): RouteState {
    const sides = [this.#seen.get(a)?.has(b), this.#seen.get(b)?.has(a)].filter((side) => side === true)
    return sides.length === 2 ? 'up' : sides.length === 1 ? 'one side' : 'none'
  }
}
