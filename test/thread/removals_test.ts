import * as assert from 'uvu/assert'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { Removals } from '../../src/thread/removals.ts'
import { ManualClock } from '../manual_clock.ts'
import { entry_of } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'

const test = suite('thread/removals')

function make(count: number) {
  const buffers = SubjectIndex.reserve({ subscriptions: 4000, edges: 16384, log: false, log_bytes: 4096 })
  const index = new SubjectIndex(buffers, 0), other = new SubjectIndex(buffers, 1)
  const clock = new ManualClock()
  const turns: (() => void)[] = []
  const seen = { changed: 0, done: 0 }
  const removals = new Removals(index, clock, (f) => void turns.push(f), () => void seen.changed++)
  const ids = Array.from({ length: count }, (_, i) => index.insert(entry_of({ subject: `s.${i}` })))
  const start = () => removals.remove(ids, () => void seen.done++)
  return { index, other, clock, turns, seen, start }
}

test('a few records are gone at once', () => {
  const { index, turns, seen, start } = make(100)
  start()
  assert.equal([index.subscription_count, turns.length, seen.done], [0, 0, 1])
})

test('nothing to remove is done at once', () => {
  const { seen, start } = make(0)
  start()
  assert.is(seen.done, 1)
})

test('many records go a part per turn, and each part is made known', () => {
  const { index, turns, seen, start } = make(2500)
  start()
  const left: number[] = []
  while (turns.length > 0) {
    assert.equal([turns.length, seen.done], [1, 0])
    left.push(index.subscription_count)
    turns.shift()!()
  }
  assert.ok(left.length >= 2 && left.every((count, i) => count > 0 && (i === 0 || count < left[i - 1])), `${left}`)
  assert.equal([index.subscription_count, seen.done, seen.changed], [0, 1, left.length])
})

test('while the index is busy it waits, and goes on where it was', () => {
  const { index, other, clock, seen, start } = make(10)
  other.lock.acquire()
  start()
  assert.equal([index.subscription_count, seen.done, clock.waiting], [10, 0, 1])
  clock.pass(2)
  assert.equal([index.subscription_count, seen.done, clock.waiting], [10, 0, 1])
  other.lock.release()
  clock.pass(2)
  assert.equal([index.subscription_count, seen.done, clock.waiting], [0, 1, 0])
})

test.run()
