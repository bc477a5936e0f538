// How far a run is, and how long it still takes.
import type { Clock, Timer } from '../base/clock.ts'

/** What a progress line is written to. */
export interface ProgressTerminal {
  write_error(text: string): void
  readonly is_terminal: boolean
  readonly columns: number
}

const BAR_MIN = 10
const BAR_MAX = 30
const REDRAW_MS = 500
/** Of a terminal that does not tell its width. */
const COLUMNS_USUAL = 80

/**
 * The time left: what is left, at the pace so far. Before the first part is done the plan's own estimate counts, and its weight
 * falls as parts get done, so that one odd part does not throw the estimate about.
 */
export function time_left_ms(done_ms: number, total_ms: number, elapsed_ms: number): number {
  if (total_ms <= 0 || done_ms >= total_ms) return 0
  const share = done_ms / total_ms
  const measured = done_ms === 0 ? 1 : elapsed_ms / done_ms
  const trust = Math.min(1, share * 5)
  return (total_ms - done_ms) * (measured * trust + (1 - trust))
}

/** `45 s`, `3 min 05 s`. */
export function duration_text(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** One line for a terminal, no wider than it: the bar, the share, the time left, and what is being done. */
export function bar_line(share: number, left_ms: number, label: string, columns: number): string {
  const bar_width = Math.max(BAR_MIN, Math.min(BAR_MAX, columns - 50))
  const full = Math.round(bar_width * Math.min(1, share))
  const bar = '\u2588'.repeat(full) + '\u2591'.repeat(bar_width - full)
  const percent = `${Math.floor(share * 100)} %`.padStart(5)
  return `${bar} ${percent}  ${duration_text(left_ms)} left  ${label}`.slice(0, Math.max(1, columns - 1))
}

/** Tells on the standard error how far a run is: a bar that is drawn again on a terminal, else a line for each part. */
export class Progress {
  readonly #terminal: ProgressTerminal
  readonly #clock: Clock
  readonly #total_ms: number
  readonly #began_ms: number
  #done_ms = 0
  #redraw: Timer | null = null

  /** total_ms: what the plan thinks it will take. */
  constructor(terminal: ProgressTerminal, clock: Clock, total_ms: number) {
    this.#terminal = terminal
    this.#clock = clock
    this.#total_ms = total_ms
    this.#began_ms = clock.now_ms()
  }

  get elapsed_ms(): number {
    return this.#clock.now_ms() - this.#began_ms
  }

  /** A part begins. While it lasts the time left runs on. */
  begin(label: string): void {
    if (!this.#terminal.is_terminal) return
    this.#redraw?.cancel()
    const began_ms = this.elapsed_ms
    const left_ms = time_left_ms(this.#done_ms, this.#total_ms, began_ms)
    const draw = () => this.#draw(label, Math.max(0, left_ms - (this.elapsed_ms - began_ms)))
    draw()
    this.#redraw = this.#clock.every(REDRAW_MS, draw)
  }

  #draw(label: string, left_ms: number): void {
    const columns = this.#terminal.columns > 0 ? this.#terminal.columns : COLUMNS_USUAL
    this.#terminal.write_error(`\r\x1b[2K${bar_line(this.#done_ms / this.#total_ms, left_ms, label, columns)}`)
  }

  /** The part is done that the plan had thought would take planned_ms; result: what came out, in few words. */
  done(label: string, result: string, planned_ms: number): void {
    this.#done_ms += planned_ms
    if (this.#terminal.is_terminal) return this.begin(label)
    const left = duration_text(time_left_ms(this.#done_ms, this.#total_ms, this.elapsed_ms))
    this.#terminal.write_error(`${label}: ${result} (${left} left)\n`)
  }

  /** Takes the bar away, or says nothing more. */
  end(): void {
    this.#redraw?.cancel()
    if (this.#terminal.is_terminal) this.#terminal.write_error('\r\x1b[2K')
  }
}
