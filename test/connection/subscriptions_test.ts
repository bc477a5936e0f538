import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { FLAG_CLOSING, FLAG_ECHO_OFF, Insert, SubjectIndex } from '../../src/shared/subject_index.ts'
import { Subscriptions } from '../../src/connection/subscriptions.ts'
import { entry_of, generation_of, match_ids } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { client_op, small_index } from './connection_rig.ts'

const test = suite('connection/subscriptions')

function make(index: SubjectIndex = small_index(), slot = 9) {
  const subscriptions = new Subscriptions(index, { slot, translations: null })
  const sub = (line: string, account = 0, echo_off = false) => {
    const { bytes, op } = client_op(`SUB ${line}`)
    return subscriptions.add(account, bytes, op, echo_off)
  }
  const unsub = (line: string) => {
    const { bytes, op } = client_op(`UNSUB ${line}`)
    return subscriptions.unsub(bytes, op)
  }
  const has = (sid: string) => {
    const { bytes, op } = client_op(`UNSUB ${sid}`)
    return subscriptions.has(bytes, op)
  }
  return { index, subscriptions, sub, unsub, has }
}

test('a subscription is in the index until it is taken back', () => {
  const { index, subscriptions, sub, unsub, has } = make()
  const id = sub('foo.* workers 12', 3)
  assert.ok(id > 0)
  assert.equal([index.account(id), index.subject_text(id), index.sid_text(id), index.slot(id)], [3, 'foo.*', '12', 9])
  assert.equal([index.queue_text(index.group(id)), index.weight(id), index.flags(id)], ['workers', 1, 0])
  assert.equal(match_ids(index, 3, 'foo.a'), [id])
  assert.equal([subscriptions.count, has('12'), has('13')], [1, true, false])
  assert.ok(unsub('12'))
  assert.equal([subscriptions.count, match_ids(index, 3, 'foo.a')], [0, []])
})

test('sids are names: those that read as the same number are different ones', () => {
  const { subscriptions, sub, unsub, has } = make()
  const sids = ['7', '07', '007', '0', '00', 'seven', '7a', '-7', '1234567890', '123456789', '+7', '7.0']
  for (const sid of sids) {
    assert.not(has(sid), sid)
    assert.ok(sub(`a ${sid}`) > 0)
  }
  assert.is(subscriptions.count, sids.length)
  for (const [i, sid] of sids.entries()) {
    assert.ok(unsub(sid))
    assert.is(subscriptions.count, sids.length - i - 1, sid)
  }
})

test('a client that wants no echo says so in every record', () => {
  const { index, sub } = make()
  assert.is(index.flags(sub('a 1', 0, true)), FLAG_ECHO_OFF)
})

test('what the index refuses is not kept', () => {
  const { subscriptions, sub, has } = make()
  assert.is(sub('a..b 1'), Insert.INVALID_SUBJECT)
  assert.equal([subscriptions.count, has('1')], [0, false])
})

test('UNSUB with a maximum above what was delivered keeps the subscription until then, and plans learn of it', () => {
  const { index, subscriptions, sub, unsub } = make()
  const id = sub('a 1')
  const before = generation_of(index, 0, 'a')
  assert.ok(unsub('1 3'))
  assert.equal([index.max(id), subscriptions.count], [3, 1])
  assert.is.not(generation_of(index, 0, 'a'), before)
  for (let i = 0; i < 3; i++) index.add_delivered(id)
  assert.ok(unsub('1 3'))
  assert.equal([subscriptions.count, index.is_in_use(id)], [0, false])
})

test('UNSUB of an unknown sid, or with a maximum that is no number, is no fault', () => {
  const { subscriptions, sub, unsub } = make()
  assert.ok(unsub('1'))
  sub('a 1')
  assert.ok(unsub('1 many'))
  assert.is(subscriptions.count, 0)
})

test('while the index is busy UNSUB changes nothing', () => {
  const { index, subscriptions, sub, unsub } = make()
  const id = sub('a 1')
  const other = new SubjectIndex(index.buffers, 1)
  other.lock.acquire()
  assert.not(unsub('1'))
  assert.equal([subscriptions.count, index.is_in_use(id)], [1, true])
  other.lock.release()
  assert.ok(unsub('1'))
})

test('a subscription that had its last message is forgotten only if it is still the same', () => {
  const { index, subscriptions, sub, unsub } = make()
  const id = sub('a 1')
  assert.equal(subscriptions.forget(latin1_bytes('2'), id), [])
  assert.ok(unsub('1'))
  const again = sub('b 1')
  if (again !== id) assert.equal(subscriptions.forget(latin1_bytes('1'), id), [])
  assert.equal(subscriptions.forget(latin1_bytes('1'), again), [again])
  assert.is(subscriptions.count, 0)
  assert.ok(index.is_in_use(again))
})

test('all records can be taken, and are marked as closing for other threads', () => {
  const { index, subscriptions, sub } = make()
  const ids = [sub('a 1', 0, true), sub('b q 2')]
  assert.equal(subscriptions.take_all().sort(), ids.sort())
  assert.equal([subscriptions.count, subscriptions.take_all()], [0, []])
  for (const id of ids) assert.ok((index.flags(id) & FLAG_CLOSING) !== 0)
  assert.is(index.flags(ids[0]), FLAG_ECHO_OFF | FLAG_CLOSING)
})

test('reports tell what monitoring shows', () => {
  const { index, subscriptions, sub, unsub } = make()
  const id = sub('foo.> q 5')
  sub('bar 6')
  index.add_delivered(id)
  unsub('5 10')
  assert.equal(subscriptions.reports('$G', 77), [
    { account: '$G', subject: 'foo.>', queue: 'q', sid: '5', messages: 1, max: 10, cid: 77 },
    { account: '$G', subject: 'bar', sid: '6', messages: 0, cid: 77 },
  ])
})

test('the plain subscription of this connection is found among matches of all', () => {
  const index = small_index()
  const { subscriptions, sub } = make(index, 9)
  const stranger = index.insert(entry_of({ subject: 'r', sid: 'other' }, 8))
  const other = new SubjectIndex(index.buffers, 1)
  const far = other.insert(entry_of({ subject: 'r', sid: 'far' }, 9))
  const route = index.insert(entry_of({ subject: 'r', kind: 1, sid: '' }, 9))
  const queue = sub('r q 3')
  const sid_among = (ids: number[]) => subscriptions.plain_sid_among(Int32Array.from(ids), ids.length, 0)
  assert.is(sid_among([stranger, far, route, queue]), '')
  const plain = sub('r 4')
  assert.is(sid_among([stranger, far, route, queue, plain]), '4')
  assert.is(subscriptions.plain_sid_among(Int32Array.from([plain]), 0, 0), '')
})

test.run()
