import { assert } from '../base/assert.ts'
import { SUBJECT_TOKENS_MAX } from '../base/limits.ts'
import { allocate_edges, EdgeTable } from './edge_table.ts'
import { type IndexEntry, Insert } from './index_entry.ts'
import {
  ACCOUNTS_MAX,
  ACTIVE_TABLE,
  CHANGING_GROUP,
  EDGE_COUNTS,
  GENERATION_GLOBAL,
  GENERATION_SLOTS,
  GENERATIONS,
  GROUP_HEAD,
  GROUP_LOCAL_COUNT,
  GROUP_NODE,
  GROUP_QUEUE,
  GROUP_QUEUE_LENGTH,
  GROUP_TOP,
  GROUP_WORDS,
  type IndexBuffers,
  INSERT_COUNT,
  LOG_ON,
  NODE_SHIFT,
  NODE_TOP,
  OWNER_IN_USE,
  OWNER_ROUTE_BIT,
  OWNER_THREAD_SHIFT,
  RECORD_DELIVERED,
  RECORD_FLAGS,
  RECORD_GENERATION,
  RECORD_GROUP,
  RECORD_MAX,
  RECORD_NEXT,
  RECORD_OWNER,
  RECORD_PREVIOUS,
  RECORD_SID,
  RECORD_SID_LENGTH,
  RECORD_SLOT,
  RECORD_TOP,
  RECORD_WEIGHT,
  RECORD_WORDS,
  REMOVE_COUNT,
  SUBJECT_BYTES_MAX,
  SubscriberKind,
  SUBSCRIPTION_COUNT,
} from './index_layout.ts'
import { type IndexOptions, reserve_index } from './index_memory.ts'
import { IndexReader } from './index_reader.ts'
import { entry_bytes } from './interest_log.ts'

export { type IndexEntry, Insert, make_index_entry } from './index_entry.ts'
export { FLAG_CLOSING, FLAG_ECHO_OFF, type IndexBuffers, SubscriberKind } from './index_layout.ts'
export { READ_BUSY } from './index_lock.ts'

/**
 * The subject index of all threads, as one thread sees it: subscriptions in shared memory, matched and changed by
 * every thread. The layout and its rules are in index_layout.ts. Mutations hold a lock for about a microsecond.
 *
 * What must hold whenever a thread dies, for repair: a record that is marked in use has a whole group and a whole
 * chain of nodes. So insert marks last, remove unmarks first, and what a record stood on is freed after that.
 */
export class SubjectIndex extends IndexReader {
  /** Reserves the memory of an index; see IndexOptions. */
  static reserve(options: IndexOptions = {}): IndexBuffers {
    return reserve_index(options)
  }

  /** Inserts a subscription owned by this thread. Returns its id, above 0 and the same for life, or one of Insert. */
  insert(entry: IndexEntry): number {
    assert(entry.account >= 0 && entry.account < ACCOUNTS_MAX, 'An account is a small number')
    const { tokens } = this.tree
    const queue_length = entry.queue_end - entry.queue_start
    if (!tokens.split(entry.bytes, entry.subject_start, entry.subject_end)) return Insert.INVALID_SUBJECT
    if (tokens.count > SUBJECT_TOKENS_MAX || !tokens.tail_is_last(entry.bytes)) return Insert.INVALID_SUBJECT
    if (queue_length > SUBJECT_BYTES_MAX || entry.sid_end - entry.sid_start > SUBJECT_BYTES_MAX) {
      return Insert.INVALID_SUBJECT
    }
    if (!this.lock.acquire()) return Insert.BUSY
    const size = entry_bytes(entry.subject_end - entry.subject_start, queue_length)
    let id: number = Insert.BUSY
    if (this.log_has_room(entry.kind, size) && this.tree.edges_have_room(tokens.count)) {
      this.lock.begin_write()
      id = this.place(entry)
      this.lock.end_write()
    }
    this.lock.release()
    return id
  }

  /** Removes a record in use. False: busy, nothing changed, try again later. */
  remove(id: number): boolean {
    assert(this.is_in_use(id), 'Only a record in use is removed')
    if (!this.lock.acquire()) return false
    const { groups } = this.memory
    const row = this.group(id) * GROUP_WORDS
    const start = this.tree.subject_of(groups[row + GROUP_NODE])
    const size = entry_bytes(this.tree.subject.length - start, groups[row + GROUP_QUEUE_LENGTH])
    const ready = this.log_has_room(this.kind(id), size)
    if (ready) {
      this.lock.begin_write()
      this.displace(id, start)
      this.lock.end_write()
    }
    this.lock.release()
    return ready
  }

  /** Sets the number of queue members behind a record. False: busy, try again later. */
  set_weight(id: number, weight: number): boolean {
    assert(this.is_in_use(id), 'Only a record in use has a weight')
    if (!this.lock.acquire()) return false
    this.lock.begin_write()
    this.memory.records[id * RECORD_WORDS + RECORD_WEIGHT] = weight
    this.touch(id)
    this.lock.end_write()
    this.lock.release()
    return true
  }

  /** Makes plans that may contain this record invalid, such as after a change of its flags. */
  touch(id: number): void {
    Atomics.add(this.memory.sync, GENERATIONS + this.memory.records[id * RECORD_WORDS + RECORD_GENERATION], 1)
  }

  /** The first record in use of a thread with an id of at least `from`, or 0: to remove those of a dead thread. */
  records_of_thread(thread: number, from: number): number {
    const top = this.record_top
    for (let id = from; id < top; id++) if (this.is_in_use(id) && this.thread(id) === thread) return id
    return 0
  }

  /** Turns the interest log on or off. Off, nothing is logged and a full log stops nobody. */
  set_log(on: boolean): void {
    Atomics.store(this.memory.sync, LOG_ON, on ? 1 : 0)
  }

  /** Step 2 of growth: this thread knows the next edge table from now on. */
  attach_next(edges: SharedArrayBuffer): void {
    const which = 1 - Atomics.load(this.memory.sync, ACTIVE_TABLE)
    this.memory.buffers.edges[which] = edges
    this.memory.tables[which] = new EdgeTable(edges, this.memory.counts, EDGE_COUNTS + which)
  }

  /** Step 6 of growth: forgets the edge table that is not read any more. */
  drop_previous(): void {
    const which = 1 - Atomics.load(this.memory.sync, ACTIVE_TABLE)
    this.memory.buffers.edges[which] = null
    this.memory.tables[which] = null
  }

  /** Memory for the next edge table, twice as large as the active one. */
  allocate_next(): SharedArrayBuffer {
    return allocate_edges(2 * (this.memory.active_table().mask + 1))
  }

  /** Bytes of shared memory that have been used at least once. */
  bytes_touched(): number {
    const { counts, arena, tables } = this.memory
    let bytes = arena.bytes_touched() + (counts[NODE_TOP] << NODE_SHIFT << 2)
    bytes += 4 * (counts[GROUP_TOP] * GROUP_WORDS + counts[RECORD_TOP] * RECORD_WORDS)
    for (const table of tables) bytes += table === null ? 0 : table.words.byteLength
    return bytes
  }

  // An entry of the log is needed only for clients, and not always; whether there is room is asked beforehand.
  private log_has_room(kind: number, size: number): boolean {
    const { log } = this.memory
    return kind !== SubscriberKind.client || !log.is_on() || log.has_room(size)
  }

  // Insert under the lock. If memory is full, everything is as it was before.
  private place(entry: IndexEntry): number {
    const { memory, tree } = this
    const { records, counts, arena } = memory
    const node = tree.reach(entry.account, entry.bytes)
    if (node === 0) return Insert.FULL
    const group = tree.group_at(node, entry.bytes, entry.queue_start, entry.queue_end)
    if (group === 0) {
      tree.prune(node)
      return Insert.FULL
    }
    const sid_length = entry.sid_end - entry.sid_start
    const sid = sid_length === 0 ? 0 : arena.store(entry.sid_bytes, entry.sid_start, entry.sid_end)
    const id = sid_length > 0 && sid === 0 ? 0 : memory.take_record()
    if (id === 0) {
      if (sid !== 0) arena.free(sid, sid_length)
      if (memory.groups[group * GROUP_WORDS + GROUP_HEAD] === 0) tree.drop_group(group)
      return Insert.FULL
    }
    const row = id * RECORD_WORDS
    records[row + RECORD_GROUP] = group
    records[row + RECORD_SLOT] = entry.slot
    records[row + RECORD_SID] = sid
    records[row + RECORD_SID_LENGTH] = sid_length
    records[row + RECORD_WEIGHT] = entry.weight
    records[row + RECORD_GENERATION] = this.generation_slot_of(entry)
    records[row + RECORD_DELIVERED] = 0
    records[row + RECORD_MAX] = 0
    records[row + RECORD_FLAGS] = entry.flags
    this.link(id, group)
    counts[CHANGING_GROUP] = group
    records[row + RECORD_OWNER] = OWNER_IN_USE | (entry.kind === SubscriberKind.route ? OWNER_ROUTE_BIT : 0) |
      (this.own_thread << OWNER_THREAD_SHIFT)
    if (entry.kind === SubscriberKind.client) {
      counts[SUBSCRIPTION_COUNT]++
      this.count_local(group, 1, entry.account, entry.bytes, entry.subject_start, entry.subject_end)
    }
    counts[CHANGING_GROUP] = 0
    counts[INSERT_COUNT] = (counts[INSERT_COUNT] + 1) | 0
    this.touch(id)
    return id
  }

  // Remove under the lock. subject_start: where tree.subject holds the record's subject.
  private displace(id: number, subject_start: number): void {
    const { memory, tree } = this
    const { records, groups, counts, arena } = memory
    const row = id * RECORD_WORDS
    const group = records[row + RECORD_GROUP]
    const is_client = this.kind(id) === SubscriberKind.client
    counts[CHANGING_GROUP] = group
    records[row + RECORD_OWNER] = 0
    this.unlink(id, group)
    if (is_client) {
      counts[SUBSCRIPTION_COUNT]--
      this.count_local(group, -1, tree.subject_account, tree.subject, subject_start, tree.subject.length)
    }
    counts[CHANGING_GROUP] = 0
    arena.free(records[row + RECORD_SID], records[row + RECORD_SID_LENGTH])
    memory.free_record(id)
    if (groups[group * GROUP_WORDS + GROUP_HEAD] === 0) tree.drop_group(group)
    counts[REMOVE_COUNT] = (counts[REMOVE_COUNT] + 1) | 0
    this.touch(id)
  }

  private link(id: number, group: number): void {
    const { records, groups } = this.memory
    const next = groups[group * GROUP_WORDS + GROUP_HEAD]
    records[id * RECORD_WORDS + RECORD_PREVIOUS] = 0
    records[id * RECORD_WORDS + RECORD_NEXT] = next
    if (next !== 0) records[next * RECORD_WORDS + RECORD_PREVIOUS] = id
    groups[group * GROUP_WORDS + GROUP_HEAD] = id
  }

  private unlink(id: number, group: number): void {
    const { records, groups } = this.memory
    const previous = records[id * RECORD_WORDS + RECORD_PREVIOUS]
    const next = records[id * RECORD_WORDS + RECORD_NEXT]
    if (previous !== 0) records[previous * RECORD_WORDS + RECORD_NEXT] = next
    else groups[group * GROUP_WORDS + GROUP_HEAD] = next
    if (next !== 0) records[next * RECORD_WORDS + RECORD_PREVIOUS] = previous
  }

  // Counts a client's record in or out; the log hears of a plain group's first and last, and of a queue's every one.
  private count_local(
    group: number,
    change: number,
    account: number,
    subject: Uint8Array,
    subject_start: number,
    subject_end: number,
  ): void {
    const { groups, arena, log } = this.memory
    const row = group * GROUP_WORDS
    const count = groups[row + GROUP_LOCAL_COUNT] + change
    groups[row + GROUP_LOCAL_COUNT] = count
    const queue_length = groups[row + GROUP_QUEUE_LENGTH]
    const is_edge = queue_length > 0 || count === 0 || (count === 1 && change === 1)
    if (!is_edge || !log.is_on()) return
    const queue = groups[row + GROUP_QUEUE] << 3
    log.append(account, count, subject, subject_start, subject_end, arena.bytes, queue, queue + queue_length)
  }

  // Changes under a wildcard in the first place concern all subjects, of all accounts for simplicity.
  private generation_slot_of(entry: IndexEntry): number {
    const { tokens } = this.tree
    if (tokens.is_star(entry.bytes, 0) || tokens.is_tail(entry.bytes, 0)) return GENERATION_GLOBAL - GENERATIONS
    return this.generation_slot(entry.account, entry.bytes, entry.subject_start, entry.subject_end)
  }
}

assert(GENERATION_GLOBAL === GENERATIONS + GENERATION_SLOTS, 'The global generation follows the slots')
