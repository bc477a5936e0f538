import { assert } from '../base/assert.ts'
import { copy, equal } from '../base/bytes.ts'
import { edge_hash } from './edge_table.ts'
import {
  GROUP_HEAD,
  GROUP_LOCAL_COUNT,
  GROUP_NEXT,
  GROUP_NODE,
  GROUP_QUEUE,
  GROUP_QUEUE_LENGTH,
  GROUP_WORDS,
  GROWING,
  HASH_SEED,
  LENGTH_STAR,
  LENGTH_TAIL,
  NODE_FIRST_GROUP,
  NODE_HASH,
  NODE_LENGTH,
  NODE_PARENT,
  NODE_SHIFT,
  NODE_STAR,
  NODE_TAIL,
  NODE_TOKEN,
  NODE_USE,
  ROOTS,
  SUBJECT_BYTES_MAX,
} from './index_layout.ts'
import type { IndexMemory } from './index_memory.ts'
import { TokenList } from './index_tokens.ts'

const STAR = 42
const TAIL = 62
const DOT = 46

/** Nodes and groups: the part of the index between a subject and its records. Everything but subject_of is locked. */
export class IndexTree {
  readonly memory: IndexMemory
  readonly tokens: TokenList
  /** Where subject_of leaves a subject: its bytes end at the end of this buffer. */
  readonly subject: Uint8Array = new Uint8Array(SUBJECT_BYTES_MAX)
  /** The account that subject_of came upon. */
  subject_account = 0

  constructor(memory: IndexMemory) {
    this.memory = memory
    this.tokens = new TokenList(memory.counts[HASH_SEED])
  }

  /** Whether the edge tables take so many more edges now. */
  edges_have_room(edges: number): boolean {
    const { memory } = this
    if (!memory.active_table().has_room(edges)) return false
    const other = Atomics.load(memory.sync, GROWING) === 0 ? null : memory.other_table()
    return other === null || other.has_room(edges)
  }

  /** The node of the subscription that `tokens` holds, made if need be; 0 if memory is full. Caller prunes if unused. */
  reach(account: number, bytes: Uint8Array): number {
    const { memory, tokens } = this
    let node = memory.counts[ROOTS + account] || this.make_root(account)
    for (let i = 0; i < tokens.count && node !== 0; i++) {
      const child = this.child(node, bytes, i) || this.make_child(node, bytes, i)
      if (child === 0) this.prune(node)
      node = child
    }
    return node
  }

  /** The group for this queue name (empty: plain) at a node, made if need be; 0 if memory is full. */
  group_at(node: number, bytes: Uint8Array, start: number, end: number): number {
    const { nodes, groups, arena } = this.memory
    const length = end - start
    let group = nodes[(node << NODE_SHIFT) + NODE_FIRST_GROUP]
    for (; group !== 0; group = groups[group * GROUP_WORDS + GROUP_NEXT]) {
      const row = group * GROUP_WORDS
      if (groups[row + GROUP_QUEUE_LENGTH] !== length) continue
      if (equal(arena.bytes, groups[row + GROUP_QUEUE] << 3, bytes, start, length)) return group
    }
    const unit = length === 0 ? 0 : arena.store(bytes, start, end)
    if (length > 0 && unit === 0) return 0
    group = this.memory.take_group()
    if (group === 0) {
      arena.free(unit, length)
      return 0
    }
    const row = group * GROUP_WORDS
    groups[row + GROUP_NODE] = node
    groups[row + GROUP_QUEUE] = unit
    groups[row + GROUP_QUEUE_LENGTH] = length
    groups[row + GROUP_LOCAL_COUNT] = 0
    groups[row + GROUP_HEAD] = 0
    groups[row + GROUP_NEXT] = nodes[(node << NODE_SHIFT) + NODE_FIRST_GROUP]
    nodes[(node << NODE_SHIFT) + NODE_FIRST_GROUP] = group
    nodes[(node << NODE_SHIFT) + NODE_USE]++
    return group
  }

  /** Frees a group without records, and the nodes that nothing needs any more. */
  drop_group(group: number): void {
    const { nodes, groups, arena } = this.memory
    const row = group * GROUP_WORDS
    assert(groups[row + GROUP_HEAD] === 0, 'A group with records stays')
    const node = groups[row + GROUP_NODE]
    const next = groups[row + GROUP_NEXT]
    let before = nodes[(node << NODE_SHIFT) + NODE_FIRST_GROUP]
    if (before === group) nodes[(node << NODE_SHIFT) + NODE_FIRST_GROUP] = next
    else {
      while (groups[before * GROUP_WORDS + GROUP_NEXT] !== group) before = groups[before * GROUP_WORDS + GROUP_NEXT]
      groups[before * GROUP_WORDS + GROUP_NEXT] = next
    }
    arena.free(groups[row + GROUP_QUEUE], groups[row + GROUP_QUEUE_LENGTH])
    this.memory.free_group(group)
    nodes[(node << NODE_SHIFT) + NODE_USE]--
    this.prune(node)
  }

  /** Frees node and its ancestors as long as they are empty. Roots stay. */
  prune(node: number): void {
    const { memory } = this
    const { nodes } = memory
    while (nodes[(node << NODE_SHIFT) + NODE_USE] === 0) {
      const row = node << NODE_SHIFT
      const parent = nodes[row + NODE_PARENT]
      if (parent <= 0) return
      const length = nodes[row + NODE_LENGTH]
      if (length === LENGTH_STAR) nodes[(parent << NODE_SHIFT) + NODE_STAR] = 0
      else if (length === LENGTH_TAIL) nodes[(parent << NODE_SHIFT) + NODE_TAIL] = 0
      else {
        const hash = edge_hash(parent, nodes[row + NODE_HASH])
        memory.active_table().remove(hash, node)
        if (Atomics.load(memory.sync, GROWING) !== 0) memory.other_table()?.remove(hash, node)
        memory.arena.free(nodes[row + NODE_TOKEN], length)
      }
      nodes[(parent << NODE_SHIFT) + NODE_USE]--
      memory.free_node(node)
      node = parent
    }
  }

  /**
   * Writes the subject of a node into this.subject and returns where it starts there; the account is left in
   * subject_account. Bounded; -1 if a torn read made it meaningless.
   */
  subject_of(node: number): number {
    const { nodes, arena } = this.memory
    const { subject } = this
    let offset = subject.length
    for (let steps = 0; steps <= SUBJECT_BYTES_MAX; steps++) {
      const row = node << NODE_SHIFT
      const parent = nodes[row + NODE_PARENT]
      if (parent < 0) {
        this.subject_account = -1 - parent
        return offset
      }
      if (!(parent > 0)) return -1
      const length = nodes[row + NODE_LENGTH]
      if (offset < subject.length) subject[--offset] = DOT
      if (length > 0) {
        const token = nodes[row + NODE_TOKEN] << 3
        if (length > offset || token + length > arena.bytes.length) return -1
        offset -= length
        copy(subject, offset, arena.bytes, token, token + length)
      } else {
        if (offset < 1) return -1
        subject[--offset] = length === LENGTH_STAR ? STAR : TAIL
      }
      node = parent
    }
    return -1
  }

  private child(node: number, bytes: Uint8Array, i: number): number {
    const { memory, tokens } = this
    const { nodes } = memory
    if (tokens.is_star(bytes, i)) return nodes[(node << NODE_SHIFT) + NODE_STAR]
    if (tokens.is_tail(bytes, i)) return nodes[(node << NODE_SHIFT) + NODE_TAIL]
    return memory.active_table()
      .find(nodes, memory.arena.bytes, node, tokens.hashes[i], bytes, tokens.starts[i], tokens.lengths[i])
  }

  private make_root(account: number): number {
    const { memory } = this
    const node = memory.take_node()
    if (node === 0) return 0
    this.fill_node(node, -1 - account, 0, 0, 0)
    memory.counts[ROOTS + account] = node
    return node
  }

  private make_child(parent: number, bytes: Uint8Array, i: number): number {
    const { memory, tokens } = this
    const { nodes } = memory
    const node = memory.take_node()
    if (node === 0) return 0
    const parent_row = parent << NODE_SHIFT
    if (tokens.is_star(bytes, i)) {
      this.fill_node(node, parent, 0, LENGTH_STAR, 0)
      nodes[parent_row + NODE_STAR] = node
    } else if (tokens.is_tail(bytes, i)) {
      this.fill_node(node, parent, 0, LENGTH_TAIL, 0)
      nodes[parent_row + NODE_TAIL] = node
    } else {
      const start = tokens.starts[i]
      const unit = memory.arena.store(bytes, start, start + tokens.lengths[i])
      if (unit === 0) {
        memory.free_node(node)
        return 0
      }
      this.fill_node(node, parent, unit, tokens.lengths[i], tokens.hashes[i])
      const hash = edge_hash(parent, tokens.hashes[i])
      memory.active_table().insert(hash, node)
      if (Atomics.load(memory.sync, GROWING) !== 0) memory.other_table()?.insert(hash, node)
    }
    nodes[parent_row + NODE_USE]++
    return node
  }

  private fill_node(node: number, parent: number, unit: number, length: number, hash: number): void {
    const { nodes } = this.memory
    const row = node << NODE_SHIFT
    nodes[row + NODE_TOKEN] = unit
    nodes[row + NODE_LENGTH] = length
    nodes[row + NODE_HASH] = hash
    nodes[row + NODE_STAR] = 0
    nodes[row + NODE_TAIL] = 0
    nodes[row + NODE_FIRST_GROUP] = 0
    nodes[row + NODE_USE] = 0
    nodes[row + NODE_PARENT] = parent
  }
}
