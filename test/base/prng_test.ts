import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { seeded_random, system_random } from '../../src/base/prng.ts'
import { suite } from '../harness.ts'

const test = suite('base/prng')

test('the same seed gives the same numbers, another seed others', () => {
  const numbers = (seed: number) => {
    const random = seeded_random(seed)
    return Array.from({ length: 20 }, () => random.next())
  }
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      assert.equal(numbers(seed), numbers(seed))
      assert.not.equal(numbers(seed), numbers((seed ^ 1) | 0 || 2))
    }),
    { numRuns: 50 },
  )
})

test('numbers stay in their range, for every seed', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 0x7fffffff }), (seed, below) => {
      const random = seeded_random(seed)
      for (let i = 0; i < 20; i++) {
        const part = random.next(), whole = random.below(below)
        assert.ok(part >= 0 && part < 1)
        assert.ok(Number.isInteger(whole) && whole >= 0 && whole < below)
      }
      assert.is(random.below(1), 0)
    }),
    { numRuns: 100 },
  )
})

test('numbers are even enough to share work by', () => {
  for (const seed of [0, 1, 2, -1, 12345]) {
    const random = seeded_random(seed)
    const counts = Array(10).fill(0)
    for (let i = 0; i < 20_000; i++) counts[random.below(10)]++
    for (const count of counts) assert.ok(count > 1800 && count < 2200, `seed ${seed}: ${counts}`)
  }
})

test('generators of the machine differ', () => {
  assert.is.not(system_random().next(), system_random().next())
})

test.run()
