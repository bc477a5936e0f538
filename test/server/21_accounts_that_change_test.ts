// Operator mode with accounts that come, change and go while servers run: pushed over NATS, kept alike by the members, looked for.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { read_account } from '../../src/auth/account_claims.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import type { ResolverOptions } from '../../src/config/resolver_options.ts'
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
import { route_to, start_server, stop_all, type TestServer, wait_for_interest } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/21_accounts_that_change', 30_000)
const root = mkdtempSync(join(tmpdir(), 'onehop-accounts-'))
test.after.each(stop_all)
test.after(() => rmSync(root, { recursive: true }))
let folders = 0

const operator = createOperator(), system = createAccount()
const now_s = () => Math.floor(Date.now() / 1000)
const say = (account: KeyPair, nats = {}, iat = now_s()) => account_token(operator, account, nats, { more: { iat } })
const folder = () => join(root, String(++folders))
const full = (dir = folder()): ResolverOptions => (
  { kind: 'full', dir, limit: 0, interval_ms: 200, timeout_ms: 1000, delete: 'rename' }
)

function start(resolver: ResolverOptions, routes: TestServer[] = []): Promise<TestServer> {
  return start_server({
    workers: 2,
    system_account: system.getPublicKey(),
    operator: {
      ...{
        trusted_keys: [operator.getPublicKey()],
        strict_signing_keys: false,
        system_account: '',
        pinned_accounts: [],
        default_sentinel: '',
      },
      ...{ accounts: [read_account(read_jwt(say(system))!)], resolver },
    },
    cluster: { routes: routes.map((server) => route_to(server)) },
  })
}

/** A client of that account, of a user that it has just made. */
async function login({ port }: TestServer, account: KeyPair): Promise<RawClient> {
  const user = createUser()
  return await RawClient.connect(port, {
    connect: { jwt: user_token(account, user, {}, { more: { iat: now_s() } }) },
    sign: (nonce) => Buffer.from(user.sign(new TextEncoder().encode(nonce))).toString('base64url'),
  })
}

async function ask(client: RawClient, subject: string, payload: string): Promise<any> {
  client.send(`SUB r r\r\nUNSUB r 1\r\nPUB ${subject} r ${payload.length}\r\n${payload}\r\n`)
  return JSON.parse((await client.expect(/MSG r r \d+\r\n(.*)\r\n/))[1])
}

const is_refused = (attempt: Promise<RawClient>) =>
  attempt.then(() => false, (error) => /Authorization/.test(error.message))

test('an account that is pushed can be used at once, and its claims hold at once', async () => {
  const one = await start(full()), account = createAccount()
  assert.ok(await is_refused(login(one, account)))
  const admin = await login(one, system)
  assert.is((await ask(admin, '$SYS.REQ.CLAIMS.UPDATE', say(account))).data.code, 200)
  const client = await login(one, account)
  const revoked = say(account, { revocations: { '*': now_s() + 1 } }, now_s() + 1)
  assert.is((await ask(admin, `$SYS.REQ.ACCOUNT.${account.getPublicKey()}.CLAIMS.UPDATE`, revoked)).data.code, 200)
  await client.expect(/-ERR 'User Authentication Revoked'/)
  await client.until(() => client.is_closed, 'it is cut')
})

test('what was pushed is there after a restart', async () => {
  const resolver = full(), account = createAccount()
  const one = await start(resolver)
  await ask(await login(one, system), '$SYS.REQ.CLAIMS.UPDATE', say(account))
  await one.server.stop()
  await login(await start(resolver), account)
})

test('members give each other what one of them was told', async () => {
  const one = await start(full()), account = createAccount()
  await ask(await login(one, system), '$SYS.REQ.CLAIMS.UPDATE', say(account))
  const two = await start(full(), [one])
  // From then on clients come in, and not a moment earlier.
  while (await is_refused(login(two, account))) await new Promise((resolve) => setTimeout(resolve, 20))
  const known = await ask(await login(two, system), '$SYS.REQ.CLAIMS.LIST', '')
  assert.ok(known.data.includes(account.getPublicKey()))
  const near = await login(one, account), far = await login(two, account)
  far.send('SUB x 1\r\n')
  await far.flush()
  near.send('PUB x 0\r\n\r\n')
  await wait_for_interest(near, 'x')
})

test('an account that one member does not know is looked for on the other, and kept', async () => {
  const one = await start(full()), account = createAccount()
  await ask(await login(one, system), '$SYS.REQ.CLAIMS.UPDATE', say(account))
  const dir = folder()
  const two = await start({ kind: 'cache', dir, limit: 10, ttl_ms: 0, timeout_ms: 2000 }, [one])
  const admin = await login(two, system)
  await wait_for_interest(admin, `$SYS.REQ.ACCOUNT.${account.getPublicKey()}.CLAIMS.LOOKUP`)
  await wait_for_interest(await login(one, system), `$SYS._INBOX.${two.server.identity.server_id}.x`)
  await login(two, account)
  assert.equal(readdirSync(dir), [`${account.getPublicKey()}.jwt`])
  assert.ok(await is_refused(login(two, createAccount())))
})

test('an account is looked for at a URL', async () => {
  const account = createAccount()
  const web = createServer((request, response) => {
    const found = request.url === `/${account.getPublicKey()}`
    response.statusCode = found ? 200 : 404
    response.end(found ? say(account) : '')
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`
    const one = await start({ kind: 'url', url, timeout_ms: 5000 })
    await login(one, account)
    assert.ok(await is_refused(login(one, createAccount())))
  } finally {
    web.closeAllConnections()
    await new Promise((resolve) => web.close(resolve))
  }
})

test('an account that is removed has no clients any more', async () => {
  const one = await start(full()), account = createAccount()
  const admin = await login(one, system)
  await ask(admin, '$SYS.REQ.CLAIMS.UPDATE', say(account))
  const client = await login(one, account)
  const order = token('operator', operator, operator, { accounts: [account.getPublicKey()] })
  assert.is((await ask(admin, '$SYS.REQ.CLAIMS.DELETE', order)).data.code, 200)
  await client.until(() => client.is_closed, 'it is cut')
  assert.ok(await is_refused(login(one, account)))
})

test.run()
