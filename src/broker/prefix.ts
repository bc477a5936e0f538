import { latin1_bytes } from '../base/bytes.ts'

/** Ready-made bytes in front of a message, such as `MSG subject sid `, also as words to be written four bytes at a time. */
export class Prefix {
  readonly bytes: Uint8Array
  readonly length: number
  readonly #words: Int32Array

  constructor(text: string) {
    this.bytes = latin1_bytes(text)
    this.length = text.length
    const padded = new DataView(new ArrayBuffer((text.length + 3) & ~3))
    new Uint8Array(padded.buffer).set(this.bytes)
    this.#words = new Int32Array(padded.byteLength / 4)
    for (let i = 0; i < this.#words.length; i++) this.#words[i] = padded.getInt32(i * 4, true)
  }

  /** Writes it at an offset; up to 3 bytes behind it are overwritten. Returns the offset behind it. */
  write(target: DataView, offset: number): number {
    const words = this.#words
    for (let i = 0, at = offset; i < words.length; i++, at += 4) target.setInt32(at, words[i], true)
    return offset + this.length
  }
}
