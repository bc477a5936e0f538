import { assert } from '../base/assert.ts'

/** The table of a thread's actors. A slot's number is half of an actor's address and is used again once it is free. */
export class Slots<Actor> {
  #actors: (Actor | undefined)[] = []
  #free: number[] = []

  /** Makes an actor in a free slot. */
  place<A extends Actor>(make: (slot: number) => A): A {
    const slot = this.#free.pop() ?? this.#actors.length
    const actor = make(slot)
    this.#actors[slot] = actor
    return actor
  }

  /** A slot that no actor gets. */
  reserve(): number {
    this.#actors.push(undefined)
    return this.#actors.length - 1
  }

  /** Above the highest one that was ever in use. */
  get length(): number {
    return this.#actors.length
  }

  at(slot: number): Actor | undefined {
    return this.#actors[slot]
  }

  free(slot: number): void {
    assert(this.#actors[slot] !== undefined, 'A slot is freed once')
    this.#actors[slot] = undefined
    this.#free.push(slot)
  }

  *[Symbol.iterator](): Generator<Actor> {
    for (const actor of this.#actors) if (actor !== undefined) yield actor
  }
}
