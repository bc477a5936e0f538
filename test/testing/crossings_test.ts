import * as assert from 'uvu/assert'
import { Crossings } from '../../src/testing/crossings.ts'
import { suite } from '../harness.ts'

const test = suite('testing/crossings')

test('of two dials that would cross each other the second waits, until the first is over or too old', () => {
  const crossings = new Crossings()
  assert.is(crossings.begin('a', 'b', 0), true)
  assert.equal([crossings.begin('b', 'a', 1_999), crossings.begin('b', 'c', 1_999)], [false, true])
  assert.is(crossings.begin('b', 'a', 2_000), true)
  assert.is(crossings.begin('a', 'b', 2_100), false)
  crossings.over('b', 'a')
  assert.is(crossings.begin('a', 'b', 2_100), true)
  assert.is(crossings.begin('a', 'b', 2_200), true, 'the same again')
})

test.run()
