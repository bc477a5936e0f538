import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import {
  interest_line,
  NO_RESPONDERS_FRAME_BYTES_MAX,
  OK_LINE,
  PING_LINE,
  PONG_LINE,
  write_no_responders,
} from '../../src/wire/lines.ts'

const test = suite('wire/lines')

test('fixed lines end in CRLF', () => {
  assert.equal([PING_LINE, PONG_LINE, OK_LINE].map((line) => latin1_text(line)), ['PING\r\n', 'PONG\r\n', '+OK\r\n'])
})

test('only an added queue interest carries its weight', () => {
  assert.is(interest_line(true, '$G', 'foo', '', 1), 'RS+ $G foo\r\n')
  assert.is(interest_line(true, '$G', 'foo', 'q', 12), 'RS+ $G foo q 12\r\n')
  assert.is(interest_line(false, '$G', 'foo', '', 0), 'RS- $G foo\r\n')
  assert.is(interest_line(false, 'A', 'foo.>', 'q', 3), 'RS- A foo.> q\r\n')
})

test('the no-responders message counts its header and fits its bound', () => {
  for (const subject of ['nobody', 'x'.repeat(200)]) {
    const bytes = latin1_bytes(`a r.1 77 ${subject} b`)
    const target = new Uint8Array(600)
    const end = write_no_responders(target, 3, bytes, 2, 5, bytes, 6, 8, bytes, 9, 9 + subject.length)
    const size = 32 + subject.length
    const expected = `HMSG r.1 77 ${size} ${size}\r\nNATS/1.0 503\r\nNats-Subject: ${subject}\r\n\r\n\r\n`
    assert.is(latin1_text(target, 3, end), expected)
    assert.is(expected.indexOf('NATS') + size + 2, expected.length)
    assert.ok(end - 3 <= 3 + 2 + subject.length + NO_RESPONDERS_FRAME_BYTES_MAX)
    assert.is(target[end], 0)
  }
})

test.run()
