import * as assert from 'uvu/assert'
import { RestartBudget } from '../../src/actor/supervise.ts'
import { RESTART_BUDGET, RESTART_WINDOW_MS } from '../../src/base/limits.ts'
import { suite } from '../harness.ts'

const test = suite('actor/supervise')

test('as many deaths as the budget allows are forgiven within the window, one more is not', () => {
  const budget = new RestartBudget(3, 1000)
  assert.equal([0, 10, 20, 30].map((now) => budget.take(now)), [true, true, true, false])
  assert.is(budget.restarts, 4)
})

test('deaths of long ago do not count', () => {
  const budget = new RestartBudget(2, 1000)
  for (let now = 0; now < 20_000; now += 600) assert.ok(budget.take(now))
  assert.ok(budget.restarts > 30)
})

test('a death exactly as old as the window does not count any more', () => {
  const budget = new RestartBudget(1, 1000)
  assert.ok(budget.take(0))
  assert.ok(budget.take(1000))
  assert.not(budget.take(1999))
})

test('without figures the limits of the program hold', () => {
  const budget = new RestartBudget()
  for (let i = 0; i < RESTART_BUDGET; i++) assert.ok(budget.take(i))
  assert.not(budget.take(RESTART_BUDGET))
  assert.ok(budget.take(3 * RESTART_WINDOW_MS))
})

test.run()
