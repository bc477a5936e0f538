import * as assert from 'uvu/assert'
import { PeerInterest } from '../../src/connection/peer_interest.ts'
import { Insert, SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import { match_ids } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { route_op, small_index } from './connection_rig.ts'

const test = suite('connection/peer_interest')

function make() {
  const index = small_index()
  const interest = new PeerInterest(index, 4)
  const add = (line: string, account = 0) => {
    const { bytes, op } = route_op(line)
    return interest.add(account, bytes, op)
  }
  const remove = (line: string, account = 0) => {
    const { bytes, op } = route_op(line)
    return interest.remove(account, bytes, op)
  }
  return { index, interest, add, remove }
}

test('what a peer wants is in the index as a record of a route, until it says otherwise', () => {
  const { index, interest, add, remove } = make()
  const id = add('RS+ ACC foo.*', 2)
  assert.ok(id > 0)
  assert.equal([index.kind(id), index.slot(id), index.account(id)], [SubscriberKind.route, 4, 2])
  assert.equal(match_ids(index, 2, 'foo.bar'), [id])
  assert.equal([interest.count, index.subscription_count], [1, 0])
  assert.ok(remove('RS- ACC foo.*', 2))
  assert.equal([interest.count, match_ids(index, 2, 'foo.bar')], [0, []])
})

test('the same interest twice is one record', () => {
  const { interest, add } = make()
  assert.is(add('RS+ $G foo'), add('RS+ $G foo'))
  assert.is(interest.count, 1)
})

test('a queue is another interest than a plain one, and gets a new weight when it is said again', () => {
  const { index, interest, add, remove } = make()
  const plain = add('RS+ $G foo'), queue = add('RS+ $G foo q 3')
  assert.is.not(plain, queue)
  assert.equal([index.weight(plain), index.weight(queue)], [1, 3])
  assert.is(add('RS+ $G foo q 5'), queue)
  assert.is(index.weight(queue), 5)
  assert.ok(remove('RS- $G foo q'))
  assert.equal([interest.count, match_ids(index, 0, 'foo')], [1, [plain]])
})

test('accounts do not meet', () => {
  const { index, interest, add, remove } = make()
  const ids = [add('RS+ $G foo', 0), add('RS+ A foo', 1)]
  assert.is.not(ids[0], ids[1])
  assert.ok(remove('RS- A foo', 1))
  assert.equal([interest.count, match_ids(index, 0, 'foo'), match_ids(index, 1, 'foo')], [1, [ids[0]], []])
})

test('unknown interest and invalid subjects are no fault', () => {
  const { interest, add, remove } = make()
  assert.ok(remove('RS- $G never'))
  assert.is(add('RS+ $G a..b'), Insert.INVALID_SUBJECT)
  assert.is(interest.count, 0)
})

test('interest of leaf nodes shares its key with that of clients, unless the peer keeps it apart', () => {
  const shared = make()
  assert.is(shared.add('RS+ $G foo'), shared.add('LS+ leaf $G foo'))
  const apart = make()
  apart.interest.leaf_apart = true
  assert.is.not(apart.add('RS+ $G foo'), apart.add('LS+ leaf $G foo'))
  assert.is(apart.interest.count, 2)
  assert.ok(apart.remove('LS- leaf $G foo'))
  assert.is(apart.interest.count, 1)
})

test('while the index is busy nothing changes', () => {
  const { index, interest, add, remove } = make()
  const id = add('RS+ $G foo q 2')
  const other = new SubjectIndex(index.buffers, 1)
  other.lock.acquire()
  assert.equal([add('RS+ $G bar'), add('RS+ $G foo q 7'), remove('RS- $G foo q')], [Insert.BUSY, Insert.BUSY, false])
  other.lock.release()
  assert.equal([interest.count, index.weight(id)], [1, 2])
})

test('all records can be taken, and are counted by account before', () => {
  const { interest, add } = make()
  const ids = [add('RS+ $G a'), add('RS+ $G b q 2'), add('RS+ ACC c', 12)]
  assert.equal([...interest.counts_by_account()].sort(), [[0, 2], [12, 1]])
  assert.equal(interest.take_all().sort(), ids.sort())
  assert.equal([interest.count, interest.take_all()], [0, []])
})

test.run()
