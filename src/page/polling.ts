// The page asks the server again and again, and knows since when it has no answer.
import type { Clock, Timer } from '../base/clock.ts'
import { pause_ms } from './back_off.ts'
import type { MeshAnswer } from './mesh_answer.ts'

/** An answer that takes longer is given up. */
const ANSWER_MS = 5_000

export interface PollingContext {
  readonly clock: Clock
  fetch_json(path: string, ms: number): Promise<unknown>
  is_hidden(): boolean
  take(answer: MeshAnswer): void
  /** No answer came. `next_ms`: when the next attempt will be, by `clock.wall_ms`. */
  failed(why: string, next_ms: number): void
}

export class Polling {
  #context: PollingContext
  #timer: Timer | null = null
  #failures = 0
  #is_asking = false

  constructor(context: PollingContext) {
    this.#context = context
  }

  /** Asks now, and from then on again and again. */
  async ask(): Promise<void> {
    if (this.#is_asking) return
    this.#is_asking = true
    this.#timer?.cancel()
    const { clock, fetch_json, is_hidden, take, failed } = this.#context
    const began_ms = clock.now_ms()
    try {
      const answer = await fetch_json('mesh', ANSWER_MS)
      this.#failures = 0
      take(answer as MeshAnswer)
    } catch (error) {
      this.#failures++
      failed(error instanceof Error ? error.message : String(error), clock.wall_ms() + pause_ms(this.#failures, false))
    }
    this.#is_asking = false
    // The pace is that of the questions; a slow answer does not make it slower.
    const passed_ms = this.#failures === 0 ? clock.now_ms() - began_ms : 0
    const left_ms = Math.max(50, pause_ms(this.#failures, is_hidden()) - passed_ms)
    this.#timer = clock.after(left_ms, () => void this.ask())
  }
}
