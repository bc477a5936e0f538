import * as assert from 'uvu/assert'
import { DEFAULT } from '../../src/review/place.ts'
import { is_said, map, maps, masked_url, one, row, said_only, secret, unsaid } from '../../src/review/setting.ts'
import { suite } from '../harness.ts'

const test = suite('review/setting')
const SAID = { text: 'f:1:0', is_said: true }

test('a block is said if it was, or something in it', () => {
  assert.equal([is_said(one('a', 1, SAID)), is_said(one('a', 1, DEFAULT))], [true, false])
  assert.equal([is_said(map('m', [one('a', 1, SAID)], DEFAULT)), is_said(map('m', [], DEFAULT))], [true, false])
  assert.is(is_said(map('m', [], SAID)), true)
})

test('what is left out is what nobody has said, at every depth', () => {
  const settings = [
    one('a', 1, DEFAULT),
    unsaid('b', 'none', DEFAULT),
    map('m', [row('c', [], DEFAULT), map('n', [one('d', 'x', SAID), one('e', 'y', DEFAULT)], DEFAULT)], DEFAULT),
    maps('l', [[one('f', true, SAID), one('g', true, DEFAULT)]], SAID),
  ]
  assert.equal(said_only(settings), [
    map('m', [map('n', [one('d', 'x', SAID)], DEFAULT)], DEFAULT),
    maps('l', [[one('f', true, SAID)]], SAID),
  ])
})

test('nothing is no secret', () => {
  assert.equal(secret('p', '', SAID).body, { kind: 'one', value: '' })
  assert.equal(secret('p', 'x', SAID).body, { kind: 'one', value: 'x', masked: '[REDACTED]' })
})

test('users of URLs are masked, and nothing else of them', () => {
  assert.is(masked_url('nats://a:b@h:1'), 'nats://[REDACTED]@h:1')
  assert.is(masked_url('//a@h'), '//[REDACTED]@h')
  assert.is(masked_url('http://h/a@b'), 'http://h/a@b')
  assert.is(masked_url('nats://h:1'), 'nats://h:1')
})

test.run()
