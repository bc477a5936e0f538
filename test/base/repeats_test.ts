import * as assert from 'uvu/assert'
import { Repeats } from '../../src/base/repeats.ts'
import { suite } from '../harness.ts'

const test = suite('base/repeats')

test('the same about the same is news again after the pause only', () => {
  const repeats = new Repeats(100)
  assert.ok(repeats.is_news('a', 'x', 0))
  assert.not(repeats.is_news('a', 'x', 99))
  assert.ok(repeats.is_news('a', 'x', 100))
  assert.not(repeats.is_news('a', 'x', 199))
})

test('something else, or about somebody else, is news, and does not make the first news again', () => {
  const repeats = new Repeats(100)
  for (const [about, what] of [['a', 'x'], ['a', 'y'], ['b', 'x']]) assert.ok(repeats.is_news(about, what, 0))
  for (const [about, what] of [['a', 'x'], ['a', 'y'], ['b', 'x']]) assert.not(repeats.is_news(about, what, 1))
})

test('what is forgotten is news', () => {
  const repeats = new Repeats(100)
  repeats.is_news('a', 'x', 0)
  repeats.is_news('b', 'x', 0)
  repeats.forget('a')
  repeats.forget('nobody')
  assert.equal([repeats.is_news('a', 'x', 1), repeats.is_news('b', 'x', 1)], [true, false])
})

test('of 1024 things nothing is forgotten, beyond it all is', () => {
  const repeats = new Repeats(1000)
  for (let i = 0; i < 1024; i++) assert.ok(repeats.is_news(`${i}`, 'x', 0))
  assert.not(repeats.is_news('0', 'x', 1))
  assert.ok(repeats.is_news('one more', 'x', 1))
  assert.ok(repeats.is_news('0', 'x', 1))
  assert.not(repeats.is_news('one more', 'x', 1))
})

test.run()
