import * as assert from 'uvu/assert'
import {
  default_leafnodes,
  leafnode_contradiction,
  remote_name,
  users_fault,
} from '../../src/config/leafnode_checks.ts'
import { createAccount } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'

const test = suite('config/leafnode_checks')

const REMOTE = {
  urls: ['nats://u:secret@h:1'],
  account: '',
  credentials: '',
  nkey: '',
  has_tls: false,
  compression: '',
}
const AROUND = { has_operator: false, accounts: ['$G', 'A'], has_gateway: false, has_system_account: false }

const fault = (facts: Partial<ReturnType<typeof default_leafnodes>>, around: Partial<typeof AROUND> = {}) =>
  leafnode_contradiction({ ...default_leafnodes(), ...facts }, { ...AROUND, ...around })

test('users are alone, and each is there once', () => {
  const users = [{ user: 'a', account: '' }]
  assert.is(users_fault(users, { user: '', nkey: '' }), null)
  assert.match(users_fault(users, { user: 'b', nkey: '' })!, 'single user/pass')
  assert.match(users_fault(users, { user: '', nkey: 'U' })!, 'single nkey')
  assert.match(users_fault([...users, ...users], { user: '', nkey: '' })!, 'duplicate user "a"')
})

test('a remote is shown without what is secret', () => {
  assert.is(remote_name(REMOTE), 'urls=["nats://u:xxxxx@h:1"], account="$G"')
  assert.is(remote_name({ ...REMOTE, nkey: 'S' }), 'urls=["nats://u:xxxxx@h:1"], account="$G", nkey="[REDACTED]"')
})

test('accounts are there', () => {
  assert.is(fault({ account: 'A', users: [{ user: 'a', account: '$G' }], remotes: [REMOTE] }), null)
  assert.is(fault({ account: 'B' }), 'cannot find local account "B" specified in leafnode authorization')
  assert.match(fault({ remotes: [{ ...REMOTE, account: 'B' }] })!, 'specified in leafnode remote')
})

test('with an operator they are keys', () => {
  const account = createAccount().getPublicKey()
  assert.is(fault({ remotes: [{ ...REMOTE, account }] }, { has_operator: true }), null)
  assert.match(fault({ remotes: [REMOTE] }, { has_operator: true })!, 'operator mode requires account nkeys in remotes')
  assert.match(
    fault({ users: [{ user: 'a', account: '' }] }, { has_operator: true })!,
    'does not allow specifying users',
  )
  assert.match(fault({ port: 5, account: 'A' }, { has_operator: true })!, 'non account nkeys are incompatible')
})

test('URLs are of one kind, and beside a gateway there is a system account', () => {
  assert.match(fault({ remotes: [{ ...REMOTE, urls: ['ws://a', 'nats://b'] }] })!, 'cannot have a mix of websocket')
  assert.match(fault({ port: 5 }, { has_gateway: true })!, 'require a system account')
  assert.is(fault({ port: 5 }, { has_gateway: true, has_system_account: true }), null)
  assert.is(fault({ compression: 'zip' }), 'unsupported compression mode "zip"')
})

test.run()
