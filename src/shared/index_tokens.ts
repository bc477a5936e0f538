import { DOT } from '../base/bytes.ts'
import { SUBJECT_BYTES_MAX } from './index_layout.ts'

const TOKENS_MAX = (SUBJECT_BYTES_MAX >> 1) + 1
const FNV_PRIME = 16777619
const STAR = 42
const TAIL = 62

/** A subject cut into tokens, in buffers that are used again for every subject. */
export class TokenList {
  count = 0
  readonly starts = new Int32Array(TOKENS_MAX)
  readonly lengths = new Int32Array(TOKENS_MAX)
  readonly hashes = new Int32Array(TOKENS_MAX)
  private readonly seed: number

  constructor(seed: number) {
    this.seed = seed
  }

  /** Cuts bytes[start, end); false if there is an empty token or the subject is too long. */
  split(bytes: Uint8Array, start: number, end: number): boolean {
    const { starts, lengths, hashes, seed } = this
    this.count = 0
    if (end - start > SUBJECT_BYTES_MAX) return false
    let count = 0
    let token = start
    let hash = seed
    for (let i = start; i < end; i++) {
      const byte = bytes[i]
      if (byte !== DOT) {
        hash = Math.imul(hash ^ byte, FNV_PRIME)
        continue
      }
      if (i === token) return false
      starts[count] = token
      lengths[count] = i - token
      hashes[count++] = hash
      token = i + 1
      hash = seed
    }
    if (token >= end) return false
    starts[count] = token
    lengths[count] = end - token
    hashes[count++] = hash
    this.count = count
    return true
  }

  /** Whether token i of the subscription in bytes is the wildcard `*`. */
  is_star(bytes: Uint8Array, i: number): boolean {
    return this.lengths[i] === 1 && bytes[this.starts[i]] === STAR
  }

  /** Whether token i of the subscription in bytes is the wildcard `>`. */
  is_tail(bytes: Uint8Array, i: number): boolean {
    return this.lengths[i] === 1 && bytes[this.starts[i]] === TAIL
  }

  /** Whether the tokens make a subscription: `>` only at the end. */
  tail_is_last(bytes: Uint8Array): boolean {
    for (let i = 0; i < this.count - 1; i++) if (this.is_tail(bytes, i)) return false
    return true
  }
}
