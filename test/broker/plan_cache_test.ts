import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import type { Plan } from '../../src/broker/plan.ts'
import { PlanCache } from '../../src/broker/plan_cache.ts'
import { naive_match } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { Rig } from './broker_rig.ts'

const test = suite('broker/plan_cache', 30_000)

const find = (cache: PlanCache, subject: string, account = 0): Plan => {
  const bytes = latin1_bytes(`<<${subject}>>`)
  const plan = cache.find(account, bytes, 2, bytes.length - 2)
  assert.ok(plan !== null)
  assert.equal([plan.account, latin1_text(plan.subject)], [account, subject])
  return plan
}

test('the same subject gives the same plan, another subject or account another one', () => {
  const { threads: [thread] } = new Rig()
  const cache = new PlanCache(thread, 64)
  const plan = find(cache, 'a.b')
  assert.ok(find(cache, 'a.b') === plan)
  assert.equal([cache.hits, cache.misses], [1, 1])
  for (const other of [find(cache, 'a.b', 1), find(cache, 'a.c'), find(cache, 'a'), find(cache, 'a.b.c')]) {
    assert.ok(other !== plan)
  }
  assert.ok(cache.is_valid(plan))
})

test('a plan holds until the interest in its subject changes, and is built again in its place', () => {
  const { threads: [thread, other] } = new Rig(2)
  const cache = new PlanCache(thread, 64)
  const client = thread.connect()
  const plan = find(cache, 'a.b')
  const id = thread.subscribe(client, 'a.*')
  assert.not(cache.is_valid(plan))
  assert.ok(find(cache, 'a.b') === plan)
  assert.is(plan.targets.length, 1)
  assert.ok(cache.is_valid(plan))
  other.subscribe(other.connect(), '>')
  assert.ok(!cache.is_valid(plan) && cache.refresh(plan) === plan)
  assert.equal([plan.targets.length, plan.threads], [1, [1]])
  assert.ok(thread.index.remove(id))
  assert.is(find(cache, 'a.b').targets.length, 0)
  const before = cache.hits
  assert.ok(cache.refresh(plan) === plan)
  assert.is(cache.hits, before + 1)
})

test('a subject found again after its plan had to make place is planned anew, and rightly', () => {
  const { threads: [thread] } = new Rig()
  const cache = new PlanCache(thread, 8)
  const client = thread.connect()
  for (let i = 0; i < 40; i += 2) thread.subscribe(client, `s.${i}`, '', String(i))
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 40; i++) assert.is(find(cache, `s.${i}`).targets.length, i % 2 === 0 ? 1 : 0)
  }
  assert.ok(cache.misses > 40)
})

test('plans that stay in a neighbourhood with room are not built again', () => {
  const { threads: [thread] } = new Rig()
  const cache = new PlanCache(thread, 4096)
  for (let round = 0; round < 2; round++) for (let i = 0; i < 50; i++) find(cache, `s.${i}`)
  assert.equal([cache.misses, cache.hits], [50, 50])
})

test('while the index is stuck there is no plan, and an old one is not used', () => {
  const { threads: [here, there] } = new Rig(2)
  const cache = new PlanCache(here, 64)
  find(cache, 'a')
  there.subscribe(there.connect(), 'a')
  there.index.lock.acquire()
  there.index.lock.begin_write()
  const bytes = latin1_bytes('ab')
  assert.equal([cache.find(0, bytes, 0, 1), cache.find(0, bytes, 0, 2)], [null, null])
  there.index.lock.end_write()
  there.index.lock.release()
  assert.equal(find(cache, 'a').threads, [1])
})

test('under any changes a plan that is found is right', () => {
  const token = fc.constantFrom('a', 'b', '*')
  const subscription = fc.array(token, { minLength: 1, maxLength: 3 }).map((tokens) => tokens.join('.'))
  const step = fc.oneof(
    fc.record({ op: fc.constant('add' as const), subject: subscription }),
    fc.record({ op: fc.constant('remove' as const), subject: subscription }),
    fc.record({ op: fc.constant('find' as const), subject: subscription }),
    fc.record({ op: fc.constant('find' as const), subject: subscription }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { threads: [thread] } = new Rig()
      const cache = new PlanCache(thread, 8)
      const client = thread.connect()
      const ids = new Map<string, number>()
      for (const { op, subject } of steps) {
        const id = ids.get(subject)
        if (op === 'add' && id === undefined) ids.set(subject, thread.subscribe(client, subject, '', subject))
        else if (op === 'remove' && id !== undefined) ids.delete(subject) && thread.index.remove(id)
        else if (op === 'find') {
          const published = subject.replaceAll('*', 'c')
          const sids = find(cache, published).targets.map((target) => latin1_text(target.sid)).sort()
          assert.equal(sids, [...ids.keys()].filter((each) => naive_match(each, published)).sort())
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('the size of the table is a power of two', () => {
  const { threads: [thread] } = new Rig()
  assert.throws(() => new PlanCache(thread, 100), 'power of two')
})

test.run()
