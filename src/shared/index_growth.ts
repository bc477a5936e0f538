// Growth of the edge table, driven by the supervisor while all threads go on:
//  1. index.allocate_next()                   one thread; the memory goes to all
//  2. index.attach_next(table)                every thread, then it acknowledges
//  3. start_growth(index)                     from here on mutations maintain both tables
//  4. grow_step(index, node, batch) until 0   any thread, in small holds of the lock; readers are not disturbed
//  5. finish_growth(index)                    the next table becomes the active one
//  6. index.drop_previous()                   every thread
// A thread that starts in between gets index.buffers of the supervisor, which hold both tables from step 2 to step 6.
import { assert } from '../base/assert.ts'
import { INDEX_GROWTH_SHARE } from '../base/limits.ts'
import { edge_hash, type EdgeTable } from './edge_table.ts'
import { ACTIVE_TABLE, GROWING, NODE_HASH, NODE_LENGTH, NODE_PARENT, NODE_SHIFT, NODE_TOP } from './index_layout.ts'
import type { SubjectIndex } from './subject_index.ts'

/** Nodes per step: a hold of the lock of some microseconds. */
export const GROWTH_BATCH = 64

/** Whether it is time to grow. */
export function growth_wanted(index: SubjectIndex): boolean {
  return !is_growing(index) && index.memory.active_table().share() > INDEX_GROWTH_SHARE
}

/** Whether growth is between start_growth and finish_growth. */
export function is_growing(index: SubjectIndex): boolean {
  return Atomics.load(index.memory.sync, GROWING) !== 0
}

/** Step 3. All threads must have attached the next table. False: busy, try again. */
export function start_growth(index: SubjectIndex): boolean {
  const next = index.memory.other_table()
  assert(next !== null && !is_growing(index), 'Growth starts once, after the next table is attached')
  if (!index.lock.acquire()) return false
  index.memory.counts[next.count_word] = 0
  Atomics.store(index.memory.sync, GROWING, 1)
  index.lock.release()
  return true
}

/** Step 4, from node 1 on: copies the edges of `batch` nodes. Returns where to go on (the same if busy), 0 when done. */
export function grow_step(index: SubjectIndex, from_node: number, batch = GROWTH_BATCH): number {
  assert(from_node > 0 && batch > 0 && is_growing(index), 'Edges are copied during growth')
  const { nodes, counts } = index.memory
  const next = index.memory.other_table()
  assert(next !== null, 'The next table is attached')
  touch_slots(index, next, from_node, batch)
  if (!index.lock.acquire()) return from_node
  const top = counts[NODE_TOP]
  const end = Math.min(from_node + batch, top)
  for (let node = from_node; node < end; node++) {
    const row = node << NODE_SHIFT
    if (nodes[row + NODE_PARENT] <= 0 || nodes[row + NODE_LENGTH] <= 0) continue
    const hash = edge_hash(nodes[row + NODE_PARENT], nodes[row + NODE_HASH])
    if (!next.has(hash, node)) next.insert(hash, node)
  }
  index.lock.release()
  return end < top ? end : 0
}

// The first write to a page of the new table costs microseconds, and a batch may hit a page for every node: measured,
// up to 1.6 ms. So the pages come before the lock is taken. What is read here without it is a hint only.
function touch_slots(index: SubjectIndex, next: EdgeTable, from_node: number, batch: number): void {
  const { nodes, counts } = index.memory
  const end = Math.min(from_node + batch, counts[NODE_TOP])
  for (let node = from_node; node < end; node++) {
    const row = node << NODE_SHIFT
    const parent = nodes[row + NODE_PARENT]
    if (parent > 0 && nodes[row + NODE_LENGTH] > 0) next.touch(edge_hash(parent, nodes[row + NODE_HASH]))
  }
}

/** Step 5, after grow_step returned 0. False: busy, try again. */
export function finish_growth(index: SubjectIndex): boolean {
  const { memory, lock } = index
  const active = memory.active_table()
  const next = memory.other_table()
  assert(next !== null && is_growing(index), 'Growth has started')
  if (!lock.acquire()) return false
  assert(memory.counts[next.count_word] === memory.counts[active.count_word], 'All edges are in the next table')
  lock.begin_write()
  Atomics.store(memory.sync, ACTIVE_TABLE, 1 - Atomics.load(memory.sync, ACTIVE_TABLE))
  Atomics.store(memory.sync, GROWING, 0)
  lock.end_write()
  lock.release()
  return true
}

/** The whole growth for an index that only this thread has attached. False: busy, nothing changed or half the way. */
export function grow_alone(index: SubjectIndex): boolean {
  if (!is_growing(index)) {
    if (index.memory.other_table() === null) index.attach_next(index.allocate_next())
    if (!start_growth(index)) return false
  }
  for (let node = 1; node !== 0;) {
    const next = grow_step(index, node, 4096)
    if (next === node) return false
    node = next
  }
  if (!finish_growth(index)) return false
  index.drop_previous()
  return true
}
