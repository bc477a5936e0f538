// The block tls { }: what it may say, and what is said about what it may not.
import * as assert from 'uvu/assert'
import { Problems } from '../../src/config/problems.ts'
import { default_tls, read_tls, type TlsUse } from '../../src/config/tls_options.ts'
import { suite } from '../harness.ts'
import { ca_file, file_of, tls_settings } from '../net/tls_rig.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/tls_options')

const { cert_file, key_file } = tls_settings()
const FILES = `cert_file: "${cert_file}", key_file: "${key_file}", ca_file: "${ca_file}"`

const read = (fields: string, use: TlsUse = 'cluster', problems = new Problems()) =>
  read_tls(value_of(`tls { ${fields} }`), use, problems)
const COMBINED = "error parsing tls config, cannot combine 'cert_file' option with 'certs' option"
const OPTIONAL =
  "error parsing tls config, cannot combine 'verify: optional' with options requiring client certificates"

const fault = (fields: string, use: TlsUse = 'cluster') => line_of(() => read(fields, use)).replace(/^f:\d+:\d+: /, '')

test('the files are enough; the rest has defaults', () => {
  assert.equal(read(FILES), { ...default_tls('cluster'), cert_file, key_file, ca_file })
  assert.equal([read(FILES).verify, read(FILES, 'clients').verify], [true, false])
})

test('everything can be said', () => {
  const pin = 'AB'.repeat(32)
  const tls = read(
    `${FILES}, verify: true, verify_and_map: true, verify_cert_and_check_known_urls: true, insecure: true,
    timeout: 0.5, min_version: "1.3", pinned_certs: ["${pin}"], curve_preferences: [CurveP256, X25519],
    cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]`,
  )
  assert.equal([tls.verify_and_map, tls.verify_known_urls, tls.insecure], [true, true, true])
  assert.equal([tls.timeout_ms, tls.min_version, tls.pinned_certs], [500, 'TLSv1.3', [pin.toLowerCase()]])
  assert.equal(tls.ciphers, ['TLS_AES_128_GCM_SHA256', 'ECDHE-RSA-AES256-GCM-SHA384'])
  assert.equal(tls.curves, ['P-256', 'X25519'])
})

test('a timeout is a number of seconds or a duration; none is the default', () => {
  const timeout = (text: string) => read(`${FILES}, timeout: ${text}`).timeout_ms
  assert.equal([timeout('3'), timeout('"1500ms"'), timeout('0')], [3000, 1500, 2000])
})

test('clients may have to begin with TLS, or may be given a while to', () => {
  const first = (text: string, key = 'handshake_first') => read(`${FILES}, ${key}: ${text}`, 'clients').handshake_first
  assert.equal([first('true'), first('off'), first('ON'), first('auto'), first('"200ms"')], [
    true,
    false,
    true,
    50,
    200,
  ])
  assert.equal([first('true', 'first'), first('true', 'immediate')], [true, true])
  assert.match(line_of(() => first('sometimes')), `field "handshake_first"'s value "sometimes" is invalid`)
  assert.match(line_of(() => first('5')), 'field "handshake_first" should be a boolean or a string, got int64')
  assert.is(read(`${FILES}, handshake_first: true`).handshake_first, false, 'servers of a cluster do anyway')
})

test('verify can not be turned off among servers, and mapping turns it on for clients', () => {
  assert.is(read(`${FILES}, verify: false`).verify, true)
  assert.is(read(`${FILES}, verify_and_map: true`, 'clients').verify, true)
})

test("what is wrong is said in nats-server's words", () => {
  const cases: [fields: string, text: string][] = [
    [`key_file: "${key_file}"`, "missing 'cert_file' in TLS configuration"],
    [`cert_file: "${cert_file}"`, "missing 'key_file' in TLS configuration"],
    [`${FILES}, odd: 1`, 'error parsing tls config, unknown field "odd"'],
    [`cert_file: 5`, "error parsing tls config, expected 'cert_file' to be filename"],
    [`${FILES}, verify: 5`, "error parsing tls config, expected 'verify' to be a boolean or 'optional'"],
    [`${FILES}, timeout: abc`, `error parsing tls config, 'timeout' time: invalid duration "abc"`],
    [`${FILES}, timeout: true`, "error parsing tls config, 'timeout' wrong type"],
    [`${FILES}, cipher_suites: []`, "error parsing tls config, 'cipher_suites' cannot be empty"],
    [`${FILES}, cipher_suites: [ODD]`, 'unrecognized cipher ODD'],
    [`${FILES}, curve_preferences: [odd]`, 'unrecognized curve preference odd'],
    [`${FILES}, curve_preferences: X25519`, 'interface conversion: interface {} is string, not []interface {}'],
    [`${FILES}, min_version: "1.1"`, 'error parsing tls config: unsupported TLS version: TLS 1.1'],
    [`${FILES}, min_version: 1.3`, "error parsing tls config: 'min_version' wrong type: 1.3"],
    [`${FILES}, certs: [ { cert_file: a, key_file: b } ]`, COMBINED],
    [
      `certs: [ { cert_file: a } ]`,
      "error parsing certificates config: both 'cert_file' and 'cert_key' options are required",
    ],
    [`${FILES}, verify: optional, verify_and_map: true`, OPTIONAL],
    [`cert_store: x`, 'cert store type not implemented'],
    [
      `cert_file: nofile, key_file: nofile`,
      'error parsing X509 certificate/key pair: open nofile: no such file or directory',
    ],
    [
      `${FILES}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]`,
      "insecure cipher suites configured without 'allow_insecure_cipher_suites' option set: TLS_RSA_WITH_RC4_128_SHA",
    ],
    [
      `cert_file: "${cert_file}", key_file: "${key_file}", ca_file: "${file_of('')}"`,
      'failed to parse root ca certificate',
    ],
  ]
  for (const [fields, text] of cases) assert.is(fault(fields), text)
  assert.match(fault(`${FILES}, pinned_certs: [abc]`), "'pinned_certs' key abc does not look like hex-encoded sha256")
  assert.match(fault(`${FILES}, pinned_certs: abc`), "expected 'pinned_certs' to be a list of hex-encoded sha256")
  assert.match(line_of(() => read_tls(value_of('tls: 5'), 'cluster', new Problems())), 'is int64, not map')
  assert.match(fault(`${FILES}, verify_cert_and_check_known_urls: true`, 'clients'), 'not supported in this context')
})

test('what has no effect among servers is reported as such', () => {
  const problems = new Problems()
  read(`${FILES}, handshake_first: true, connection_rate_limit: 5`, 'cluster', problems)
  assert.is(problems.notices.length, 2)
})

test('a certificate may be asked for and not demanded', () => {
  const tls = read(`${FILES}, verify: Optional`, 'clients')
  assert.equal([tls.verify, tls.verify_optional], [false, true])
})

test('one pair of several certificates is as if it were the only one', () => {
  const pair = `{ cert_file: "${cert_file}", key_file: "${key_file}" }`
  const problems = new Problems()
  assert.equal(read(`certs: [ ${pair} ]`, 'clients', problems).cert_file, cert_file)
  assert.equal(problems.refusals, [])
  read(`certificates: [ ${pair}, ${pair} ]`, 'clients', problems)
  assert.match(problems.refusals[0], '"certs" is not served by this version: keep one pair')
})

test('without a certificate there is no start', () => {
  const problems = new Problems()
  read('', 'clients', problems)
  assert.match(problems.refusals[0], "missing 'cert_file' in TLS configuration")
})

test('weak suites that are allowed are left out, and told of', () => {
  const problems = new Problems()
  const suites = 'cipher_suites: [TLS_RSA_WITH_RC4_128_SHA], allow_insecure_cipher_suites: true'
  assert.equal(read(`${FILES}, ${suites}`, 'clients', problems).ciphers, [])
  assert.is(problems.notices.length, 1)
})

test.run()
