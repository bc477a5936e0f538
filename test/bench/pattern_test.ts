import * as assert from 'uvu/assert'
import { chosen_patterns, deliveries, PATTERNS } from '../../src/bench/pattern.ts'
import { suite } from '../harness.ts'

const test = suite('bench/pattern')
const load = (name: string, messages: number) => {
  const pattern = PATTERNS.find((one) => one.name === name)!
  return { pattern, messages, size: 16, pace: 1000 }
}

test('every subscriber gets every message, a queue group each once, and nobody gets what is only published', () => {
  assert.is(deliveries(load('1:1', 7)), 7)
  assert.is(deliveries(load('fan-out 1:10', 7)), 70)
  assert.is(deliveries(load('n:n 4:4', 7)), 112)
  assert.is(deliveries(load('queue 2:4', 7)), 14)
  assert.is(deliveries(load('publish only', 7)), 7)
})

test('patterns are chosen by their names, which are all different', () => {
  assert.equal(chosen_patterns(/1:1$/).map(({ name }) => name), ['1:1', 'one hop 1:1'])
  assert.equal(chosen_patterns(/nothing/), [])
  assert.is(new Set(PATTERNS.map(({ name }) => name)).size, PATTERNS.length)
})

test.run()
