import * as assert from 'uvu/assert'
import { X509Certificate } from 'node:crypto'
import { certificate_fact, name_fault, tls_fact } from '../../src/doctor/tls_look.ts'
import { suite } from '../harness.ts'
import { certificate } from '../net/tls_rig.ts'

const test = suite('doctor/tls_look')
const seen = new X509Certificate(certificate({ hosts: ['a.example', '*.b.example', '10.0.0.1'] }).cert)

test('whom a certificate is for', () => {
  for (const name of ['a.example', 'x.b.example', '10.0.0.1']) assert.is(name_fault(name, seen), null, name)
  for (const name of ['b.example', 'x.a.example', '10.0.0.2', '127.0.0.1']) assert.ok(name_fault(name, seen), name)
})

test('what is told of it', () => {
  const fact = certificate_fact(seen)!
  assert.match(fact.subject, /CN=node/)
  assert.equal(fact.names, ['a.example', '*.b.example', '10.0.0.1'])
  assert.ok(fact.from_ms < Date.now() && fact.to_ms > Date.now())
  assert.is(certificate_fact(null), null)
})

test('one that is trusted may still be for another', () => {
  const socket = (authorized: boolean, authorizationError: unknown = null) =>
    ({ authorized, authorizationError, getPeerCertificate: () => ({ raw: seen.raw }) }) as never
  assert.is(tls_fact(socket(true), 'a.example', Date.now()).fault, null)
  assert.is(tls_fact(socket(true), 'c.example', Date.now()).fault!.kind, 'name')
  const unknown = Object.assign(new Error('x'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  assert.is(tls_fact(socket(false, unknown), 'a.example', Date.now()).fault!.kind, 'untrusted')
  assert.is(tls_fact(socket(false, 'SELF_SIGNED_CERT_IN_CHAIN'), 'a.example', Date.now()).fault!.kind, 'untrusted')
  assert.is(tls_fact(socket(false, unknown), 'a.example', Date.now() + 10 * 86_400_000).fault!.kind, 'expired')
  // A runtime that refuses the name itself says so; then it is looked at here.
  assert.is(tls_fact(socket(false, 'ERR_TLS_CERT_ALTNAME_INVALID'), 'c.example', Date.now()).fault!.kind, 'name')
})

test.run()
