// What happens per second, from two looks.
import * as assert from 'uvu/assert'
import type { Varz } from '../../src/page/mesh_answer.ts'
import { counters_of, RateBook, rates_between, sum_of } from '../../src/page/rates.ts'
import { suite } from '../harness.ts'
import { member, mesh, route } from './rig.ts'

const test = suite('page/rates')

const counted = (n: number, ms: number): Varz & { ms: number } => ({
  ...{ in_client_msgs: n, in_client_bytes: n * 10, out_client_msgs: n * 2, out_client_bytes: n * 20 },
  ...{ in_msgs: n * 5, in_bytes: n * 50, out_msgs: n * 3, out_bytes: n * 30, ms },
})
const at = (n: number, ms: number, peer = n) =>
  mesh(
    [member('A', [route('B', { out_msgs: peer, out_bytes: peer * 10 })], counted(n, ms)), member('B', null, { ms })],
    ms,
  )

test('two looks give rates by the clock of who counted', () => {
  const look = (at_ms: number, msgs: number) => ({ at_ms, counts: { msgs } })
  assert.equal(rates_between(look(0, 10), look(500, 20)), { msgs: 20 })
  assert.is(rates_between(look(0, 10), look(199, 20)), null, 'too close')
  assert.equal(rates_between(look(0, 10), look(200, 10)), { msgs: 0 })
  assert.is(rates_between(look(0, 10), look(1_000, 9)), null, 'counted anew')
  assert.is(rates_between(look(1_000, 10), look(0, 20)), null, 'the clock went back')
})

test('a server that does not count its clients apart has its routes to subtract', () => {
  const old = { in_msgs: 100, in_bytes: 1000, out_msgs: 70, out_bytes: 700 }
  const routes = [route('B', { in_msgs: 30, in_bytes: 300, out_msgs: 20, out_bytes: 200 }), route('C', { in_msgs: 10 })]
  assert.equal(counters_of(member('A', routes, old)), {
    ...{ in_msgs: 60, in_bytes: 700, out_msgs: 50, out_bytes: 500, sent_msgs: 20, sent_bytes: 200 },
  })
  assert.equal(counters_of(member('A', routes, counted(10, 0))), {
    ...{ in_msgs: 10, in_bytes: 100, out_msgs: 20, out_bytes: 200, sent_msgs: 10, sent_bytes: 100 },
  })
})

test('the book knows rates from the second look on, of members and of links from either end', () => {
  const book = new RateBook()
  book.take(at(0, 0))
  assert.equal([book.member('A'), book.link('A', 'B')], [null, null])
  book.take(at(100, 2_000))
  assert.equal(book.member('A')?.in_msgs, 50)
  assert.equal([book.link('A', 'B'), book.link('B', 'A')], [{ msgs: 50, bytes: 500 }, { msgs: 0, bytes: 0 }])
})

test('an answer that was kept by the server changes nothing, and the next one counts from before', () => {
  const book = new RateBook()
  book.take(at(0, 0))
  book.take(at(100, 1_000))
  book.take(at(100, 1_000))
  assert.is(book.member('A')?.in_msgs, 100)
  book.take(at(300, 3_000))
  assert.is(book.member('A')?.in_msgs, 100)
})

test('a late answer leaves the rates as they were for two looks', () => {
  const book = new RateBook(), others = mesh([member('B', null)])
  book.take(at(0, 0))
  book.take(at(100, 1_000))
  for (const expected of [100, 100, undefined]) {
    book.take(others)
    assert.is(book.member('A')?.in_msgs, expected)
  }
  book.take(at(0, 0))
  book.take(at(100, 1_000))
  book.take(others)
  book.take(at(400, 4_000))
  assert.is(book.member('A')?.in_msgs, 100)
})

test('a restart is a gap and no negative rate', () => {
  const book = new RateBook()
  book.take(at(100, 0))
  book.take(at(0, 1_000))
  assert.is(book.member('A'), null)
  book.take(at(10, 2_000))
  assert.is(book.member('A')?.in_msgs, 10)
})

test('rates add up', () => {
  const one = { in_msgs: 1, in_bytes: 2, out_msgs: 3, out_bytes: 4, sent_msgs: 5, sent_bytes: 6 }
  assert.equal(sum_of([one, one]), {
    in_msgs: 2,
    in_bytes: 4,
    out_msgs: 6,
    out_bytes: 8,
    sent_msgs: 10,
    sent_bytes: 12,
  })
  assert.is(sum_of([]).in_msgs, 0)
})

test.run()
