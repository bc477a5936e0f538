import { assert } from '../base/assert.ts'
import { CLOSED_CONNECTIONS_MAX } from '../base/limits.ts'
import type { ClientReport } from '../connection/report.ts'

/** The newest connections that ended, oldest first. */
export class ClosedRing {
  readonly #capacity: number
  #reports: ClientReport[] = []
  /** Where the next one goes once the ring is full: the place of the oldest. */
  #next = 0

  constructor(capacity = CLOSED_CONNECTIONS_MAX) {
    assert(Number.isInteger(capacity) && capacity >= 0, 'A ring has room for a whole number of connections')
    this.#capacity = capacity
  }

  get length(): number {
    return this.#reports.length
  }

  push(report: ClientReport): void {
    assert(report.stop_ms !== undefined, 'Only a connection that ended goes into the ring')
    if (this.#capacity === 0) return
    if (this.#reports.length < this.#capacity) {
      this.#reports.push(report)
      return
    }
    this.#reports[this.#next] = report
    this.#next = (this.#next + 1) % this.#capacity
  }

  /** A copy, oldest first. */
  list(): ClientReport[] {
    return [...this.#reports.slice(this.#next), ...this.#reports.slice(0, this.#next)]
  }
}
