// What to do when a thread died with the lock held: half a mutation may lie in the memory. Everything is built anew
// from the records that are marked in use, each of which stands on a whole group and a whole chain of nodes.
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import { edge_hash } from './edge_table.ts'
import {
  CHANGING_GROUP,
  GENERATION_GLOBAL,
  GROUP_FREE,
  GROUP_HEAD,
  GROUP_LOCAL_COUNT,
  GROUP_NEXT,
  GROUP_NODE,
  GROUP_QUEUE,
  GROUP_QUEUE_LENGTH,
  GROUP_TOP,
  GROUP_WORDS,
  GROWING,
  LENGTH_STAR,
  LENGTH_TAIL,
  NODE_FIRST_GROUP,
  NODE_FREE,
  NODE_HASH,
  NODE_LENGTH,
  NODE_PARENT,
  NODE_SHIFT,
  NODE_STAR,
  NODE_TAIL,
  NODE_TOKEN,
  NODE_TOP,
  NODE_USE,
  RECORD_FREE,
  RECORD_GROUP,
  RECORD_NEXT,
  RECORD_PREVIOUS,
  RECORD_SID,
  RECORD_SID_LENGTH,
  RECORD_TOP,
  RECORD_WORDS,
  ROOTS,
  SubscriberKind,
  SUBSCRIPTION_COUNT,
  WAITERS,
} from './index_layout.ts'
import type { SubjectIndex } from './subject_index.ts'

/** Which rows stay, and the arena blocks they hold as pairs of (unit, length). */
interface Live {
  nodes: Uint8Array
  groups: Uint8Array
  blocks: [number, number][]
}

/**
 * Takes the lock over from a thread that is known to be dead and makes the index whole; record ids stay. False if that
 * thread did not hold the lock: then there is nothing to repair. The group whose count was changing is logged once
 * more with its right count. Takes about a second for a million subscriptions; others are BUSY meanwhile.
 */
export function repair(index: SubjectIndex, dead_thread: number): boolean {
  if (!index.lock.take_over(dead_thread)) return false
  const { memory, lock } = index
  const changing = describe_changing_group(index)
  const live = find_live(index)
  relink_nodes(index, live)
  relink_groups(index, live)
  relink_records(index)
  memory.arena.rebuild(live.blocks)
  log_again(index, changing)
  memory.counts[CHANGING_GROUP] = 0
  Atomics.add(memory.sync, GENERATION_GLOBAL, 1)
  Atomics.store(memory.sync, WAITERS, 0)
  lock.mend_sequence()
  lock.release()
  return true
}

interface Changing {
  group: number
  account: number
  subject: string
  queue: string
}

// While CHANGING_GROUP is set, the group and its chain are whole, even if its last record is gone.
function describe_changing_group(index: SubjectIndex): Changing | null {
  const { memory, tree } = index
  const group = memory.counts[CHANGING_GROUP]
  if (group === 0 || !memory.log.is_on()) return null
  const start = tree.subject_of(memory.groups[group * GROUP_WORDS + GROUP_NODE])
  const subject = latin1_text(tree.subject, start, tree.subject.length)
  return { group, account: tree.subject_account, subject, queue: index.queue_text(group) }
}

function log_again(index: SubjectIndex, changing: Changing | null): void {
  if (changing === null) return
  const row = changing.group * GROUP_WORDS
  const { groups, log } = index.memory
  const count = groups[row + GROUP_NODE] === 0 ? 0 : groups[row + GROUP_LOCAL_COUNT]
  const subject = latin1_bytes(changing.subject)
  const queue = latin1_bytes(changing.queue)
  log.append(changing.account, count, subject, 0, subject.length, queue, 0, queue.length)
}

function find_live(index: SubjectIndex): Live {
  const { nodes, groups, records, counts } = index.memory
  const live: Live = { nodes: new Uint8Array(counts[NODE_TOP]), groups: new Uint8Array(counts[GROUP_TOP]), blocks: [] }
  for (let account = ROOTS; account < counts.length; account++) if (counts[account]) live.nodes[counts[account]] = 1
  for (let id = 1; id < counts[RECORD_TOP]; id++) {
    if (!index.is_in_use(id)) continue
    const row = id * RECORD_WORDS
    if (records[row + RECORD_SID_LENGTH] > 0) {
      live.blocks.push([records[row + RECORD_SID], records[row + RECORD_SID_LENGTH]])
    }
    const group = records[row + RECORD_GROUP]
    if (live.groups[group] === 1) continue
    live.groups[group] = 1
    const queue_length = groups[group * GROUP_WORDS + GROUP_QUEUE_LENGTH]
    if (queue_length > 0) live.blocks.push([groups[group * GROUP_WORDS + GROUP_QUEUE], queue_length])
    let node = groups[group * GROUP_WORDS + GROUP_NODE]
    for (; live.nodes[node] === 0; node = nodes[(node << NODE_SHIFT) + NODE_PARENT]) {
      live.nodes[node] = 1
      const length = nodes[(node << NODE_SHIFT) + NODE_LENGTH]
      if (length > 0) live.blocks.push([nodes[(node << NODE_SHIFT) + NODE_TOKEN], length])
    }
  }
  return live
}

function relink_nodes(index: SubjectIndex, live: Live): void {
  const { memory } = index
  const { nodes, counts } = memory
  const tables = [memory.active_table()]
  const other = memory.other_table()
  if (other !== null && Atomics.load(memory.sync, GROWING) !== 0) tables.push(other)
  for (const table of tables) table.clear()
  counts[NODE_FREE] = 0
  for (let node = counts[NODE_TOP] - 1; node > 0; node--) {
    if (live.nodes[node] === 0) memory.free_node(node)
    else nodes.fill(0, (node << NODE_SHIFT) + NODE_STAR, (node << NODE_SHIFT) + NODE_USE + 1)
  }
  for (let node = 1; node < counts[NODE_TOP]; node++) {
    const row = node << NODE_SHIFT
    const parent = nodes[row + NODE_PARENT]
    if (parent <= 0) continue
    const length = nodes[row + NODE_LENGTH]
    if (length === LENGTH_STAR) nodes[(parent << NODE_SHIFT) + NODE_STAR] = node
    else if (length === LENGTH_TAIL) nodes[(parent << NODE_SHIFT) + NODE_TAIL] = node
    else for (const table of tables) table.insert(edge_hash(parent, nodes[row + NODE_HASH]), node)
    nodes[(parent << NODE_SHIFT) + NODE_USE]++
  }
}

function relink_groups(index: SubjectIndex, live: Live): void {
  const { memory } = index
  const { nodes, groups, counts } = memory
  counts[GROUP_FREE] = 0
  for (let group = counts[GROUP_TOP] - 1; group > 0; group--) {
    if (live.groups[group] === 0) {
      memory.free_group(group)
      continue
    }
    const row = group * GROUP_WORDS
    const node_row = groups[row + GROUP_NODE] << NODE_SHIFT
    groups[row + GROUP_HEAD] = 0
    groups[row + GROUP_LOCAL_COUNT] = 0
    groups[row + GROUP_NEXT] = nodes[node_row + NODE_FIRST_GROUP]
    nodes[node_row + NODE_FIRST_GROUP] = group
    nodes[node_row + NODE_USE]++
  }
}

function relink_records(index: SubjectIndex): void {
  const { memory } = index
  const { groups, records, counts } = memory
  counts[RECORD_FREE] = 0
  counts[SUBSCRIPTION_COUNT] = 0
  for (let id = counts[RECORD_TOP] - 1; id > 0; id--) {
    if (!index.is_in_use(id)) {
      memory.free_record(id)
      continue
    }
    const row = id * RECORD_WORDS
    const group_row = records[row + RECORD_GROUP] * GROUP_WORDS
    const next = groups[group_row + GROUP_HEAD]
    records[row + RECORD_PREVIOUS] = 0
    records[row + RECORD_NEXT] = next
    if (next !== 0) records[next * RECORD_WORDS + RECORD_PREVIOUS] = id
    groups[group_row + GROUP_HEAD] = id
    if (index.kind(id) !== SubscriberKind.client) continue
    groups[group_row + GROUP_LOCAL_COUNT]++
    counts[SUBSCRIPTION_COUNT]++
  }
}
