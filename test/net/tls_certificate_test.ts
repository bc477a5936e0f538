import * as assert from 'uvu/assert'
import { X509Certificate } from 'node:crypto'
import {
  alternative_names,
  key_fingerprint,
  names_known_host,
  names_user,
  subject_text,
} from '../../src/net/tls_certificate.ts'
import { suite } from '../harness.ts'
import { certificate, type Identity } from './tls_rig.ts'

const test = suite('net/tls_certificate')
const made = (about: Identity) => new X509Certificate(certificate(about).cert)

test('alternative names are told apart by kind, and quoted ones are read', () => {
  const { email, dns } = alternative_names(made({ hosts: ['a.example', '10.0.0.1', 'b'], email: ['x@a.example'] }))
  assert.equal([email, dns], [['x@a.example'], ['a.example', 'b']])
  const text = 'DNS:"a, DNS:b", URI:spiffe://x/y, email:x@y, IP Address:10.0.0.1, DNS:c'
  assert.equal(alternative_names({ subjectAltName: text }), {
    email: ['x@y'],
    dns: ['a, DNS:b', 'c'],
    uri: ['spiffe://x/y'],
  })
  assert.equal(alternative_names({ subjectAltName: undefined }), { email: [], dns: [], uri: [] })
})

test('a user is named by a mail address, a DNS name or the whole subject', () => {
  const one = made({ name: 'node', hosts: ['a.example'], email: ['x@a.example'] })
  const users = ['x@a.example', 'a.example', 'CN=node,O=onehop', 'O=onehop,CN=node', 'cn = node, o = onehop']
  for (const user of users) assert.ok(names_user(one, user), user)
  for (const user of ['', 'node', 'CN=node', 'O=onehop', 'b.example', 'A.example', 'CN=node,O=onehop,O=onehop']) {
    assert.not(names_user(one, user), user)
  }
})

test('a known host is named by a DNS name, whose first label may be any', () => {
  const one = made({ hosts: ['a.example', '*.mesh.example', '10.0.0.1'] })
  for (const host of ['a.example', 'A.Example', 'x.mesh.example']) {
    assert.ok(names_known_host(one, ['other', host]), host)
  }
  for (const host of ['b.example', 'mesh.example', 'x.y.mesh.example', '10.0.0.1', 'a']) {
    assert.not(names_known_host(one, [host]), host)
  }
  assert.not(names_known_host(one, []))
})

test('the fingerprint is that of the key, not of the certificate', () => {
  const one = made({})
  assert.match(key_fingerprint(one), /^[0-9a-f]{64}$/)
  assert.is.not(key_fingerprint(one), key_fingerprint(made({})))
  assert.is.not(key_fingerprint(one), one.fingerprint256.replaceAll(':', '').toLowerCase())
})

test('a subject is one line, its last part first', () => {
  assert.is(subject_text('O=onehop\nCN=node'), 'CN=node,O=onehop')
})

test.run()
