import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import {
  is_valid_publish_subject,
  is_valid_subject,
  matches,
  starts_with,
  token_count,
} from '../../src/wire/subject.ts'

const test = suite('wire/subject')

type SpanTest<T> = (bytes: Uint8Array, start: number, end: number) => T

/** Calls f with the text between bytes that would change the answer if they were looked at. */
function inside<T>(f: SpanTest<T>, text: string): T {
  return f(latin1_bytes('.' + text + '.'), 1, 1 + text.length)
}

test('a subscription subject has no empty token and > only as its last one', () => {
  for (
    const subject of [
      'a',
      'a.b',
      '*',
      '>',
      'a.*',
      '*.a',
      'a.>',
      'foo*',
      'f>o.b',
      '>>',
      'a.**',
      'foo.bar,*,>,baz',
      '\xFF.\x01',
    ]
  ) {
    assert.is(inside(is_valid_subject, subject), true, subject)
  }
  for (const subject of ['', '.', '.a', 'a.', 'a..b', '>.a', 'a.>.b', '..']) {
    assert.is(inside(is_valid_subject, subject), false, subject)
  }
})

test('a pedantic publish subject has no empty token and no wildcard token', () => {
  for (const subject of ['a', 'a.b', 'foo*', 'a.**', '>>']) assert.is(inside(is_valid_publish_subject, subject), true)
  for (const subject of ['', '.a', 'a.', 'foo..bar', '*', '>', 'foo.*', '*.foo', 'foo.>']) {
    assert.is(inside(is_valid_publish_subject, subject), false, subject)
  }
})

test('tokens are counted inside the span only', () => {
  assert.equal(['a', 'a.b', 'a.b.c', 'a..'].map((subject) => inside(token_count, subject)), [1, 2, 3, 3])
})

test('starts_with does not look behind the span', () => {
  const bytes = latin1_bytes('x_R_.y')
  const prefix = latin1_bytes('_R_.')
  assert.is(starts_with(bytes, 1, 6, prefix), true)
  assert.is(starts_with(bytes, 1, 5, prefix), true)
  assert.is(starts_with(bytes, 1, 4, prefix), false)
  assert.is(starts_with(bytes, 0, 6, prefix), false)
})

test('matches takes one token for * and at least one for >', () => {
  const yes = [['a', 'a'], ['a', '*'], ['a', '>'], ['a.b', 'a.*'], ['a.b.c', 'a.>'], ['a.b', '*.*'], ['a.*', 'a.*'], [
    'a>',
    'a>',
  ]]
  const no = [
    ['a', 'b'],
    ['a', 'a.>'],
    ['a.b', '*'],
    ['a', 'a.*'],
    ['a.b.c', 'a.*'],
    ['a.*', 'a.b'],
    ['a..b', '>'],
    ['', '>'],
    ['aa', 'a*'],
    ['', '*'],
  ]
  for (const [subject, pattern] of yes) assert.is(matches(subject, pattern), true, `${subject} ${pattern}`)
  for (const [subject, pattern] of no) assert.is(matches(subject, pattern), false, `${subject} ${pattern}`)
})

test.run()
