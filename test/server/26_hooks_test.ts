// Hooks of an embedding program: who comes in, who may publish and subscribe, and what is published, with and without workers.
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connect_secured } from 'node:tls'
import type { Socket } from 'node:net'
import { connect } from '@nats-io/transport-node'
import * as assert from 'uvu/assert'
import { createWebSocketStream, WebSocket } from 'ws'
import type { ConnectingClient, Hooks, PublishedMessage } from '../../src/connection/hooks.ts'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { authority, certificate, tls_settings } from '../net/tls_rig.ts'
import { start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/26_hooks', 30_000)
test.after.each(stop_all)

/** Each test runs without workers, and with two. */
function both(title: string, body: (start: (hooks: Hooks, options?: TestOptions) => Promise<TestServer>) => unknown) {
  for (const workers of [0, 2]) {
    test(`${title} (workers: ${workers})`, async () => {
      await body((hooks, options) => start_server({ workers, ...options }, { hooks }))
    })
  }
}

const login = ({ port }: TestServer, connect: object) => RawClient.connect(port, { connect: { ...connect } })
const VIOLATION = /-ERR 'Permissions Violation for Publish to "([^"]*)"(?:: ([^']*))?'\r\n/

both('who comes in is asked about, with what it says', async (start) => {
  const asked: ConnectingClient[] = []
  const server = await start({
    async authenticate(client) {
      asked.push(client)
      await pause(1)
      return client.password === 'secret'
        ? { user: `the ${client.user}`, permissions: { publish: { deny: 'no.>' } } }
        : false
    },
  })
  const stranger = await RawClient.open(server.port)
  assert.is(stranger.info.auth_required, true)
  assert.type(stranger.info.nonce, 'string')
  void stranger.send('CONNECT {"user":"ann","pass":"wrong"}\r\nPING\r\n')
  await stranger.expect(/-ERR 'Authorization Violation'\r\n/)
  await stranger.closed
  const ann = await login(server, { user: 'ann', pass: 'secret', name: 'test', lang: 'x', version: '1' })
  assert.is(asked[1].user, 'ann')
  assert.is(asked[1].name, 'test')
  assert.is(asked[1].kind, 'nats')
  assert.is(asked[1].host, '127.0.0.1')
  assert.is(asked[1].nkey, '')
  void ann.send('PUB no.way 0\r\n\r\n')
  assert.is((await ann.expect(VIOLATION))[1], 'no.way')
})

both('publishing is asked about once for a subject, and order is kept', async (start) => {
  const asked: string[] = []
  const server = await start({
    async authorizePublish(client, subject, reply) {
      asked.push(`${client.account} ${subject} ${reply}`)
      await pause(2)
      return subject.startsWith('yes') || 'not here'
    },
  })
  const listener = await login(server, {}), speaker = await login(server, {})
  void listener.send('SUB > 1\r\n')
  await listener.flush()
  const words = ['yes.1', 'no.1', 'yes.2', 'yes.1', 'no.1', 'yes.2'].map((subject) => `PUB ${subject} me 1\r\nx\r\n`)
  void speaker.send(words.join(''))
  await speaker.flush()
  assert.is(speaker.text.match(new RegExp(VIOLATION, 'g'))?.length, 2)
  assert.match(speaker.text, /Publish to "no.1": not here'/)
  // It may be on another thread, to which messages are still on their way.
  await listener.until(() => (listener.text.match(/MSG \S+/g)?.length ?? 0) === 4, 'four messages')
  assert.equal(listener.text.match(/MSG \S+/g), ['MSG yes.1', 'MSG yes.2', 'MSG yes.1', 'MSG yes.2'])
  assert.equal(asked, ['$G yes.1 me', '$G no.1 me', '$G yes.2 me'])
})

both('what is published is shown', async (start) => {
  const shown: PublishedMessage[] = []
  let done = () => {}
  const all = new Promise<void>((resolve) => done = resolve)
  const server = await start({
    onPublish(message) {
      shown.push(message)
      if (shown.length === 2) done()
    },
  })
  const speaker = await login(server, {})
  void speaker.send('PUB a.b 2\r\nhi\r\nHPUB c to 18 21\r\nNATS/1.0\r\nA: b\r\n\r\nxyz\r\n')
  await all
  assert.is(shown[0].subject, 'a.b')
  assert.is(Buffer.from(shown[0].data).toString(), 'hi')
  assert.equal(shown[1].headers, { A: ['b'] })
  assert.is(shown[1].reply, 'to')
})

both('what throws or is too late is a no, and the server goes on', async (start) => {
  const late = new Promise<boolean>(() => {})
  const server = await start({
    authorizePublish(_client, subject) {
      if (subject === 'throws') throw new Error('broken')
      return subject === 'late' ? late : true
    },
    hookDeadlineMs: 100,
  })
  const speaker = await login(server, {}), listener = await login(server, {})
  void listener.send('SUB > 1\r\n')
  await listener.flush()
  void speaker.send('PUB throws 0\r\n\r\nPUB late 0\r\n\r\nPUB fine 0\r\n\r\n')
  await speaker.flush()
  await listener.expect(/^MSG fine 1 0\r\n/)
  assert.match(speaker.text, /Publish to "throws"'\r\n-ERR 'Permissions Violation for Publish to "late"'/)
  await server.wait_log(/^ERR Hook authorizePublish: Error: broken, which counts as a no$/)
  await server.wait_log(/^WRN Hook authorizePublish: no answer within 100 ms, which counts as a no$/)
})

both('a client that waits holds nobody else up, and may go meanwhile', async (start) => {
  const answers: ((is_allowed: boolean) => void)[] = []
  let arrived = () => {}
  const server = await start({
    authorizeSubscribe: (_client, subject) =>
      subject !== 'slow' || new Promise<boolean>((resolve) => {
        answers.push(resolve)
        arrived()
      }),
  })
  const waits = await login(server, {}), leaves = await login(server, {})
  const both_asked = new Promise<void>((resolve) => arrived = () => answers.length === 2 && resolve())
  void waits.send('SUB slow 1\r\nPUB slow 2\r\nme\r\n')
  void leaves.send('SUB slow 1\r\n')
  await both_asked
  leaves.close()
  for (let i = 0; i < 4; i++) {
    const other = await login(server, {})
    void other.send('SUB fast 1\r\nPUB fast 2\r\nhi\r\n')
    await other.expect(/MSG fast 1 2\r\nhi\r\n/)
  }
  assert.is(waits.text, '')
  for (const answer of answers) answer(true)
  await waits.expect(/^MSG slow 1 2\r\nme\r\n/)
})

both('where nothing is said the configuration decides, also when it is loaded again', async (start) => {
  const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
  const account = (...names: string[]) => ({
    ...{ name: 'A', limits },
    users: names.map((user) => ({ user, password: user, nkey: '', account: 'A' })),
  })
  const server = await start({ authenticate: ({ user }) => user === 'root' ? { account: 'A' } : null }, {
    accounts: [account('a')],
  })
  const root = await login(server, { user: 'root' })
  await login(server, { user: 'a', pass: 'a' })
  const refused = async (user: string) => {
    const client = await RawClient.open(server.port)
    assert.is(client.info.auth_required, true)
    void client.send(`CONNECT {"user":"${user}","pass":"${user}"}\r\n`)
    await client.expect(/-ERR 'Authorization Violation'/)
  }
  await refused('b')
  const options = { ...server.server.options, accounts: [account('b')] }
  await server.server.reload_with({ options, digest: 'sha256:x' })
  await login(server, { user: 'b', pass: 'b' })
  await login(server, { user: 'root' })
  await refused('a')
  await root.flush()
})

const QUESTIONS = sized({ short: 500, full: 5_000, long: 5_000 })

both('who floods it with ever new subjects is asked about one after the other', async (start) => {
  let open = 0, most = 0, count = 0
  const server = await start({
    async authorizePublish(_client, subject) {
      most = Math.max(most, ++open)
      count++
      await Promise.resolve()
      open--
      return !subject.startsWith('s.')
    },
  })
  const hostile = await login(server, {}), other = await login(server, {})
  hostile.read_messages(() => {})
  void hostile.send(Array.from({ length: QUESTIONS }, (_, i) => `PUB s.${i} 0\r\n\r\n`).join(''))
  let longest_ms = 0
  for (let i = 0; i < 20; i++) longest_ms = Math.max(longest_ms, await other.flush())
  await hostile.flush(20_000)
  assert.equal([count, most], [QUESTIONS, 1])
  assert.ok(longest_ms < 1000, `others wait ${longest_ms} ms`)
})

both('who can not keep up sees less, and holds up nobody', async (start) => {
  let seen = 0, dropped = 0
  const release: (() => void)[] = []
  const server = await start({
    onPublish(message) {
      seen++
      dropped += message.dropped
      return new Promise((resolve) => release.push(resolve))
    },
    hookDeadlineMs: 60_000,
  })
  const speaker = await login(server, {})
  const count = 20_000
  void speaker.send('PUB a 1\r\nx\r\n'.repeat(count))
  await speaker.flush()
  while (seen + dropped < count) {
    for (const done of release.splice(0)) done()
    void speaker.send('PUB a 1\r\nx\r\n')
    await speaker.flush()
    if (seen + dropped >= count) break
    await pause(1)
  }
  assert.ok(seen < count && dropped > 0, `${seen} seen, ${dropped} dropped`)
  for (const done of release.splice(0)) done()
})

test('a worker that dies with questions open is replaced, and asks anew', async () => {
  const asked: string[] = []
  let first = () => {}
  const is_asked = new Promise<void>((resolve) => first = resolve)
  let answer: (is_allowed: boolean) => void = () => {}
  const server = await start_server({ workers: 1 }, {
    hooks: {
      authorizePublish(_client, subject) {
        asked.push(subject)
        if (subject !== 'slow') return false
        first()
        return new Promise<boolean>((resolve) => answer = resolve)
      },
    },
  })
  const lost = await login(server, {})
  void lost.send('PUB slow 0\r\n\r\n')
  await is_asked
  await server.server.terminate_worker(0)
  await lost.closed
  await server.wait_log(/Worker 0 was restarted/)
  const client = await login(server, {})
  answer(true)
  void client.send('PUB a 0\r\n\r\n')
  assert.is((await client.expect(VIOLATION))[1], 'a')
  assert.equal(asked, ['slow', 'a'])
})

test('clients over TLS show their certificates, and those over WebSocket say so', async () => {
  const seen: ConnectingClient[] = []
  const server = await start_server({
    ...{ workers: 1, websocket: { no_tls: true }, tls: tls_settings({}, { verify: true, handshake_first: true }) },
  }, { hooks: { authenticate: (client) => seen.push(client) > 0 } })
  const { cert, key } = certificate({ name: 'ann' })
  const secured = connect_secured({
    port: server.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authority.cert,
    cert,
    key,
  })
  const client = new RawClient(secured)
  await client.expect(/^INFO/)
  void client.send('CONNECT {"verbose":false}\r\n')
  await client.flush()
  const { tls, kind } = seen[0]
  assert.equal([kind, tls?.version, tls?.verified], ['nats', '1.3', true])
  assert.match(tls!.subject, /CN=ann/)
  const ws = new WebSocket(`ws://127.0.0.1:${server.server.ports.websocket!.port}`)
  const web = new RawClient(createWebSocketStream(ws) as unknown as Socket)
  await web.expect(/^INFO .*"auth_required":true/)
  void web.send('CONNECT {"verbose":false,"user":"web"}\r\n')
  await web.flush()
  assert.equal([seen[1].kind, seen[1].user, seen[1].tls], ['websocket', 'web', undefined])
})

both('the official client is told, and goes on', async (start) => {
  const server = await start({
    authenticate: ({ token }) => token === 'open sesame' && { user: 'thief', account: '$G' },
    authorizePublish: (_client, subject) => subject === 'allowed' || 'ask your administrator',
    authorizeSubscribe: (_client, subject) => subject !== 'secret',
  })
  const at = { servers: `127.0.0.1:${server.port}`, reconnect: false }
  await connect({ ...at, token: 'wrong' }).then(
    () => assert.unreachable(),
    (error) => assert.match(`${error}`, /[Aa]uth/),
  )
  const client = await connect({ ...at, token: 'open sesame' })
  const faults: string[] = []
  const watching = (async () => {
    for await (const status of client.status()) if (status.type === 'error') faults.push(String(status.error.message))
  })()
  const secret = client.subscribe('secret')
  const refused = (async () => {
    for await (const _ of secret) assert.unreachable()
  })().catch((error) => String(error.message))
  const [message] = [client.subscribe('allowed', { max: 1 })]
  client.publish('allowed', 'hello')
  for await (const each of message) assert.is(each.string(), 'hello')
  client.publish('other')
  await client.flush()
  assert.match(String(await refused), /Subscription to "secret"/)
  await client.close()
  await watching
  assert.ok(faults.some((text) => /Publish to "other": ask your administrator/.test(text)), faults.join())
})

test('servers in one process have hooks of their own', async () => {
  const [yes, no, none] = await Promise.all([
    start_server({ workers: 0 }, { hooks: { authorizePublish: () => true } }),
    start_server({ workers: 0 }, { hooks: { authorizePublish: () => false } }),
    start_server({ workers: 0 }),
  ])
  for (const [server, answer] of [[yes, /^MSG/], [no, /^-ERR/], [none, /^MSG/]] as const) {
    const client = await login(server, {})
    void client.send('SUB a 1\r\nPUB a 0\r\n\r\n')
    await client.expect(answer)
  }
  assert.is((await RawClient.open(none.port)).info.auth_required, undefined)
})

test('what is no hook is a fault of the start', async () => {
  for (const hooks of [{ authenticate: 'yes' }, { onPublish() {}, publishSample: 2 }]) {
    await start_server({ workers: 0 }, { hooks: hooks as never }).then(
      () => assert.unreachable(),
      (error) => assert.match(`${error}`, /authenticate is not a function|publishSample/),
    )
  }
})

test.run()
