// Clients that come by a proxy: where they come from is what its header says, in front of TLS, too.
import * as assert from 'uvu/assert'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connect_secured } from 'node:tls'
import { suite } from '../harness.ts'
import { authority, tls_settings } from '../net/tls_rig.ts'
import { start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/18_proxy', 20_000)
test.after.each(stop_all)

const HEADER = 'PROXY TCP4 9.8.7.6 5.6.7.8 4711 4222\r\n'
const BINARY = Buffer.from([
  13,
  10,
  13,
  10,
  0,
  13,
  10,
  81,
  85,
  73,
  84,
  10,
  0x21,
  0x11,
  0,
  12,
  9,
  8,
  7,
  6,
  5,
  6,
  7,
  8,
  0x12,
  0x67,
  0,
  1,
])

const start = (options: TestOptions = {}) =>
  start_server({ workers: 0, proxy_protocol: true, debug: true, http_host: '127.0.0.1', http_port: -1, ...options })

async function sources({ server }: TestServer): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${server.ports.monitor!.port}/connz`)
  const { connections } = await response.json() as { connections: { ip: string; port: number }[] }
  return connections.map(({ ip, port }) => `${ip}:${port}`)
}

/** A client on a connection of which INFO has come, or not. */
async function served(socket: Socket): Promise<RawClient> {
  const client = new RawClient(socket)
  client.send('CONNECT {"verbose":false}\r\n')
  await client.flush()
  return client
}

function open({ port }: TestServer, header: string | Buffer): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.write(header)
  return socket
}

test('either version says where a client comes from, to monitoring and to the log', async () => {
  for (const header of [HEADER, BINARY]) {
    const server = await start()
    await served(open(server, header))
    assert.equal(await sources(server), ['9.8.7.6:4711'])
    await server.wait_log(/DBG 9\.8\.7\.6:4711 - cid:\d+ - Client connection created/)
  }
})

test('the header may come byte by byte, with what is behind it in one piece', async () => {
  const server = await start()
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  for (const byte of HEADER.slice(0, -1)) await new Promise<void>((resolve) => socket.write(byte, () => resolve()))
  socket.write('\nCONNECT {"verbose":false}\r\n')
  await new RawClient(socket).flush()
  assert.equal(await sources(server), ['9.8.7.6:4711'])
})

test('who comes directly is served as ever, and a proxy may speak for itself', async () => {
  const server = await start()
  await RawClient.connect(server.port)
  await served(open(server, 'PROXY UNKNOWN\r\n'))
  assert.ok((await sources(server)).every((source) => source.startsWith('127.0.0.1:')))
})

test('a wrong header ends the connection, and the log says why', async () => {
  const server = await start()
  const socket = open(server, 'PROXY TCP4 nowhere\r\n')
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'close')
  await server.wait_log(/WRN Error reading PROXY protocol header from 127\.0\.0\.1:\d+: .*its addresses are none/)
})

test('TLS comes behind the header, with INFO before it or not', async () => {
  for (const handshake_first of [false, true]) {
    const server = await start({ tls: tls_settings({}, { verify: false, handshake_first }) })
    const socket = open(server, HEADER)
    if (!handshake_first) await once(socket, 'data')
    socket.removeAllListeners('data')
    const secured = connect_secured({ socket, ca: authority.cert, servername: 'localhost' })
    await once(secured, 'secureConnect')
    await served(secured)
    assert.equal(await sources(server), ['9.8.7.6:4711'])
  }
})

test('plain text beside TLS, by a proxy and not', async () => {
  const server = await start({ tls: tls_settings({}, { verify: false }), allow_non_tls: true })
  await served(open(server, HEADER))
  await RawClient.connect(server.port)
  assert.is((await sources(server)).length, 2)
})

test.run()
