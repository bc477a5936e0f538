import * as assert from 'uvu/assert'
import { user_info } from '../../src/connection/user_info.ts'
import { suite } from '../harness.ts'

const test = suite('connection/user_info')

test('who may do everything has no permissions; both lists are there where there are any', () => {
  assert.equal(user_info(null, '$G', 0), { user: '', account: '$G', account_name: '$G' })
  const identity = { account: 1, user: 'u', label: '', permissions: { publish: { allow: ['a'] } } }
  assert.equal(user_info(identity, 'A', 0), {
    user: 'u',
    account: 'A',
    account_name: 'A',
    permissions: { publish: { allow: ['a'] }, subscribe: {} },
  })
})

test('what is signed has names, an end, and replies that it may send', () => {
  const claims = { jwt: 'j', issuer_key: 'AK', name: 'me', account_name: 'ours', tags: [] }
  const permissions = { responses: { max: 2, expires_ms: 3 } }
  assert.equal(user_info({ account: 1, user: 'UK', label: '', claims, permissions, expires_ms: 1500 }, 'AK', 1000), {
    ...{ user: 'UK', account: 'AK', account_name: 'ours', user_name: 'me', expires: 500_000_000 },
    permissions: { publish: {}, subscribe: {}, responses: { max: 2, ttl: 3_000_000 } },
  })
})

test.run()
