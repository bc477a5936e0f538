import { assert } from '../base/assert.ts'
import {
  EDGE_CHILD,
  EDGE_HASH,
  EDGE_SHIFT,
  EDGES_SHARE_MAX,
  NODE_HASH,
  NODE_LENGTH,
  NODE_PARENT,
  NODE_SHIFT,
  NODE_TOKEN,
} from './index_layout.ts'

/** Hash of an edge: from this parent, by a token with this hash. */
export function edge_hash(parent: number, token_hash: number): number {
  let hash = Math.imul(parent, 0x9e3779b1) ^ token_hash
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

/** Memory for an edge table. */
export function allocate_edges(slots: number): SharedArrayBuffer {
  assert(slots > 0 && (slots & (slots - 1)) === 0, 'An edge table has a power of two of slots')
  return new SharedArrayBuffer(slots << EDGE_SHIFT << 2)
}

/**
 * Hash table (parent node, token) -> child node with linear probing. The token's bytes are compared in the child's
 * row, so a slot is two words. Deletion shifts the following slots back, so there are no gravestones.
 * Writes happen under the index lock; find is also called by readers and is bounded whatever it reads.
 */
export class EdgeTable {
  readonly buffer: SharedArrayBuffer
  readonly words: Int32Array
  readonly mask: number
  readonly counts: Int32Array
  /** The word of `counts` that holds the number of edges in this table. */
  readonly count_word: number

  constructor(buffer: SharedArrayBuffer, counts: Int32Array, count_word: number) {
    this.buffer = buffer
    this.words = new Int32Array(buffer)
    this.mask = (this.words.length >> EDGE_SHIFT) - 1
    this.counts = counts
    this.count_word = count_word
  }

  /** The child of parent by the token bytes[start, start + length) with this hash, or 0. */
  find(
    nodes: Int32Array,
    arena: Uint8Array,
    parent: number,
    token_hash: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): number {
    const { words, mask } = this
    const hash = edge_hash(parent, token_hash)
    let slot = hash & mask
    for (let probes = 0; probes <= mask; probes++) {
      const word = slot << EDGE_SHIFT
      const child = words[word + EDGE_CHILD]
      if (child === 0) return 0
      if (words[word + EDGE_HASH] === hash) {
        const row = child << NODE_SHIFT
        if (
          nodes[row + NODE_PARENT] === parent && nodes[row + NODE_HASH] === token_hash &&
          nodes[row + NODE_LENGTH] === length
        ) {
          const token = nodes[row + NODE_TOKEN] << 3
          let i = 0
          while (i < length && arena[token + i] === bytes[start + i]) i++
          if (i === length) return child
        }
      }
      slot = (slot + 1) & mask
    }
    return 0
  }

  /** Adds an edge that is not in the table. */
  insert(hash: number, child: number): void {
    const { words, mask } = this
    let slot = hash & mask
    while (words[(slot << EDGE_SHIFT) + EDGE_CHILD] !== 0) slot = (slot + 1) & mask
    words[(slot << EDGE_SHIFT) + EDGE_HASH] = hash
    words[(slot << EDGE_SHIFT) + EDGE_CHILD] = child
    this.counts[this.count_word]++
  }

  /**
   * Makes the page of this hash's home slot present without changing it; needs no lock. An atomic "or" with 0 can not
   * undo what another thread writes at the same time, which a plain read and write could.
   */
  touch(hash: number): void {
    Atomics.or(this.words, (hash & this.mask) << EDGE_SHIFT, 0)
  }

  /** Whether the edge to this child is in the table. */
  has(hash: number, child: number): boolean {
    return this.slot_of(hash, child) >= 0
  }

  /** Takes an edge out, if it is there. */
  remove(hash: number, child: number): void {
    const { words, mask } = this
    let hole = this.slot_of(hash, child)
    if (hole < 0) return
    for (let slot = (hole + 1) & mask;; slot = (slot + 1) & mask) {
      const next = words[(slot << EDGE_SHIFT) + EDGE_CHILD]
      if (next === 0) break
      const next_hash = words[(slot << EDGE_SHIFT) + EDGE_HASH]
      // An edge moves back only if its home slot is not behind the hole.
      if (((slot - next_hash) & mask) < ((slot - hole) & mask)) continue
      words[(hole << EDGE_SHIFT) + EDGE_HASH] = next_hash
      words[(hole << EDGE_SHIFT) + EDGE_CHILD] = next
      hole = slot
    }
    words[(hole << EDGE_SHIFT) + EDGE_CHILD] = 0
    this.counts[this.count_word]--
  }

  /** Whether so many more edges may be added. */
  has_room(edges: number): boolean {
    return this.counts[this.count_word] + edges <= (this.mask + 1) * EDGES_SHARE_MAX
  }

  /** Share of the slots in use. */
  share(): number {
    return this.counts[this.count_word] / (this.mask + 1)
  }

  bytes_used(): number {
    return this.counts[this.count_word] << EDGE_SHIFT << 2
  }

  clear(): void {
    this.words.fill(0)
    this.counts[this.count_word] = 0
  }

  private slot_of(hash: number, child: number): number {
    const { words, mask } = this
    let slot = hash & mask
    for (let probes = 0; probes <= mask; probes++) {
      const found = words[(slot << EDGE_SHIFT) + EDGE_CHILD]
      if (found === child) return slot
      if (found === 0) return -1
      slot = (slot + 1) & mask
    }
    return -1
  }
}
