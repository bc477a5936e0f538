import * as assert from 'uvu/assert'
import { cut, make_paint, member_colour } from '../../src/local_mesh/paint.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/paint')

test('a terminal has colours, unless the environment wants none', () => {
  assert.is(make_paint(true, {})('x', 'red'), '\x1b[31mx\x1b[0m')
  assert.is(make_paint(true, { NO_COLOR: '' })('x', 'red'), '\x1b[31mx\x1b[0m')
  for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    assert.is(make_paint(true, environment)('x', 'red'), 'x')
  }
  assert.is(make_paint(false, {})('x', 'red'), 'x')
})

test('nine members have nine colours, none of them red', () => {
  const colours = Array.from({ length: 9 }, (_, i) => member_colour(i))
  assert.is(new Set(colours).size, 9)
  assert.is(colours.includes('red'), false)
})

test('only what is too long is cut, by what one sees of it', () => {
  const text = make_paint(true, {})('abcdef', 'red')
  assert.is(cut(text, 6), text)
  assert.is(cut(text, 5), 'abcde')
})

test.run()
