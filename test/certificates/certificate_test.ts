import * as assert from 'uvu/assert'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { issue, make_authority } from '../../src/certificates/certificate.ts'
import { object_identifier } from '../../src/certificates/der.ts'
import { suite } from '../harness.ts'

const test = suite('certificates/certificate')
const NOW = Date.UTC(2026, 10, 29)
const authority = make_authority({ name: 'ours', days: 10, now_ms: NOW })
const ca = new X509Certificate(authority.cert)
const issued = (more: Partial<Parameters<typeof issue>[0]> = {}) => {
  const pair = issue({ authority, name: 'a', hosts: ['a.example', '10.0.0.1', '::1'], days: 5, now_ms: NOW, ...more })
  return { ...pair, x509: new X509Certificate(pair.cert) }
}

test('an authority signs itself and may sign others', () => {
  assert.ok(ca.ca)
  assert.ok(ca.verify(ca.publicKey))
  assert.match(ca.subject, /O=onehop\nCN=ours/)
})

test('a certificate is by the authority, and is none itself', () => {
  const { x509 } = issued()
  assert.ok(x509.checkIssued(ca))
  assert.ok(x509.verify(ca.publicKey))
  assert.is(x509.ca, false)
  const other = new X509Certificate(make_authority({ name: 'ours', days: 10, now_ms: NOW }).cert)
  assert.is(x509.verify(other.publicKey), false)
})

test('it is for its hosts, names and addresses both, and for no other', () => {
  const { x509 } = issued({ hosts: ['a.example', '*.b.example', '10.0.0.1', '::1', '2001:db8::ffff:10.0.0.2'] })
  assert.is(x509.checkHost('a.example'), 'a.example')
  assert.match(x509.subjectAltName!, 'DNS:*.b.example')
  assert.is(x509.checkHost('c.example'), undefined)
  for (const address of ['10.0.0.1', '::1', '2001:db8::ffff:a00:2']) assert.ok(x509.checkIP(address), address)
  assert.is(x509.checkIP('10.0.0.9'), undefined)
})

test('it holds from an hour before until the last of its days', () => {
  const { x509 } = issued()
  assert.is(Date.parse(x509.validFrom), NOW - 3_600_000)
  assert.is(Date.parse(x509.validTo), NOW + 5 * 86_400_000)
})

test('its key is its own', () => {
  const { x509, key } = issued()
  assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/)
  assert.ok(x509.checkPrivateKey(createPrivateKey(key)))
})

test('a certificate of a client names nobody to be dialled, and an e-mail address if it is told one', () => {
  const { x509 } = issued({ hosts: [], uses: ['client_auth'], email: ['me@example.com'] })
  // The runtimes do not agree on what keyUsage is.
  const may = (use: string) => x509.raw.includes(object_identifier(use))
  assert.equal(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'].map(may), [false, true])
  assert.is(x509.subjectAltName, 'email:me@example.com')
  assert.is(issued({ hosts: [] }).x509.subjectAltName, undefined)
})

test.run()
