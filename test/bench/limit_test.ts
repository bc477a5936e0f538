import * as assert from 'uvu/assert'
import { generator_was_limit, limit_text, usable_cores } from '../../src/bench/limit.ts'
import { suite } from '../harness.ts'

const test = suite('bench/limit')

test('a generator at its end is the limit if the server has reserves', () => {
  const was = (generator: number | null, server: number | null, server_cores: number) =>
    generator_was_limit({ generator, server, server_cores })
  assert.is(was(0.98, 0.6, 1), true)
  assert.is(was(0.9, 0.79, 1), true)
  assert.is(was(0.89, 0.5, 1), false)
  assert.is(was(0.99, 0.8, 1), false)
  assert.is(was(0.99, 1, 2), true)
  assert.is(was(null, 0.5, 1), false)
  assert.is(was(1, null, 1), false)
})

test('a server uses as many cores as it has workers, at least one, at most those that are there', () => {
  assert.is(usable_cores(0, 1, 8), 1)
  assert.is(usable_cores(4, 1, 8), 4)
  assert.is(usable_cores(4, 2, 8), 8)
  assert.is(usable_cores(16, 1, 8), 8)
  assert.is(usable_cores(null, 1, 8), 8)
})

test('the line says how busy both were', () => {
  assert.is(
    limit_text('1:1', { generator: 0.984, server: 0.6, server_cores: 2 }),
    '1:1: the load generator was the limit (98 % of a core; the servers used 60 % of 200 %), they could do more',
  )
})

test.run()
