// Connections that are held for a while though the rings have room: because their part of a turn is used up, or the index is busy.
import type { Clock } from '../base/clock.ts'
import type { Holdable } from '../connection/context.ts'

/** Before a busy index is tried again. */
const INDEX_PAUSE_MS = 2

export class Held {
  #clock: Clock
  #next_turn: (f: () => void) => void
  /** In the order in which they used up their parts of a turn. */
  #for_turn: Holdable[] = []

  constructor(clock: Clock, next_turn: (f: () => void) => void) {
    this.#clock = clock
    this.#next_turn = next_turn
  }

  for_index(connection: Holdable): void {
    connection.inbox.held = true
    this.#clock.after(INDEX_PAUSE_MS, () => connection.resume())
  }

  for_turn(connection: Holdable): void {
    connection.inbox.held = true
    // One per turn goes on, so that many of them cost the others no more than one does.
    if (this.#for_turn.push(connection) === 1) this.#next_turn(this.#resume)
  }

  #resume = (): void => {
    const connection = this.#for_turn.shift()!
    if (this.#for_turn.length > 0) this.#next_turn(this.#resume)
    connection.resume()
  }
}
