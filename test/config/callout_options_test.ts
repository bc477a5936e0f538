import * as assert from 'uvu/assert'
import { CurveKey } from '../../src/auth/curve_box.ts'
import { load } from '../../src/config/load.ts'
import { suite } from '../harness.ts'
import { createAccount } from '../auth/jwt_rig.ts'

const test = suite('config/callout_options')
const issuer = createAccount().getPublicKey(), xkey = new CurveKey().public_key

function read(block: string, more = 'accounts { AUTH { users: [{user: auth, password: p}] }, B { } }') {
  const text = `${more}\nauthorization { auth_callout ${block} }`
  const loaded = load(['-c', 'f'], {}, { read: () => text, help: () => '', help_tls: () => '' })
  if (loaded.kind === 'run') return loaded.options.authorization.callout
  return loaded.kind === 'print' ? loaded.stderr : ''
}

test('who the service is, where, and by which keys', () => {
  assert.equal(read(`{ issuer: ${issuer}, auth_users: [auth] }`), {
    ...{ issuer, account: '$G', users: ['auth'], xkey: '', allowed_accounts: [] },
  })
  assert.equal(read(`{ issuer: ${issuer}, account: AUTH, users: [auth], xkey: ${xkey}, allowed_accounts: [B] }`), {
    ...{ issuer, account: 'AUTH', users: ['auth'], xkey, allowed_accounts: ['B'] },
  })
})

test('what is missing or wrong is refused', () => {
  const users = 'auth_users: [auth]'
  for (
    const [block, why] of [
      [`{ ${users} }`, 'Authorization callouts require an issuer to be specified'],
      [`{ issuer: ${issuer} }`, 'Authorization callouts require authorized users to be specified'],
      [`{ issuer: X, ${users} }`, 'Expected callout user to be a valid public account nkey, got "X"'],
      [`{ issuer: ${issuer}, ${users}, xkey: X }`, 'Expected callout xkey to be a valid public xkey, got "X"'],
      [`{ issuer: ${issuer}, ${users}, foo: 1 }`, 'Unknown field "foo" parsing authorization callout'],
      ['5', 'Expected authorization callout to be a map/struct'],
      [
        `{ issuer: ${issuer}, ${users}, account: NONE }`,
        'auth_callout account "NONE" not found in configured accounts',
      ],
      [`{ issuer: ${issuer}, ${users}, allowed_accounts: [NONE] }`, 'auth_callout allowed account "NONE" not found'],
    ]
  ) assert.ok(String(read(block)).includes(why), `${block}: ${read(block)}`)
  assert.ok(
    String(read(`{ issuer: ${issuer}, ${users} }`, 'no_system_account: true')).includes('needs the system account'),
  )
})

test.run()
