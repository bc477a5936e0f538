import * as assert from 'uvu/assert'
import { frame_bytes, FrameCounter } from '../../src/bench/frame_counter.ts'
import { suite } from '../harness.ts'

const test = suite('bench/frame_counter')
const bytes = (text: string) => new TextEncoder().encode(text)
// A payload that looks like operations.
const MESSAGE = 'MSG a.b 1 7\r\nPING\r\nM\r\n'
const STREAM = `INFO {"x":"MSG"}\r\nPONG\r\n${MESSAGE}${MESSAGE}PING\r\n${MESSAGE}-ERR 'no'\r\n${MESSAGE}`

test('a frame is as long as the server makes it', () => {
  assert.is(frame_bytes('a.b', 7), MESSAGE.length)
  assert.is(frame_bytes('a', 10, 'reply.x'), 'MSG a 1 reply.x 10\r\n0123456789\r\n'.length)
  assert.is(frame_bytes('a', 0), 'MSG a 1 0\r\n\r\n'.length)
})

test('messages are counted and other lines told, at every split and byte by byte', () => {
  const check = (parts: Uint8Array[], what: string) => {
    const lines: string[] = []
    const counter = new FrameCounter(MESSAGE.length, (line) => lines.push(line))
    const got = parts.reduce((sum, part) => sum + counter.feed(part), 0)
    assert.is(got, 4, what)
    assert.equal(lines, ['INFO {"x":"MSG"}', 'PONG', 'PING', "-ERR 'no'"], what)
  }
  const all = bytes(STREAM)
  check([all], 'whole')
  for (let at = 0; at <= all.length; at++) check([all.subarray(0, at), all.subarray(at)], `split at ${at}`)
  check(Array.from(all, (byte) => Uint8Array.of(byte)), 'byte by byte')
})

test('a message counts when its last byte is there', () => {
  const counter = new FrameCounter(MESSAGE.length, () => {})
  assert.is(counter.feed(bytes(MESSAGE.slice(0, -1))), 0)
  assert.is(counter.feed(bytes('\n')), 1)
  assert.is(counter.feed(bytes(MESSAGE.repeat(3) + 'M')), 3)
})

test.run()
