// One line of a terminal that says how far it is, drawn again and again, and gone at the end.
import type { Clock } from '../base/clock.ts'
import type { Progress } from './survey.ts'

const DRAW_MS = 50

/** Where it is drawn: characters on a line, and how to write. */
export interface ProgressScreen {
  readonly columns: number
  write(text: string): void
}

export class ProgressLine {
  readonly #screen: ProgressScreen
  readonly #clock: Clock
  #drawn_ms = -Infinity
  #is_there = false

  constructor(screen: ProgressScreen, clock: Clock) {
    this.#screen = screen
    this.#clock = clock
  }

  show({ dialled, known, members, doing }: Progress): void {
    const now_ms = this.#clock.now_ms()
    if (now_ms - this.#drawn_ms < DRAW_MS) return
    this.#drawn_ms = now_ms
    this.#is_there = true
    const text = `${dialled} of ${known} addresses, ${members} servers: ${doing}`
    this.#screen.write(`\r\x1b[K${text.slice(0, Math.max(0, this.#screen.columns - 1))}`)
  }

  clear(): void {
    if (this.#is_there) this.#screen.write('\r\x1b[K')
    this.#is_there = false
  }
}
