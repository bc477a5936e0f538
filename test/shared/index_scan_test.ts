import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { scan_interest, scan_subscriptions } from '../../src/shared/index_scan.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'
import { entry_of, interest_text, Oracle } from './index_oracle.ts'

const test = suite('shared/index_scan', 30_000)

const record = fc.record({
  account: fc.nat(2),
  subject: fc.constantFrom('a', 'a.b', 'a.*', '>', 'b.>', 'a.b.c'),
  queue: fc.constantFrom('', 'q', 'r'),
  kind: fc.nat(1),
  sid: fc.constantFrom('1', '22', '333', ''),
})

test('the scan and the packed scan show exactly the local interest', () => {
  fc.assert(fc.property(fc.array(record, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (records, chunk) => {
    const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 100, edges: 64 }), 0)
    const oracle = new Oracle()
    records.forEach((record, i) => {
      const id = index.insert(entry_of(record))
      if (i % 3 === 0) index.remove(id)
      else oracle.records.set(id, record)
    })
    const lines: string[] = []
    for (let group = 1; group !== 0;) {
      group = scan_interest(index, group, chunk, (interest) => lines.push(interest_text(interest)))
    }
    assert.equal(lines.sort(), oracle.interest())
  }))
})

test('subscriptions are listed in pieces, through a filter', () => {
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 6000, edges: 16384 }), 5)
  for (let i = 0; i < 5000; i++) {
    index.insert(entry_of({ account: i & 1, subject: `s.${i}`, queue: 'q', sid: `${i}` }, i))
  }
  const rows = []
  let calls = 0
  for (let from = 1; from !== 0; calls++) {
    const piece = scan_subscriptions(index, from, 1000, (row) => row.account === 1)
    assert.ok(piece.rows.length <= 1000)
    rows.push(...piece.rows)
    from = piece.next
  }
  assert.is(rows.length, 2500)
  assert.ok(calls > 2)
  const { id, ...row } = rows[3]
  assert.ok(id > 0)
  assert.equal(row, {
    account: 1,
    subject: 's.7',
    queue: 'q',
    sid: '7',
    kind: 0,
    thread: 5,
    slot: 7,
    delivered: 0,
    max: 0,
    weight: 1,
  })
})

test('a scan behind a stuck lock says where to go on', () => {
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 10, edges: 64 }), 0)
  const dead = new SubjectIndex(index.buffers, 1)
  index.insert(entry_of({ subject: 'a' }))
  dead.lock.acquire()
  dead.lock.begin_write()
  assert.is(scan_interest(index, 1, 10, () => assert.unreachable()), 1)
  assert.equal(scan_subscriptions(index, 1, 10), { next: 1, rows: [] })
})

test.run()
