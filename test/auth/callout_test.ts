// Whom a service of authorization is asked about, and what is kept from those in its account.
import * as assert from 'uvu/assert'
import { type CalloutSettings, delegated, kept_from } from '../../src/auth/callout.ts'
import { suite } from '../harness.ts'

const test = suite('auth/callout')
const callout: CalloutSettings = { account: 2, users: ['auth', 'UKEY'], allowed_accounts: [] }
const identity = (account: number) => ({ account, user: 'u', label: '' })
const ASKED = { callout_account: 2 }

test('everybody is asked about but those that are the service', () => {
  assert.equal(delegated(callout, { user: 'x' }, null), ASKED)
  assert.equal(delegated(callout, {}, identity(0)), ASKED)
  assert.equal(delegated(callout, { user: 'a' }, identity(1)), ASKED)
  assert.equal(delegated(callout, { user: 'auth' }, null), null, 'its password was wrong')
  assert.is((delegated(callout, { nkey: 'UKEY' }, identity(2)) as { account: number }).account, 2)
  assert.equal(delegated(null, { user: 'x' }, identity(1)), identity(1))
})

test('where accounts are listed, users of others are judged by the file', () => {
  const some = { ...callout, allowed_accounts: [3] }
  assert.equal(delegated(some, { user: 'a' }, identity(1)), identity(1))
  assert.equal(delegated(some, { user: 'a' }, identity(3)), ASKED)
  assert.equal(delegated(some, { user: 'a' }, null), ASKED)
  const kept = delegated(some, { user: 'a' }, identity(2)) as unknown as { permissions: object }
  assert.equal(kept.permissions, {
    publish: { deny: ['$SYS.REQ.USER.AUTH', '$SYS._INBOX.>'] },
    subscribe: { deny: ['$SYS.REQ.USER.AUTH', '$SYS._INBOX.>'] },
  })
})

test('the service itself hears questions, and asks none', () => {
  const question = { password: 'p', hash: 'h', identity: identity(2) }
  const kept = delegated(callout, { user: 'auth' }, question) as typeof question
  assert.equal([kept.hash, kept.identity], ['h', {
    ...identity(2),
    permissions: { publish: { deny: ['$SYS.REQ.USER.AUTH'] } },
  }])
  const own = { publish: { allow: ['a'], deny: ['b'] }, subscribe: { allow: ['c'] } }
  assert.equal(kept_from(own, true), {
    publish: { allow: ['a'], deny: ['b', '$SYS.REQ.USER.AUTH'] },
    subscribe: own.subscribe,
  })
})

test.run()
