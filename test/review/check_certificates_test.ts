import * as assert from 'uvu/assert'
import { check_certificates } from '../../src/review/check_certificates.ts'
import { finding_line } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'
import { certificate, file_of, other_authority, tls_settings } from '../net/tls_rig.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_certificates')
const DAY_MS = 86_400_000

const block = ({ cert_file, key_file }: { cert_file: string; key_file: string }, more = '') =>
  `tls {\n cert_file: "${cert_file}"\n key_file: "${key_file}"\n ${more} }`

const lines = (text: string, now_ms = Date.now(), argv: string[] = []) =>
  check_certificates(judged(text, argv, { now_ms })).map(finding_line)

test('a certificate that is good for long is no finding, and one without TLS neither', () => {
  assert.equal(lines(block(tls_settings({ days: 40 }))), [])
  assert.equal(lines('port: 1'), [])
})

test('one that ends soon is warned about, from 30 days on', () => {
  const text = block(tls_settings({ days: 40, age_days: 0 }))
  const later = (days: number) => lines(text, Date.now() + days * DAY_MS)
  assert.equal(later(9), [])
  const [line] = later(11)
  assert.match(
    line,
    /^warning {2}f:2:2: the certificate "O=onehop, CN=node" in \S+\.pem expires in 2[89] days, on \d{4}-\d\d-\d\d; /,
  )
})

test('one that has ended, or has not begun, is an error', () => {
  const text = block(tls_settings({ days: 5 }))
  assert.match(
    lines(text, Date.now() + 6 * DAY_MS)[0],
    /^error {4}f:2:2: the certificate "O=onehop, CN=node" in \S+ has expired on /,
  )
  assert.match(
    lines(text, Date.now() - 2 * DAY_MS)[0],
    /^error {4}f:2:2: .* is not valid before .*; wait, or set the clock$/,
  )
})

test('every certificate of the file counts, and authorities are warned about', () => {
  const { cert, key } = certificate({ days: 400 })
  const files = { cert_file: file_of(`${cert}\n${other_authority.cert}`), key_file: file_of(key) }
  const text = block(files, `ca_file: "${file_of(other_authority.cert)}"`)
  const found = lines(text, Date.now() + 20 * DAY_MS)
  assert.equal(found.map((line) => line.split(':', 3).join(':')), ['error    f:2:2', 'warning  f:4:2'])
  for (const line of found) assert.match(line, 'CN=others"')
})

test('those of the cluster, of WebSockets and of flags are found where they were said', () => {
  const files = tls_settings({ days: 5 }), late = Date.now() + 6 * DAY_MS
  assert.match(lines(`cluster { port: 1\n${block(files)} }`, late)[0], /^error {4}f:3:2: /)
  assert.match(lines(`websocket { port: 1\n${block(files)} }`, late)[0], /^error {4}f:3:2: /)
  const argv = ['--tlscert', files.cert_file, '--tlskey', files.key_file]
  assert.match(lines('port: 1', late, argv)[0], /^error {4}flag --tlscert: /)
})

test.run()
