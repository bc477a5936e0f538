import * as assert from 'uvu/assert'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CertificateFolderError,
  type FolderRequest,
  make_certificates,
} from '../../src/certificates/certificate_folder.ts'
import { object_identifier } from '../../src/certificates/der.ts'
import { client_of, node_of } from '../../src/certificates/holder.ts'
import { suite } from '../harness.ts'

const test = suite('certificates/certificate_folder')
const NOW = Date.UTC(2026, 10, 29)
let folder = ''
test.before.each(() => void (folder = join(mkdtempSync(join(tmpdir(), 'onehop-certs-')), 'new')))
test.after.each(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const make = (more: Partial<FolderRequest> = {}) =>
  make_certificates({
    ...{ folder, nodes: [node_of('a')], clients: [], days: 5, replaces: false, renews_authority: false, now_ms: NOW },
    ...more,
  })
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const by = (name: string) => new X509Certificate(read(name)).verify(new X509Certificate(read('ca.pem')).publicKey)
const refused = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    assert.instance(error, CertificateFolderError)
    return (error as Error).message
  }
  return ''
}

test('an authority, and a certificate and a key for everybody, whose keys only the owner can read', () => {
  const made = make({ clients: [client_of('c')] })
  assert.equal(readdirSync(folder).toSorted(), ['a-key.pem', 'a.pem', 'c-key.pem', 'c.pem', 'ca-key.pem', 'ca.pem'])
  assert.ok(made.authority.is_new)
  assert.ok(by('a.pem') && by('c.pem'))
  const serves = (name: string) => new X509Certificate(read(name)).raw.includes(object_identifier('1.3.6.1.5.5.7.3.1'))
  assert.equal(['a.pem', 'c.pem'].map(serves), [true, false])
  if (process.platform === 'win32') return
  const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8)
  assert.equal(['a-key.pem', 'ca-key.pem', 'a.pem'].map(mode), ['600', '600', '644'])
})

test('the authority that is there issues for those who come later', () => {
  make()
  const before = read('ca.pem')
  assert.is(make({ nodes: [node_of('b')] }).authority.is_new, false)
  assert.is(read('ca.pem'), before)
  assert.ok(by('b.pem'))
})

test('nothing is replaced unasked, and then nothing is made at all', () => {
  make()
  const before = read('a.pem')
  assert.match(
    refused(() => make({ nodes: [node_of('b'), node_of('a')] })),
    /^there already: \S+a\.pem, \S+a-key\.pem \(--force/,
  )
  assert.match(refused(() => make({ nodes: [node_of('b')], renews_authority: true })), /there already: \S+ca\.pem/)
  assert.is(existsSync(join(folder, 'b.pem')), false)
  assert.is(read('a.pem'), before)
  make({ replaces: true })
  assert.is.not(read('a.pem'), before)
})

test('another authority comes only if it is asked for', () => {
  make()
  const before = read('ca.pem')
  make({ replaces: true, renews_authority: true })
  assert.is.not(read('ca.pem'), before)
  assert.ok(by('a.pem'))
})

test('without the key of the authority there is nobody to issue', () => {
  make()
  rmSync(join(folder, 'ca-key.pem'))
  assert.match(refused(() => make({ nodes: [node_of('b')] })), /ca\.pem is there and its key \S+ is not/)
  assert.is(existsSync(join(folder, 'b.pem')), false)
})

test.run()
