// A WebSocket over a transport that the test holds in its hands: what comes out of frames, what goes into them, and the end.
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { CloseReason } from '../../src/base/errors.ts'
import type { Transport, TransportEvents } from '../../src/net/transport.ts'
import { WsTransport } from '../../src/net/ws_transport.ts'
import { suite } from '../harness.ts'
import { client_frame, type Sent } from '../wire/client_frames.ts'

const test = suite('net/ws_transport', 20_000)

const INFLATED_MAX = 1000
const text = (words: string) => new TextEncoder().encode(words)
const words = (bytes: Iterable<number>) => new TextDecoder().decode(Uint8Array.from(bytes))

class Inner implements Transport {
  events!: TransportEvents
  written: number[] = []
  state: string[] = []
  /** Writes do not leave at once. */
  slow = false

  start(events: TransportEvents): void {
    this.events = events
  }
  write(pieces: Uint8Array[]): boolean {
    for (const piece of pieces) this.written.push(...piece)
    return !this.slow
  }
  end = () => void this.state.push('end')
  destroy = () => void this.state.push('destroy')
  stop = () => void this.state.push('stop')
  resume = () => void this.state.push('resume')

  /** What was written since, as [first byte, payload]. */
  frames(): [number, number[]][] {
    const found: [number, number[]][] = []
    let at = 0
    while (at < this.written.length) {
      const short = this.written[at + 1]
      const head = short < 126 ? 2 : 4
      const length = short < 126 ? short : this.written[at + 2] << 8 | this.written[at + 3]
      found.push([this.written[at], this.written.slice(at + head, at + head + length)])
      at += head + length
    }
    this.written = []
    return found
  }
}

function make(change: { masked?: boolean; compressed?: boolean; frame_max?: number } = {}) {
  const inner = new Inner()
  const connection = {
    reason: null as CloseReason | null,
    close(reason: CloseReason): void {
      this.reason ??= reason
      transport.end()
    },
  }
  const got = { data: [] as number[], calls: 0, written: 0, ends: 0, takes: true }
  const options = { masked: true, compressed: false, frame_max: 0, inflated_max: INFLATED_MAX, ...change }
  const transport = new WsTransport(inner, connection, options)
  transport.start({
    bytes: (buffer, length) => {
      got.data.push(...buffer.subarray(0, length))
      got.calls++
      return got.takes
    },
    written: () => void got.written++,
    ended: () => {
      got.ends++
      connection.close(CloseReason.client_closed)
    },
    closed: () => {},
  })
  const receive = (...frames: Sent[]) => {
    const bytes = Uint8Array.from(frames.flatMap(client_frame))
    return inner.events.bytes(bytes, bytes.length)
  }
  return { inner, connection, transport, got, receive }
}

const binary = (words: string): Sent => ({ opcode: 2, payload: text(words) })
const deflated = (bytes: Uint8Array) => deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)

test('all frames of one read come out as one piece, text and binary alike', () => {
  const { got, receive } = make()
  assert.ok(
    receive(binary('PUB a'), { opcode: 1, payload: text(' 1\r\n') }, { opcode: 10, payload: text('') }, binary('x')),
  )
  assert.equal([words(got.data), got.calls], ['PUB a 1\r\nx', 1])
})

test('whoever wants no more bytes is not given more', () => {
  const { got, receive } = make()
  got.takes = false
  assert.not(receive(binary('x')))
})

test('pings are answered, the last one when there is no room for all', () => {
  const { inner, transport, receive } = make()
  receive({ opcode: 9, payload: text('a') })
  assert.equal(inner.frames(), [[0x8a, [97]]])
  inner.slow = true
  assert.not(transport.write([text('data')]))
  receive({ opcode: 9, payload: text('b') }, { opcode: 9, payload: text('c') })
  inner.slow = false
  inner.events.written()
  assert.equal(inner.frames(), [[0x82, [...text('data')]], [0x8a, [99]]])
})

test('data behind a pong that has not left waits for it, and is told of once', () => {
  const { inner, transport, got, receive } = make()
  inner.slow = true
  receive({ opcode: 9, payload: text('') })
  assert.not(transport.write([text('one'), text('two')]))
  assert.equal(inner.frames(), [[0x8a, []]])
  inner.events.written()
  assert.equal([inner.frames(), got.written], [[[0x82, [...text('onetwo')]]], 0])
  inner.events.written()
  assert.is(got.written, 1)
})

test('a pong alone is told to nobody', () => {
  const { inner, got, receive } = make()
  inner.slow = true
  receive({ opcode: 9, payload: text('') })
  inner.events.written()
  assert.is(got.written, 0)
})

test('a close frame is answered by the same one, behind what is still to be written', () => {
  const { inner, got, receive } = make()
  receive(binary('x'), { opcode: 8, payload: Uint8Array.of(3, 232, 98) }, binary('lost'))
  assert.equal([words(got.data), got.ends, inner.frames(), inner.state], ['x', 1, [[0x88, [3, 232, 98]]], ['end']])
})

test('an end waits for a pong that has not left', () => {
  const { inner, connection, receive } = make()
  inner.slow = true
  receive({ opcode: 9, payload: text('') })
  connection.close(CloseReason.server_shutdown)
  assert.equal([inner.frames().length, inner.state], [1, []])
  inner.events.written()
  assert.equal([inner.frames(), inner.state], [[[0x88, [3, 233, ...text('Server Shutdown')]]], ['end']])
})

test('a fault in a frame ends the connection and is named; nothing behind it is read', () => {
  const { inner, connection, got, receive } = make()
  receive(binary('x'), { opcode: 3, payload: text('') }, binary('lost'))
  receive(binary('lost'))
  assert.equal([words(got.data), connection.reason], ['x', CloseReason.protocol_violation])
  assert.equal(inner.frames(), [[0x88, [3, 234, ...text('unknown opcode 3')]]])
})

test('the reason of the connection makes the code', () => {
  const { inner, connection } = make()
  connection.close(CloseReason.max_payload)
  assert.equal(inner.frames(), [[0x88, [3, 241, ...text('Maximum Message Payload Exceeded')]]])
})

test('compressed messages are inflated in their place among the others, whatever their fragments', () => {
  const { got, receive } = make({ compressed: true })
  const squeezed = deflated(text('squeezed '.repeat(20)))
  const parts: Sent[] = [
    { opcode: 2, rsv: 4, fin: false, payload: squeezed.subarray(0, 3) },
    { opcode: 9, payload: text('') },
    { opcode: 0, fin: false, payload: squeezed.subarray(3) },
    { opcode: 0, payload: text('') },
  ]
  receive(binary('before '), ...parts, binary('behind'))
  assert.is(words(got.data), `before ${'squeezed '.repeat(20)}behind`)
})

test('a compressed message that swells beyond the largest payload ends the connection', () => {
  const { connection, got, receive } = make({ compressed: true })
  receive({ opcode: 2, rsv: 4, payload: deflated(new Uint8Array(INFLATED_MAX)) })
  assert.is(got.data.length, INFLATED_MAX)
  receive({ opcode: 2, rsv: 4, payload: deflated(new Uint8Array(50 * 1024 * 1024)) })
  assert.equal([got.data.length, connection.reason], [INFLATED_MAX, CloseReason.max_payload])
})

test('so does one whose fragments never end', () => {
  const { connection, receive } = make({ compressed: true })
  const payload = new Uint8Array(1000)
  receive({ opcode: 2, rsv: 4, fin: false, payload })
  for (let i = 0; i < 7; i++) receive({ opcode: 0, fin: false, payload })
  assert.is(connection.reason, null)
  receive({ opcode: 0, fin: false, payload: payload.subarray(0, 1) })
  assert.is(connection.reason, CloseReason.max_payload)
})

test('what can not be inflated is a fault', () => {
  const { inner, connection, receive } = make({ compressed: true })
  receive({ opcode: 2, rsv: 4, payload: Uint8Array.of(255, 255, 255) })
  assert.is(connection.reason, CloseReason.protocol_violation)
  assert.is(words(inner.frames()[0][1].slice(2)), 'invalid compressed message')
})

test('messages of some size are compressed, small ones are not', () => {
  const { inner, transport } = make({ compressed: true })
  transport.write([new Uint8Array(32).fill(97), new Uint8Array(32).fill(98)])
  transport.write([new Uint8Array(33).fill(97), new Uint8Array(32).fill(98)])
  const [[small], [large, payload]] = inner.frames()
  assert.equal([small, large], [0x82, 0xc2])
  const message = inflateRawSync(Uint8Array.from([...payload, 0, 0, 255, 255]), { finishFlush: constants.Z_SYNC_FLUSH })
  assert.is(String(message), 'a'.repeat(33) + 'b'.repeat(32))
})

test('for a browser plain messages are cut into messages, compressed ones into fragments', () => {
  const plain = make({ frame_max: 100 })
  plain.transport.write([new Uint8Array(150), new Uint8Array(100)])
  assert.equal(plain.inner.frames().map(([first, { length }]) => [first, length]), [[0x82, 100], [0x82, 100], [
    0x82,
    50,
  ]])
  const squeezed = make({ frame_max: 10, compressed: true })
  squeezed.transport.write([Uint8Array.from({ length: 200 }, (_, i) => i * i)])
  const firsts = squeezed.inner.frames().map(([first]) => first)
  assert.ok(firsts.length > 2)
  assert.equal([firsts[0], firsts[1], firsts[firsts.length - 1]], [0x42, 0, 0x80])
})

test('any messages in any frames and reads come out as they went in', () => {
  const part = fc.record({ payload: fc.uint8Array({ maxLength: 200 }), rsv: fc.constantFrom(0, 4), cut: fc.nat(200) })
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (parts, chunks) => {
        const { inner, got } = make({ compressed: true })
        const sent = parts.flatMap(({ payload, rsv, cut }) => {
          const body = rsv === 0 ? payload : deflated(payload)
          const head = { opcode: 2, rsv, fin: false, payload: body.subarray(0, cut) }
          return [...client_frame(head), ...client_frame({ opcode: 0, payload: body.subarray(cut) })]
        })
        for (let at = 0, turn = 0; at < sent.length; turn++) {
          const chunk = Uint8Array.from(sent.slice(at, at + chunks[turn % chunks.length]))
          at += chunk.length
          inner.events.bytes(chunk, chunk.length)
        }
        assert.equal(got.data, parts.flatMap(({ payload }) => [...payload]))
      },
    ),
  )
})

test('what the connection asks of the transport is passed on', () => {
  const { inner, transport } = make()
  transport.stop()
  transport.resume()
  transport.destroy()
  assert.equal(inner.state, ['stop', 'resume', 'destroy'])
})

test.run()
