import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { ControlLine, word } from '../../src/wire/control_line.ts'
import { OpRecord, Parsed } from '../../src/wire/op.ts'

const test = suite('wire/control_line')

const WORDS = [word('GO', 1, 'blank'), word('HALT', 2, 'anything'), word('SAY', 3, 'arguments')]
const read = (text: string) => {
  const op = new OpRecord()
  const line = new ControlLine(op, WORDS, 8)
  const bytes = latin1_bytes(text)
  return { code: line.read(bytes, 0, bytes.length), op, line }
}

test('a word decides what may stand behind it', () => {
  assert.equal(['GO x\n', 'halt!\n', 'say{\n', 'SAY\n'].map((text) => read(text).code), [1, 2, 3, 3])
  assert.equal(['GO\n', 'GOx', 'X', 'SAT'].map((text) => read(text).code), Array(4).fill(Parsed.unknown_operation))
  assert.equal(['', 'G', 'GO', 'GO ', 'GO x', 'GO x\r'].map((text) => read(text).code), Array(6).fill(Parsed.need_more))
})

test('the argument area has no blanks around it and no CR', () => {
  const { op } = read('GO \t x y \t\r\n')
  assert.equal([op.args_start, op.args_end, op.body_start], [5, 8, 12])
  assert.is(op.canonical, false)
  assert.is(read('GO x y\r\n').op.canonical, true)
})

test('the limit is the argument area, whether LF has come or not', () => {
  assert.equal(['GO 12345678\r\n', 'GO 12345678\n'].map((text) => read(text).code), [1, 1])
  assert.equal(['GO 12345678', 'GO 12345678\r'].map((text) => read(text).code), [0, 0])
  const refused = ['GO 123456789', 'GO 123456789\n', 'GO 12345678\r\r', 'GO 1234567  \n']
  assert.equal(refused.map((text) => read(text).code), Array(4).fill(Parsed.control_line))
})

test('what has no limit is consumed, and remembered as inside a line', () => {
  const { line } = read('HALT and more')
  assert.is(line.position, 13)
  assert.is(line.inside_line, true)
  assert.is(line.read(latin1_bytes('GO x\n'), 0, 5), 2)
  assert.is(line.inside_line, false)
})

test.run()
