import * as assert from 'uvu/assert'
import { InterestLogReader, log_reached } from '../../src/shared/interest_log.ts'
import { LOG_HEAD, LOG_TAIL } from '../../src/shared/index_layout.ts'
import { Insert, SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'
import { entry_of, interest_text } from './index_oracle.ts'

const test = suite('shared/interest_log')

const make = (log_bytes = 4096, log = true) =>
  new SubjectIndex(SubjectIndex.reserve({ subscriptions: 500, edges: 2048, log, log_bytes }), 0)

function drain(reader: InterestLogReader): string[] {
  const lines: string[] = []
  while (reader.next()) lines.push(interest_text(reader))
  return lines
}

test('plain groups are logged at their first and last subscription, queues at every change', () => {
  const index = make()
  const reader = new InterestLogReader(index.buffers)
  const ids = [{ subject: 'a.b' }, { subject: 'a.b' }, { subject: 'a.b', queue: 'q' }, { subject: 'a.b', queue: 'q' }]
    .map((record) => index.insert(entry_of({ account: 2, ...record })))
  assert.equal(drain(reader), ['2 a.b  1', '2 a.b q 1', '2 a.b q 2'])
  for (const id of ids) assert.ok(index.remove(id))
  assert.equal(drain(reader), ['2 a.b  0', '2 a.b q 1', '2 a.b q 0'])
})

test('subscriptions of routes are not logged, nor anything while the log is off', () => {
  const index = make()
  const reader = new InterestLogReader(index.buffers)
  index.remove(index.insert(entry_of({ subject: 'a', kind: SubscriberKind.route })))
  index.set_log(false)
  index.remove(index.insert(entry_of({ subject: 'a' })))
  assert.equal(drain(reader), [])
  index.set_log(true)
  index.insert(entry_of({ subject: 'a' }))
  assert.equal(drain(reader), ['0 a  1'])
})

test('a full log makes insert and remove busy and changes nothing, until the consumer goes on', () => {
  const index = make(1024)
  const reader = new InterestLogReader(index.buffers)
  const ids: number[] = []
  for (let id = 0; id !== Insert.BUSY;) {
    id = index.insert(entry_of({ subject: `subject.${ids.length}` }))
    if (id > 0) ids.push(id)
  }
  assert.ok(ids.length > 10)
  assert.not(index.remove(ids[0]))
  assert.is(index.subscription_count, ids.length)
  assert.ok(index.insert(entry_of({ subject: 'route', kind: SubscriberKind.route })) > 0)
  assert.ok(reader.next())
  assert.not(index.remove(ids[0]), 'The entry that the consumer looks at is not overwritten')
  assert.equal(drain(reader).length, ids.length - 1)
  assert.ok(index.remove(ids[0]))
  assert.equal(drain(reader), ['0 subject.0  0'])
})

test('entries stay whole over many rounds of the ring and over the wrap of positions', () => {
  const index = make(1024)
  const start = 0x7fffffff - 3 * 1024 + 1
  index.memory.sync[LOG_HEAD] = index.memory.sync[LOG_TAIL] = start
  const reader = new InterestLogReader(index.buffers)
  for (let i = 0; i < 500; i++) {
    const subject = `s${i}.${'x'.repeat(1 + i % 37)}`
    const mark = index.log_position()
    const id = index.insert(entry_of({ subject, queue: i & 1 ? 'queue' : '' }))
    assert.ok(id > 0 && index.remove(id))
    assert.ok(log_reached(index.log_position(), mark) && !log_reached(mark, index.log_position()))
    const queue = i & 1 ? 'queue' : ''
    assert.equal(drain(reader), [`0 ${subject} ${queue} 1`, `0 ${subject} ${queue} 0`])
    assert.is(reader.position, index.log_position())
  }
  assert.ok(index.log_position() < 0)
})

test('a consumer that follows one that died starts at the first entry not given back', () => {
  const index = make()
  const first = new InterestLogReader(index.buffers)
  for (const subject of ['a', 'b', 'c']) index.insert(entry_of({ subject }))
  first.next()
  first.next()
  const second = new InterestLogReader(index.buffers)
  assert.equal(drain(second), ['0 b  1', '0 c  1'])
  index.insert(entry_of({ subject: 'd' }))
  second.skip_all()
  assert.equal(drain(second), [])
})

test.run()
