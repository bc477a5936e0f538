import * as assert from 'uvu/assert'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { system_clock } from '../../src/base/clock.ts'
import { begins_tls, gather_first_bytes, look_at_first_bytes, ReplayedSocket } from '../../src/net/first_bytes.ts'
import { ACCEPT_OPTIONS } from '../../src/net/socket.ts'
import { suite } from '../harness.ts'

const test = suite('net/first_bytes')

let server: Server
const opened: Socket[] = []
test.after.each(() => {
  for (const socket of opened.splice(0)) socket.destroy()
  server.close()
})

/** Both ends of a connection; the accepted one is not read yet. */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  server = createServer(ACCEPT_OPTIONS).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect((server.address() as { port: number }).port, '127.0.0.1')
  const [near] = await once(server, 'connection')
  opened.push(near, far)
  return { near, far }
}
const look = (socket: Socket, wait_ms: number) =>
  new Promise<string | null>((resolve) => {
    look_at_first_bytes(socket, system_clock(), wait_ms, (bytes) => resolve(bytes && Buffer.from(bytes).toString()))
  })

test('the first bytes are seen, and nothing is read behind them', async () => {
  const { near, far } = await pair()
  far.write('first')
  assert.is(await look(near, 5_000), 'first')
  near.unshift(Buffer.from('first'))
  far.write(' second')
  let text = ''
  near.on('data', (chunk) => text += chunk)
  near.resume()
  while (text !== 'first second') await once(near, 'data')
})

test('none in time, and none at all, are null', async () => {
  const { near, far } = await pair()
  assert.is(await look(near, 30), null)
  const seen = look(near, 5_000)
  far.destroy()
  near.destroy()
  assert.is(await seen, null)
})

test('what is stopped says nothing', async () => {
  const { near, far } = await pair()
  let seen = 0
  const stop = look_at_first_bytes(near, system_clock(), 20, () => seen++)
  stop()
  far.write('x')
  await new Promise((resolve) => setTimeout(resolve, 60))
  assert.is(seen, 0)
})

test('a replayed socket gives the bytes again, and then is the socket', async () => {
  const { near, far } = await pair()
  const replayed = new ReplayedSocket(near, Buffer.from('first'))
  let text = '', back = ''
  replayed.on('data', (chunk) => text += chunk)
  far.on('data', (chunk) => back += chunk)
  far.write(' second')
  while (text !== 'first second') await once(replayed, 'data')
  replayed.write('answer')
  while (back !== 'answer') await once(far, 'data')
  far.end()
  await once(replayed, 'end')
  replayed.destroy()
  await once(near, 'close')
})

test('a handshake is known by its first byte', () => {
  assert.equal([begins_tls(Uint8Array.of(22, 3)), begins_tls(Uint8Array.of(67))], [true, false])
})

test('gathered until it is enough, however it comes, or until the time is up or the socket has ended', async () => {
  const gather = async (talk: (socket: Socket) => void, wait_ms = 5_000) => {
    const { near, far } = await pair()
    near.on('error', () => {})
    far.on('error', () => {})
    far.setNoDelay(true)
    const gathered = new Promise<string>((resolve) => {
      const is_enough = (bytes: Uint8Array) => bytes.includes(10)
      gather_first_bytes(near, system_clock(), wait_ms, is_enough, (bytes) => resolve(new TextDecoder().decode(bytes)))
    })
    talk(far)
    const text = await gathered
    server.close()
    return text
  }
  const by_bytes = (socket: Socket, text: string) =>
    void (text && socket.write(text[0], () => by_bytes(socket, text.slice(1))))
  assert.is(await gather((socket) => socket.write('one\ntwo')), 'one\ntwo')
  assert.is(await gather((socket) => by_bytes(socket, 'by byte\n')), 'by byte\n')
  assert.is(await gather((socket) => socket.write('half'), 100), 'half')
  assert.is(await gather((socket) => socket.end('short')), 'short')
})

test.run()
