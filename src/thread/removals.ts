// Takes subscriptions out of the index, a part per turn, and tries again where the index is busy.
import type { Clock } from '../base/clock.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'

const RECORDS_PER_TURN = 1024
const BUSY_PAUSE_MS = 2

export class Removals {
  #index: SubjectIndex
  #clock: Clock
  #next_turn: (f: () => void) => void
  #changed: () => void

  /** `changed` is called after each part, so that the interest it took away is made known. */
  constructor(index: SubjectIndex, clock: Clock, next_turn: (f: () => void) => void, changed: () => void) {
    this.#index = index
    this.#clock = clock
    this.#next_turn = next_turn
    this.#changed = changed
  }

  remove(ids: number[], done: () => void): void {
    let left = RECORDS_PER_TURN
    while (ids.length > 0) {
      if (left-- === 0) return this.#next_turn(() => this.#again(ids, done))
      if (!this.#index.remove(ids[ids.length - 1])) {
        return void this.#clock.after(BUSY_PAUSE_MS, () => this.#again(ids, done))
      }
      ids.pop()
    }
    done()
  }

  #again(ids: number[], done: () => void): void {
    this.remove(ids, done)
    this.#changed()
  }
}
