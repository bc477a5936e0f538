// Lines at the foot of a terminal that are drawn again in place.
import { cut } from './paint.ts'

export class LiveBlock {
  readonly #write: (text: string) => void
  readonly #columns: () => number
  #height = 0

  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write
    this.#columns = columns
  }

  /** In the place of those that are there. A line that were broken would be two, and the next drawing off by one. */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${cut(line, this.#columns())}\n`).join('')
    this.#write(this.#erased() + text)
    this.#height = lines.length
  }

  /** What is there stays, and the next drawing comes below. */
  leave(): void {
    this.#height = 0
  }

  /** Up to the first line, and everything from there on away. */
  #erased(): string {
    return this.#height === 0 ? '' : `\x1b[${this.#height}A\x1b[J`
  }
}
