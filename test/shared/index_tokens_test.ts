import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { SUBJECT_BYTES_MAX } from '../../src/shared/index_layout.ts'
import { TokenList } from '../../src/shared/index_tokens.ts'
import { suite } from '../harness.ts'

const test = suite('shared/index_tokens')

function split(subject: string, seed = 1) {
  const tokens = new TokenList(seed)
  const bytes = latin1_bytes(`..${subject}.x`)
  const whole = tokens.split(bytes, 2, 2 + subject.length)
  const texts = Array.from(
    { length: tokens.count },
    (_, i) => latin1_text(bytes, tokens.starts[i], tokens.starts[i] + tokens.lengths[i]),
  )
  return { tokens, bytes, whole, texts }
}

test('a subject is cut at its dots', () => {
  const token = fc.string({ unit: fc.constantFrom('a', '*', '>', '\xff'), minLength: 1, maxLength: 5 })
  fc.assert(fc.property(fc.array(token, { minLength: 1, maxLength: 10 }), (list) => {
    const { whole, texts } = split(list.join('.'))
    assert.ok(whole)
    assert.equal(texts, list)
  }))
})

test('a subject with an empty token, or one that is too long, has no tokens', () => {
  for (const subject of ['', '.', 'a.', '.a', 'a..b', '...']) {
    const { whole, tokens } = split(subject)
    assert.equal([whole, tokens.count], [false, 0], subject)
  }
  assert.ok(split('a'.repeat(SUBJECT_BYTES_MAX)).whole)
  assert.not(split('a'.repeat(SUBJECT_BYTES_MAX + 1)).whole)
  const most = Array((SUBJECT_BYTES_MAX >> 1) + 1).fill('a').join('.').slice(0, SUBJECT_BYTES_MAX)
  assert.is(split(most.replace(/\.$/, 'a')).whole, true)
})

test('equal tokens have equal hashes under one seed, others under another', () => {
  const { tokens } = split('abc.x.abc.abd')
  assert.is(tokens.hashes[0], tokens.hashes[2])
  assert.is.not(tokens.hashes[0], tokens.hashes[3])
  assert.is.not(split('abc', 1).tokens.hashes[0], split('abc', 2).tokens.hashes[0])
})

test('wildcards are whole tokens, and > is the last one', () => {
  const kinds = (subject: string) => {
    const { tokens, bytes } = split(subject)
    return Array.from(
      { length: tokens.count },
      (_, i) => tokens.is_star(bytes, i) ? '*' : tokens.is_tail(bytes, i) ? '>' : '.',
    ).join('')
  }
  assert.equal([kinds('a.*.>'), kinds('a*.*b.>>.**')], ['.*>', '....'])
  const last = (subject: string) => {
    const { tokens, bytes } = split(subject)
    return tokens.tail_is_last(bytes)
  }
  assert.equal([last('a.>'), last('>'), last('a.b'), last('>.a'), last('a.>.>')], [true, true, true, false, false])
})

test.run()
