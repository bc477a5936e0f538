// What the embedding program says of a client, as its identity.
import * as assert from 'uvu/assert'
import { hook_identity } from '../../src/claims/hook_identity.ts'
import { default_options } from '../../src/config/options.ts'
import type { Newcomer } from '../../src/connection/hook_mail.ts'
import type { Authentication } from '../../src/connection/hooks.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { suite } from '../harness.ts'

const test = suite('claims/hook_identity')
const IDENTITY = { server_id: 'NOWN', server_name: 'own', cluster_name: 'C', cluster_name_dynamic: false }
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

const options = default_options()
options.accounts = [{ name: 'A', users: [], limits }, { name: 'B', users: [], limits }]
const settings = make_settings(options, IDENTITY)
const NEWCOMER: Newcomer = {
  ...{ cid: 1, name: '', user: '', password: '', token: '', jwt: '', nkey: '', account: '', host: '::1', port: 1 },
  ...{ is_websocket: false, lang: '', version: '', tls: null, certificates: null },
}
const identity = (said: object, newcomer: Partial<Newcomer> = {}) =>
  hook_identity(said as Authentication, { ...NEWCOMER, ...newcomer }, settings)

test('who is nobody in particular is in the first account and may do everything', () => {
  assert.equal(identity({}), { account: 0, user: '', label: '' })
})

test('the name is the one that is said, or the one that it came with; secrets are not shown', () => {
  const names = (said: object, newcomer: Partial<Newcomer>) => {
    const { user, label } = identity(said, newcomer)
    return [user, label]
  }
  assert.equal(names({ user: 'x' }, { user: 'ann' }), ['x', 'user:x'])
  assert.equal(names({ user: '' }, { user: 'ann' }), ['', ''])
  assert.equal(names({}, { user: 'ann', nkey: 'U' }), ['ann', 'user:ann'])
  assert.equal(names({}, { nkey: 'U', jwt: 'ey' }), ['U', 'nkey:U'])
  assert.equal(names({}, { token: 'secret' }), ['[REDACTED]', 'token'])
  assert.equal(names({}, { jwt: 'ey' }), ['[REDACTED]', 'token'])
})

test('an account is found by its name, and has to be there', () => {
  assert.is(identity({ account: 'B' }).account, 2)
  assert.throws(() => identity({ account: 'C' }), /there is no account "C"/)
  const former = make_settings(default_options(), IDENTITY, settings.accounts)
  assert.throws(() => hook_identity({ account: 'A' }, NEWCOMER, former), /there is no account "A"/)
})

test('permissions are those of the configuration, as one subject or several', () => {
  const permissions = { publish: { allow: 'a.>', deny: ['a.b', 'a.c'] }, subscribe: { allow: ['x', 'y q'] } }
  assert.equal(identity({ permissions }).permissions, {
    publish: { allow: ['a.>'], deny: ['a.b', 'a.c'] },
    subscribe: { allow: ['x', 'y q'] },
  })
  assert.equal(identity({ permissions: {} }).permissions, {})
  assert.equal(identity({ permissions: { allowResponses: true } }).permissions, {
    responses: { max: 1, expires_ms: 120_000 },
  })
})

test('what is no subject, no time or no name is said', () => {
  const wrong = (said: object, what: RegExp) => assert.throws(() => identity(said), what)
  for (const subject of ['', 'a..b', 'a b', '.', 1, null]) {
    wrong({ permissions: { publish: { allow: [subject] } } }, /is not a subject/)
  }
  wrong({ permissions: { subscribe: { deny: 'a b c' } } }, /is not a subject/)
  wrong({ permissions: { publish: { deny: {} } } }, /a text or a list/)
  wrong({ expires: NaN }, /expires/)
  wrong({ user: 5 }, /user is not a text/)
})

test('it may have an end', () => {
  assert.is(identity({ expires: 5 }).expires_ms, 5)
  assert.is(identity({ expires: new Date(7) }).expires_ms, 7)
})

test('who is placed where a service of authorization is may not ask it', () => {
  const { permissions } = hook_identity({ account: 'A' }, NEWCOMER, { ...settings, callout_accounts: [1] })
  assert.equal(permissions?.publish?.deny, ['$SYS.REQ.USER.AUTH', '$SYS._INBOX.>'])
})

test.run()
