// Clients over TLS: after INFO, before it, and beside others in plain text; whom a certificate lets in, and as whom.
import * as assert from 'uvu/assert'
import { connect as connect_plain, type Socket } from 'node:net'
import { connect as connect_secured } from 'node:tls'
import { suite } from '../harness.ts'
import { authority, certificate, type Identity, other_authority, tls_settings } from '../net/tls_rig.ts'
import { start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/13_client_tls', 20_000)
test.after.each(stop_all)

const FIELDS = { verbose: false, protocol: 1 }
const unlimited = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

const start = (more = {}, options: TestOptions = {}) =>
  start_server({
    workers: 0,
    http_host: '127.0.0.1',
    http_port: -1,
    tls: tls_settings({}, { verify: false, ...more }),
    ...options,
  })

/** Open connections as monitoring shows them. */
async function connections({ server }: TestServer): Promise<Record<string, any>[]> {
  const response = await fetch(`http://127.0.0.1:${server.ports.monitor!.port}/connz`)
  return (await response.json() as { connections: Record<string, any>[] }).connections
}

/** Begins with TLS on a connection. Resolves to the client over it; rejects if the handshake comes to nothing. */
function secure(socket: Socket, identity?: Identity | null): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const { cert, key } = identity ? certificate(identity) : { cert: undefined, key: undefined }
    const secured = connect_secured({
      socket,
      ca: authority.cert,
      servername: 'localhost',
      ...(cert !== undefined && { cert, key }),
    })
    secured.once('secureConnect', () => resolve(new RawClient(secured)))
    secured.once('error', reject)
    secured.once('close', () => reject(new Error('closed')))
  })
}

/** Reads INFO in plain text, then begins with TLS. */
async function upgrade({ port }: TestServer, identity?: Identity): Promise<RawClient> {
  const plain = await RawClient.open(port)
  plain.socket.removeAllListeners('data')
  const client = await secure(plain.socket, identity)
  client.info = plain.info
  return client
}

/** Begins with TLS, and reads INFO over it. */
async function first({ port }: TestServer): Promise<RawClient> {
  const client = await secure(connect_plain(port, '127.0.0.1'))
  const [, json] = await client.expect(/^INFO (\{.*\}) ?\r\n/)
  client.info = JSON.parse(json)
  return client
}

async function login(client: RawClient, fields: object = {}): Promise<void> {
  await client.send(`CONNECT ${JSON.stringify({ ...FIELDS, ...fields })}\r\n`)
  await client.flush()
}

/** A message to itself, large enough for several records of TLS. */
async function echo(client: RawClient): Promise<void> {
  const payload = 'x'.repeat(200_000)
  await client.send(`SUB echo 1\r\nPUB echo ${payload.length}\r\n${payload}\r\n`)
  await client.until(() => client.text.includes(`MSG echo 1 ${payload.length}\r\n${payload}\r\n`), 'the message')
}

for (const workers of [0, 2]) {
  test(`INFO comes in plain text, everything else over TLS (${workers} workers)`, async () => {
    const server = await start({}, { workers })
    const client = await upgrade(server)
    assert.equal([client.info.tls_required, client.info.tls_available, client.info.tls_verify], [
      true,
      undefined,
      undefined,
    ])
    await login(client)
    assert.is(client.text.startsWith('INFO'), true, 'the one behind the first PONG, and none before')
    await echo(client)
    const [shown] = await connections(server)
    assert.match(shown.tls_version, /^1\.[23]$/)
    assert.match(shown.tls_cipher_suite, /^TLS_/)
    assert.is(shown.tls_first, undefined)
  })
}

test('who does not begin with TLS is cut', async () => {
  const server = await start({ timeout_ms: 300 })
  const talker = await RawClient.open(server.port), silent = await RawClient.open(server.port)
  await talker.send('CONNECT {"verbose":true}\r\nPING\r\n')
  await Promise.all([talker.closed, silent.closed])
  assert.not.match(talker.text, 'PONG')
  await server.wait_log(/ERR .* - TLS handshake error: tls: first record does not look like a TLS handshake/)
  await server.wait_log(/ERR .* - TLS handshake timeout/)
  assert.is((await connections(server)).length, 0)
})

test('where TLS comes first nothing is said before it', async () => {
  const server = await start({ handshake_first: true }, { allow_non_tls: true })
  const client = await first(server)
  assert.equal([client.info.tls_required, client.info.tls_available], [true, undefined])
  await login(client)
  await echo(client)
  assert.is((await connections(server))[0].tls_first, true)
})

test('where TLS may come first both ways lead in', async () => {
  const server = await start({ handshake_first: 150 })
  for (const client of [await first(server), await upgrade(server)]) {
    await login(client)
    await echo(client)
  }
})

test('where plain text is allowed both are served', async () => {
  const server = await start({ timeout_ms: 300 }, { allow_non_tls: true })
  const plain = await RawClient.open(server.port)
  assert.equal([plain.info.tls_required, plain.info.tls_available], [undefined, true])
  const hesitant = await RawClient.open(server.port)
  for (const client of [plain, await upgrade(server), hesitant]) {
    // The last one has waited beyond the time for a handshake.
    await login(client)
    await echo(client)
  }
})

test('only certificates of our authority are let in where they are asked for', async () => {
  const server = await start({ verify: true })
  const client = await upgrade(server, { name: 'good' })
  assert.is(client.info.tls_verify, true)
  await login(client)
  for (const identity of [undefined, { name: 'rogue', authority: other_authority }]) {
    const outcome = await upgrade(server, identity).then((rogue) => login(rogue)).then(() => 'in', () => 'out')
    assert.is(outcome, 'out')
  }
})

test('where certificates may be shown none need be, but one of somebody else does not pass', async () => {
  const server = await start({ verify_optional: true })
  for (const identity of [undefined, { name: 'good' }]) {
    const client = await upgrade(server, identity)
    assert.is(client.info.tls_verify, undefined)
    await login(client)
  }
  const rogue = { name: 'rogue', authority: other_authority }
  assert.is(await upgrade(server, rogue).then((client) => login(client)).then(() => 'in', () => 'out'), 'out')
})

test('a certificate says which user it is, whatever CONNECT says', async () => {
  const user = (name: string, password = '') => ({ user: name, password, nkey: '', account: 'A' })
  const permissions = { publish: { allow: ['ok'] } }
  const users = [{ ...user('app.example'), permissions }, user('locked.example', 'secret'), user('nobody')]
  const server = await start({ verify: true, verify_and_map: true }, {
    accounts: [{ name: 'A', users, limits: unlimited }],
  })
  const as = (host: string) => upgrade(server, { name: 'x', hosts: [host] })
  for (const fields of [{}, { user: 'nobody' }]) {
    const client = await as('app.example')
    await login(client, fields)
    await client.send('PUB no 0\r\n\r\n')
    await client.expect(/Permissions Violation for Publish to "no"/)
  }
  await login(await as('locked.example'), { pass: 'secret' })
  for (const [host, fields] of [['locked.example', {}], ['stranger.example', { user: 'nobody' }]] as const) {
    const client = await as(host)
    await client.send(`CONNECT ${JSON.stringify({ ...FIELDS, ...fields })}\r\n`)
    await client.expect(/-ERR 'Authorization Violation'/)
  }
})

test('handshakes under way do not hold up the end of a server', async () => {
  const server = await start({ timeout_ms: 60_000, handshake_first: 30_000 })
  const waiting = await Promise.all([1, 2, 3].map(() =>
    new Promise<Socket>((resolve) => {
      const socket = connect_plain(server.port, '127.0.0.1', () => resolve(socket)).on('error', () => {})
    })
  ))
  waiting[0].write(Uint8Array.of(22, 3, 1))
  await server.server.stop()
  for (const socket of waiting) socket.destroy()
})

test.run()
