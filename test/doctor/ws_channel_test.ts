import * as assert from 'uvu/assert'
import type { Socket } from 'node:net'
import { system_clock } from '../../src/base/clock.ts'
import { Channel, DialError } from '../../src/doctor/channel.ts'
import { open_websocket, type WsChannel } from '../../src/doctor/ws_channel.ts'
import { suite } from '../harness.ts'
import { close_listeners, listen } from './dial_rig.ts'
import { target } from './facts_rig.ts'

const test = suite('doctor/ws_channel')
test.after.each(close_listeners)
const clock = system_clock()
const HEAD = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'

/** Of a server that answers the request with these bytes; what the client says goes to `hear`. */
async function open(answer: (string | Uint8Array)[], hear: (socket: Socket, data: Uint8Array) => void = () => {}) {
  const port = await listen((socket) => {
    socket.once('data', () => {
      for (const part of answer) socket.write(part)
      socket.on('data', (data) => hear(socket, data))
    })
  })
  const channel = await Channel.open('127.0.0.1', port, clock, clock.now_ms() + 2_000)
  return await open_websocket(channel, target({ door: 'websocket', port }))
}
const frame = (opcode: number, text: string) =>
  Buffer.concat([Buffer.of(0x80 | opcode, text.length), Buffer.from(text)])
const trouble_of = (channel: WsChannel) =>
  channel.line().then(
    () => 'none',
    (error) => error instanceof DialError ? `${error.trouble}: ${error.message}` : error,
  )

test('lines and bytes go over the borders of frames; long frames too', async () => {
  const long = 'x'.repeat(70_000)
  const middle = Buffer.concat([Buffer.of(0x82, 126, 1, 4), Buffer.from(`${'y'.repeat(258)}\r\n`)])
  const head = Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x72)
  const channel = await open([
    HEAD,
    frame(2, 'ab'),
    frame(2, 'c\r\nde'),
    frame(0, 'f\r\n'),
    middle,
    head,
    `${long}\r\n`,
  ])
  assert.is(await channel.line(), 'abc')
  assert.is(Buffer.from(await channel.bytes(2)).toString(), 'de')
  assert.is(await channel.line(), 'f')
  assert.is((await channel.line()).length, 258)
  assert.is(await channel.line(), long)
  channel.end()
})

test('pings are answered, what is said is masked', async () => {
  const heard: number[] = []
  const channel = await open([HEAD, frame(9, 'p')], (socket, data) => {
    heard.push(...data)
    if (heard.length >= 7 + 8) socket.write(frame(2, 'ok\r\n'))
  })
  channel.write('hi')
  assert.is(await channel.line(), 'ok')
  const said = Buffer.from(heard)
  assert.ok(said.includes(Buffer.of(0x8a, 0x81, 0, 0, 0, 0, 0x70)), 'the pong')
  assert.ok(said.includes(Buffer.of(0x82, 0x82, 0, 0, 0, 0, 0x68, 0x69)), 'the text')
  channel.end()
})

test('what is no WebSocket, ends, or is too long', async () => {
  await open(['HTTP/1.1 200 OK\r\n\r\n']).then(
    () => assert.unreachable(),
    (error) => assert.is(error.trouble, 'garbage'),
  )
  const endless = [HEAD.replace('\r\n\r\n', '\r\n'), 'A: b\r\n'.repeat(100)]
  await open(endless).then(() => assert.unreachable(), (error) => assert.is(error.trouble, 'garbage'))
  assert.match(
    await trouble_of(await open([HEAD, frame(8, '\x03\xe8why'.slice(0, 2))])),
    /^closed: it closed the WebSocket/,
  )
  assert.match(
    await trouble_of(await open([HEAD, Buffer.of(0x82, 0x81, 0, 0, 0, 0, 1)])),
    /^garbage: no frame of a server/,
  )
  const huge = Buffer.of(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0)
  assert.match(await trouble_of(await open([HEAD, huge])), /^garbage: a frame of \d+ bytes/)
})

test.run()
