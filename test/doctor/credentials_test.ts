import * as assert from 'uvu/assert'
import { createUser } from '@nats-io/nkeys'
import { is_signed_by } from '../../src/auth/nkey.ts'
import {
  connect_fields,
  creds_file_credentials,
  has_credentials,
  NO_CREDENTIALS,
  seed_file_credentials,
  url_credentials,
} from '../../src/doctor/credentials.ts'
import { suite } from '../harness.ts'

const test = suite('doctor/credentials')
const pair = createUser()
const seed = new TextDecoder().decode(pair.getSeed())

test('users, tokens and nobody', () => {
  assert.equal(connect_fields(NO_CREDENTIALS, 'n'), {})
  assert.not(has_credentials(NO_CREDENTIALS))
  const user = url_credentials({ user: 'u', password: '' })
  assert.equal([connect_fields(user, ''), has_credentials(user)], [{ user: 'u', pass: '' }, true])
  const token = url_credentials({ user: 't' })
  assert.equal([connect_fields(token, ''), has_credentials(token)], [{ auth_token: 't' }, true])
})

test('a seed signs the nonce; without a nonce there is nothing to sign', () => {
  const found = seed_file_credentials(`# mine\n  ${seed}\n`)!
  const fields = connect_fields(found, 'nonce') as { nkey: string; sig: string }
  assert.is(fields.nkey, pair.getPublicKey())
  assert.ok(is_signed_by(fields.nkey, 'nonce', fields.sig))
  assert.equal(connect_fields(found, ''), {})
  assert.ok(has_credentials(found))
})

test('a file of nsc has a token and a seed', () => {
  const text = `-----BEGIN NATS USER JWT-----\nheader.claims.sig\n------END NATS USER JWT------\n\n*** words ***\n\n` +
    `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`
  const fields = connect_fields(creds_file_credentials(text)!, 'n') as Record<string, string>
  assert.equal(Object.keys(fields), ['jwt', 'sig'])
  assert.is(fields.jwt, 'header.claims.sig')
  for (const bad of ['', text.replace(seed, 'SUA'), text.replace(/JWT/g, 'TEXT'), seed]) {
    assert.is(creds_file_credentials(bad), null)
  }
  for (const bad of ['', 'UABC', `${seed.slice(0, -1)}A`.replace(seed, '')]) assert.is(seed_file_credentials(bad), null)
})

test.run()
