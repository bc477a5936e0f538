import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { InProcessTransport } from '../../src/embedding/in_process_transport.ts'
import { port_pair, PortTransport } from '../../src/net/port_transport.ts'
import { suite } from '../harness.ts'

const test = suite('embedding/in_process_transport')

function make(check: (info: unknown) => void = () => {}) {
  const [ours, theirs] = port_pair()
  const server = new PortTransport(theirs)
  const received: string[] = []
  let told = (): void => {}
  server.start({
    bytes(buffer, length) {
      received.push(String.fromCharCode(...buffer.subarray(0, length)))
      told()
      return true
    },
    written() {},
    ended: () => server.end(),
    closed: () => told(),
  })
  const say = (text: string) => server.write([latin1_bytes(text)])
  const heard = () => new Promise<void>((resolve) => told = resolve)
  return { transport: new InProcessTransport(() => ours, check), server, say, received, heard }
}

const text_of = (bytes: Uint8Array) => String.fromCharCode(...bytes)

test('it is connected once INFO is there, and INFO is read by the client, too', async () => {
  const infos: unknown[] = []
  const { transport, say, server } = make((info) => infos.push(info))
  const connecting = transport.connect()
  for (const part of ['INFO {"a"', ':1}\r', '\nPING\r\n']) say(part)
  await connecting
  assert.equal(infos, [{ a: 1 }])
  server.destroy()
  let read = ''
  for await (const piece of transport) read += text_of(piece)
  assert.is(read, 'INFO {"a":1}\r\nPING\r\n')
  assert.is(await transport.closed(), undefined)
})

test('an attempt that fails is told by the attempt alone', async () => {
  const refused = make()
  refused.server.destroy()
  await refused.transport.connect().then(
    () => assert.unreachable(),
    (error) => assert.match(String(error), /has ended/),
  )
  const stranger = make()
  stranger.say('HTTP/1.1 400\r\n')
  await stranger.transport.connect().then(
    () => assert.unreachable(),
    (error) => assert.match(String(error), /not with INFO/),
  )
  const unfit = make(() => {
    throw new Error('unfit')
  })
  unfit.say('INFO {}\r\n')
  await unfit.transport.connect().then(() => assert.unreachable(), (error) => assert.match(String(error), /unfit/))
  for (const { transport } of [refused, stranger, unfit]) transport.discard()
  const told = await Promise.race([
    unfit.transport.closed(),
    new Promise((resolve) => setImmediate(() => resolve('not told'))),
  ])
  assert.is(told, 'not told')
})

test('what is sent arrives before the end', async () => {
  const { transport, say, received, heard } = make()
  say('INFO {}\r\n')
  await transport.connect()
  const frame = latin1_bytes('PUB a 1\r\nx\r\n')
  transport.send(frame)
  frame.fill(0)
  const error = new Error('enough')
  await transport.close(error)
  assert.is(await transport.closed(), error)
  assert.is(transport.isClosed, true)
  await heard()
  assert.equal(received, ['PUB a 1\r\nx\r\n'])
})

test('a client that disconnects to come again is told so', async () => {
  const { transport, say } = make()
  say('INFO {}\r\n')
  await transport.connect()
  transport.disconnect()
  assert.is(await transport.closed(), undefined)
  assert.is(transport.isEncrypted(), false)
})

test.run()
