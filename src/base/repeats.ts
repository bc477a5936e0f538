// What was said already: a line that would come again with every attempt comes once in a while.
import { assert } from './assert.ts'

/** Beyond it all is forgotten: better said twice than kept for ever. */
const KEYS_MAX = 1024

export class Repeats {
  readonly #pause_ms: number
  readonly #said = new Map<string, { what: string; at_ms: number }>()

  constructor(pause_ms: number) {
    assert(pause_ms > 0, 'A pause has a length')
    this.#pause_ms = pause_ms
  }

  /** Whether that was not said about `about` lately; from now on it was. */
  is_news(about: string, what: string, now_ms: number): boolean {
    const last = this.#said.get(about)
    if (last?.what === what && now_ms - last.at_ms < this.#pause_ms) return false
    if (this.#said.size >= KEYS_MAX) this.#said.clear()
    this.#said.set(about, { what, at_ms: now_ms })
    return true
  }

  /** All is well with it: what comes next is news. */
  forget(about: string): void {
    this.#said.delete(about)
  }
}
