// A service that says who may come in, asked in plain and sealed, by the file and by an operator's account.
import { jwtAuthenticator, type NatsConnection } from '@nats-io/nats-core'
import { createCurve } from '@nats-io/nkeys'
import { connect } from '@nats-io/transport-node'
import * as assert from 'uvu/assert'
import { read_account } from '../../src/auth/account_claims.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import { suite } from '../harness.ts'
import {
  account_token,
  createAccount,
  createOperator,
  createUser,
  type KeyPair,
  token,
  user_token,
} from '../auth/jwt_rig.ts'
import { start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/22_auth_callout', 30_000)
const opened: NatsConnection[] = []
test.after.each(async () => {
  await Promise.all(opened.splice(0).map((service) => service.close()))
  await stop_all()
})

const issuer = createAccount(), operator = createOperator()
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const now_s = () => Math.floor(Date.now() / 1000)
const fresh = { more: { iat: now_s() } }
const SERVICE = { user: 'auth', pass: 'auth' }
const user = (name: string, account: string) => ({ user: name, password: name, nkey: '', account })

function by_file(xkey = ''): TestOptions {
  const callout = { issuer: issuer.getPublicKey(), account: 'AUTH', users: ['auth'], xkey, allowed_accounts: [] }
  return {
    workers: 2,
    accounts: [
      { name: 'AUTH', users: [user('auth', 'AUTH')], limits },
      { name: 'APP', users: [], limits },
    ],
    authorization: { defined: true, timeout_ms: 2000, users: [], callout },
  }
}

interface Asked {
  claims: any
  server: string
}

/** Answers each question with what `judge` says: a user token, or a text that is an error. */
async function serve(
  { port }: TestServer,
  how: Parameters<typeof connect>[0],
  judge: (asked: Asked) => string,
  { curve, by = issuer }: { curve?: ReturnType<typeof createCurve>; by?: KeyPair } = {},
): Promise<Asked[]> {
  const asked: Asked[] = []
  const service = await connect({ servers: `127.0.0.1:${port}`, ...how })
  opened.push(service)
  service.subscribe('$SYS.REQ.USER.AUTH', {
    callback: (_error, message) => {
      const xkey = message.headers?.get('Nats-Server-Xkey')
      const bytes = curve === undefined ? message.data : curve.open(message.data, xkey!)!
      const claims = JSON.parse(Buffer.from(Buffer.from(bytes).toString().split('.')[1], 'base64url').toString())
      const question = { claims, server: claims.nats.server_id.id }
      asked.push(question)
      const said = judge(question)
      const nats = said.startsWith('eyJ') ? { jwt: said } : { error: said }
      const more = { aud: question.server, iat: now_s() }
      const answer = Buffer.from(token('authorization_response', by, claims.nats.user_nkey, nats, { more }))
      message.respond(curve === undefined ? answer : curve.seal(answer, xkey!))
    },
  })
  await service.flush()
  return asked
}

const login = ({ port }: TestServer, connect: object) =>
  RawClient.connect(port, { connect: connect as Record<string, unknown> })
const is_refused = (attempt: Promise<RawClient>) =>
  attempt.then(() => false, (error) => /Authorization/.test(error.message))
const place = (by: KeyPair, key: string, nats = {}, more = {}) =>
  user_token(by, key as never, nats, { more: { iat: now_s(), ...more } })

for (const sealed of [false, true]) {
  test(`whom the service lets in is in the account that it says, ${sealed ? 'sealed' : 'in plain'}`, async () => {
    const curve = sealed ? createCurve() : undefined
    const server = await start_server(by_file(curve?.getPublicKey()))
    const asked = await serve(
      server,
      SERVICE,
      ({ claims: { nats } }) =>
        nats.connect_opts.pass === 'right'
          ? place(issuer, nats.user_nkey, { pub: { deny: ['secret'] } }, { aud: 'APP', name: nats.connect_opts.user })
          : 'no, you do not',
      curve && { curve },
    )
    const client = await login(server, { user: 'me', pass: 'right', name: 'app', lang: 'x' })
    client.send('SUB r 1\r\nPUB secret 0\r\n\r\nPUB $SYS.REQ.USER.INFO r 0\r\n\r\n')
    await client.expect(/-ERR 'Permissions Violation for Publish to "secret"'/)
    const info = JSON.parse((await client.expect(/MSG r 1 \d+\r\n(.*)\r\n/))[1])
    assert.equal([info.data.account, info.data.user], ['APP', 'me'])
    assert.ok(await is_refused(login(server, { user: 'me', pass: 'wrong' })))
    assert.ok(await is_refused(login(server, {})))
    await server.wait_log(/auth callout service returned an error: no, you do not/)
    const { claims } = asked[0]
    assert.equal([claims.iss, claims.aud, claims.sub], [
      asked[0].server,
      'nats-authorization-request',
      issuer.getPublicKey(),
    ])
    assert.equal([claims.nats.client_info.name, claims.nats.client_info.kind, claims.nats.connect_opts.lang], [
      'app',
      'Client',
      'x',
    ])
    assert.equal([claims.nats.type, claims.nats.version, 'xkey' in claims.nats.server_id], [
      'authorization_request',
      2,
      sealed,
    ])
  })
}

test('an answer that is not right lets nobody in, and the log says why', async () => {
  const server = await start_server(by_file())
  const wrong: [(key: string) => string, RegExp][] = [
    [(key) => place(createAccount(), key, {}, { aud: 'APP' }), /wrong issuer/],
    [() => place(issuer, createUser().getPublicKey(), {}, { aud: 'APP' }), /expected authorized user/],
    [(key) => place(issuer, key, {}, { aud: 'NONE' }), /no valid account "NONE"/],
    [(key) => place(issuer, key, {}, { aud: 'APP', exp: now_s() - 5 }), /does not hold at this time/],
    [(key) => place(issuer, key, { allowed_connection_types: ['WEBSOCKET'] }, { aud: 'APP' }), /may not come/],
    [
      (key) => place(issuer, key, { issuer_account: issuer.getPublicKey() }, { aud: 'APP' }),
      /attempted to use issuer_account/,
    ],
  ]
  let at = 0
  await serve(server, SERVICE, ({ claims }) => wrong[at][0](claims.nats.user_nkey))
  for (; at < wrong.length; at++) {
    assert.ok(await is_refused(login(server, { user: 'me', pass: 'x' })))
    await server.wait_log(wrong[at][1])
  }
})

test('nobody is let in where the service does not answer, or another one does', async () => {
  const server = await start_server({ ...by_file(), authorization: { ...by_file().authorization!, timeout_ms: 300 } })
  assert.ok(await is_refused(login(server, { user: 'me', pass: 'x' })))
  const judge = ({ claims }: Asked) => place(issuer, claims.nats.user_nkey, {}, { aud: 'APP' })
  await serve(server, SERVICE, judge, { by: createAccount() })
  assert.ok(await is_refused(login(server, { user: 'me', pass: 'x' })))
  await server.wait_log(/auth callout signing key is unknown/)
})

test('an account of an operator may have such a service', async () => {
  const auth = createAccount(), app = createAccount(), service = createUser(), sentinel = createUser()
  const external = { auth_users: [service.getPublicKey()], allowed_accounts: [app.getPublicKey()] }
  const accounts = [
    account_token(operator, auth, { authorization: external }, fresh),
    account_token(operator, app, {}, fresh),
  ]
    .map((jwt) => read_account(read_jwt(jwt)!))
  const server = await start_server({
    workers: 2,
    operator: {
      ...{
        trusted_keys: [operator.getPublicKey()],
        strict_signing_keys: false,
        system_account: '',
        pinned_accounts: [],
      },
      ...{
        accounts,
        resolver: { kind: 'memory' },
        default_sentinel: user_token(auth, sentinel, { bearer_token: true }, fresh),
      },
    },
  })
  const authenticator = jwtAuthenticator(user_token(auth, service, {}, fresh), service.getSeed())
  await serve(
    server,
    { authenticator },
    ({ claims: { nats } }) => nats.connect_opts.user === 'me' ? place(app, nats.user_nkey, {}, { name: 'me' }) : 'no',
    { by: auth },
  )
  const found = await login(server, { user: 'me' })
  found.send('SUB r 1\r\nPUB $SYS.REQ.USER.INFO r 0\r\n\r\n')
  const info = JSON.parse((await found.expect(/MSG r 1 \d+\r\n(.*)\r\n/))[1])
  assert.equal([info.data.account, info.data.user], [app.getPublicKey(), 'me'])
  assert.ok(await is_refused(login(server, { user: 'other' })))
})

test.run()
