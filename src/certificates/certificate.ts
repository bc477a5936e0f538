// X.509 certificates with nothing but node:crypto: an authority, and certificates by it that are good for both ends of a
// TLS connection. Keys are ECDSA on P-256. DER is written by hand: it takes fewer lines than a library's set-up.
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { isIP } from 'node:net'
import {
  bits,
  boolean,
  element,
  element_bytes,
  header_bytes,
  integer,
  object_identifier,
  octets,
  sequence,
  set,
  time,
  utf8,
} from './der.ts'

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

/** A certificate and its private key, both in PEM. */
export interface Pair {
  cert: string
  key: string
}

/** What a certificate may be used for: to serve, and to dial. */
export type CertificateUse = 'server_auth' | 'client_auth'

export interface AuthorityRequest {
  readonly name: string
  readonly days: number
  readonly now_ms: number
}

export interface CertificateRequest extends AuthorityRequest {
  readonly authority: Pair
  /** Names and IP addresses. */
  readonly hosts: readonly string[]
  readonly email?: readonly string[]
  readonly uses?: readonly CertificateUse[]
}

/** A new authority. */
export function make_authority({ name, days, now_ms }: AuthorityRequest): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = distinguished_name(name)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const extensions = [
    extension(OID.basic_constraints, sequence(boolean(true)), true),
    // keyCertSign and cRLSign
    extension(OID.key_usage, bits(Buffer.of(0x06), 1), true),
    extension(OID.subject_key_identifier, octets(key_identifier(spki))),
  ]
  return {
    cert: signed_certificate({ issuer: subject, subject, spki, extensions, days, now_ms }, privateKey),
    key: pem_key(privateKey),
  }
}

/** A certificate by an authority for hosts. */
export function issue(request: CertificateRequest): Pair {
  const { authority, name, hosts, days, now_ms, email = [], uses = ['server_auth', 'client_auth'] } = request
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ca = new X509Certificate(authority.cert)
  const ca_spki = ca.publicKey.export({ type: 'spki', format: 'der' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const names = [...email.map((address) => element(0x81, Buffer.from(address))), ...hosts.map(alternative_name)]
  const extensions = [
    extension(OID.basic_constraints, sequence(), true),
    // digitalSignature
    extension(OID.key_usage, bits(Buffer.of(0x80), 7), true),
    extension(OID.extended_key_usage, sequence(...uses.map((use) => object_identifier(OID[use])))),
    extension(OID.subject_key_identifier, octets(key_identifier(spki))),
    extension(OID.authority_key_identifier, sequence(element(0x80, key_identifier(ca_spki)))),
    ...(names.length > 0 ? [extension(OID.subject_alternative_name, sequence(...names))] : []),
  ]
  const parts = { issuer: subject_of(ca), subject: distinguished_name(name), spki, extensions, days, now_ms }
  return { cert: signed_certificate(parts, createPrivateKey(authority.key)), key: pem_key(privateKey) }
}

interface CertificateParts {
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly spki: Buffer
  readonly extensions: readonly Buffer[]
  readonly days: number
  readonly now_ms: number
}

function signed_certificate(parts: CertificateParts, signing_key: KeyObject): string {
  const { issuer, subject, spki, extensions, days, now_ms } = parts
  const algorithm = sequence(object_identifier(OID.ecdsa_with_sha256))
  // A positive number: its first bit must not be set, nor its first byte be zero.
  const serial = randomBytes(16)
  serial[0] = (serial[0] & 0x3f) | 0x40
  const body = sequence(
    element(0xa0, integer(Buffer.of(2))),
    integer(serial),
    algorithm,
    issuer,
    sequence(time(now_ms - EARLIER_MS), time(now_ms + days * DAY_MS)),
    subject,
    spki,
    element(0xa3, sequence(...extensions)),
  )
  const der = sequence(body, algorithm, bits(sign('sha256', body, signing_key)))
  const lines = der.toString('base64').match(/.{1,64}/g)!.join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const pem_key = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }))

/** The subject's bytes, as the authority's own certificate has them: issuer and subject are compared byte by byte. */
function subject_of({ raw }: X509Certificate): Buffer {
  // Certificate and body are opened; behind version, serial, algorithm, issuer and validity comes the subject.
  let at = header_bytes(raw, 0)
  at += header_bytes(raw, at)
  for (let field = 0; field < 5; field++) at += element_bytes(raw, at)
  return raw.subarray(at, at + element_bytes(raw, at))
}

function distinguished_name(name: string): Buffer {
  const part = (oid: string, text: string) => set(sequence(object_identifier(oid), utf8(text)))
  return sequence(part(OID.organization, 'onehop'), part(OID.common_name, name))
}

function alternative_name(host: string): Buffer {
  const version = isIP(host)
  return version === 0 ? element(0x82, Buffer.from(host)) : element(0x87, ip_bytes(host, version))
}

function ip_bytes(address: string, version: number): Buffer {
  if (version === 4) return Buffer.from(address.split('.').map(Number))
  // The URL parser writes every IPv6 address in its short form, with an embedded IPv4 one as hex.
  const [head, tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const words = (text: string) => text ? text.split(':').map((word) => parseInt(word, 16)) : []
  const left = words(head)
  const right = words(tail ?? '')
  const all = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill(0), ...right]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]))
}

/** SHA-1 of the key, as RFC 5280 proposes: it names a key and protects nothing. */
function key_identifier(spki: Buffer): Buffer {
  return createHash('sha1').update(spki).digest()
}

function extension(oid: string, value: Uint8Array, is_critical = false): Buffer {
  return sequence(object_identifier(oid), ...(is_critical ? [boolean(true)] : []), octets(value))
}
