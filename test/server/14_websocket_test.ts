// Clients over WebSocket, with `ws` as the peer: by frames of any kind, over TLS, compressed, and what they are told at the end.
import * as assert from 'uvu/assert'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createWebSocketStream, WebSocket } from 'ws'
import { suite } from '../harness.ts'
import { authority, tls_settings } from '../net/tls_rig.ts'
import { route_to, start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/14_websocket', 30_000)
test.after.each(stop_all)

const user = (name: string, more = {}) => ({ user: name, password: name, nkey: '', account: '', ...more })

const start = (websocket: TestOptions['websocket'] = {}, options: TestOptions = {}) =>
  start_server({
    workers: 0,
    http_host: '127.0.0.1',
    http_port: -1,
    websocket: { no_tls: true, ...websocket },
    ...options,
  })

const port_of = ({ server }: TestServer) => server.ports.websocket!.port

interface Client extends RawClient {
  ws: WebSocket
  ended: Promise<[number, string]>
}

/** Connects and reads INFO. */
async function open(server: TestServer, options: WebSocket.ClientOptions = {}, scheme = 'ws'): Promise<Client> {
  const ws = new WebSocket(`${scheme}://localhost:${port_of(server)}`, {
    perMessageDeflate: false,
    family: 4,
    ...options,
  })
  const ended = once(ws, 'close').then(([code, reason]) => [code, String(reason)])
  // INFO comes right behind the answer to the upgrade.
  const client = Object.assign(new RawClient(createWebSocketStream(ws) as unknown as Socket), { ws, ended }) as Client
  const [, json] = await client.expect(/^INFO (\{.*\}) ?\r\n/)
  client.info = JSON.parse(json)
  return client
}

async function login(client: RawClient, fields: object = {}): Promise<void> {
  await client.send(`CONNECT ${JSON.stringify({ verbose: false, ...fields })}\r\n`)
  await client.flush()
}

/** The status of the answer to an upgrade that is refused. */
async function refused(server: TestServer, options: WebSocket.ClientOptions = {}): Promise<number> {
  const ws = new WebSocket(`ws://127.0.0.1:${port_of(server)}`, options)
  ws.on('error', () => {})
  const [, response] = await once(ws, 'unexpected-response')
  ws.terminate()
  return response.statusCode
}

async function connections({ server }: TestServer): Promise<Record<string, any>[]> {
  const response = await fetch(`http://127.0.0.1:${server.ports.monitor!.port}/connz`)
  return (await response.json() as { connections: Record<string, any>[] }).connections
}

test('messages pass between a WebSocket and a plain client', async () => {
  const server = await start()
  const plain = await RawClient.connect(server.port), ws = await open(server)
  assert.is(ws.info.port, port_of(server))
  await login(ws)
  ws.send('SUB to.ws 1\r\n')
  plain.send('SUB to.plain 1\r\n')
  await Promise.all([ws.flush(), plain.flush()])
  ws.send('PUB to.plain 5\r\nhello\r\n')
  plain.send('PUB to.ws 3\r\nyou\r\n')
  await plain.expect(/^MSG to\.plain 1 5\r\nhello\r\n/)
  await ws.expect(/^MSG to\.ws 1 3\r\nyou\r\n/)
  const kinds = (await connections(server)).map(({ type }) => type).sort()
  assert.equal(kinds, ['nats', 'websocket'])
})

test('payloads of every size, compressed and not, over TLS and not, as a browser and not', async () => {
  for (const secure of [false, true]) {
    const tls = secure ? tls_settings({}, { verify: false }) : null
    const server = await start({ compression: true, tls }, { max_payload: 1_000_000 })
    for (const perMessageDeflate of [false, true]) {
      for (const agent of ['x', 'Mozilla/5.0 Chrome']) {
        const options = { perMessageDeflate, ca: authority.cert, headers: { 'User-Agent': agent } }
        const client = await open(server, options, secure ? 'wss' : 'ws')
        assert.is(client.ws.extensions.includes('permessage-deflate'), perMessageDeflate)
        assert.is(client.info.tls_required === true, secure)
        await login(client)
        client.send('SUB echo 1\r\n')
        for (const size of [0, 1, 100, 5_000, 200_000, 1_000_000]) {
          const payload = 'abcdefgh'.repeat(Math.ceil(size / 8)).slice(0, size)
          client.send(`PUB echo ${size}\r\n${payload}\r\n`)
          await client.expect(new RegExp(`^MSG echo 1 ${size}\\r\\n`))
          await client.expect(new RegExp(`^${size === 0 ? '' : '(?:[a-h]+)'}\\r\\n`))
        }
        client.ws.close(1000)
        assert.is((await client.ended)[0], 1000)
      }
    }
    await stop_all()
  }
})

test('a request that is no upgrade is refused and leaves nothing behind', async () => {
  const server = await start({ same_origin: true })
  const port = port_of(server)
  assert.is((await fetch(`http://127.0.0.1:${port}/`)).status, 400)
  assert.is(await refused(server, { origin: 'http://elsewhere' }), 403)
  await server.wait_log(/ERR 127\.0\.0\.1:\d+ - websocket handshake error: origin not allowed: not same origin/)
  assert.equal(await connections(server), [])
})

test('half a request is given a while, and no more', async () => {
  const server = await start({ handshake_timeout_ms: 100 })
  const socket = connect(port_of(server), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\n')
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 408 /)
  await once(socket, 'close')
})

test('what comes behind a request before it is answered is refused', async () => {
  const server = await start()
  const socket = connect(port_of(server), '127.0.0.1')
  const fields = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
  socket.write(`GET / HTTP/1.1\r\nHost: h\r\n${fields}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x82\x80`)
  assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 400 /)
  await server.wait_log(/client sent data before handshake is complete/)
  socket.destroy()
})

test('the end says why', async () => {
  const server = await start({}, { authorization: { defined: true, token: 't', timeout_ms: 2000, users: [] } })
  const wrong = await open(server)
  wrong.send('CONNECT {"auth_token":"x"}\r\n')
  assert.equal(await wrong.ended, [1008, 'Authentication Failure'])
  assert.match(wrong.text, "-ERR 'Authorization Violation'")
  const violent = await open(server)
  await login(violent, { auth_token: 't' })
  violent.send('PUB a 9999999\r\n')
  assert.equal(await violent.ended, [1009, 'Maximum Message Payload Exceeded'])
  const last = await open(server)
  await login(last, { auth_token: 't' })
  void server.server.stop()
  assert.equal(await last.ended, [1001, 'Server Shutdown'])
})

test('a WebSocket may be somebody else without a name, and a user may be bound to it', async () => {
  const users = [
    user('all'),
    user('ws', { allowed_connection_types: ['WEBSOCKET'] }),
    user('tcp', { allowed_connection_types: ['STANDARD'] }),
  ]
  const server = await start({ no_auth_user: 'ws', user_cookie: 'u', pass_cookie: 'p' }, {
    authorization: { defined: true, timeout_ms: 2000, users },
  })
  await login(await open(server))
  await login(await open(server, { headers: { Cookie: 'u=all; p=all' } }))
  const wrong = await open(server)
  wrong.send('CONNECT {"user":"tcp","pass":"tcp"}\r\n')
  assert.equal((await wrong.ended)[0], 1008)
  await assert_refused(server, { user: 'ws', pass: 'ws' })
  await login(await RawClient.open(server.port), { user: 'tcp', pass: 'tcp' })
  const names = (await connections(server)).map(({ type, cid }) => [type, cid])
  assert.equal(names.map(([type]) => type), ['websocket', 'websocket', 'nats'])
})

async function assert_refused(server: TestServer, fields: object): Promise<void> {
  const plain = await RawClient.open(server.port)
  plain.send(`CONNECT ${JSON.stringify(fields)}\r\n`)
  await plain.expect(/^-ERR 'Authorization Violation'/)
}

test("its own user takes the place of the server's", async () => {
  const authorization = { defined: true, timeout_ms: 2000, users: [], user: 'plain', password: 'x' }
  const server = await start({ authorization: { user: 'ws', password: 'y' } }, { authorization })
  await login(await open(server), { user: 'ws', pass: 'y' })
  await assert_refused(server, { user: 'ws', pass: 'y' })
})

test('whom a proxy forwards is in the log', async () => {
  const server = await start({}, { debug: true })
  await open(server, { headers: { 'X-Forwarded-For': '1.2.3.4' } })
  await server.wait_log(/DBG 1\.2\.3\.4\/127\.0\.0\.1:\d+ - wid:\d+ - Client connection created/)
})

test('clients are told the addresses that are theirs, across the mesh', async () => {
  const one = await start({ advertise: 'ws.one:1' }, { cluster: {} })
  const two = await start({ advertise: 'ws.two:2' }, { cluster: { routes: [route_to(one)] } })
  await one.wait_log(/Route connection created/)
  const client = await open(two)
  await login(client, { protocol: 1 })
  while (!client.info.connect_urls?.includes('ws.one:1')) {
    const [, json] = await client.expect(/INFO (\{.*\}) ?\r\n/)
    client.info = JSON.parse(json)
  }
  assert.equal(client.info.connect_urls.toSorted(), ['ws.one:1', 'ws.two:2'])
})

test('many workers share the port', async () => {
  const server = await start({}, { workers: 2 })
  const clients = await Promise.all(Array.from({ length: 8 }, () => open(server)))
  for (const client of clients) await login(client)
  for (const client of clients) client.send('SUB all 1\r\n')
  for (const client of clients) await client.flush()
  clients[0].send('PUB all 2\r\nok\r\n')
  for (const client of clients) await client.expect(/^MSG all 1 2\r\nok\r\n/)
})

test.run()
