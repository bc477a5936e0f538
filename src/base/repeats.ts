// What was said already: a line that would come again with every attempt comes once in a while.
import { assert } from './assert.ts'

/** Beyond it all is forgotten: better said twice than kept for ever. */
const KEPT_MAX = 1024

export class Repeats {
  readonly #pause_ms: number
  /** When what was said, by whom it was about. */
  readonly #said = new Map<string, Map<string, number>>()
  #kept = 0

  constructor(pause_ms: number) {
    assert(pause_ms > 0, 'A pause has a length')
    this.#pause_ms = pause_ms
  }

  /** Whether that was not said about `about` lately; from now on it was. */
  is_news(about: string, what: string, now_ms: number): boolean {
    const last_ms = this.#said.get(about)?.get(what)
    if (last_ms !== undefined && now_ms - last_ms < this.#pause_ms) return false
    if (last_ms === undefined && ++this.#kept > KEPT_MAX) {
      this.#said.clear()
      this.#kept = 1
    }
    const known = this.#said.get(about) ?? new Map<string, number>()
    this.#said.set(about, known.set(what, now_ms))
    return true
  }

  /** All is well with it: whatever comes next is news. */
  forget(about: string): void {
    this.#kept -= this.#said.get(about)?.size ?? 0
    this.#said.delete(about)
  }
}
