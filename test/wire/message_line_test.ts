import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { ClientParser } from '../../src/wire/client_parser.ts'
import { MessageLine } from '../../src/wire/message_line.ts'
import { OpRecord } from '../../src/wire/op.ts'

const test = suite('wire/message_line')

test('same_subject compares with the message before, up to 256 bytes', () => {
  const parser = new ClientParser(4096)
  const same = (line: string) => {
    const bytes = latin1_bytes(line)
    assert.ok(parser.next(bytes, 0, bytes.length) > 0, line)
    return parser.op.same_subject
  }
  assert.is(same('PUB foo 1\r\n'), false)
  assert.is(same('PUB foo r 1\r\n'), true)
  assert.is(same('HPUB foo 1 1\r\n'), true)
  assert.is(same('pub\tfoo 1\n'), true)
  assert.is(same('PUB fo 1\r\n'), false)
  assert.is(same('PUB foo 1\r\n'), false)
  assert.is(same('PUB foo_1 1\r\n'), false)
  assert.is(same('PUB foo 1\r\n'), false)
  assert.is(same('SUB bar 1\r\n'), false)
  assert.is(same('PUB foo 1\r\n'), true)
  parser.forget_subject()
  assert.is(same('PUB foo 1\r\n'), false)
  for (const [length, kept] of [[256, true], [257, false]] as const) {
    const subject = 's'.repeat(length)
    assert.is(same(`PUB ${subject} 1\r\n`), false)
    assert.is(same(`PUB ${subject} 1\r\n`), kept)
    assert.is(same(`Pub ${subject} 1\r\n`), kept)
    assert.is(same('PUB foo 1\r\n'), false)
  }
})

test('take refuses whatever is not canonical or not complete, and then changes nothing', () => {
  const op = new OpRecord()
  const before = JSON.stringify(op)
  const line = new MessageLine(op, 64, false)
  const refused = [
    '',
    'foo 2',
    'foo 2\r',
    'foo 2\n',
    'foo  2\r\n',
    ' foo 2\r\n',
    'foo\t2\r\n',
    'foo 2 \r\n',
    'foo\r\n',
    'foo 2x\r\n',
    'foo r q 2\r\n',
    'foo ' + 'r'.repeat(59) + ' 2\r\n',
  ]
  for (const text of refused) {
    const bytes = latin1_bytes(text)
    assert.is(line.take(bytes, 0, 0, bytes.length, 1), false, text)
    assert.is(JSON.stringify(op), before, text)
  }
  const fits = latin1_bytes('foo ' + 'r'.repeat(58) + ' 2\r\n')
  assert.is(line.take(fits, 0, 0, fits.length, 1), true)
})

test.run()
