import * as assert from 'uvu/assert'
import type { TlsFact } from '../../src/doctor/facts.ts'
import { judge_tls } from '../../src/doctor/judge_tls.ts'
import type { TlsFaultKind } from '../../src/net/tls_fault.ts'
import { suite } from '../harness.ts'
import { dial, facts, found, NOW_MS, said, target, three } from './facts_rig.ts'

const test = suite('doctor/judge_tls')
const DAY_MS = 86_400_000

function tls(kind: TlsFaultKind | null, days = 90): TlsFact {
  const certificate = {
    subject: 'CN=a',
    names: ['a.example', '10.0.0.1'],
    from_ms: NOW_MS - DAY_MS,
    to_ms: NOW_MS + days * DAY_MS,
  }
  return { fault: kind === null ? null : { kind, cause: `it is ${kind}` }, certificate }
}
const lines = (fact: TlsFact | null, more = {}) =>
  judge_tls(facts([dial(said('a'), { tls: fact, ...more })])).map(({ severity, what }) => `${severity}: ${what}`)

test('what is wrong with a certificate', () => {
  assert.equal(lines(tls(null)), [])
  assert.equal(lines(tls('expired', -1)), ['error: the certificate "CN=a" is out of date'])
  assert.equal(lines(tls('name')), [
    'error: the certificate "CN=a" is not for 127.0.0.1, it is for a.example and 10.0.0.1',
  ])
  assert.equal(lines(tls('untrusted')), [
    'error: the certificate "CN=a" is by an authority that is not known here (it is untrusted)',
  ])
  assert.equal(lines(tls('version')), ['error: TLS: it is version'])
  assert.equal(lines({ fault: { kind: 'refused', cause: 'bad certificate' }, certificate: null }), [
    'error: TLS: bad certificate',
  ])
  assert.equal(lines(null, { trouble: 'tls', why: 'no handshake' }), ['error: TLS: no handshake'])
})

test('a certificate that is good for some days more', () => {
  assert.equal(lines(tls(null, 30)), [])
  assert.equal(lines(tls(null, 29.5)), ['warning: the certificate "CN=a" expires in 29 days, on 2026-07-01'])
  assert.equal(lines(tls('untrusted', 1)).length, 2, 'both are told')
})

test('credentials that were kept back', () => {
  assert.equal(lines(null, { login: 'withheld' }), [
    'warning: the credentials were not sent: it has no TLS, which was asked for',
  ])
  assert.match(lines(tls('name'), { login: 'withheld' })[1], /not sent: its certificate is not good/)
})

test('TLS at some members and not at others, door by door', () => {
  const secure = { dial: { tls: tls(null) } }
  assert.equal(found(three({ b: secure })), ['warning mesh: TLS for clients: b requires it, a and c do not'])
  assert.equal(found(three({ b: secure, c: secure })), [
    'warning mesh: TLS for clients: b and c require it, a does not',
  ])
  assert.equal(found(three({ a: secure, b: secure, c: secure })), [])
  const route = (name: string, fact: TlsFact | null) =>
    dial(said(name), { target: target({ door: 'route' }), tls: fact })
  assert.equal(judge_tls(facts([route('a', tls(null)), route('b', null)])).map(({ severity }) => severity), ['error'])
})

test.run()
