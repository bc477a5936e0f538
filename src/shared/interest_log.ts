import { assert } from '../base/assert.ts'
import { copy } from '../base/bytes.ts'
import { type IndexBuffers, LOG_HEAD, LOG_ON, LOG_TAIL } from './index_layout.ts'

// An entry: 5 words, then the subject's bytes, then the queue's, filled up to a whole word. It never wraps: what is
// left at the end of the ring is skipped by a word that holds minus the number of bytes to skip.
//   [bytes of the entry][account][local count][bytes of subject][bytes of queue] subject queue
const ENTRY_HEAD_BYTES = 20

/** What is known of one group's local interest: the cluster hears `count` of it. Spans lie in shared memory. */
export interface Interest {
  account: number
  count: number
  /** Holds both spans. */
  bytes: Uint8Array
  subject_start: number
  subject_end: number
  /** Equal to queue_start: no queue. */
  queue_start: number
  queue_end: number
}

/** Bytes of an entry with so many bytes of subject and queue. */
export function entry_bytes(subject_length: number, queue_length: number): number {
  return ENTRY_HEAD_BYTES + ((subject_length + queue_length + 3) & ~3)
}

/** Writes an entry into words and bytes (two views of one memory) at a byte offset divisible by 4. */
export function write_entry(
  words: Int32Array,
  target: Uint8Array,
  offset: number,
  account: number,
  count: number,
  subject: Uint8Array,
  subject_start: number,
  subject_end: number,
  queue: Uint8Array,
  queue_start: number,
  queue_end: number,
): void {
  const word = offset >> 2
  words[word] = entry_bytes(subject_end - subject_start, queue_end - queue_start)
  words[word + 1] = account
  words[word + 2] = count
  words[word + 3] = subject_end - subject_start
  words[word + 4] = queue_end - queue_start
  const behind = copy(target, offset + ENTRY_HEAD_BYTES, subject, subject_start, subject_end)
  copy(target, behind, queue, queue_start, queue_end)
}

/** Reads the entry at a byte offset into `interest`; returns its size in bytes. */
export function read_entry(words: Int32Array, bytes: Uint8Array, offset: number, interest: Interest): number {
  const word = offset >> 2
  interest.account = words[word + 1]
  interest.count = words[word + 2]
  interest.bytes = bytes
  interest.subject_start = offset + ENTRY_HEAD_BYTES
  interest.subject_end = interest.subject_start + words[word + 3]
  interest.queue_start = interest.subject_end
  interest.queue_end = interest.queue_start + words[word + 4]
  return words[word]
}

/** The writing end of the interest log: used under the index lock only. */
export class InterestLog {
  readonly sync: Int32Array
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly mask: number

  constructor(buffer: SharedArrayBuffer, sync: Int32Array) {
    this.sync = sync
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
    this.mask = buffer.byteLength - 1
    assert((buffer.byteLength & this.mask) === 0, 'The log is a power of two')
  }

  is_on(): boolean {
    return Atomics.load(this.sync, LOG_ON) !== 0
  }

  /**
   * Whether an entry of this size fits. Asks for four times its size: the entry may have to skip as much at the end of
   * the ring, and if the thread dies in the middle, repair appends the entry once more.
   */
  has_room(size: number): boolean {
    const used = (Atomics.load(this.sync, LOG_HEAD) - Atomics.load(this.sync, LOG_TAIL)) | 0
    return used + 4 * size <= this.mask + 1
  }

  /** Appends an entry; the caller has asked has_room before it changed anything. */
  append(
    account: number,
    count: number,
    subject: Uint8Array,
    subject_start: number,
    subject_end: number,
    queue: Uint8Array,
    queue_start: number,
    queue_end: number,
  ): void {
    const size = entry_bytes(subject_end - subject_start, queue_end - queue_start)
    let head = Atomics.load(this.sync, LOG_HEAD)
    const left = this.mask + 1 - (head & this.mask)
    if (left < size) {
      this.words[(head & this.mask) >> 2] = -left
      head = (head + left) | 0
    }
    write_entry(
      this.words,
      this.bytes,
      head & this.mask,
      account,
      count,
      subject,
      subject_start,
      subject_end,
      queue,
      queue_start,
      queue_end,
    )
    Atomics.store(this.sync, LOG_HEAD, (head + size) | 0)
  }
}

/** Whether the log position `position` is at or behind `mark`; positions wrap at 32 bits. */
export function log_reached(position: number, mark: number): boolean {
  return ((position - mark) | 0) >= 0
}

/**
 * The one consumer of the log. After next() returned true its fields describe an entry; they are good until the next
 * call, which gives the entry's bytes back to the writers. After a crash the last entry may come twice, with the
 * count that is right then.
 */
export class InterestLogReader implements Interest {
  account = 0
  count = 0
  bytes: Uint8Array
  subject_start = 0
  subject_end = 0
  queue_start = 0
  queue_end = 0
  /** Absolute position behind the entry that the fields show; see log_reached. */
  position: number
  private readonly sync: Int32Array
  private readonly words: Int32Array
  private readonly mask: number

  constructor(buffers: IndexBuffers) {
    this.sync = new Int32Array(buffers.sync)
    this.bytes = new Uint8Array(buffers.log)
    this.words = new Int32Array(buffers.log)
    this.mask = buffers.log.byteLength - 1
    this.position = Atomics.load(this.sync, LOG_TAIL)
  }

  /** Goes on to the next entry; false if there is none yet. */
  next(): boolean {
    const { sync, words, mask } = this
    Atomics.store(sync, LOG_TAIL, this.position)
    const head = Atomics.load(sync, LOG_HEAD)
    while (this.position !== head) {
      const offset = this.position & mask
      const size = words[offset >> 2]
      if (size < 0) {
        this.position = (this.position - size) | 0
        continue
      }
      this.position = (this.position + read_entry(words, this.bytes, offset, this)) | 0
      return true
    }
    Atomics.store(sync, LOG_TAIL, this.position)
    return false
  }

  /** Drops all entries there are: for a consumer that starts with a whole scan. */
  skip_all(): void {
    this.position = Atomics.load(this.sync, LOG_HEAD)
    Atomics.store(this.sync, LOG_TAIL, this.position)
  }
}
