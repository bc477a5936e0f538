import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { seeded_random } from '../../src/base/prng.ts'
import { members_digest, RollCall } from '../../src/cluster/roll_call.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/roll_call')

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const random = seeded_random(7)
const text = (length: number) => Array.from({ length }, () => ALPHABET[random.below(32)]).join('')
/** As servers have them. */
const server_id = () => `N${text(55)}`
const halves = (digest: string) => [digest.slice(0, 8), digest.slice(8)]

test('a digest has 16 hexadecimal digits', () => {
  assert.is(members_digest([]), '0'.repeat(16))
  for (let i = 0; i < 2000; i++) {
    const digest = members_digest([server_id(), text(3)])
    assert.match(digest, /^[0-9a-f]{16}$/)
    assert.is.not(...halves(digest) as [string, string])
  }
})

test('a digest does not depend on the order', () => {
  const set_and_order = fc.uniqueArray(fc.string(), { maxLength: 30 }).chain((ids) =>
    fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, { minLength: ids.length }))
  )
  fc.assert(fc.property(set_and_order, ([ids, order]) => {
    assert.is(members_digest(order), members_digest(ids))
    assert.is(members_digest(new Set(order)), members_digest(ids))
  }))
})

test('a digest differs for different sets', () => {
  // Of few letters, so that the sets are often much alike.
  const ids = () => fc.uniqueArray(fc.oneof(fc.stringMatching(/^[ab]{0,3}$/), fc.string()), { maxLength: 6 })
  fc.assert(fc.property(ids(), ids(), (one, two) => {
    const is_same = one.length === two.length && one.every((id) => two.includes(id))
    assert.is(members_digest(one) === members_digest(two), is_same)
  }))
})

test('every set that can be made of twelve servers has a digest of its own, and so have its halves', () => {
  const ids = Array.from({ length: 12 }, server_id)
  const digests = Array.from(
    { length: 1 << ids.length },
    (_, set) => members_digest(ids.filter((_, i) => set >> i & 1)),
  )
  for (const seen of [digests, digests.map((each) => halves(each)[0]), digests.map((each) => halves(each)[1])]) {
    assert.is(new Set(seen).size, 1 << ids.length)
  }
})

test('two ids that swap their last letters are seen in both halves', () => {
  for (let i = 0; i < 2000; i++) {
    const [one, two] = [server_id(), server_id()]
    const before = halves(members_digest([`${one}A`, `${two}B`]))
    const after = halves(members_digest([`${one}B`, `${two}A`]))
    assert.ok(before[0] !== after[0] && before[1] !== after[1], `${one} ${two}`)
  }
})

test('the second difference in a row is worth a word, and then the count begins anew', () => {
  const call = new RollCall()
  const heard = Array.from({ length: 6 }, (_, i) => call.heard(`theirs ${i}`, 'ours', true))
  assert.equal(heard, [false, true, false, true, false, true])
})

test('an equal digest in between makes good for a difference', () => {
  const call = new RollCall()
  const theirs = ['a', 'ours', 'a', 'ours', 'ours', 'b', 'c']
  assert.equal(theirs.map((each) => call.heard(each, 'ours', true)), [
    ...[false, false, false, false, false],
    ...[false, true],
  ])
})

test('as long as our own list changes a difference says nothing', () => {
  const call = new RollCall()
  assert.equal([false, false, false].map((is_settled) => call.heard('theirs', 'ours', is_settled)), [
    ...[false, false, false],
  ])
  assert.equal([true, false, true, true].map((is_settled) => call.heard('theirs', 'ours', is_settled)), [
    ...[false, false, false, true],
  ])
})

test('each peer is counted by itself', () => {
  const [one, two] = [new RollCall(), new RollCall()]
  assert.equal([one, two].map((call) => call.heard('theirs', 'ours', true)), [false, false])
  assert.ok(one.heard('theirs', 'ours', true))
})

test.run()
