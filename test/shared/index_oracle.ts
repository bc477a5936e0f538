// A naive subject index to compare with, and what the tests of the index share.
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { scan_subscriptions, type SubscriptionRow } from '../../src/shared/index_scan.ts'
import { type IndexEntry, make_index_entry, type SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'

export interface OracleRecord {
  account: number
  subject: string
  queue: string
  kind: number
  sid: string
}

/** Whether a valid subscription matches a published subject. */
export function naive_match(subscription: string, published: string): boolean {
  const want = subscription.split('.')
  const have = published.split('.')
  if (have.some((token) => token === '')) return false
  for (let i = 0; i < want.length; i++) {
    if (want[i] === '>') return have.length > i
    if (i >= have.length) return false
    if (want[i] !== '*' && want[i] !== have[i]) return false
  }
  return want.length === have.length
}

export function is_valid(subject: string): boolean {
  const tokens = subject.split('.')
  return tokens.every((token, i) => token !== '' && (token !== '>' || i === tokens.length - 1))
}

/** What the index should hold, by record id. */
export class Oracle {
  readonly records = new Map<number, OracleRecord>()

  match(account: number, published: string): number[] {
    const ids: number[] = []
    for (const [id, record] of this.records) {
      if (record.account === account && naive_match(record.subject, published)) ids.push(id)
    }
    return ids.sort((a, b) => a - b)
  }

  /** Local interest as lines of text, sorted. */
  interest(): string[] {
    const counts = new Map<string, number>()
    for (const { account, subject, queue, kind } of this.records.values()) {
      if (kind !== SubscriberKind.client) continue
      const key = `${account} ${subject} ${queue}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return [...counts].map(([key, count]) => `${key} ${count}`).sort()
  }
}

/** An entry for a subscription given as text. */
export function entry_of(record: Partial<OracleRecord> & { subject: string }, slot = 0): IndexEntry {
  const entry = make_index_entry()
  const subject = latin1_bytes(record.subject)
  const queue = latin1_bytes(record.queue ?? '')
  entry.account = record.account ?? 0
  entry.bytes = new Uint8Array([...subject, ...queue])
  entry.subject_end = subject.length
  entry.queue_start = subject.length
  entry.queue_end = subject.length + queue.length
  entry.sid_bytes = latin1_bytes(record.sid ?? '1')
  entry.sid_end = entry.sid_bytes.length
  entry.kind = record.kind ?? SubscriberKind.client
  entry.slot = slot
  return entry
}

const out = new Int32Array(4096)

/** Ids that match, sorted. */
export function match_ids(index: SubjectIndex, account: number, published: string): number[] {
  const bytes = latin1_bytes(published)
  for (;;) {
    const sequence = index.begin_read()
    if (sequence < 0) throw new Error('The index is busy')
    const count = index.match(account, bytes, 0, bytes.length, out)
    if (count < 0) throw new Error('More matches than the test has room for')
    if (index.end_read(sequence)) return [...out.subarray(0, count)].sort((a, b) => a - b)
  }
}

/** The generation that a plan for this subject would be kept with. */
export function generation_of(index: SubjectIndex, account: number, published: string): number {
  const bytes = latin1_bytes(published)
  return index.generation(index.generation_slot(account, bytes, 0, bytes.length))
}

/** One line of text for an interest. */
export function interest_text(interest: {
  account: number
  count: number
  bytes: Uint8Array
  subject_start: number
  subject_end: number
  queue_start: number
  queue_end: number
}): string {
  const { account, count, bytes } = interest
  const subject = latin1_text(bytes, interest.subject_start, interest.subject_end)
  return `${account} ${subject} ${latin1_text(bytes, interest.queue_start, interest.queue_end)} ${count}`
}

/** All that can be published over this alphabet with up to `depth` tokens. */
export function all_subjects(alphabet: string[], depth: number): string[] {
  let level = alphabet
  const all = [...level]
  for (let i = 1; i < depth; i++) {
    level = level.flatMap((subject) => alphabet.map((token) => `${subject}.${token}`))
    all.push(...level)
  }
  return all
}

/** What the connection in this slot has in the index. */
export const records_of = (index: SubjectIndex, slot: number): SubscriptionRow[] =>
  scan_subscriptions(index, 1, 4096, (row) => row.slot === slot).rows
