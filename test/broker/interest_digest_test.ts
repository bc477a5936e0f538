import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes } from '../../src/base/bytes.ts'
import {
  bucket_of,
  DIGEST_BUCKETS,
  interest_key_hash,
  InterestDigest,
  weighed,
} from '../../src/broker/interest_digest.ts'
import { suite } from '../harness.ts'

const test = suite('broker/interest_digest')

function hash(subject: string, queue = ''): number {
  const bytes = latin1_bytes(subject + queue)
  return interest_key_hash(bytes, 0, subject.length, subject.length, bytes.length)
}

function digest_of(entries: [subject: string, queue: string, weight: number][]): InterestDigest {
  const digest = new InterestDigest()
  for (const [subject, queue, weight] of entries) digest.add(hash(subject, queue), weight)
  return digest
}

const word = fc.stringMatching(/^[a-c]{1,3}(\.[a-c]{1,2}){0,2}$/)
const entries = fc.uniqueArray(fc.tuple(word, fc.oneof(fc.constant(''), word), fc.integer({ min: 1, max: 5 })), {
  selector: ([subject, queue]) => `${subject} ${queue}`,
  maxLength: 40,
})

test('the order of changes, and what came and went, does not matter', () => {
  fc.assert(fc.property(entries, entries, fc.integer(), (kept, gone, seed) => {
    const digest = new InterestDigest()
    const others = gone.filter(([subject, queue]) => !kept.some((each) => each[0] === subject && each[1] === queue))
    const steps = [...kept, ...others].sort((a, b) => hash(a[0] + seed) - hash(b[0] + seed))
    for (const [subject, queue, weight] of steps) digest.add(hash(subject, queue), weight)
    for (const [subject, queue, weight] of others) digest.remove(hash(subject, queue), weight)
    assert.is(digest.text, digest_of(kept).text)
  }))
})

test('another entry, another weight, and another place of the queue are seen, in their bucket', () => {
  fc.assert(fc.property(entries, word, (list, subject) => {
    fc.pre(!list.some((entry) => entry[0] === subject))
    const digest = digest_of(list)
    const more = digest_of([...list, [subject, '', 1]])
    assert.equal(digest.differences(more.text), [bucket_of(hash(subject))])
    assert.equal(more.differences(digest.text), [bucket_of(hash(subject))])
    assert.equal(digest.differences(digest.text), [])
  }))
  assert.is.not(weighed(hash('a', 'b'), 1), weighed(hash('a', 'b'), 2))
  assert.is.not(hash('ab'), hash('a', 'b'))
})

test('what changed while the sums were taken is not compared', () => {
  const [ours, theirs] = [digest_of([['a', '', 1]]), digest_of([['b', '', 1]])]
  assert.is(ours.differences(theirs.text).length, 2)
  theirs.forget(hash('a'))
  assert.equal(ours.differences(theirs.text), [bucket_of(hash('b'))])
  theirs.forget(hash('b'))
  assert.equal(ours.differences(theirs.text), [])
  assert.is(theirs.text.length, 8 * DIGEST_BUCKETS)
})

test('entries spread over the buckets', () => {
  const counts = new Array(DIGEST_BUCKETS).fill(0)
  for (let i = 0; i < 6400; i++) counts[bucket_of(hash(`orders.${i}.eu`))]++
  assert.ok(Math.min(...counts) > 50 && Math.max(...counts) < 200, counts.join())
})

test.run()
