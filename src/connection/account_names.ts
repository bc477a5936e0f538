import { copy_of, equal, latin1_text } from '../base/bytes.ts'

/** Numbers of accounts by the bytes of their names, as routes write them. Mostly it is the name of the line before. */
export class AccountNames {
  #numbers: ReadonlyMap<string, number>
  #last: Uint8Array = new Uint8Array(0)
  #last_number = -1

  constructor(numbers: ReadonlyMap<string, number>) {
    this.#numbers = numbers
  }

  /** A connection of one account only, on which lines have no name: the empty one means that account. */
  only(account: number): void {
    this.#last = new Uint8Array(0)
    this.#last_number = account
    this.#numbers = new Map([...this.#numbers, ['', account]])
  }

  /** There are others now. */
  forget(): void {
    if (this.#numbers.has('')) return
    this.#last = new Uint8Array(0)
    this.#last_number = -1
  }

  /** -1: there is no such account here. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    if (length === this.#last.length && equal(bytes, start, this.#last, 0, length)) return this.#last_number
    this.#last = copy_of(bytes, start, end)
    this.#last_number = this.#numbers.get(latin1_text(bytes, start, end)) ?? -1
    return this.#last_number
  }

  /** The same for a name as a text. */
  named(name: string): number {
    return this.#numbers.get(name) ?? -1
  }
}
