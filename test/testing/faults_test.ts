import * as assert from 'uvu/assert'
import { FaultPlan, NO_FAULTS, slow_faults } from '../../src/testing/faults.ts'
import { suite } from '../harness.ts'

const test = suite('testing/faults')

test('a fault is of one direction until it is healed', () => {
  const plan = new FaultPlan(1)
  plan.set(['a', 'b'], ['c'], { lost: true })
  plan.set(['a'], ['c'], { delay_ms: 5 })
  assert.equal(plan.between('a', 'c').faults, { ...NO_FAULTS, lost: true, delay_ms: 5 })
  assert.equal(plan.between('b', 'c').faults, { ...NO_FAULTS, lost: true })
  assert.equal(plan.between('c', 'a').faults, NO_FAULTS)
  plan.heal()
  assert.equal(plan.between('a', 'c').faults, NO_FAULTS)
})

test('chance is the same with the same seed, another one for each direction, and goes on when it is healed', () => {
  const draws = (plan: FaultPlan, from: string, to: string) =>
    Array.from({ length: 5 }, () => plan.between(from, to).random.next())
  const one = new FaultPlan(3), same = new FaultPlan(3), other = new FaultPlan(4)
  const first = draws(one, 'a', 'b')
  assert.equal(draws(same, 'b', 'a').length, 5)
  assert.equal(draws(same, 'a', 'b'), first)
  assert.not.equal(draws(other, 'a', 'b'), first)
  assert.not.equal(draws(one, 'b', 'a'), first)
  one.heal()
  assert.not.equal(draws(one, 'a', 'b'), first)
})

test('slowness is nothing but a pace', () => {
  assert.equal(slow_faults(10), { ...NO_FAULTS, bytes_per_second: 10 })
})

test.run()
