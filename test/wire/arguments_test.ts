import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { ArgumentList } from '../../src/wire/arguments.ts'

const test = suite('wire/arguments')

function split(text: string, cr_is_blank = false) {
  const bytes = latin1_bytes(text)
  const list = new ArgumentList()
  list.split(bytes, 0, bytes.length, cr_is_blank)
  const places = Array.from({ length: Math.min(list.count, list.starts.length) }, (_, i) => i)
  return { list, texts: places.map((i) => latin1_text(bytes, list.starts[i], list.ends[i])), bytes }
}

test('arguments are what lies between blanks', () => {
  assert.equal(split('a bc \td').texts, ['a', 'bc', 'd'])
  assert.equal(split('').texts, [])
  assert.equal(split('a\rb c').texts, ['a\rb', 'c'])
  assert.equal(split('a\rb c\r', true).texts, ['a', 'b', 'c'])
})

test('only single SPs make a list single spaced', () => {
  assert.is(split('a b c').list.single_spaced, true)
  for (const text of ['a  b', 'a\tb', 'a \tb']) assert.is(split(text).list.single_spaced, false)
  assert.is(split('a b\r', true).list.single_spaced, false)
})

test('of a long list the first six and the last two are kept', () => {
  const { list, texts, bytes } = split('0 1 2 3 4 5 6 7 8')
  assert.is(list.count, 9)
  assert.equal(texts, ['0', '1', '2', '3', '4', '5'])
  assert.is(latin1_text(bytes, list.before_last_start, list.before_last_end), '7')
  assert.is(latin1_text(bytes, list.last_start, list.last_end), '8')
})

test.run()
