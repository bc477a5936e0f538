import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import fc from 'fast-check'
import {
  binary_header,
  close_answer,
  close_frame,
  message_frames,
  pong_frame,
  WsFound,
  WsFrameReader,
} from '../../src/wire/ws_frame.ts'
import { client_frame, MASK_KEY, type Sent } from './client_frames.ts'

const test = suite('wire/ws_frame')

const text = (words: string) => new TextEncoder().encode(words)

interface Read {
  data: number[]
  controls: [number, number[]][]
  messages: number
  fault: string
}

/** Reads the bytes as they come in chunks of these lengths, over and over. */
function read(bytes: number[], chunks: number[] = [bytes.length || 1], reader = new WsFrameReader(true, false)): Read {
  const result: Read = { data: [], controls: [], messages: 0, fault: '' }
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const chunk = Uint8Array.from(bytes.slice(at, at + chunks[turn % chunks.length]))
    at += chunk.length
    let position = 0, out = 0
    for (;;) {
      const found = reader.next(chunk, position, chunk.length, out)
      if (found === WsFound.nothing) break
      if (found === WsFound.fault) return { ...result, fault: reader.fault }
      position = reader.position
      if (found === WsFound.data) {
        assert.ok(reader.out <= position, 'data is moved forwards only')
        out = reader.out
        if (reader.is_last) result.messages++
      } else result.controls.push([found, [...reader.control_payload()]])
    }
    result.data.push(...chunk.subarray(0, out))
  }
  return result
}

test('data of all lengths, whole and byte by byte', () => {
  for (const length of [0, 1, 3, 4, 125, 126, 127, 65535, 65536]) {
    const payload = Uint8Array.from({ length }, (_, i) => i * 7)
    const bytes = client_frame({ opcode: 2, payload })
    for (const chunks of [[bytes.length], [1], [5, 3]]) {
      const seen = read(bytes, chunks)
      assert.equal(seen.messages, 1)
      assert.ok(Buffer.from(seen.data).equals(Buffer.from(payload)), `${length} in ${chunks}`)
    }
  }
})

test('any frames in any chunks give the same bytes', () => {
  const part = fc.record({
    payload: fc.uint8Array({ maxLength: 300 }),
    cut: fc.nat(300),
    ping: fc.option(fc.uint8Array({ maxLength: 125 })),
    opcode: fc.constantFrom(1, 2),
  })
  fc.assert(fc.property(
    fc.array(part, { maxLength: 6 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
    (parts, chunks, mask) => {
      const bytes: number[] = [], data: number[] = [], pings: [number, number[]][] = []
      for (const { payload, cut, ping, opcode } of parts) {
        bytes.push(...client_frame({ opcode, payload: payload.subarray(0, cut), fin: false, mask }))
        if (ping !== null) bytes.push(...client_frame({ opcode: 9, payload: ping, mask }))
        bytes.push(...client_frame({ opcode: 0, payload: payload.subarray(cut), mask }))
        data.push(...payload)
        if (ping !== null) pings.push([WsFound.ping, [...ping]])
      }
      const seen = read(bytes, chunks, new WsFrameReader(mask, false))
      assert.equal(seen, { data, controls: pings, messages: parts.length, fault: '' })
    },
  ))
})

const WRONG: [string, Sent, string][] = [
  ['RSV2', { opcode: 2, payload: text('x'), rsv: 2 }, 'RSV2 and RSV3 must be clear'],
  ['RSV3', { opcode: 2, payload: text('x'), rsv: 1 }, 'RSV2 and RSV3 must be clear'],
  ['RSV1', { opcode: 2, payload: text('x'), rsv: 4 }, 'compression was not negotiated'],
  ['RSV1 on a ping', { opcode: 9, payload: text('x'), rsv: 4 }, 'RSV1 is for the first frame of a message'],
  ['opcode 3', { opcode: 3, payload: text('x') }, 'unknown opcode 3'],
  ['opcode 11', { opcode: 11, payload: text('x') }, 'unknown opcode 11'],
  ['lone continuation', { opcode: 0, payload: text('x') }, 'continuation without a message'],
  ['long ping', { opcode: 9, payload: new Uint8Array(126) }, 'control frame is too long'],
  ['fragmented ping', { opcode: 9, payload: text('x'), fin: false }, 'control frame is fragmented'],
  ['no mask', { opcode: 2, payload: text('x'), mask: false }, 'mask bit missing'],
]

for (const [name, sent, fault] of WRONG) {
  test(`refused: ${name}`, () => assert.is(read(client_frame(sent), [1]).fault, fault))
}

test('refused: a new message inside of one, a mask where none was to be, a length with the top bit', () => {
  const begun = client_frame({ opcode: 2, payload: text('x'), fin: false })
  assert.is(read([...begun, ...begun]).fault, 'new message before the end of the last one')
  const masked = client_frame({ opcode: 2, payload: text('x') })
  assert.is(read(masked, [9], new WsFrameReader(false, false)).fault, 'mask bit set')
  assert.is(read([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, ...MASK_KEY]).fault, 'invalid frame length')
})

test('compression belongs to the whole message', () => {
  const reader = new WsFrameReader(true, true)
  const first = Uint8Array.from(client_frame({ opcode: 2, payload: text('ab'), rsv: 4, fin: false }))
  assert.is(reader.next(first, 0, first.length, 0), WsFound.data)
  assert.ok(reader.compressed && !reader.is_last)
  const last = Uint8Array.from(client_frame({ opcode: 0, payload: new Uint8Array(0) }))
  assert.is(reader.next(last, 0, last.length, 0), WsFound.data)
  assert.ok(reader.compressed && reader.is_last)
})

test('frames that go out', () => {
  const body = Uint8Array.from({ length: 10 }, (_, i) => i)
  const heads = (pieces: Uint8Array[]) => pieces.filter((_, i) => i % 2 === 0).map((head) => [...head])
  assert.equal(heads(message_frames(body, false, 0)), [[0x82, 10]])
  assert.equal(heads(message_frames(body, false, 4)), [[0x82, 4], [0x82, 4], [0x82, 2]])
  assert.equal(heads(message_frames(body, true, 4)), [[0x42, 4], [0, 4], [0x80, 2]])
  assert.equal(heads(message_frames(body, true, 0)), [[0xc2, 10]])
  assert.equal(heads(message_frames(body, true, 5)), [[0x42, 5], [0x80, 5]])
  assert.equal([...binary_header(126)], [0x82, 126, 0, 126])
  assert.equal([...binary_header(65536)], [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0])
  assert.equal([...pong_frame(text('hi'))], [0x8a, 2, 104, 105])
  assert.equal([...close_frame(1002, 'no')], [0x88, 4, 3, 0xea, 110, 111])
  assert.is(close_frame(1000, 'x'.repeat(200)).length, 127)
})

test('a close frame is answered with itself, or with what is wrong with it', () => {
  const code_of = (payload: number[]) => {
    const answer = close_answer(Uint8Array.from(payload))
    return answer[1] === 0 ? null : answer[2] << 8 | answer[3]
  }
  assert.is(code_of([]), null)
  assert.is(code_of([3]), 1002)
  for (const code of [1000, 1001, 1003, 1007, 1014, 3000, 4999]) assert.is(code_of([code >> 8, code & 255]), code)
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000]) {
    assert.is(code_of([code >> 8, code & 255]), 1002, String(code))
  }
  assert.is(code_of([3, 0xe8, 0xff]), 1007)
  assert.equal([...close_answer(Uint8Array.of(3, 0xe8, 104))], [0x88, 3, 3, 0xe8, 104])
})

test.run()
