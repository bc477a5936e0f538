// Who comes in with a token, check by check (reference client.md 5.7).
import * as assert from 'uvu/assert'
import { read_account } from '../../src/auth/account_claims.ts'
import { type Arrival, authenticate_jwt } from '../../src/auth/authenticate_jwt.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import type { Identity } from '../../src/auth/identity.ts'
import { suite } from '../harness.ts'
import {
  account_token,
  createAccount,
  createOperator,
  createUser,
  type KeyPair,
  NOW_S,
  token,
  user_token,
} from './jwt_rig.ts'

const test = suite('auth/authenticate_jwt')

const operator = createOperator(), account = createAccount(), signer = createAccount(), user = createUser()
const NONCE = 'AAAAAAAAAAA'
const issuer_account = account.getPublicKey()

/** The server has one account, number 3, that says this of itself. */
function settings(nats: Record<string, unknown> = {}, strict_signing_keys = false, more = {}) {
  const { claims } = read_account(read_jwt(account_token(operator, account, nats, { more }))!)
  return {
    accounts: { [claims.key]: { number: 3, claims } },
    strict_signing_keys,
    looks_up: false,
    pinned: [] as string[],
    default_sentinel: '',
  }
}

const signature = (key: KeyPair, text = NONCE) =>
  Buffer.from(key.sign(new TextEncoder().encode(text))).toString('base64url')

function come(
  jwt: string,
  world = settings(),
  { sig = signature(user), ...arrival }: Partial<Arrival> & { sig?: string } = {},
) {
  const found = authenticate_jwt(world, { jwt, sig }, {
    ...{ connection_type: 'STANDARD', ip: '127.0.0.1', wall_ms: NOW_S * 1000, nonce: NONCE },
    ...arrival,
  })
  assert.ok(found === null || !('account_key' in found))
  return found as Identity | null
}

test('a user of an account comes in with what its claims say', () => {
  const jwt = user_token(account, user, { subs: 5, payload: 100, pub: { allow: ['a'] } }, { more: { exp: NOW_S + 60 } })
  const { claims, ...identity } = come(jwt)!
  assert.equal([claims!.jwt, claims!.issuer_key, claims!.tags], [jwt, account.getPublicKey(), []])
  assert.equal(identity, {
    ...{
      account: 3,
      user: user.getPublicKey(),
      label: `nkey:${user.getPublicKey()}`,
      max_subscriptions: 5,
      max_payload: 100,
    },
    ...{ expires_ms: (NOW_S + 60) * 1000, permissions: { publish: { allow: ['a'] } } },
  })
})

const account_says = (nats: Record<string, unknown>, more = {}) => settings(nats, false, more)
/** [name, token, the server, the client] */
const refused: [string, string, ReturnType<typeof settings>?, Parameters<typeof come>[2]?][] = [
  ['nothing', ''],
  ['an account token', account_token(operator, account)],
  ['expired', user_token(account, user, {}, { more: { exp: NOW_S } })],
  ['not yet', user_token(account, user, {}, { more: { nbf: NOW_S + 1 } })],
  ['an account that is not here', user_token(createAccount(), user)],
  ['a signer that is none', user_token(signer, user, { issuer_account })],
  ['the account key under strict rules', user_token(account, user), settings({}, true)],
  ['an expired account', user_token(account, user), account_says({}, { exp: NOW_S })],
  ['no signature', user_token(account, user), settings(), { sig: '' }],
  ['another signature', user_token(account, user), settings(), { sig: signature(createUser()) }],
  ['a signature of another nonce', user_token(account, user), settings(), { sig: signature(user, 'other') }],
  [
    'a bearer where none is allowed',
    user_token(account, user, { bearer_token: true }),
    account_says({ limits: { disallow_bearer: true } }),
  ],
  ['another kind of connection', user_token(account, user, { allowed_connection_types: ['WEBSOCKET'] })],
  ['another network', user_token(account, user, { src: ['10.0.0.0/8'] })],
  ['revoked', user_token(account, user), account_says({ revocations: { [user.getPublicKey()]: NOW_S } })],
  ['all revoked', user_token(account, user), account_says({ revocations: { '*': NOW_S + 1 } })],
]

for (const [name, jwt, world, client] of refused) {
  test(`refused: ${name}`, () => assert.is(come(jwt, world, client), null))
}

test('a user, or its signing key, may ask for a trusted proxy', () => {
  const template = { key: signer.getPublicKey(), kind: 'user_scope', template: { proxy_required: true } }
  assert.is(come(user_token(account, user, { proxy_required: true }))?.proxy_required, true)
  assert.is(come(user_token(account, user))?.proxy_required, undefined)
  const scoped = token('user', signer, user, { issuer_account })
  assert.is(come(scoped, settings({ signing_keys: [template] }))?.proxy_required, true)
})

test('let in: a bearer without signature, its network and kind, a signing key, a token issued after a revocation', () => {
  assert.ok(come(user_token(account, user, { bearer_token: true }), settings(), { sig: '' }))
  assert.ok(come(user_token(account, user, { src: ['10.0.0.0/8', '127.0.0.0/8'] })))
  assert.ok(
    come(user_token(account, user, { allowed_connection_types: ['websocket', 'NEW'] }), settings(), {
      connection_type: 'WEBSOCKET',
    }),
  )
  assert.ok(
    come(user_token(signer, user, { issuer_account }), settings({ signing_keys: [signer.getPublicKey()] }, true)),
  )
  assert.ok(come(user_token(account, user), account_says({ revocations: { '*': NOW_S - 1 } })))
})

test('whose claims say nothing of permissions has those of its account', () => {
  const world = account_says({ default_permissions: { pub: { deny: ['x'] } } })
  assert.equal(come(user_token(account, user), world)?.permissions, { publish: { deny: ['x'] } })
  assert.equal(come(user_token(account, user, { sub: { deny: ['y'] } }), world)?.permissions, {
    subscribe: { deny: ['y'] },
  })
})

const scoped = (template: Record<string, unknown>) =>
  settings({
    signing_keys: [{
      kind: 'user_scope',
      key: signer.getPublicKey(),
      template: { subs: -1, payload: -1, ...template },
    }],
  })
const scoped_user = (nats: Record<string, unknown> = {}, more = {}) =>
  token('user', signer, user, { issuer_account, pub: {}, sub: {}, ...nats }, { more })

test('by a scoped key a user has what the scope says, filled for it', () => {
  const world = scoped({ pub: { allow: ['n.{{name()}}', 't.{{tag(dept)}}'] }, subs: 7 })
  const identity = come(scoped_user({ tags: ['dept:x', 'dept:y'] }, { name: 'bob' }), world)
  assert.equal([identity?.max_subscriptions, identity?.permissions], [7, {
    publish: { allow: ['n.bob', 't.x', 't.y'] },
  }])
  assert.equal(come(scoped_user({}, { name: 'a b' }), world)?.permissions, { publish: { deny: ['>'] } })
})

test('claims beside a scope, or a denial that can not be filled, are refused', () => {
  const world = scoped({ pub: { allow: ['a'] } })
  for (
    const nats of [{ pub: { allow: ['>'] } }, { subs: -1 }, { resp: { max: 1 } }, { bearer_token: true }, {
      src: ['1.0.0.0/8'],
    }]
  ) {
    assert.is(come(scoped_user(nats), world), null)
  }
  assert.is(come(scoped_user(), scoped({ sub: { deny: ['t.{{tag(none)}}'] } })), null)
})

test('a time of day opens and ends a connection', () => {
  // NOW_S is 22:13:20 UTC.
  const jwt = (start: string, end: string, zone = 'UTC') =>
    user_token(account, user, { times: [{ start, end }], times_location: zone })
  assert.is(come(jwt('22:00:00', '22:14:00'))?.expires_ms, (NOW_S + 40) * 1000)
  assert.is(come(jwt('22:00:00', '01:00:00'))?.expires_ms, (NOW_S + 10_000) * 1000)
  assert.ok(come(jwt('23:00:00', '23:59:00', 'Europe/Berlin')))
  for (
    const never of [
      jwt('23:00:00', '23:59:00'),
      jwt('22:13:21', '23:00:00'),
      jwt('x', 'y'),
      jwt('00:00:00', '23:59:59', 'No/Where'),
    ]
  ) {
    assert.is(come(never), null)
  }
})

test('an account that is not there, or does not hold any more, may be found elsewhere', () => {
  const jwt = user_token(account, user)
  const ask = (world: ReturnType<typeof settings>) =>
    authenticate_jwt(world, { jwt, sig: signature(user) }, {
      ...{ connection_type: 'STANDARD', ip: '127.0.0.1', wall_ms: NOW_S * 1000, nonce: NONCE },
    })
  const none = { ...settings(), accounts: {} }
  const key = account.getPublicKey()
  assert.equal(ask({ ...none, looks_up: true }), { account_key: key })
  assert.equal(ask({ ...settings({}, false, { exp: NOW_S - 1 }), looks_up: true }), { account_key: key })
  assert.equal(ask({ ...none, looks_up: true, pinned: [key] }), { account_key: key })
  assert.equal(ask({ ...none, looks_up: true, pinned: ['A'] }), null)
  assert.equal(ask(none), null)
})

test.run()
