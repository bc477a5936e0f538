import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { MessageCutter } from '../../src/testing/message_cutter.ts'
import { suite } from '../harness.ts'

const test = suite('testing/message_cutter')

/** What is left of the text when the messages with these numbers are lost, fed in pieces of `size` bytes. */
function left_of(text: string, size: number, lost: number[] = []): string {
  let number = 0
  const cutter = new MessageCutter(() => lost.includes(number++))
  let out = ''
  for (let at = 0; at < text.length; at += size) {
    for (const piece of cutter.take(latin1_bytes(text.slice(at, at + size)))) out += latin1_text(piece)
  }
  return out
}

const CONTROL = ['INFO {"a":"RMSG x 3"}\r\n', 'RS+ $G x\r\n', 'PING\r\n', "-ERR 'no'\r\n"]
const MESSAGES = [
  'RMSG $G x 2\r\nab\r\n',
  'RMSG $G x reply 0\r\n\r\n',
  'HMSG $G x 12 13\r\nNATS/1.0\r\n\r\n!\r\n',
  'RMSG $G x | q1 q2 22\r\nRMSG $G y 2\r\nab\r\n_____\r\n',
  'rmsg $G x + reply q 1 \r\na\r\n',
  'LMSG c $G x 2\r\nab\r\n',
]
const STREAM = MESSAGES.map((message, i) => `${CONTROL[i % CONTROL.length]}${message}`).join('')

test('without a loss everything passes as it was, however it is cut', () => {
  for (let size = 1; size <= STREAM.length; size++) assert.is(left_of(STREAM, size), STREAM)
})

test('whole messages are lost and nothing else, however the bytes are cut', () => {
  for (const lost of [[0], [1], [2], [3], [4], [5], [0, 1, 2, 3, 4, 5], [1, 2, 4]]) {
    const kept = MESSAGES.map((message, i) => `${CONTROL[i % CONTROL.length]}${lost.includes(i) ? '' : message}`).join(
      '',
    )
    for (let size = 1; size <= STREAM.length; size++) assert.is(left_of(STREAM, size, lost), kept)
  }
})

test('what servers say to each other in their own account is not counted', () => {
  const text = 'RMSG $SYS a 1\r\nx\r\nRMSG $G a 1\r\ny\r\nRMSG $G a 1\r\nz\r\n'
  assert.is(left_of(text, 5, [0]), 'RMSG $SYS a 1\r\nx\r\nRMSG $G a 1\r\nz\r\n')
})

test('what goes on at once is not copied', () => {
  const cutter = new MessageCutter(() => false)
  const bytes = latin1_bytes(STREAM)
  assert.is(cutter.take(bytes)[0].buffer, bytes.buffer)
})

test.run()
