import * as check from 'uvu/assert'
import { assert, AssertionError } from '../../src/base/assert.ts'
import { suite } from '../harness.ts'

const test = suite('base/assert')

test('what holds passes', () => {
  for (const value of [true, 1, 'a', {}, []]) assert(value, 'never seen')
})

test('what does not hold throws, with its message', () => {
  for (const value of [false, 0, '', null, undefined, NaN]) {
    check.throws(
      () => assert(value, 'A ring is a power of two'),
      (error: unknown) => error instanceof AssertionError && error.message === 'A ring is a power of two',
    )
  }
  check.throws(() => assert(false), (error: Error) => error.name === 'AssertionError' && error.message !== '')
})

test.run()
