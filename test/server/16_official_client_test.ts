// The official JavaScript client against a mesh of two: what applications do with it, by every way to come in.
import * as assert from 'uvu/assert'
import {
  headers as make_headers,
  jwtAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  NoRespondersError,
  wsconnect,
} from '@nats-io/nats-core'
import { encodeAccount, encodeUser } from '@nats-io/jwt'
import { createAccount, createOperator, createUser } from '@nats-io/nkeys'
import { read_account } from '../../src/auth/account_claims.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import { Svcm } from '@nats-io/services'
import {
  connect,
  type NodeConnectionOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node'
import { WebSocket } from 'ws'
import type { UserOptions } from '../../src/config/auth_options.ts'
import { connect as connect_inside } from '../../src/connect.ts'
import { suite } from '../harness.ts'
import { authority, tls_settings } from '../net/tls_rig.ts'
import { type Cluster, type ClusterMember, type ClusterOptions, startCluster } from '../../src/test.ts'
import { start_mesh, start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts' // Node 20 has none of its own.
;(globalThis as { WebSocket?: unknown }).WebSocket ??= WebSocket

const test = suite('server/16_official_client', 60_000)
const opened: NatsConnection[] = []
test.after.each(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()))
  await cluster?.stop()
  await stop_all()
})

let cluster: Cluster | undefined
interface Member {
  readonly member: ClusterMember
  readonly port: number
}
/** Two servers of the kit. */
async function start_two(configuration: ClusterOptions['configuration'] = {}) {
  cluster = await startCluster(2, { configuration })
  const [one, two] = cluster.servers.map((member) => ({ member, port: member.server.ports.client.port }))
  return { cluster, one, two }
}

async function open(server: { port: number }, options: NodeConnectionOptions = {}): Promise<NatsConnection> {
  const client = await connect({ servers: `127.0.0.1:${server.port}`, reconnectTimeWait: 50, ...options })
  opened.push(client)
  return client
}

async function open_websocket({ server }: Pick<ClusterMember | TestServer, 'server'>): Promise<NatsConnection> {
  const client = await wsconnect({ servers: `ws://127.0.0.1:${server.ports.websocket!.port}` })
  opened.push(client)
  return client
}

async function open_inside({ server }: ClusterMember): Promise<NatsConnection> {
  const client = await connect_inside(server)
  opened.push(client)
  return client
}

const text = (message: { string(): string } | undefined) => message?.string()
const websocket = { no_tls: true, compression: true }
const authorization = (users: UserOptions[], more = {}) => ({ defined: true, timeout_ms: 2000, users, ...more })
const user = (name: string, more: Partial<UserOptions> = {}): UserOptions => (
  { user: name, password: 'secret', nkey: '', account: '', ...more }
)

/** Two connections by each way in, to the two members. One after the other: the client keeps its transport in a global. */
type Way = (one: Member, two: Member) => Promise<NatsConnection[]>
const WAYS: [string, Way][] = [
  ['TCP', async (one, two) => [await open(one), await open(two)]],
  ['WebSocket', async (one, two) => [await open_websocket(one.member), await open_websocket(two.member)]],
  ['TCP and WebSocket', async (one, two) => [await open(one), await open_websocket(two.member)]],
  ['no socket', async (one, two) => [await open_inside(one.member), await open_inside(two.member)]],
  ['no socket and TCP', async (one, two) => [await open_inside(one.member), await open(two)]],
]

for (const [name, open_both] of WAYS) {
  test(`messages, queues, requests, headers and drain over ${name}`, async () => {
    const { one, two } = await start_two({ websocket })
    const [here, there] = await open_both(one, two)
    const received: string[] = [], queued = [0, 0]
    there.subscribe('news.*', {
      callback: (_error, message) => void received.push(`${message.subject} ${text(message)}`),
    })
    for (const member of [0, 1]) there.subscribe('work', { queue: 'q', callback: () => void queued[member]++ })
    there.subscribe('upper', {
      callback(_error, message) {
        const headers = make_headers()
        headers.set('Seen', message.headers?.get('Trace') ?? '')
        message.respond(text(message)!.toUpperCase(), { headers })
      },
    })
    await there.flush()
    await interest(here, 'upper')
    here.publish('news.today', 'fine')
    for (let i = 0; i < 100; i++) here.publish('work', `${i}`)
    const headers = make_headers()
    headers.set('Trace', 'abc')
    const answer = await here.request('upper', 'loud', { headers, timeout: 5000 })
    assert.equal([text(answer), answer.headers?.get('Seen')], ['LOUD', 'abc'])
    await there.flush()
    assert.equal(received, ['news.today fine'])
    assert.is(queued[0] + queued[1], 100)
    await no_responders(here)
    await there.drain()
    assert.ok(there.isClosed())
  })
}

/** Resolves when a request on the subject would find somebody. */
async function interest(client: NatsConnection, subject: string): Promise<void> {
  for (;;) {
    try {
      return void await client.request(subject, 'x', { timeout: 5000 })
    } catch (error) {
      if (!is_no_responders(error)) throw error
    }
  }
}

const is_no_responders = (error: unknown) =>
  error instanceof NoRespondersError || (error as Error).cause instanceof NoRespondersError

async function no_responders(client: NatsConnection): Promise<void> {
  try {
    await client.request('nobody.there', '', { timeout: 5000 })
  } catch (error) {
    return assert.ok(is_no_responders(error), String(error))
  }
  assert.unreachable()
}

test('a client whose server dies goes on at another member, with its subscriptions', async () => {
  const { cluster, one, two } = await start_two()
  const client = await open(one, { maxReconnectAttempts: -1 })
  const got = new Promise<string | undefined>((resolve) => {
    client.subscribe('after', { callback: (_error, message) => resolve(text(message)) })
  })
  await client.flush()
  const back = (async () => {
    for await (const { type } of client.status()) if (type === 'reconnect') return
  })()
  await cluster.kill(one.member.name)
  await back
  assert.is(client.getServer(), `127.0.0.1:${two.port}`)
  const other = await open(two)
  await client.flush()
  other.publish('after', 'still here')
  assert.is(await got, 'still here')
})

test('every authenticator lets in, and a wrong one does not', async () => {
  const key = createUser()
  const by_users = await start_server({
    authorization: authorization([user('me'), user('', { password: '', nkey: key.getPublicKey() })]),
  })
  await open(by_users, { authenticator: usernamePasswordAuthenticator('me', 'secret') })
  await open(by_users, { authenticator: nkeyAuthenticator(key.getSeed()) })
  const by_token = await start_server({ authorization: authorization([], { token: 'T' }) })
  await open(by_token, { authenticator: tokenAuthenticator('T') })
  for (
    const [server, authenticator] of [
      [by_users, usernamePasswordAuthenticator('me', 'wrong')],
      [by_users, nkeyAuthenticator(createUser().getSeed())],
      [by_token, tokenAuthenticator('wrong')],
    ] as const
  ) await refused(server, { authenticator })
})

async function refused(server: TestServer, options: NodeConnectionOptions): Promise<void> {
  try {
    await open(server, { ...options, reconnect: false })
  } catch (error) {
    return assert.match(String(error), /authorization/i)
  }
  assert.unreachable()
}

test('by a token of the official package, over TCP and in a cookie over WebSocket', async () => {
  const operator = createOperator(), account = createAccount(), key = createUser()
  const limits = { subs: -1, data: -1, payload: -1, conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true }
  const of_account = await encodeAccount('A', account as never, { limits } as never, { signer: operator } as never)
  const of_user = await encodeUser('me', key as never, account as never, { bearer_token: true } as never)
  const server = await start_server({
    ...signed_by(operator, of_account),
    websocket: { ...websocket, jwt_cookie: 'token' },
  })
  const client = await open(server, { authenticator: jwtAuthenticator(of_user, key.getSeed()) })
  assert.is(client.info?.auth_required, true)
  const port = server.server.ports.websocket!.port
  const browser = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { Cookie: `token=${of_user}` } })
  const pong = new Promise<void>((resolve) =>
    browser.on('message', (data) => void (/PONG/.test(String(data)) && resolve()))
  )
  browser.on('open', () => browser.send('CONNECT {"verbose":false}\r\nPING\r\n'))
  await pong
  browser.terminate()
  await refused(server, {})
})

/** As the configuration would have it. */
function signed_by(operator: ReturnType<typeof createOperator>, account: string): TestOptions {
  const own = read_account(read_jwt(account)!)
  const { claims, limits } = own
  const trusted_keys = [operator.getPublicKey()]
  const accounts = [own], resolver = { kind: 'memory' as const }
  return {
    operator: {
      trusted_keys,
      strict_signing_keys: false,
      system_account: '',
      pinned_accounts: [],
      default_sentinel: '',
      accounts,
      resolver,
    },
    accounts: [{ name: claims.key, users: [], limits }],
  }
}

test('over TLS, with the handshake behind INFO and before it', async () => {
  for (const handshake_first of [false, true]) {
    const server = await start_server({ tls: tls_settings({}, { verify: false, handshake_first }) })
    const tls = { ca: authority.cert, ...(handshake_first && { handshakeFirst: true }) }
    const client = await open(server, { tls })
    client.subscribe('echo', { callback: (_error, message) => void message.respond(message.data) })
    assert.is(text(await client.request('echo', 'hello')), 'hello')
  }
})

test('a client that asks for JetStream is told that nobody answers, and the log says why, once', async () => {
  const server = await start_server({ workers: 2 })
  for (let i = 0; i < 4; i++) {
    const client = await open(server)
    try {
      await client.request('$JS.API.INFO', '', { timeout: 5000 })
      assert.unreachable()
    } catch (error) {
      assert.ok(is_no_responders(error), String(error))
    }
  }
  await server.wait_log(/WRN A client asks for JetStream, which is not served here/)
  assert.is(server.log.filter((line) => line.includes('JetStream')).length, 1)
})

test('services are discovered across the mesh', async () => {
  const { cluster, one, two } = await start_two()
  const here = await open(one), there = await open(two)
  const service = await new Svcm(there as never).add({ name: 'adder', version: '1.2.3' })
  service.addEndpoint('sum', (error, message) => {
    if (error === null) message.respond(`${(message.json() as number[]).reduce((a, b) => a + b)}`)
  })
  await there.flush()
  for (const subject of ['$SRV.PING.adder', 'sum']) await cluster.waitForInterest(subject, { at: 'a', from: 'b' })
  assert.is(text(await here.request('sum', '[1,2,3]')), '6')
  const found = []
  for await (const { name, version } of await new Svcm(here as never).client({ maxMessages: 1 } as never).ping()) {
    found.push(`${name} ${version}`)
  }
  assert.equal(found, ['adder 1.2.3'])
})

test('imports of other accounts work across members', async () => {
  const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
  const rest = { response_type: 'single', response_threshold_ms: 5000, account_token_position: 0 } as const
  const wants = { account: 'A', share: false } as const
  const options: TestOptions = {
    no_auth_user: 'A',
    accounts: [
      {
        ...{ name: 'A', limits, users: [user('A', { account: 'A' })] },
        exports: [{ kind: 'service', subject: 'ask', ...rest }, { kind: 'stream', subject: 'news', ...rest }],
      },
      {
        ...{ name: 'B', limits, users: [user('B', { account: 'B' })] },
        imports: [
          { kind: 'service', subject: 'ask', local: 'ask.a', ...wants },
          { kind: 'stream', subject: 'news', local: 'a.news', ...wants },
        ],
      },
    ],
  }
  const [one, two] = await start_mesh([options, options])
  const exporter = await open(two), importer = await open(one, { user: 'B', pass: 'secret' })
  exporter.subscribe('ask', {
    callback: (_error, message) => void message.respond(message.headers?.get('Nats-Request-Info') ?? ''),
  })
  await exporter.flush()
  await interest(importer, 'ask.a')
  assert.is(JSON.parse(text(await importer.request('ask.a'))!).acc, 'B')
  const got = new Promise<string>((resolve) => {
    importer.subscribe('a.news', { callback: (_error, message) => resolve(`${message.subject} ${text(message)}`) })
  })
  await importer.flush()
  for (let done = false; !done;) {
    exporter.publish('news', 'hi')
    await exporter.flush()
    done = await Promise.race([got.then(() => true), importer.flush().then(() => false)])
  }
  assert.is(await got, 'a.news hi')
})

test.run()
