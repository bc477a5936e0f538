import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { SUBJECT_TOKENS_MAX } from '../../src/base/limits.ts'
import { grow_alone, growth_wanted } from '../../src/shared/index_growth.ts'
import { ARENA_TOP, GROUP_TOP, NODE_TOP, RECORD_TOP } from '../../src/shared/index_layout.ts'
import { FLAG_CLOSING, Insert, READ_BUSY, SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'
import { all_subjects, entry_of, generation_of, is_valid, match_ids, naive_match, Oracle } from './index_oracle.ts'

const test = suite('shared/subject_index', 60_000)

const make = (edges = 1024, thread = 3) => {
  const options = { subscriptions: 2000, edges, log: false, log_bytes: 4096 }
  return new SubjectIndex(SubjectIndex.reserve(options), thread)
}
const insert = (index: SubjectIndex, subject: string, queue = '') => index.insert(entry_of({ subject, queue }))

test('a literal subscription matches its subject and no other', () => {
  const index = make()
  const id = insert(index, 'foo.bar')
  assert.equal(match_ids(index, 0, 'foo.bar'), [id])
  for (const other of ['foo', 'foo.baz', 'foo.bar.baz', 'bar', 'fo.bar', 'foo.ba', '']) {
    assert.equal(match_ids(index, 0, other), [], other)
  }
  assert.equal(match_ids(index, 1, 'foo.bar'), [])
})

test('published wildcards are literals', () => {
  const index = make()
  insert(index, 'foo.bar')
  const ids = ['foo.*', 'foo.>', '>'].map((subject) => insert(index, subject))
  assert.equal(match_ids(index, 0, 'foo.*'), ids)
  assert.equal(match_ids(index, 0, 'foo.>'), ids)
})

test('wildcards count only as whole tokens', () => {
  const index = make()
  const ids = ['foo*', '*.b>', 'a>', '**'].map((subject) => insert(index, subject))
  assert.equal(match_ids(index, 0, 'foo*'), [ids[0]])
  assert.equal(match_ids(index, 0, 'foox'), [])
  assert.equal(match_ids(index, 0, 'a.b>'), [ids[1]])
  assert.equal(match_ids(index, 0, 'a>'), [ids[2]])
  assert.equal(match_ids(index, 0, '**'), [ids[3]])
})

test('invalid subscriptions are refused, up to the last token that is allowed', () => {
  const index = make(16384)
  for (const subject of ['', '.', 'a.', '.a', 'a..b', '>.a', 'a.>.b']) {
    assert.is(insert(index, subject), Insert.INVALID_SUBJECT, subject)
  }
  assert.ok(insert(index, Array(SUBJECT_TOKENS_MAX).fill('a').join('.')) > 0)
  assert.is(insert(index, Array(SUBJECT_TOKENS_MAX + 1).fill('a').join('.')), Insert.INVALID_SUBJECT)
})

test('a record tells what was inserted', () => {
  const index = make()
  const entry = entry_of(
    { account: 7, subject: 'a.*.c.>', queue: 'workers', sid: 'x17', kind: SubscriberKind.route },
    99,
  )
  entry.weight = 5
  entry.flags = FLAG_CLOSING
  const id = index.insert(entry)
  assert.is(index.account(id), 7)
  assert.is(index.subject_text(id), 'a.*.c.>')
  assert.is(index.queue_text(index.group(id)), 'workers')
  assert.ok(index.is_queue(index.group(id)))
  assert.is(index.sid_text(id), 'x17')
  assert.equal([index.kind(id), index.thread(id), index.slot(id)], [SubscriberKind.route, 3, 99])
  assert.equal([index.weight(id), index.flags(id), index.delivered(id), index.max(id)], [5, FLAG_CLOSING, 0, 0])
  assert.is(index.add_delivered(id), 1)
  index.set_max(id, 10)
  assert.equal([index.delivered(id), index.max(id)], [1, 10])
  const target = latin1_bytes('........')
  assert.is(index.copy_sid(id, target, 2), 5)
  assert.is(latin1_text(target), '..x17...')
  assert.ok(index.set_weight(id, 6))
  assert.is(index.weight(id), 6)
  assert.is(index.subscription_count, 0)
})

test('a result that does not fit tells how much room it needs', () => {
  const index = make()
  for (let i = 0; i < 5; i++) insert(index, 'a', i < 2 ? '' : 'q')
  const bytes = latin1_bytes('a')
  assert.is(index.match(0, bytes, 0, 1, new Int32Array(4)), -5)
  const out = new Int32Array(5)
  assert.is(index.match(0, bytes, 0, 1, out), 5)
  const groups = [...out].map((id) => index.group(id))
  assert.is(new Set(groups).size, 2)
  assert.is(groups.filter((group, i) => i > 0 && group !== groups[i - 1]).length, 1)
})

test('everything is given back: churn does not use more memory', () => {
  const index = make()
  const { counts } = index.memory
  let tops: number[] = []
  for (let round = 0; round < 50; round++) {
    const ids = Array.from(
      { length: 100 },
      (_, i) => insert(index, `some.longer.subject.${i}.${'x'.repeat(i + 1)}`, `q${i & 3}`),
    )
    for (const id of ids) assert.ok(index.remove(id))
    const now = [NODE_TOP, GROUP_TOP, RECORD_TOP, ARENA_TOP].map((word) => counts[word])
    if (round > 0) assert.equal(now, tops)
    tops = now
  }
  assert.equal([index.subscription_count, index.insert_count, index.remove_count], [0, 5000, 5000])
  assert.is(counts[index.memory.active_table().count_word], 0)
})

test('a full memory refuses, leaves nothing behind and takes again after a removal', () => {
  for (const sizes of [{ nodes: 12 }, { arena_bytes: 200 }, { subscriptions: 5, nodes: 100, arena_bytes: 9999 }]) {
    const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 40, edges: 256, ...sizes }), 0)
    const oracle = new Oracle()
    let refused = 0
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 12; i++) {
        const record = {
          account: 0,
          subject: `s${i}.token.${round}.long-enough`,
          queue: i & 1 ? 'queue' : '',
          kind: 0,
          sid: '123',
        }
        const id = index.insert(entry_of(record))
        if (id > 0) oracle.records.set(id, record)
        else assert.is(id, Insert.FULL)
        if (id < 0) refused++
      }
      for (const record of oracle.records.values()) {
        assert.equal(match_ids(index, 0, record.subject), oracle.match(0, record.subject))
      }
      for (const id of oracle.records.keys()) assert.ok(index.remove(id))
      oracle.records.clear()
      assert.is(index.memory.counts[index.memory.active_table().count_word], 0)
    }
    assert.ok(refused > 0)
  }
})

test('an edge table at 90 % is busy until it has grown', () => {
  const index = make(16)
  let i = 0
  while (insert(index, `t${i}`) > 0) i++
  assert.is(i, 14)
  assert.is(insert(index, 'again'), Insert.BUSY)
  assert.ok(growth_wanted(index))
  assert.ok(grow_alone(index))
  assert.ok(insert(index, 'again') > 0)
})

test('a lock that is held makes mutations busy and, after failed tries, readers too', () => {
  const index = make()
  const other = new SubjectIndex(index.buffers, 4)
  const id = insert(index, 'a')
  assert.ok(other.lock.acquire())
  assert.is(index.lock_owner(), 4)
  assert.is(insert(index, 'b'), Insert.BUSY)
  assert.not(index.remove(id))
  assert.not(index.set_weight(id, 2))
  assert.equal(match_ids(index, 0, 'a'), [id])
  other.lock.begin_write()
  assert.is(index.begin_read(), READ_BUSY)
  assert.not(index.end_read(READ_BUSY))
  other.lock.end_write()
  other.lock.release()
  for (let i = 0; i < 4; i++) {
    const sequence = index.begin_read()
    insert(other, `spoil${i}`)
    assert.not(index.end_read(sequence))
  }
  const sequence = index.begin_read()
  assert.is(index.lock_owner(), 3)
  assert.is(insert(other, 'spoil'), Insert.BUSY)
  assert.ok(index.end_read(sequence))
  assert.is(index.lock_owner(), -1)
})

test('records of one thread are found in order of their ids', () => {
  const index = make()
  const other = new SubjectIndex(index.buffers, 4)
  const mine = [insert(index, 'a'), (insert(other, 'a'), insert(index, 'b'))]
  const found: number[] = []
  for (let id = index.records_of_thread(3, 1); id > 0; id = index.records_of_thread(3, id + 1)) found.push(id)
  assert.equal(found, mine)
})

test('wildcards of one account leave nothing in another, and touch makes plans invalid', () => {
  const index = make()
  const id = insert(index, 'a.b')
  const before = generation_of(index, 0, 'a.x')
  index.touch(id)
  assert.is.not(generation_of(index, 0, 'a.x'), before)
  const literal = generation_of(index, 1, 'zzz')
  index.insert(entry_of({ account: 0, subject: '*' }))
  assert.is.not(generation_of(index, 1, 'zzz'), literal)
})

const token = fc.constantFrom('a', 'b', 'ab', '*', '>', '')
const subject_text = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'))
const step = fc.record({
  remove: fc.boolean(),
  choice: fc.nat(),
  account: fc.constantFrom(0, 1),
  subject: subject_text,
  queue: fc.constantFrom('', '', 'q', 'r'),
  kind: fc.constantFrom(0, 0, 1),
})

test('it matches like a naive index, and generations change with what matches', () => {
  const published = [...all_subjects(['a', 'b', 'ab', '*', '>'], 2), 'a.b.a', 'a.b.a.b', 'a..b', '.a', 'b.', '']
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = make(64)
      const oracle = new Oracle()
      for (const { remove, choice, ...record } of steps) {
        const before = published.map((subject) => [0, 1].map((account) => generation_of(index, account, subject)))
        const matches = published.map((subject) => [0, 1].map((account) => oracle.match(account, subject).join()))
        const ids = [...oracle.records.keys()]
        if (remove && ids.length > 0) {
          const id = ids[choice % ids.length]
          assert.ok(index.remove(id))
          oracle.records.delete(id)
        } else {
          if (growth_wanted(index)) assert.ok(grow_alone(index))
          const id = index.insert(entry_of({ ...record, sid: '7' }))
          assert.is(id > 0, is_valid(record.subject), record.subject)
          if (id > 0) oracle.records.set(id, { ...record, sid: '7' })
        }
        published.forEach((subject, i) => {
          for (const account of [0, 1]) {
            const expected = oracle.match(account, subject)
            assert.equal(match_ids(index, account, subject), expected, subject)
            if (expected.join() === matches[i][account]) continue
            assert.is.not(generation_of(index, account, subject), before[i][account])
          }
        })
      }
      for (const [id, record] of oracle.records) {
        assert.is(index.subject_text(id), record.subject)
        assert.is(index.account(id), record.account)
        assert.is(index.queue_text(index.group(id)), record.queue)
      }
      const clients = [...oracle.records.values()].filter(({ kind }) => kind === 0)
      assert.is(index.subscription_count, clients.length)
    }),
    { numRuns: 150 },
  )
  assert.ok(naive_match('a.>', 'a.b') && !naive_match('a.>', 'a'))
})

test.run()
