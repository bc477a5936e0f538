/* @ts-self-types="./certificate.d.mts" */
// X.509 certificates with nothing but node:crypto: an authority, and certificates by it that are good for both ends of a
// TLS connection. Keys are ECDSA on P-256. DER is written by hand: it takes fewer lines than a library's set-up.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Clocks differ: a certificate is good from a little before it was made. */
const EARLIER_MS = HOUR_MS

const OID = {
  common_name: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsa_with_sha256: '1.2.840.10045.4.3.2',
  subject_key_identifier: '2.5.29.14',
  key_usage: '2.5.29.15',
  subject_alternative_name: '2.5.29.17',
  basic_constraints: '2.5.29.19',
  authority_key_identifier: '2.5.29.35',
  extended_key_usage: '2.5.29.37',
  server_auth: '1.3.6.1.5.5.7.3.1',
  client_auth: '1.3.6.1.5.5.7.3.2',
}

/** A new authority, as { cert, key } in PEM. */
export function make_authority({ name, days, now_ms }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = distinguished_name(name)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const extensions = [
    extension(OID.basic_constraints, sequence(boolean(true)), true),
    // keyCertSign and cRLSign
    extension(OID.key_usage, tlv(0x03, Buffer.of(1, 0x06)), true),
    extension(OID.subject_key_identifier, octets(key_identifier(spki))),
  ]
  return {
    cert: certificate({ issuer: subject, subject, spki, extensions, days, now_ms }, privateKey),
    key: pem_key(privateKey),
  }
}

/** A certificate by an authority ({ cert, key } in PEM) for hosts: names and IP addresses. As { cert, key }. */
export function issue({ authority, name, hosts, days, now_ms, email = [], uses = ['server_auth', 'client_auth'] }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ca = new X509Certificate(authority.cert)
  const ca_spki = ca.publicKey.export({ type: 'spki', format: 'der' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const names = [...email.map((address) => tlv(0x81, Buffer.from(address))), ...hosts.map(alternative_name)]
  const extensions = [
    extension(OID.basic_constraints, sequence(), true),
    // digitalSignature
    extension(OID.key_usage, tlv(0x03, Buffer.of(7, 0x80)), true),
    extension(OID.extended_key_usage, sequence(...uses.map((use) => object_identifier(OID[use])))),
    extension(OID.subject_key_identifier, octets(key_identifier(spki))),
    extension(OID.authority_key_identifier, sequence(tlv(0x80, key_identifier(ca_spki)))),
    ...(names.length > 0 ? [extension(OID.subject_alternative_name, sequence(...names))] : []),
  ]
  const issuer = subject_of(ca)
  const parts = { issuer, subject: distinguished_name(name), spki, extensions, days, now_ms }
  return { cert: certificate(parts, createPrivateKey(authority.key)), key: pem_key(privateKey) }
}

function certificate({ issuer, subject, spki, extensions, days, now_ms }, signing_key) {
  const algorithm = sequence(object_identifier(OID.ecdsa_with_sha256))
  // A positive number: its first bit must not be set, nor its first byte be zero.
  const serial = randomBytes(16)
  serial[0] = (serial[0] & 0x3f) | 0x40
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, serial),
    algorithm,
    issuer,
    sequence(time(now_ms - EARLIER_MS), time(now_ms + days * DAY_MS)),
    subject,
    spki,
    tlv(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, signing_key)
  const der = sequence(body, algorithm, tlv(0x03, Buffer.of(0), signature))
  const lines = der.toString('base64').match(/.{1,64}/g).join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const pem_key = (key) => key.export({ type: 'pkcs8', format: 'pem' })

/** The subject's bytes, as the authority's own certificate has them: issuer and subject are compared byte by byte. */
function subject_of({ raw }) {
  // Certificate and body are opened; behind version, serial, algorithm, issuer and validity comes the subject.
  let at = header_bytes(raw, 0)
  at += header_bytes(raw, at)
  for (let field = 0; field < 5; field++) at += element_bytes(raw, at)
  return raw.subarray(at, at + element_bytes(raw, at))
}

function header_bytes(der, at) {
  return der[at + 1] < 0x80 ? 2 : 2 + (der[at + 1] & 0x7f)
}

function element_bytes(der, at) {
  const header = header_bytes(der, at)
  return header + (header === 2 ? der[at + 1] : der.readUIntBE(at + 2, header - 2))
}

function distinguished_name(name) {
  const part = (oid, text) => tlv(0x31, sequence(object_identifier(oid), tlv(0x0c, Buffer.from(text))))
  return sequence(part(OID.organization, 'onehop'), part(OID.common_name, name))
}

function alternative_name(host) {
  const version = isIP(host)
  return version === 0 ? tlv(0x82, Buffer.from(host)) : tlv(0x87, ip_bytes(host, version))
}

function ip_bytes(address, version) {
  if (version === 4) return Buffer.from(address.split('.').map(Number))
  // The URL parser writes every IPv6 address in its short form, with an embedded IPv4 one as hex.
  const [head, tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const words = (text) => text ? text.split(':').map((word) => parseInt(word, 16)) : []
  const left = words(head), right = words(tail)
  const all = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill(0), ...right]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]))
}

/** SHA-1 of the key, as RFC 5280 proposes: it names a key and protects nothing. */
function key_identifier(spki) {
  return createHash('sha1').update(spki).digest()
}

function extension(oid, value, is_critical = false) {
  return sequence(object_identifier(oid), ...(is_critical ? [boolean(true)] : []), octets(value))
}

const sequence = (...parts) => tlv(0x30, ...parts)
const octets = (bytes) => tlv(0x04, bytes)
const boolean = (value) => tlv(0x01, Buffer.of(value ? 0xff : 0))

/** UTCTime until 2049, then GeneralizedTime (RFC 5280 4.1.2.5). */
function time(ms) {
  const text = new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z').replace(/[-:T]/g, '')
  return text < '2050' ? tlv(0x17, Buffer.from(text.slice(2))) : tlv(0x18, Buffer.from(text))
}

function object_identifier(text) {
  const [first, second, ...others] = text.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const number of others) {
    const groups = [number & 0x7f]
    for (let rest = number >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return tlv(0x06, Buffer.from(bytes))
}

/** Tag, length, value. */
function tlv(tag, ...parts) {
  const value = Buffer.concat(parts)
  if (value.length < 0x80) return Buffer.concat([Buffer.of(tag, value.length), value])
  const length = []
  for (let rest = value.length; rest > 0; rest >>= 8) length.unshift(rest & 255)
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length, ...length), value])
}
