// Accounts as they are signed.
import * as assert from 'uvu/assert'
import { activates, read_account, read_bounds, read_permissions } from '../../src/auth/account_claims.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import { suite } from '../harness.ts'
import { account_token, createAccount, createOperator, NOW_S, token } from './jwt_rig.ts'

const test = suite('auth/account_claims')

const operator = createOperator(), account = createAccount(), exporter = createAccount()
const read = (nats: Record<string, unknown>) => read_account(read_jwt(account_token(operator, account, nats))!)

test('limits are what is said, and 0 where nothing is', () => {
  assert.equal(read({ limits: { conn: 5, subs: -1 } }).limits, {
    max_connections: 5,
    max_subscriptions: -1,
    max_payload: 0,
  })
})

test('keys, revocations, tags and permissions', () => {
  const { claims } = read({
    signing_keys: ['AKEY', {
      kind: 'user_scope',
      key: 'ASCOPE',
      template: { subs: 3, pub: { allow: ['a'] }, src: ['10.0.0.0/8'] },
    }],
    revocations: { '*': 5, UX: 6 },
    limits: { disallow_bearer: true },
    default_permissions: { sub: { deny: ['x'] } },
    tags: ['a:b'],
  })
  assert.equal([claims.key, claims.name, claims.tags], [account.getPublicKey(), 'name', ['a:b']])
  assert.equal([claims.revocations, claims.bearer_disallowed], [{ '*': 5, UX: 6 }, true])
  assert.equal(claims.default_permissions, { subscribe: { deny: ['x'] } })
  assert.is(claims.signing_keys.AKEY, null)
  const scope = claims.signing_keys.ASCOPE!
  assert.equal([scope.permissions, scope.max_subscriptions, scope.networks], [{ publish: { allow: ['a'] } }, 3, [
    '10.0.0.0/8',
  ]])
})

test('exports, imports and mappings', () => {
  const key = exporter.getPublicKey()
  const { exports, imports, mappings } = read({
    exports: [
      { subject: 's.>', type: 'stream' },
      { subject: 'q', type: 'service', response_type: 'Chunked', response_threshold: 5e9, token_req: true },
      { subject: 'old', type: 2 },
    ],
    imports: [
      { subject: 's.>', type: 'stream', account: key, to: 'p' },
      { subject: 'q.*', type: 'service', account: key, to: 'l.*', share: true },
      { subject: 'r.*', type: 'service', account: key, local_subject: 'l.$1' },
      { subject: 'x', type: 'stream', account: 'nobody' },
    ],
    mappings: { a: [{ subject: 'b' }, { subject: 'c', weight: 20, cluster: 'E' }] },
  })
  assert.equal(
    exports.map((
      { kind, subject, response_type, needs_activation },
    ) => [kind, subject, response_type, needs_activation]),
    [
      ['stream', 's.>', 'single', undefined],
      ['service', 'q', 'chunked', true],
      ['service', 'old', 'single', undefined],
    ],
  )
  assert.equal(exports.map(({ response_threshold_ms }) => response_threshold_ms), [120_000, 5000, 120_000])
  assert.equal(imports.map(({ local, share }) => [local, share]), [['p.s.>', false], ['l.*', true], ['l.$1', false]])
  const destinations = [{ subject: 'b', weight: 100 }, { subject: 'c', weight: 20, cluster: 'E' }]
  assert.equal(mappings, [{ source: 'a', destinations }])
})

test('permissions and bounds of users', () => {
  assert.equal(read_permissions({ pub: { allow: ['a'], deny: [] }, sub: {}, resp: { max: 2, ttl: 3e9 } }), {
    publish: { allow: ['a'] },
    responses: { max: 2, expires_ms: 3000 },
  })
  assert.equal(read_permissions({ resp: {} }), { responses: { max: 1, expires_ms: 120_000 } })
  assert.equal(read_permissions({ pub: 5, sub: { allow: 'x' } }), {})
  const bounds = read_bounds({
    subs: 1,
    src: '1.0.0.0/8, 2.0.0.0/8',
    allowed_connection_types: ['websocket'],
    times: [{ start: 'a', end: 'b' }, 5],
  })
  assert.equal([bounds.max_subscriptions, bounds.max_payload, bounds.networks], [1, 0, ['1.0.0.0/8', '2.0.0.0/8']])
  assert.equal([bounds.connection_types, bounds.times], [['WEBSOCKET'], [{ start: 'a', end: 'b' }, {
    start: '',
    end: '',
  }]])
})

test('an activation is for one account, signed by the other, for a subject and a time', () => {
  const claims = read_account(read_jwt(account_token(operator, exporter))!).claims
  const wanted = (token_text: string) =>
    read({ imports: [{ subject: 'q.x', type: 'service', account: claims.key, token: token_text }] }).imports[0]
  const signed = (subject: string, by = exporter, to = account, more = {}) =>
    token('activation', by, to, { subject, kind: 'service' }, { more })
  const works = (text: string) => activates(wanted(text), claims, NOW_S)
  assert.ok(works(signed('q.*')))
  assert.not(works(signed('other')), 'another subject')
  assert.not(works(signed('q.*', createAccount())), 'signed by somebody else')
  assert.not(works(signed('q.*', exporter, createAccount())), 'for somebody else')
  assert.not(works(signed('q.*', exporter, account, { exp: NOW_S })), 'too late')
  assert.not(works(''), 'none')
  const signer = createAccount()
  const by_signer = token('activation', signer, account, {
    subject: 'q.*',
    kind: 'service',
    issuer_account: claims.key,
  })
  assert.not(works(by_signer))
  assert.ok(activates(wanted(by_signer), { ...claims, signing_keys: { [signer.getPublicKey()]: null } }, NOW_S))
})

test.run()
