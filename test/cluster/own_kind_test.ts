import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { is_own_kind, own_word_text, parse_own_word } from '../../src/cluster/own_kind.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/own_kind')

test('our own kind is known by the field go', () => {
  for (const go of ['onehop/0.1.0 node', 'onehop/9', 'onehop/']) assert.ok(is_own_kind({ go }), go)
  for (const go of ['', 'go1.22.3', 'onehop', 'onehops/1', 'Onehop/1', ' onehop/1', 'go onehop/1']) {
    assert.not(is_own_kind({ go }), go)
  }
})

test('a word is read as it was written', () => {
  assert.is(own_word_text({ kind: 'leaving' }), 'leaving')
  assert.equal(parse_own_word('leaving'), { kind: 'leaving' })
  assert.is(own_word_text({ kind: 'members', digest: '0123456789abcdef' }), 'members 0123456789abcdef')
  fc.assert(fc.property(fc.bigInt(0n, (1n << 64n) - 1n), (number) => {
    const digest = number.toString(16).padStart(16, '0')
    const word = { kind: 'members', digest } as const
    assert.equal(parse_own_word(own_word_text(word)), word)
  }))
})

test('words of a newer version are left alone, and so is what is not quite a word', () => {
  const texts = ['', 'leaving ', ' leaving', 'LEAVING', 'leaving soon', 'leaving\n', 'farewell', 'constructor']
  const digests = ['', ' ', ' 0123456789abcde', ' 0123456789abcdef0', ' 0123456789ABCDEF', ' 0123456789abcdeg']
  const more = [
    'members  0123456789abcdef',
    'members 0123456789abcdef ',
    'members 0123456789abcdef\n',
    '!members 0123456789abcdef',
  ]
  for (const text of [...texts, ...digests.map((digest) => `members${digest}`), ...more]) {
    assert.is(parse_own_word(text), null, JSON.stringify(text))
  }
})

test.run()
