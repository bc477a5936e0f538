// One line of a terminal that says how far it is, drawn again and again, and gone at the end.
import type { Clock, Timer } from '../base/clock.ts'
import type { Progress } from './survey.ts'

const DRAW_MS = 50

/** Where it is drawn: characters on a line, and how to write. */
export interface ProgressScreen {
  readonly columns: number
  write(text: string): void
}

/** Of a terminal that does not say it. */
const COLUMNS = 80

export class ProgressLine {
  readonly #screen: ProgressScreen
  readonly #clock: Clock
  #state: Progress | null = null
  #timer: Timer | null = null
  #is_there = false

  constructor(screen: ProgressScreen, clock: Clock) {
    this.#screen = screen
    this.#clock = clock
  }

  /** Drawn at once, or a moment later with what has come by then. */
  show(state: Progress): void {
    this.#state = state
    if (this.#timer === null) this.#draw()
  }

  clear(): void {
    this.#timer?.cancel()
    this.#timer = null
    if (this.#is_there) this.#screen.write('\r\x1b[K')
    this.#is_there = false
  }

  #draw(): void {
    this.#timer = null
    if (this.#state === null) return
    const { dialled, known, members, doing } = this.#state
    this.#state = null
    this.#is_there = true
    const text = `${dialled} of ${known} addresses, ${members} ${members === 1 ? 'server' : 'servers'}: ${doing}`
    const { columns } = this.#screen
    this.#screen.write(`\r\x1b[K${text.slice(0, (columns > 0 ? columns : COLUMNS) - 1)}`)
    this.#timer = this.#clock.after(DRAW_MS, () => this.#draw())
  }
}
