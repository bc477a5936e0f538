import * as assert from 'uvu/assert'
import { createAccount, createCluster, createCurve, createOperator, createServer, createUser } from '@nats-io/nkeys'
import fc from 'fast-check'
import {
  decode_key,
  is_public_key,
  is_signed_by,
  is_user_key,
  is_user_seed,
  user_of_seed,
} from '../../src/auth/nkey.ts'
import { encode_key } from '../../src/auth/server_key.ts'
import { suite } from '../harness.ts'
import { make_user } from './nkeys.ts'

const test = suite('auth/nkey')

test('the public key of a user is one, those of others are not', () => {
  const user = make_user()
  assert.ok(is_user_key(user.public))
  for (const other of [createAccount(), createServer()]) assert.not(is_user_key(other.getPublicKey()))
  for (const text of ['', 'U', user.public.slice(1), `${user.public}A`, user.public.toLowerCase(), 'U'.repeat(56)]) {
    assert.not(is_user_key(text), text)
  }
})

test('everybody has a public key, and a seed is none', () => {
  for (const make of [createUser, createAccount, createOperator, createServer, createCluster, createCurve]) {
    assert.ok(is_public_key(make().getPublicKey()))
  }
  for (const text of ['', 'x', new TextDecoder().decode(createUser().getSeed())]) assert.not(is_public_key(text), text)
})

test('the seed of a user is one, those of others are not', () => {
  const seed = (pair: { getSeed(): Uint8Array }) => new TextDecoder().decode(pair.getSeed())
  const users = seed(createUser())
  assert.ok(is_user_seed(users))
  for (const text of [seed(createAccount()), createUser().getPublicKey(), '', users.slice(1), `${users}A`]) {
    assert.not(is_user_seed(text), text)
  }
  for (let i = 0; i < users.length; i++) {
    const other = users[i] === 'A' ? 'B' : 'A'
    assert.not(is_user_seed(users.slice(0, i) + other + users.slice(i + 1)), String(i))
  }
})

test('every changed character is noticed', () => {
  const key = make_user().public
  for (let i = 0; i < key.length; i++) {
    const other = key[i] === 'A' ? 'B' : 'A'
    assert.not(is_user_key(key.slice(0, i) + other + key.slice(i + 1)), String(i))
  }
})

test('what was encoded is decoded', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
    assert.equal(decode_key(encode_key(0xa0, key), 0xa0), key)
    assert.is(decode_key(encode_key(0x68, key), 0xa0), null)
  }))
})

test('a signature is good for its text and its user, in both alphabets of base64', () => {
  const [user, other] = [make_user(), make_user()]
  for (let i = 0; i < 20; i++) {
    const text = `nonce ${i}`, signature = user.sign(text)
    assert.ok(is_signed_by(user.public, text, signature))
    assert.ok(is_signed_by(user.public, text, Buffer.from(signature, 'base64url').toString('base64')))
    assert.not(is_signed_by(user.public, `${text}.`, signature))
    assert.not(is_signed_by(other.public, text, signature))
  }
  for (const signature of ['', 'x', '!', 'A'.repeat(86), 'A'.repeat(1000)]) {
    assert.not(is_signed_by(user.public, 'nonce', signature))
  }
  assert.not(is_signed_by('no key', 'nonce', user.sign('nonce')))
})

test('a seed gives the key of its user and signs for it', () => {
  const pair = createUser()
  const user = user_of_seed(new TextDecoder().decode(pair.getSeed()))!
  assert.is(user.key, pair.getPublicKey())
  assert.ok(is_signed_by(user.key, 'text', user.sign('text')))
  assert.not(is_signed_by(user.key, 'other', user.sign('text')))
  assert.is(user_of_seed(pair.getPublicKey()), null)
})

test.run()
