// The restart rule: an actor that dies is started again, unless too many have died of late.
import { RESTART_BUDGET, RESTART_WINDOW_MS } from '../base/limits.ts'

export class RestartBudget {
  restarts = 0
  #times_ms: number[] = []
  #budget: number
  #window_ms: number

  constructor(budget = RESTART_BUDGET, window_ms = RESTART_WINDOW_MS) {
    this.#budget = budget
    this.#window_ms = window_ms
  }

  /** One has died. False: the budget of the window is used up, give up. */
  take(now_ms: number): boolean {
    this.#times_ms = this.#times_ms.filter((time) => now_ms - time < this.#window_ms)
    this.#times_ms.push(now_ms)
    this.restarts++
    return this.#times_ms.length <= this.#budget
  }
}
