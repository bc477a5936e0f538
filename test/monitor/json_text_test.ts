import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { Buffer } from 'node:buffer'
import { json_text, wire_text } from '../../src/monitor/json_text.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/json_text')

test('JSON is pretty with two blanks, or compact', () => {
  assert.is(json_text({ a: 1, b: [] }), '{\n  "a": 1,\n  "b": []\n}')
  assert.is(json_text({ a: 1, b: [] }, true), '{"a":1,"b":[]}')
})

test('what Go escapes is escaped', () => {
  assert.is(json_text('<a> & \u2028\u2029', true), '"\\u003ca\\u003e \\u0026 \\u2028\\u2029"')
})

test('any text comes back as it was', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, compact) => {
    assert.equal(JSON.parse(json_text({ [text]: text }, compact)), JSON.parse(JSON.stringify({ [text]: text })))
  }))
})

test('text of the wire is UTF-8 where it can be', () => {
  assert.is(wire_text('plain.>'), 'plain.>')
  assert.is(wire_text('\xc3\xa9'), '\u00e9')
  assert.is(wire_text('a\xff'), 'a\ufffd')
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    assert.is(wire_text(Buffer.from(text, 'utf8').toString('latin1')), text)
  }))
})

test.run()
