import {
  ACTIVE_TABLE,
  GROUP_HEAD,
  GROUP_NEXT,
  GROUP_WORDS,
  NODE_FIRST_GROUP,
  NODE_SHIFT,
  NODE_STAR,
  NODE_TAIL,
  RECORD_NEXT,
  RECORD_WORDS,
  ROOTS,
} from './index_layout.ts'
import type { IndexLock } from './index_lock.ts'
import type { IndexMemory } from './index_memory.ts'
import type { TokenList } from './index_tokens.ts'

// Nodes that wait for their turn: at most one per level, since the walk goes on with one of a node's two children.
const STACK_PAIRS_INITIAL = 4096
/** After so many steps a walk looks whether the index has changed: then its result is void anyway. */
const STEPS_PER_LOOK = 1024

/** Walks the index for one published subject after the other, without allocating. */
export class Matcher {
  private readonly memory: IndexMemory
  private readonly lock: IndexLock
  private readonly tokens: TokenList
  private stack: Int32Array = new Int32Array(2 * STACK_PAIRS_INITIAL)
  private out: Int32Array = new Int32Array(0)
  private found = 0
  private steps = 0
  private sequence = 0

  constructor(memory: IndexMemory, lock: IndexLock, tokens: TokenList) {
    this.memory = memory
    this.lock = lock
    this.tokens = tokens
  }

  /** See SubjectIndex.match. */
  match(account: number, bytes: Uint8Array, start: number, end: number, out: Int32Array): number {
    const { memory, tokens } = this
    if (!tokens.split(bytes, start, end)) return 0
    const root = memory.counts[ROOTS + account]
    if (!root) return 0
    this.out = out
    this.found = 0
    this.steps = STEPS_PER_LOOK
    this.sequence = this.lock.sequence()
    if (tokens.count * 2 > this.stack.length) this.stack = new Int32Array(tokens.count * 2)
    this.walk(root, bytes)
    return this.found <= out.length ? this.found : -this.found
  }

  private walk(root: number, bytes: Uint8Array): void {
    const { nodes, arena, sync, tables } = this.memory
    const { count, starts, lengths, hashes } = this.tokens
    const { stack } = this
    const table = tables[Atomics.load(sync, ACTIVE_TABLE)]
    if (table === null) return
    let node = root
    let depth = 0
    let waiting = 0
    for (;;) {
      if (--this.steps < 0 && this.is_void()) return
      let child = 0
      const row = node << NODE_SHIFT
      if (depth === count) {
        if (!this.emit(nodes[row + NODE_FIRST_GROUP])) return
      } else {
        const tail = nodes[row + NODE_TAIL]
        if (tail > 0 && !this.emit(nodes[(tail << NODE_SHIFT) + NODE_FIRST_GROUP])) return
        child = table.find(nodes, arena.bytes, node, hashes[depth], bytes, starts[depth], lengths[depth])
        const star = nodes[row + NODE_STAR]
        if (star > 0) {
          if (child > 0) {
            stack[waiting++] = star
            stack[waiting++] = depth + 1
          } else child = star
        }
      }
      if (child > 0) {
        node = child
        depth++
      } else if (waiting > 0) {
        depth = stack[--waiting]
        node = stack[--waiting]
      } else return
    }
  }

  // Puts the records of a node's groups out, group by group; false if the walk is void.
  private emit(group: number): boolean {
    const { groups, records } = this.memory
    const { out } = this
    while (group > 0) {
      let record = groups[group * GROUP_WORDS + GROUP_HEAD]
      while (record > 0) {
        if (this.found < out.length) out[this.found] = record
        this.found++
        record = records[record * RECORD_WORDS + RECORD_NEXT]
        if (--this.steps < 0 && this.is_void()) return false
      }
      group = groups[group * GROUP_WORDS + GROUP_NEXT]
      if (--this.steps < 0 && this.is_void()) return false
    }
    return true
  }

  private is_void(): boolean {
    this.steps = STEPS_PER_LOOK
    const sequence = this.lock.sequence()
    return (sequence & 1) !== 0 || sequence !== this.sequence
  }
}
