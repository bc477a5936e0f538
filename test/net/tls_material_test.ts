// The files of a tls block: what is wrong with them, and reading them again.
import * as assert from 'uvu/assert'
import { rmSync, utimesSync } from 'node:fs'
import { read_tls_files, TlsMaterial } from '../../src/net/tls_material.ts'
import { suite } from '../harness.ts'
import { authority, ca_file, certificate, file_of, tls_settings } from './tls_rig.ts'

const test = suite('net/tls_material')

const fault_of = (files: { cert_file: string; key_file: string; ca_file: string }) => {
  try {
    read_tls_files(files)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test("files that are missing, something else, or no pair are told of in nats-server's words", () => {
  const good = tls_settings(), other = tls_settings(), odd = file_of('odd')
  const pair = 'error parsing X509 certificate/key pair: '
  assert.is(fault_of(good), '')
  assert.is(fault_of({ ...good, ca_file: '' }), '')
  assert.is(fault_of({ ...good, cert_file: 'nofile' }), `${pair}open nofile: no such file or directory`)
  assert.is(fault_of({ ...good, key_file: 'nofile' }), `${pair}open nofile: no such file or directory`)
  assert.is(fault_of({ ...good, cert_file: odd }), `${pair}tls: failed to find any PEM data in certificate input`)
  assert.is(fault_of({ ...good, key_file: odd }), `${pair}tls: failed to find any PEM data in key input`)
  assert.is(
    fault_of({ ...good, key_file: other.key_file }),
    `${pair}tls: private key does not match public key`,
  )
  assert.is(fault_of({ ...good, ca_file: 'nofile' }), 'open nofile: no such file or directory')
  assert.is(fault_of({ ...good, ca_file: odd }), 'failed to parse root ca certificate')
  const broken = file_of(authority.cert.replace(/\n.{20}/, '\n'))
  assert.is(fault_of({ ...good, ca_file: broken }), 'failed to parse root ca certificate')
  assert.match(fault_of({ ...good, cert_file: broken }), `${pair}x509: `)
})

test('a file with several authorities is good', () => {
  assert.is(fault_of({ ...tls_settings(), ca_file: file_of(authority.cert + authority.cert) }), '')
})

test('what did not change is read once; what changed is used, and told of', () => {
  const settings = tls_settings()
  const changes: (string | null)[] = []
  const material = new TlsMaterial(settings, (error) => void changes.push(error && error.message))
  const first = material.credentials()
  assert.is(material.credentials(), first)
  const renewed = certificate({ name: 'renewed' })
  file_of(renewed.cert, settings.cert_file)
  file_of(renewed.key, settings.key_file)
  utimesSync(settings.cert_file, 1, 1)
  const second = material.credentials()
  assert.match(second.own.subject, 'CN=renewed')
  assert.is(material.credentials(), second)
  assert.equal(changes, [null])
})

test('in the middle of a renewal the former pair stays, which is told of once', () => {
  const settings = tls_settings()
  const changes: (string | null)[] = []
  const material = new TlsMaterial(settings, (error) => void changes.push(error && error.message))
  const first = material.credentials()
  const renewed = certificate({ name: 'renewed' })
  file_of(renewed.cert, settings.cert_file)
  utimesSync(settings.cert_file, 1, 1)
  assert.is(material.credentials(), first)
  assert.is(material.credentials(), first)
  assert.is(changes.length, 1)
  assert.match(changes[0]!, 'does not match')
  file_of(renewed.key, settings.key_file)
  utimesSync(settings.key_file, 1, 1)
  assert.match(material.credentials().own.subject, 'CN=renewed')
  rmSync(settings.key_file)
  assert.match(material.credentials().own.subject, 'CN=renewed')
  assert.equal(changes.slice(1), [
    null,
    `error parsing X509 certificate/key pair: open ${settings.key_file}: ` +
    'no such file or directory',
  ])
})

test('without any good files there is nothing to use', () => {
  const material = new TlsMaterial({ ...tls_settings(), ca_file, cert_file: 'nofile' }, () => {})
  assert.throws(() => material.credentials(), /no such file/)
})

test.run()
