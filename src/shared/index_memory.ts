import { assert } from '../base/assert.ts'
import { INDEX_EDGES_INITIAL, INTEREST_LOG_BYTES, SUBSCRIPTIONS_MAX } from '../base/limits.ts'
import { type Random, system_random } from '../base/prng.ts'
import { Arena } from './arena.ts'
import { allocate_edges, EdgeTable } from './edge_table.ts'
import {
  ACTIVE_TABLE,
  ARENA_TOP,
  COUNTS_WORDS,
  EDGE_COUNTS,
  GROUP_FREE,
  GROUP_NEXT,
  GROUP_NODE,
  GROUP_TOP,
  GROUP_WORDS,
  HASH_SEED,
  type IndexBuffers,
  LOG_ON,
  NODE_FREE,
  NODE_PARENT,
  NODE_SHIFT,
  NODE_STAR,
  NODE_TOP,
  RECORD_FREE,
  RECORD_NEXT,
  RECORD_OWNER,
  RECORD_TOP,
  RECORD_WORDS,
  SYNC_WORDS,
} from './index_layout.ts'
import { InterestLog } from './interest_log.ts'

// What is reserved for each subscription. Pages cost nothing until they are touched.
const NODES_PER_SUBSCRIPTION = 3
const ARENA_BYTES_PER_SUBSCRIPTION = 96

/** Sizes of an index; what is left out has the size of base/limits. */
export interface IndexOptions {
  subscriptions?: number
  nodes?: number
  /** Slots of the first edge table: a power of two. */
  edges?: number
  arena_bytes?: number
  /** Whether interest is logged from the start. */
  log?: boolean
  /** A power of two. */
  log_bytes?: number
  random?: Random
}

/** Reserves the memory of an index, to be shared among threads. */
export function reserve_index(options: IndexOptions = {}): IndexBuffers {
  const subscriptions = options.subscriptions ?? SUBSCRIPTIONS_MAX
  const nodes = options.nodes ?? subscriptions * NODES_PER_SUBSCRIPTION
  const arena_bytes = options.arena_bytes ?? subscriptions * ARENA_BYTES_PER_SUBSCRIPTION
  assert(subscriptions > 0 && nodes > 0 && arena_bytes >= 16, 'An index has room for something')
  const buffers: IndexBuffers = {
    sync: new SharedArrayBuffer(SYNC_WORDS * 4),
    counts: new SharedArrayBuffer(COUNTS_WORDS * 4),
    nodes: new SharedArrayBuffer((nodes + 1) << NODE_SHIFT << 2),
    groups: new SharedArrayBuffer((subscriptions + 1) * GROUP_WORDS * 4),
    records: new SharedArrayBuffer((subscriptions + 1) * RECORD_WORDS * 4),
    arena: new SharedArrayBuffer((arena_bytes + 7) & ~7),
    log: new SharedArrayBuffer(options.log_bytes ?? INTEREST_LOG_BYTES),
    edges: [allocate_edges(options.edges ?? INDEX_EDGES_INITIAL), null],
  }
  const counts = new Int32Array(buffers.counts)
  counts[NODE_TOP] =
    counts[GROUP_TOP] =
    counts[RECORD_TOP] =
    counts[ARENA_TOP] =
      1
  counts[HASH_SEED] = (options.random ?? system_random()).below(0x7fffffff) | 1
  new Int32Array(buffers.sync)[LOG_ON] = options.log ? 1 : 0
  return buffers
}

/** One thread's views of the index memory, and the free lists of its rows (used under the lock). */
export class IndexMemory {
  readonly buffers: IndexBuffers
  readonly sync: Int32Array
  readonly counts: Int32Array
  readonly nodes: Int32Array
  readonly groups: Int32Array
  readonly records: Int32Array
  readonly arena: Arena
  readonly log: InterestLog
  /** The tables this thread knows; ACTIVE_TABLE says which one is read. */
  readonly tables: [EdgeTable | null, EdgeTable | null]

  constructor(buffers: IndexBuffers) {
    this.buffers = buffers
    this.sync = new Int32Array(buffers.sync)
    this.counts = new Int32Array(buffers.counts)
    this.nodes = new Int32Array(buffers.nodes)
    this.groups = new Int32Array(buffers.groups)
    this.records = new Int32Array(buffers.records)
    this.arena = new Arena(buffers.arena, this.counts)
    this.log = new InterestLog(buffers.log, this.sync)
    this.tables = [null, null]
    for (const which of [0, 1] as const) {
      const edges = buffers.edges[which]
      if (edges !== null) this.tables[which] = new EdgeTable(edges, this.counts, EDGE_COUNTS + which)
    }
  }

  /** The edge table that is read. */
  active_table(): EdgeTable {
    const table = this.tables[Atomics.load(this.sync, ACTIVE_TABLE)]
    assert(table !== null, 'Every thread attaches a table before it becomes the active one')
    return table
  }

  /** The other edge table: the next one before growth ends, the previous one after. */
  other_table(): EdgeTable | null {
    return this.tables[1 - Atomics.load(this.sync, ACTIVE_TABLE)]
  }

  /** Of `bytes_reserved`: rows and blocks that were ever taken (what was freed is taken again), and edges. */
  bytes_used(): number {
    const { counts } = this
    const rows = (counts[NODE_TOP] << NODE_SHIFT) + counts[GROUP_TOP] * GROUP_WORDS + counts[RECORD_TOP] * RECORD_WORDS
    return rows * 4 + this.arena.bytes_touched() + this.active_table().bytes_used()
  }

  /** All that subscriptions can have, but for edges: their table grows. */
  bytes_reserved(): number {
    const { nodes, groups, records, arena } = this.buffers
    const rows = nodes.byteLength + groups.byteLength + records.byteLength
    return rows + arena.byteLength + this.active_table().buffer.byteLength
  }

  /** A node's id, or 0 if all are in use. */
  take_node(): number {
    const { counts, nodes } = this
    const free = counts[NODE_FREE]
    if (free !== 0) {
      counts[NODE_FREE] = nodes[(free << NODE_SHIFT) + NODE_STAR]
      return free
    }
    const top = counts[NODE_TOP]
    if (top << NODE_SHIFT >= nodes.length) return 0
    counts[NODE_TOP] = top + 1
    return top
  }

  free_node(node: number): void {
    const row = node << NODE_SHIFT
    this.nodes[row + NODE_PARENT] = 0
    this.nodes[row + NODE_STAR] = this.counts[NODE_FREE]
    this.counts[NODE_FREE] = node
  }

  /** A group's id, or 0 if all are in use. */
  take_group(): number {
    const { counts, groups } = this
    const free = counts[GROUP_FREE]
    if (free !== 0) {
      counts[GROUP_FREE] = groups[free * GROUP_WORDS + GROUP_NEXT]
      return free
    }
    const top = counts[GROUP_TOP]
    if (top * GROUP_WORDS >= groups.length) return 0
    counts[GROUP_TOP] = top + 1
    return top
  }

  free_group(group: number): void {
    const row = group * GROUP_WORDS
    this.groups[row + GROUP_NODE] = 0
    this.groups[row + GROUP_NEXT] = this.counts[GROUP_FREE]
    this.counts[GROUP_FREE] = group
  }

  /** A record's id, or 0 if all are in use. */
  take_record(): number {
    const { counts, records } = this
    const free = counts[RECORD_FREE]
    if (free !== 0) {
      counts[RECORD_FREE] = records[free * RECORD_WORDS + RECORD_NEXT]
      return free
    }
    const top = counts[RECORD_TOP]
    if (top * RECORD_WORDS >= records.length) return 0
    counts[RECORD_TOP] = top + 1
    return top
  }

  free_record(record: number): void {
    const row = record * RECORD_WORDS
    this.records[row + RECORD_OWNER] = 0
    this.records[row + RECORD_NEXT] = this.counts[RECORD_FREE]
    this.counts[RECORD_FREE] = record
  }
}
