import * as assert from 'uvu/assert'
import { createSecureContext } from 'node:tls'
import { cipher_of, cipher_text, curve_of, TLS13_CIPHERS, usable_curves } from '../../src/net/tls_names.ts'
import { suite } from '../harness.ts'

const test = suite('net/tls_names')

test("suites are known by Go's names, weak ones as such, others not at all", () => {
  assert.equal(cipher_of('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'), { openssl: 'ECDHE-RSA-AES128-GCM-SHA256' })
  assert.equal(cipher_of('TLS_AES_128_GCM_SHA256'), { openssl: 'TLS_AES_128_GCM_SHA256' })
  assert.is(cipher_of('TLS_RSA_WITH_RC4_128_SHA'), 'insecure')
  for (const odd of ['ODD', 'constructor', 'ECDHE-RSA-AES128-GCM-SHA256']) assert.is(cipher_of(odd), null)
  assert.is(cipher_text('ECDHE-RSA-AES128-GCM-SHA256'), 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256')
  assert.equal(['TLS_AES_256_GCM_SHA384', 'odd'].map(cipher_text), ['TLS_AES_256_GCM_SHA384', 'odd'])
})

test('the runtime takes what the tables say', () => {
  const cipher = cipher_of('TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305')
  assert.type(cipher, 'object')
  createSecureContext({ ciphers: [...TLS13_CIPHERS, (cipher as { openssl: string }).openssl].join(':') })
  const usual = ['X25519', 'P-256', 'P-384', 'P-521']
  assert.equal(usable_curves(usual), usual)
})

test('curves are known by name; those that this runtime has not are left out', () => {
  assert.equal(['X25519', 'CurveP256', 'X25519MLKEM768', 'P-256', 'toString'].map(curve_of), [
    'X25519',
    'P-256',
    'X25519MLKEM768',
    null,
    null,
  ])
  // Deno takes any word and uses what it knows.
  if (!('deno' in process.versions)) assert.equal(usable_curves(['odd', 'P-256']), ['P-256'])
})

test.run()
