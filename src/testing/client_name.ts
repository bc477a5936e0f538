// What a client calls itself, read from the first bytes that it sends.
import { latin1_text } from '../base/bytes.ts'
import { parse_connect } from '../wire/connect.ts'

/** Who has not said it by then has none. */
const TEXT_MAX = 16_384

export class ClientName {
  name = ''
  /** Null: it is known, or is not looked for any more. */
  #text: string | null = ''
  #known: () => void

  /** `known` is called when the name is. */
  constructor(known: () => void) {
    this.#known = known
  }

  take(bytes: Uint8Array): void {
    if (this.#text === null) return
    this.#text += latin1_text(bytes)
    const found = /(?:^|\n)CONNECT\s+(\{[^\n]*\})\s*\n/i.exec(this.#text)
    if (found === null) {
      if (this.#text.length > TEXT_MAX) this.#text = null
      return
    }
    this.#text = null
    this.name = parse_connect(found[1])?.name ?? ''
    if (this.name !== '') this.#known()
  }
}
