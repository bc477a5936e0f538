import * as assert from 'uvu/assert'
import { MemberClock } from '../../src/testing/member_clock.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('testing/member_clock')

test('timers fire as they do elsewhere', () => {
  const base = new ManualClock(5), clock = new MemberClock(base)
  const fired: string[] = []
  clock.after(10, () => void fired.push('a'))
  clock.after(10, () => void fired.push('never')).cancel()
  const each = clock.every(7, () => void fired.push('e'))
  base.pass(15)
  each.cancel()
  base.pass(100)
  assert.equal(fired, ['e', 'a', 'e'])
  assert.equal([clock.now_ms(), clock.wall_ms(), base.waiting], [base.now_ms(), base.wall_ms(), 0])
})

test('who stands still has its timers late, in their order, each once', () => {
  const base = new ManualClock(), clock = new MemberClock(base)
  const fired: string[] = []
  const same = () => void fired.push('same')
  clock.after(20, () => void fired.push('later'))
  clock.after(10, same)
  clock.after(10, same)
  const cancelled = clock.after(15, () => void fired.push('never'))
  clock.after(500, () => void fired.push('not yet'))
  clock.freeze()
  base.pass(100)
  assert.equal(fired, [])
  cancelled.cancel()
  clock.thaw()
  assert.equal(fired, ['same', 'same', 'later'])
  base.pass(400)
  assert.equal(fired.at(-1), 'not yet')
})

test('a late timer may cancel another one', () => {
  const base = new ManualClock(), clock = new MemberClock(base)
  const fired: number[] = []
  clock.after(1, () => {
    fired.push(1)
    second.cancel()
  })
  const second = clock.after(2, () => void fired.push(2))
  clock.freeze()
  base.pass(5)
  clock.thaw()
  assert.equal(fired, [1])
})

test.run()
