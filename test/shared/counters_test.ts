import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { Counter, Counters, create_counters, create_limits, SharedLimits } from '../../src/shared/counters.ts'

const test = suite('shared/counters')

test('sums are over all rows, and gauges can be cleared', () => {
  const counters = new Counters(create_counters(3))
  assert.is(counters.threads, 3)
  for (const thread of [0, 1, 2]) {
    counters.row(thread)[Counter.in_bytes] += 2 ** 40 + thread
    counters.row(thread)[Counter.connections] += 5
  }
  assert.is(counters.sum('in_bytes'), 3 * 2 ** 40 + 3)
  assert.is(counters.of(1, 'in_bytes'), 2 ** 40 + 1)
  counters.clear_gauges(1)
  assert.is(counters.sum('connections'), 10)
  assert.is(counters.sum('in_bytes'), 3 * 2 ** 40 + 3)
  assert.throws(() => counters.row(3), 'row')
})

test('every counter has a column of its own', () => {
  assert.is(new Set(Object.values(Counter)).size, Object.keys(Counter).length)
})

test('limits hold exactly at their edge, for the server and per account', () => {
  const memory = create_limits(2, 3)
  const a = new SharedLimits(memory, 0, 2), b = new SharedLimits(memory, 1, 2)
  assert.ok(a.take_connection(2))
  assert.ok(b.take_connection(2))
  assert.not(a.take_connection(2))
  assert.ok(a.take_connection(0))
  a.release_connection()
  a.release_connection()
  assert.is(b.connections(), 1)
  assert.throws(() => a.release_connection(), 'once')
  assert.ok(a.take_account_connection(2, 1))
  assert.not(b.take_account_connection(2, 1))
  assert.ok(b.take_account_connection(0, 1))
  a.release_account_connection(2)
  assert.is(a.account_connections(2), 0)
  assert.throws(() => a.take_account_connection(3, 0), 'account')
  assert.is(a.next_cid(), 1)
  assert.is(b.next_cid(), 2)
})

test('what a dead thread held is given back, the rest is not', () => {
  const memory = create_limits(2, 2)
  const a = new SharedLimits(memory, 0, 2), b = new SharedLimits(memory, 1, 2)
  for (let i = 0; i < 3; i++) {
    a.take_connection(0)
    a.take_account_connection(1, 0)
    b.take_connection(0)
    b.take_account_connection(1, 0)
  }
  a.release_thread(1)
  assert.is(a.connections(), 3)
  assert.is(a.account_connections(1), 3)
  a.release_connection()
  assert.is(a.connections(), 2)
})

test('two threads that take at once never pass the limit, and no client id comes twice', async () => {
  const memory = create_limits(2, 1)
  const worker = await start_test_worker('./counters_worker.ts', import.meta.url, { memory })
  worker.unref()
  await new Promise((resolve) => worker.once('message', resolve))
  worker.postMessage('go')
  const theirs = new Promise<any>((resolve) => worker.once('message', resolve))
  const limits = new SharedLimits(memory, 0, 2)
  let taken = 0
  const cids = new Set<number>()
  for (let i = 0; i < 50_000; i++) {
    if (limits.take_connection(60_000)) taken++
    cids.add(limits.next_cid())
  }
  const { taken: their_taken, cids: their_cids } = await theirs
  await worker.terminate()
  assert.is(taken + their_taken, 60_000)
  assert.is(limits.connections(), 60_000)
  assert.is(new Set([...cids, ...their_cids]).size, 100_000)
})

test.run()
