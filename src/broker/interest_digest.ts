// Digests of interest, by which two servers of our own kind find out that they disagree about what one of them wants.
//
// Interest falls into 64 buckets by subject and queue. A bucket's digest is the sum of a hash of each entry and its weight, so
// that both sides can keep it up to date and the order of changes does not matter.
import { fnv1a } from '../base/bytes.ts'

export const DIGEST_BUCKETS = 64
const DIGITS = 8
const UNKNOWN = '-'.repeat(DIGITS)

/** Between subject and queue: a blank is part of no name. */
const BLANK = Uint8Array.of(32)

/** Hash of an entry without its weight. `bucket_of` and `weighed` go on from it. */
export function interest_key_hash(
  bytes: Uint8Array,
  subject_start: number,
  subject_end: number,
  queue_start: number,
  queue_end: number,
): number {
  return fnv1a(bytes, queue_start, queue_end, fnv1a(BLANK, 0, 1, fnv1a(bytes, subject_start, subject_end)))
}

export function bucket_of(key_hash: number): number {
  return (key_hash ^ (key_hash >>> 16)) & (DIGEST_BUCKETS - 1)
}

/** What an entry of that weight (1 without a queue) adds to its bucket. */
export function weighed(key_hash: number, weight: number): number {
  let hash = Math.imul(key_hash ^ weight, 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x297a2d39)
  return hash ^ (hash >>> 15)
}

/** The digests of one account. */
export class InterestDigest {
  readonly #sums = new Int32Array(DIGEST_BUCKETS)
  /** Changed while the sums were taken: not to be compared. */
  readonly #unknown = new Uint8Array(DIGEST_BUCKETS)

  add(key_hash: number, weight: number): void {
    this.#sums[bucket_of(key_hash)] += weighed(key_hash, weight)
  }

  remove(key_hash: number, weight: number): void {
    this.#sums[bucket_of(key_hash)] -= weighed(key_hash, weight)
  }

  forget(key_hash: number): void {
    this.#unknown[bucket_of(key_hash)] = 1
  }

  /** 8 hexadecimal digits a bucket, or dashes. */
  get text(): string {
    let text = ''
    for (let i = 0; i < DIGEST_BUCKETS; i++) {
      text += this.#unknown[i] ? UNKNOWN : (this.#sums[i] >>> 0).toString(16).padStart(DIGITS, '0')
    }
    return text
  }

  /** The buckets in which a text of another server differs from ours; those it does not know are left out. */
  differences(text: string): number[] {
    const ours = this.text
    const found: number[] = []
    for (let i = 0; i < DIGEST_BUCKETS; i++) {
      const theirs = text.slice(i * DIGITS, (i + 1) * DIGITS)
      if (theirs !== UNKNOWN && theirs !== ours.slice(i * DIGITS, (i + 1) * DIGITS)) found.push(i)
    }
    return found
  }
}
