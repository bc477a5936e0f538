import * as assert from 'uvu/assert'
import { bytes_to_text, Lexer, text_to_bytes } from '../../src/config/lexer.ts'
import { suite } from '../harness.ts'

const test = suite('config/lexer')

test('columns count bytes, from 0 on the first line and from 1 on others', () => {
  const lexer = new Lexer(text_to_bytes('é x\ny'))
  assert.is(lexer.column, 0)
  for (let i = 0; i < 2; i++) lexer.next()
  assert.equal([lexer.line, lexer.column], [1, 3])
  for (let i = 0; i < 2; i++) lexer.next()
  assert.equal([lexer.line, lexer.column], [2, 1])
})

test('a number ends at a bracket, a brace or a comma', () => {
  for (const end of [']', '}', ',', ';', ' ', '\n', '']) {
    assert.equal(new Lexer(`12${end}`).number(), { kind: 'number', text: '12' })
    assert.equal(new Lexer(`12kb${end}`).number(), { kind: 'number', text: '12kb' })
  }
})

test('a word that only begins as a number is a string', () => {
  for (const word of ['3Mbs', '10ms', '30s', '1h', '1Ghz', '0x10', '3secret', '2m30s', '1kbb', '127.0.0.1:4222']) {
    assert.equal(new Lexer(word).number(), { kind: 'string', text: word })
  }
  assert.equal(new Lexer('1.5h').number(), { kind: 'float', text: '1.5' })
})

test('bytes of UTF-8 become text again', () => {
  assert.is(bytes_to_text(text_to_bytes('Узел ☃')), 'Узел ☃')
})

test.run()
