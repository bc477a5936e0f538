// Tokens: what is read, and what is none (reference client.md 5.7).
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { encodeAccount, encodeOperator, encodeUser } from '@nats-io/jwt'
import { holds_at, is_key, read_jwt } from '../../src/auth/jwt.ts'
import { suite } from '../harness.ts'
import { createAccount, createOperator, createUser, NOW_S, token, user_token } from './jwt_rig.ts'

const test = suite('auth/jwt', 20_000)

const operator = createOperator(), account = createAccount(), user = createUser()

test('what the official package writes is read', async () => {
  const of_operator = read_jwt(
    await encodeOperator('O', operator as never, { signing_keys: [createOperator().getPublicKey()] }),
  )!
  assert.equal([of_operator.type, of_operator.subject, of_operator.name], ['operator', operator.getPublicKey(), 'O'])
  const of_account = read_jwt(
    await encodeAccount('A', account as never, { limits: { conn: 3 } } as never, { signer: operator } as never),
  )!
  assert.equal([of_account.type, of_account.issuer], ['account', operator.getPublicKey()])
  const claims = { pub: { allow: ['a.>'], deny: [] }, tags: ['dept:x'] }
  const of_user = read_jwt(
    await encodeUser('me', user as never, account as never, claims as never, { exp: NOW_S } as never),
  )!
  assert.equal([of_user.type, of_user.name, of_user.expires_s], ['user', 'me', NOW_S])
  assert.equal([of_user.tags, (of_user.nats.pub as { allow: string[] }).allow], [['dept:x'], ['a.>']])
})

test('version 1 is signed without its head, and has its type beside the rest', () => {
  const signer = createAccount()
  const more = { issuer_account: account.getPublicKey(), tags: ['a:b'] }
  const claims = read_jwt(token('user', signer, user, { subs: 5 }, { version: 1, more }))!
  assert.equal([claims.type, claims.nats.subs, claims.nats.issuer_account], ['user', 5, account.getPublicKey()])
  assert.equal(claims.tags, ['a:b'])
})

test('who may sign what', () => {
  const refused: [string, typeof operator, typeof operator][] = [
    ['user', operator, user],
    ['user', user, user],
    ['user', account, account],
    ['account', user, account],
    ['account', operator, user],
    ['operator', account, operator],
    ['server', operator, operator],
  ]
  for (const [type, issuer, subject] of refused) assert.is(read_jwt(token(type, issuer, subject)), null, type)
  assert.is(read_jwt(token('account', account, account))?.type, 'account')
})

test('a token that was touched is none', () => {
  const good = user_token(account, user), parts = good.split('.')
  assert.ok(read_jwt(good) && read_jwt(`\n${good}\n`))
  const body = JSON.parse(Buffer.from(parts[1], 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...body, name: 'other' })).toString('base64url')
  const other = createAccount()
  const stolen = user_token(other, user, {}, { more: { iss: account.getPublicKey() } })
  for (
    const bad of [
      [parts[0], forged, parts[2]].join('.'),
      [parts[0], parts[1], 'AAAA'].join('.'),
      [parts[0], parts[1]].join('.'),
      `${good}.x`,
      `${good}=`,
      stolen,
      user_token(account, user, {}, { header: { alg: 'none' } }),
      user_token(account, user, {}, { header: { alg: 'ed25519' } }),
      user_token(account, user, {}, { header: { typ: 'JOT' } }),
      token('user', account, user, {}, { more: { nats: { type: 'user', version: 3 } } }),
      token('user', account, 'UABC'),
      'not.a.jwt',
      '',
      'x'.repeat(2 * 1024 * 1024),
    ]
  ) assert.is(read_jwt(bad), null, bad.slice(0, 100))
})

test('random bytes and mutations are no tokens, and no fault', () => {
  const good = user_token(account, user)
  fc.assert(fc.property(fc.string(), (text) => assert.is(read_jwt(text), null)))
  fc.assert(fc.property(fc.nat(good.length - 1), fc.constantFrom('A', '_', '.', '{', ''), (at, with_character) => {
    const changed = good.slice(0, at) + with_character + good.slice(at + 1)
    // The last character of base64 has bits that say nothing.
    const same = (text: string) =>
      text.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex')).join('.')
    if (same(changed) !== same(good)) assert.is(read_jwt(changed), null)
  }))
})

test('claims hold from their beginning to their end', () => {
  const claims = { not_before_s: 10, expires_s: 20 }
  assert.equal([9, 10, 19, 20].map((now) => holds_at(claims, now)), [false, true, true, false])
  assert.ok(holds_at({ not_before_s: 0, expires_s: 0 }, 5))
})

test('a key has the letter of its kind', () => {
  assert.ok(is_key(account.getPublicKey(), 'A') && is_key(operator.getPublicKey(), 'O'))
  assert.not(
    is_key(account.getPublicKey(), 'U') || is_key('A', 'A') || is_key('', 'A') || is_key(user.getPublicKey(), 'X'),
  )
})

test.run()
