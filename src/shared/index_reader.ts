import { copy, latin1_text } from '../base/bytes.ts'
import {
  GENERATION_GLOBAL,
  GENERATION_SLOTS,
  GENERATIONS,
  GROUP_LOCAL_COUNT,
  GROUP_NODE,
  GROUP_QUEUE,
  GROUP_QUEUE_LENGTH,
  GROUP_WORDS,
  HASH_SEED,
  type IndexBuffers,
  INSERT_COUNT,
  LOG_HEAD,
  OWNER_IN_USE,
  OWNER_THREAD_SHIFT,
  RECORD_DELIVERED,
  RECORD_FLAGS,
  RECORD_GROUP,
  RECORD_MAX,
  RECORD_OWNER,
  RECORD_SID,
  RECORD_SID_LENGTH,
  RECORD_SLOT,
  RECORD_TOP,
  RECORD_WEIGHT,
  RECORD_WORDS,
  REMOVE_COUNT,
  SUBJECT_BYTES_MAX,
  SUBSCRIPTION_COUNT,
} from './index_layout.ts'
import { IndexLock } from './index_lock.ts'
import { Matcher } from './index_match.ts'
import { IndexMemory } from './index_memory.ts'
import { IndexTree } from './index_tree.ts'

const DOT = 46
const FNV_PRIME = 16777619

/**
 * The reading half of the subject index, for one thread. Reads of what other threads change stand between begin_read
 * and end_read and are made again if end_read says false. A thread's own records may be read at any time.
 */
export class IndexReader {
  /** The thread this index is for: the owner of what it inserts. */
  readonly own_thread: number
  /** For the other files of the index. */
  readonly memory: IndexMemory
  readonly lock: IndexLock
  readonly tree: IndexTree
  private readonly matcher: Matcher

  constructor(buffers: IndexBuffers, thread: number) {
    this.own_thread = thread
    this.memory = new IndexMemory(buffers)
    this.lock = new IndexLock(this.memory.sync, thread)
    this.tree = new IndexTree(this.memory)
    this.matcher = new Matcher(this.memory, this.lock, this.tree.tokens)
  }

  /** What a new thread needs for an index of its own; up to date with the edge tables of this one. */
  get buffers(): IndexBuffers {
    return this.memory.buffers
  }

  /** Starts a read: a number for end_read, or READ_BUSY: the lock's holder is stuck or dead, pause and try again. */
  begin_read(): number {
    return this.lock.begin_read()
  }

  /** Whether all that was read since begin_read belongs together. False: read again from begin_read on. */
  end_read(sequence: number): boolean {
    return this.lock.end_read(sequence)
  }

  /**
   * Puts the ids of all records whose subscription matches the published subject bytes[start, end) into out, those of
   * one group side by side. Returns their number, or minus the number that out should have room for. Published tokens
   * are literals, `*` and `>` too; a subject with an empty token matches nothing.
   */
  match(account: number, bytes: Uint8Array, start: number, end: number, out: Int32Array): number {
    return this.matcher.match(account, bytes, start, end, out)
  }

  /** SubscriberKind.client or SubscriberKind.route. */
  kind(id: number): number {
    return (this.memory.records[id * RECORD_WORDS + RECORD_OWNER] >> 1) & 1
  }
  is_in_use(id: number): boolean {
    return (this.memory.records[id * RECORD_WORDS + RECORD_OWNER] & OWNER_IN_USE) !== 0
  }
  thread(id: number): number {
    return this.memory.records[id * RECORD_WORDS + RECORD_OWNER] >>> OWNER_THREAD_SHIFT
  }
  slot(id: number): number {
    return this.memory.records[id * RECORD_WORDS + RECORD_SLOT]
  }
  group(id: number): number {
    return this.memory.records[id * RECORD_WORDS + RECORD_GROUP]
  }
  weight(id: number): number {
    return this.memory.records[id * RECORD_WORDS + RECORD_WEIGHT]
  }
  /** Messages delivered, modulo 2^32. */
  delivered(id: number): number {
    return this.memory.records[id * RECORD_WORDS + RECORD_DELIVERED] >>> 0
  }
  /** Owner thread only. Counts one delivery; returns the number so far. */
  add_delivered(id: number): number {
    const word = id * RECORD_WORDS + RECORD_DELIVERED
    return (this.memory.records[word] = (this.memory.records[word] + 1) | 0) >>> 0
  }
  /** Messages after which the subscription ends; 0: none. */
  max(id: number): number {
    return this.memory.records[id * RECORD_WORDS + RECORD_MAX]
  }
  /** Owner thread only. */
  set_max(id: number, max: number): void {
    this.memory.records[id * RECORD_WORDS + RECORD_MAX] = max
  }
  /** FLAG_ECHO_OFF and FLAG_CLOSING. */
  flags(id: number): number {
    return this.memory.records[id * RECORD_WORDS + RECORD_FLAGS]
  }
  /** Owner thread only. */
  set_flags(id: number, flags: number): void {
    this.memory.records[id * RECORD_WORDS + RECORD_FLAGS] = flags
  }

  is_queue(group: number): boolean {
    return this.memory.groups[group * GROUP_WORDS + GROUP_QUEUE_LENGTH] !== 0
  }
  /** The group's queue name, '' for the plain group. */
  queue_text(group: number): string {
    const { groups, arena } = this.memory
    const start = groups[group * GROUP_WORDS + GROUP_QUEUE] << 3
    const end = start + groups[group * GROUP_WORDS + GROUP_QUEUE_LENGTH]
    return end <= arena.bytes.length && end - start <= SUBJECT_BYTES_MAX ? latin1_text(arena.bytes, start, end) : ''
  }
  /** Records of clients in the group. */
  local_count(group: number): number {
    return this.memory.groups[group * GROUP_WORDS + GROUP_LOCAL_COUNT]
  }
  /** Copies the record's sid to target at offset; returns the offset behind it. */
  copy_sid(id: number, target: Uint8Array, offset: number): number {
    const { records, arena } = this.memory
    const start = records[id * RECORD_WORDS + RECORD_SID] << 3
    const length = records[id * RECORD_WORDS + RECORD_SID_LENGTH]
    // Only a torn read can ask for too much; end_read will say so.
    if (length > target.length - offset || start + length > arena.bytes.length) return offset
    return copy(target, offset, arena.bytes, start, start + length)
  }
  sid_text(id: number): string {
    const { records, arena } = this.memory
    const start = records[id * RECORD_WORDS + RECORD_SID] << 3
    const end = start + records[id * RECORD_WORDS + RECORD_SID_LENGTH]
    return end <= arena.bytes.length && end - start <= SUBJECT_BYTES_MAX ? latin1_text(arena.bytes, start, end) : ''
  }
  /** The subscription's subject, put together from the tree. */
  subject_text(id: number): string {
    const { tree, memory } = this
    const start = tree.subject_of(memory.groups[this.group(id) * GROUP_WORDS + GROUP_NODE])
    return start < 0 ? '' : latin1_text(tree.subject, start, tree.subject.length)
  }
  /** The subscription's account, or -1 in a torn read. */
  account(id: number): number {
    const { tree, memory } = this
    const start = tree.subject_of(memory.groups[this.group(id) * GROUP_WORDS + GROUP_NODE])
    return start < 0 ? -1 : tree.subject_account
  }

  /** Which generation a plan for the published subject bytes[start, end) depends on; see generation(). */
  generation_slot(account: number, bytes: Uint8Array, start: number, end: number): number {
    let hash = Math.imul(account + 1, 0x9e3779b1) ^ this.memory.counts[HASH_SEED]
    for (let i = start; i < end; i++) {
      const byte = bytes[i]
      if (byte === DOT) break
      hash = Math.imul(hash ^ byte, FNV_PRIME)
    }
    hash ^= hash >>> 16
    return (hash ^ (hash >>> 8)) & (GENERATION_SLOTS - 1)
  }
  /** A number that is another one after every change that can concern subjects of this slot. Two plain reads. */
  generation(slot: number): number {
    return (this.memory.sync[GENERATIONS + slot] + this.memory.sync[GENERATION_GLOBAL]) | 0
  }

  /** Subscriptions of clients. */
  get subscription_count(): number {
    return this.memory.counts[SUBSCRIPTION_COUNT]
  }
  get insert_count(): number {
    return this.memory.counts[INSERT_COUNT] >>> 0
  }
  get remove_count(): number {
    return this.memory.counts[REMOVE_COUNT] >>> 0
  }
  /** All record ids are below this. */
  get record_top(): number {
    return this.memory.counts[RECORD_TOP]
  }
  /** Absolute position of the interest log's head. */
  log_position(): number {
    return Atomics.load(this.memory.sync, LOG_HEAD)
  }
  /** The thread that holds the lock now, or -1. */
  lock_owner(): number {
    return this.lock.owner()
  }
}
