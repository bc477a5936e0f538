import * as assert from 'uvu/assert'
import { nearest } from '../../src/config/nearest.ts'
import { suite } from '../harness.ts'

const test = suite('config/nearest')

const KNOWN = ['port', 'host', 'max_payload', 'max_pending', 'a']

test('a word with a slip or two is recognised, in any case', () => {
  for (const [word, meant] of [['prt', 'port'], ['PORT', 'port'], ['max_paylod', 'max_payload'], ['hots', 'host']]) {
    assert.is(nearest(word, KNOWN), meant, word)
  }
})

test('of several the nearest counts', () => {
  assert.is(nearest('max_pendig', KNOWN), 'max_pending')
  assert.is(nearest('max_payding', KNOWN), 'max_pending')
})

test('what resembles nothing is nothing, and one letter resembles no other', () => {
  for (const word of ['zebra', 'x', '', 'jetstream_is_far_away']) assert.is(nearest(word, KNOWN), null, word)
})

test.run()
