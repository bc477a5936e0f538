import * as assert from 'uvu/assert'
import fc from 'fast-check'
import {
  anonymous_identity,
  authenticate as judge,
  type AuthSettings,
  equal_secret,
  type UserSettings,
} from '../../src/auth/authenticate.ts'
import type { ConnectFields } from '../../src/wire/connect.ts'
import { suite } from '../harness.ts'
import { make_user } from './nkeys.ts'

const test = suite('auth/authenticate')

const NONCE = 'nonce-of-the-one'
/** The identity, null, or for whom a password has to be compared. */
function authenticate(settings: AuthSettings, connect: ConnectFields) {
  const verdict = judge(settings, connect, NONCE)
  return verdict !== null && 'hash' in verdict
    ? { asked: `${verdict.password} ${verdict.hash}`, ...verdict.identity }
    : verdict
}

const settings = (change: Partial<AuthSettings> = {}): AuthSettings => ({
  connection_type: 'STANDARD',
  operator: null,
  callout: null,
  required: true,
  timeout_ms: 2000,
  token: '',
  user: '',
  password: '',
  users: [],
  proxy_required: false,
  proxies: [],
  nonce: false,
  no_auth_user: '',
  ...change,
})
const user = (name: string, account: number, allowed_connection_types: string[] = []): UserSettings => ({
  user: name,
  password: `${name}-secret`,
  nkey: '',
  account,
  allowed_connection_types,
})

test('where nothing is required everybody is nobody, whatever they say', () => {
  const nobody = { account: 0, user: '', label: '' }
  for (const connect of [{}, { user: 'a', pass: 'b' }, { auth_token: 't' }]) {
    assert.equal(authenticate(settings({ required: false }), connect), nobody)
  }
})

test('a token lets in who knows it, and is shown to nobody', () => {
  const given = settings({ token: 's3cr3t' })
  assert.equal(authenticate(given, { auth_token: 's3cr3t' }), { account: 0, user: '[REDACTED]', label: 'token' })
  for (
    const connect of [{}, { auth_token: '' }, { auth_token: 's3cr3' }, { auth_token: 'S3CR3T' }, { pass: 's3cr3t' }]
  ) {
    assert.is(authenticate(given, connect), null, JSON.stringify(connect))
  }
})

test('a single user needs the name and the password', () => {
  const given = settings({ user: 'ann', password: 'x' })
  assert.equal(authenticate(given, { user: 'ann', pass: 'x' }), { account: 0, user: 'ann', label: 'user:ann' })
  for (const connect of [{}, { user: 'ann' }, { user: 'ann', pass: 'y' }, { user: 'bob', pass: 'x' }, { pass: 'x' }]) {
    assert.is(authenticate(given, connect), null, JSON.stringify(connect))
  }
})

test('each of many users comes into an account of its own', () => {
  const given = settings({ users: [user('ann', 1), user('bob', 2)] })
  assert.equal(authenticate(given, { user: 'bob', pass: 'bob-secret' }), { account: 2, user: 'bob', label: 'user:bob' })
  assert.is(authenticate(given, { user: 'bob', pass: 'ann-secret' }), null)
  assert.is(authenticate(given, { user: 'eve', pass: 'ann-secret' }), null)
  assert.is(authenticate(given, {}), null)
})

test('a user for other kinds of connections only is refused here', () => {
  const given = settings({ users: [user('web', 1, ['WEBSOCKET']), user('any', 1, ['MQTT', 'STANDARD'])] })
  assert.is(authenticate(given, { user: 'web', pass: 'web-secret' }), null)
  assert.is(authenticate(given, { user: 'any', pass: 'any-secret' })?.user, 'any')
})

test('who says nothing becomes the no_auth_user; who says something wrong does not', () => {
  const given = settings({ users: [user('ann', 1), user('guest', 2)], no_auth_user: 'guest' })
  const guest = { account: 2, user: 'guest', label: 'user:guest' }
  assert.equal(authenticate(given, {}), guest)
  assert.equal(anonymous_identity(given), guest)
  for (const connect of [{ user: 'guest' }, { pass: 'x' }, { auth_token: 'x' }, { user: 'eve', pass: 'x' }]) {
    assert.is(authenticate(given, connect), null, JSON.stringify(connect))
  }
})

test('without a no_auth_user nobody is anonymous', () => {
  assert.is(anonymous_identity(settings({ users: [user('ann', 1)] })), null)
  assert.is(anonymous_identity(settings({ users: [user('ann', 1)], no_auth_user: 'gone' })), null)
})

const HASH = '$2a$04$abcdefghijklmnopqrstuv'

test('a password that is kept as a hash has to be compared, whoever it belongs to', () => {
  const ann = { ...user('ann', 1), password: HASH }
  const asked = (password: string) => `${password} ${HASH}`
  assert.equal(authenticate(settings({ users: [ann] }), { user: 'ann', pass: 'x' }), {
    asked: asked('x'),
    account: 1,
    user: 'ann',
    label: 'user:ann',
  })
  assert.is((authenticate(settings({ token: HASH }), { auth_token: HASH }) as { asked: string }).asked, asked(HASH))
  assert.is(
    (authenticate(settings({ user: 'a', password: HASH }), { user: 'a' }) as { asked: string }).asked,
    asked(''),
  )
  assert.is(authenticate(settings({ user: 'a', password: HASH }), { user: 'b', pass: 'x' }), null)
  assert.is(anonymous_identity(settings({ users: [ann], no_auth_user: 'ann' }))?.user, 'ann')
})

test('who comes with a key signs what it was told, and needs no password', () => {
  const [one, other] = [make_user(), make_user()]
  const keyed = { ...user('', 3), nkey: one.public, password: '' }
  const given = settings({ users: [keyed, user('ann', 1)], nonce: true })
  const identity = { account: 3, user: one.public, label: `nkey:${one.public}` }
  assert.equal(authenticate(given, { nkey: one.public, sig: one.sign(NONCE) }), identity)
  const wrong: ConnectFields[] = [
    { nkey: one.public, sig: other.sign(NONCE) },
    { nkey: one.public, sig: one.sign('another nonce') },
    { nkey: one.public, sig: '' },
    { nkey: one.public },
    { nkey: other.public, sig: other.sign(NONCE) },
    { user: one.public },
    { user: '', pass: '' },
    { user: 'ann', pass: 'ann-secret', nkey: 'x', sig: 'x' },
  ]
  for (const connect of wrong) assert.is(authenticate(given, connect), null, JSON.stringify(connect))
  assert.is(authenticate(given, { user: 'ann', pass: 'ann-secret' })?.user, 'ann')
  assert.equal(anonymous_identity({ ...given, no_auth_user: one.public }), identity)
})

test('permissions go with the user', () => {
  const permissions = { publish: { allow: ['a'] } }
  const given = settings({ users: [{ ...user('ann', 1), permissions }] })
  assert.is(authenticate(given, { user: 'ann', pass: 'ann-secret' })?.permissions, permissions)
})

test('secrets are equal exactly when they are the same text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
    assert.ok(equal_secret(a, a))
    assert.is(equal_secret(a, b), a === b)
  }))
  assert.not(equal_secret('a', 'a\0'))
  assert.not(equal_secret('', 'a'))
})

test('who may come by a proxy only is known as such', () => {
  const one = settings({ user: 'a', password: 'b', proxy_required: true })
  assert.is((authenticate(one, { user: 'a', pass: 'b' }) as { proxy_required?: true }).proxy_required, true)
  const several = settings({
    users: [{ ...user('a', 0), password: 'b', proxy_required: true }, { ...user('c', 0), password: 'd' }],
  })
  const required = (name: string, pass: string) =>
    (authenticate(several, { user: name, pass }) as { proxy_required?: true }).proxy_required
  assert.equal([required('a', 'b'), required('c', 'd')], [true, undefined])
})

test.run()
