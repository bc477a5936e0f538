// What the embedding program is told of whoever comes.
import * as assert from 'uvu/assert'
import type { ClientSession } from '../../src/connection/client_session.ts'
import { newcomer } from '../../src/connection/newcomer.ts'
import { createAccount, createUser, user_token } from '../auth/jwt_rig.ts'
import { make_user } from '../auth/nkeys.ts'
import { suite } from '../harness.ts'

const test = suite('connection/newcomer')
const NONCE = 'nonce'

const told = (said: object, more: object = {}) =>
  newcomer(
    {
      connection: { cid: 3, ip: '10.0.0.1', port: 5 },
      session: { said, name: 'n', lang: 'l', version: 'v' } as ClientSession,
      ...{ door: 'clients', tls: null, certificates: null },
      ...more,
    },
    { account: 'WANTED' },
    NONCE,
  )

test('all that it says is told, and where it is', () => {
  const plain = told({ user: 'u', pass: 'p', auth_token: 't' })
  assert.equal(plain, {
    ...{ cid: 3, name: 'n', user: 'u', password: 'p', token: 't', jwt: '', nkey: '', account: 'WANTED' },
    ...{ host: '10.0.0.1', port: 5, is_websocket: false, lang: 'l', version: 'v', tls: null, certificates: null },
  })
  assert.is(told({}, { door: 'websockets' }).is_websocket, true)
})

test('a key is told only if its signature is right', () => {
  const user = make_user(), other = make_user()
  const sig = user.sign(NONCE)
  assert.is(told({ nkey: user.public, sig }).nkey, user.public)
  assert.is(told({ nkey: other.public, sig }).nkey, '')
  assert.is(told({ nkey: user.public, sig: user.sign('other') }).nkey, '')
  assert.is(told({ nkey: user.public }).nkey, '')
})

test('so is the key of a token', () => {
  const account = createAccount(), user = createUser()
  const jwt = user_token(account, user, {})
  const sign = (text: string) => Buffer.from(user.sign(new TextEncoder().encode(text))).toString('base64url')
  assert.is(told({ jwt, sig: sign(NONCE) }).nkey, user.getPublicKey())
  assert.is(told({ jwt, sig: sign('other') }).nkey, '')
  assert.is(told({ jwt: 'nonsense', sig: sign(NONCE) }).nkey, '')
  assert.is(told({ jwt, sig: sign(NONCE) }).jwt, jwt)
})

test.run()
