// What an account has from others, asked by subject.
import * as assert from 'uvu/assert'
import { type AccountImport, Imports } from '../../src/auth/imports.ts'
import { latin1_text } from '../../src/base/bytes.ts'
import { suite } from '../harness.ts'

const test = suite('auth/imports')

const imported = (kind: 'stream' | 'service', remote: string, local = remote): AccountImport => (
  { kind, account: 1, remote, local, share: false, response_type: 'single', response_threshold_ms: 1 }
)

test('services are found by the local subject, streams are all there', () => {
  const imports = new Imports([
    imported('service', 'q.*', 'l.*'),
    imported('stream', 's.>'),
    imported('service', 'l.x'),
  ])
  const found = (subject: string) => imports.services(subject).map(({ settings }) => settings.remote)
  assert.equal([found('l.x'), found('l.y'), found('q.x'), found('s.x')], [['l.x', 'q.*'], ['q.*'], [], []])
  assert.equal(imports.streams.map(({ settings }) => settings.remote), ['s.>'])
})

test('without services nobody looks', () => {
  assert.equal(new Imports([imported('stream', 's.>')]).services('s.x'), [])
})

test('subjects of the configuration are bytes on the wire', () => {
  const wire = latin1_text(new TextEncoder().encode('ä.x'))
  assert.is(new Imports([imported('service', 'q.*', 'ä.*')]).services(wire).length, 1)
})

test.run()
