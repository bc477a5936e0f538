// What went wrong in a handshake, in words.
import * as assert from 'uvu/assert'
import { X509Certificate } from 'node:crypto'
import { chain_fault, tls_advice, tls_fault, type TlsFaultKind, type TlsParties } from '../../src/net/tls_fault.ts'
import { suite } from '../harness.ts'
import { certificate } from './tls_rig.ts'

const test = suite('net/tls_fault')
const NOW = Date.now()
const failure = (code: string, message = 'odd') => Object.assign(new Error(message), { code })
const theirs = new X509Certificate(certificate({ name: 'them' }).cert)
const own = new X509Certificate(certificate({ name: 'us' }).cert)

test("the runtime's errors are told in Go's words", () => {
  const cases: [code: string, kind: TlsFaultKind, cause: RegExp][] = [
    ['ERR_SSL_HTTPS_PROXY_REQUEST', 'plain', /first record does not look like a TLS handshake/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'plain', /first record/],
    ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', 'no_certificate', /client didn't provide a certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'refused', /^remote error: tls: unknown ca$/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'refused', /certificate required/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'refused', /bad certificate/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'version', /protocol version/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'version', /handshake failure/],
    ['ECONNRESET', 'ended', /connection reset/],
    ['ERR_OTHER', 'other', /^tls: odd$/],
  ]
  for (const [code, kind, cause] of cases) {
    const fault = tls_fault(failure(code), null, NOW)
    assert.is(fault.kind, kind, code)
    assert.match(fault.cause, cause)
  }
})

test('with a certificate at hand it is the chain, and what is out of date is called so', () => {
  assert.is(tls_fault(failure('SELF_SIGNED_CERT_IN_CHAIN'), theirs, NOW).kind, 'untrusted')
  assert.is(tls_fault(failure('SOMETHING_NEW'), theirs, NOW).cause, 'x509: something new')
  assert.is(chain_fault('INVALID_PURPOSE', theirs, NOW).kind, 'purpose')
  assert.is(chain_fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE', theirs, Date.parse(theirs.validTo) + 1).kind, 'expired')
  assert.is(chain_fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE', theirs, Date.parse(theirs.validFrom) - 1).kind, 'expired')
})

test('every advice names both parties', () => {
  const kinds: TlsFaultKind[] = [
    ...['plain', 'no_certificate', 'untrusted', 'purpose', 'expired', 'name', 'pin'] as const,
    ...['timeout', 'version', 'refused', 'ended', 'other'] as const,
  ]
  for (const kind of kinds) {
    for (const [dialled, shown] of [[true, theirs], [false, null]] as const) {
      const parties: TlsParties = {
        us: 'A',
        peer: '10.0.0.2:6222',
        dialled,
        expected_name: 'b.example',
        own,
        cert_file: 'a.pem',
        ca_file: 'ca.pem',
        timeout_ms: 500,
      }
      const advice = tls_advice({ kind, cause: '', certificate: shown }, parties)
      assert.match(advice, 'server "A"')
      assert.match(advice, '10.0.0.2:6222')
      assert.not.match(advice, /undefined|null|\n/)
    }
  }
})

test('an advice says what the certificates are', () => {
  const parties = { us: 'A', peer: 'p:1', dialled: true, expected_name: 'b.example', own, cert_file: 'a.pem' }
  const advice = (kind: TlsFaultKind) =>
    tls_advice({ kind, cause: '', certificate: theirs }, { ...parties, ca_file: '', timeout_ms: 500 })
  assert.match(advice('untrusted'), /CN=them,O=onehop, issued by CN=ours,O=onehop.*which has none/)
  assert.match(advice('name'), /is for localhost, 127\.0\.0\.1 and server "A" dials "b\.example"/)
  assert.match(advice('pin'), /SHA-256 [0-9a-f]{64}/)
  assert.match(advice('refused'), /a\.pem: CN=us/)
  assert.match(advice('timeout'), /0\.5s/)
})

test.run()
