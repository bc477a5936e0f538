import { latin1_text } from '../base/bytes.ts'
import {
  ACCOUNTS_MAX,
  GROUP_LOCAL_COUNT,
  GROUP_NODE,
  GROUP_QUEUE,
  GROUP_QUEUE_LENGTH,
  GROUP_TOP,
  GROUP_WORDS,
  SUBJECT_BYTES_MAX,
} from './index_layout.ts'
import { READ_BUSY } from './index_lock.ts'
import type { IndexReader } from './index_reader.ts'
import type { Interest } from './interest_log.ts'

/** Records looked at in one call of scan_subscriptions. */
const RECORDS_PER_SCAN_MAX = 4096

/**
 * Calls visit for the groups with local interest among max_groups groups from id from_group (1 at first). Returns the
 * group to go on with, which may be from_group again if the lock's holder is stuck, or 0 when done. Each group is
 * consistent in itself; what changes during the whole scan is in the interest log, so note log_position() first.
 * The spans given to visit are good during that call only.
 */
export function scan_interest(
  index: IndexReader,
  from_group: number,
  max_groups: number,
  visit: (interest: Interest) => void,
): number {
  const { counts } = index.memory
  const interest = empty_interest()
  const top = counts[GROUP_TOP]
  const end = Math.min(from_group + max_groups, top)
  for (let group = from_group; group < end; group++) {
    for (;;) {
      const sequence = index.begin_read()
      if (sequence === READ_BUSY) return group
      const found = read_group(index, group, interest)
      if (!index.end_read(sequence)) continue
      if (found) visit(interest)
      break
    }
  }
  return end < top ? end : 0
}

function empty_interest(): Interest {
  return {
    account: 0,
    count: 0,
    bytes: new Uint8Array(2 * SUBJECT_BYTES_MAX),
    subject_start: 0,
    subject_end: 0,
    queue_start: 0,
    queue_end: 0,
  }
}

// Copies what is known of a group out of shared memory; false if it has no local interest (or was torn).
function read_group(index: IndexReader, group: number, interest: Interest): boolean {
  const { groups, arena } = index.memory
  const { tree } = index
  const row = group * GROUP_WORDS
  if (groups[row + GROUP_NODE] === 0 || groups[row + GROUP_LOCAL_COUNT] <= 0) return false
  const start = tree.subject_of(groups[row + GROUP_NODE])
  const queue = groups[row + GROUP_QUEUE] << 3
  const queue_length = groups[row + GROUP_QUEUE_LENGTH]
  if (start < 0 || queue_length > SUBJECT_BYTES_MAX || queue + queue_length > arena.bytes.length) return false
  interest.account = tree.subject_account
  interest.count = groups[row + GROUP_LOCAL_COUNT]
  interest.subject_start = 0
  interest.subject_end = tree.subject.length - start
  interest.bytes.set(tree.subject.subarray(start), 0)
  interest.queue_start = interest.subject_end
  interest.queue_end = interest.queue_start + queue_length
  interest.bytes.set(arena.bytes.subarray(queue, queue + queue_length), interest.queue_start)
  return interest.account < ACCOUNTS_MAX
}

/** One subscription for monitoring. */
export interface SubscriptionRow {
  id: number
  account: number
  subject: string
  /** '' if there is none. */
  queue: string
  sid: string
  kind: number
  thread: number
  slot: number
  delivered: number
  max: number
  weight: number
}

/** Whose record it is, as far as that is known without reading it. */
export type OwnerFilter = (kind: number, thread: number, slot: number) => boolean

/**
 * Up to `limit` subscriptions with ids from `from` (1 at first) that both filters take, looking at 4096 records at
 * most. `next` is where to go on, 0 when done. Records that `is_owner` does not take cost next to nothing.
 */
export function scan_subscriptions(
  index: IndexReader,
  from: number,
  limit: number,
  filter: (row: SubscriptionRow) => boolean = () => true,
  is_owner: OwnerFilter = () => true,
): { next: number; rows: SubscriptionRow[] } {
  const rows: SubscriptionRow[] = []
  const top = index.record_top
  const end = Math.min(from + RECORDS_PER_SCAN_MAX, top)
  let id = from
  while (id < end && rows.length < limit) {
    const sequence = index.begin_read()
    if (sequence === READ_BUSY) return { next: id, rows }
    const is_wanted = index.is_in_use(id) && is_owner(index.kind(id), index.thread(id), index.slot(id))
    const row = is_wanted ? read_record(index, id) : null
    if (!index.end_read(sequence)) continue
    if (row !== null && filter(row)) rows.push(row)
    id++
  }
  return { next: id < top ? id : 0, rows }
}

function read_record(index: IndexReader, id: number): SubscriptionRow {
  const { tree, memory } = index
  const start = tree.subject_of(memory.groups[index.group(id) * GROUP_WORDS + GROUP_NODE])
  return {
    id,
    account: tree.subject_account,
    subject: start < 0 ? '' : latin1_text(tree.subject, start, tree.subject.length),
    queue: index.queue_text(index.group(id)),
    sid: index.sid_text(id),
    kind: index.kind(id),
    thread: index.thread(id),
    slot: index.slot(id),
    delivered: index.delivered(id),
    max: index.max(id),
    weight: index.weight(id),
  }
}
