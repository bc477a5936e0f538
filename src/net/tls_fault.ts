// Why a handshake came to nothing: in Go's words, which operators of nats-server know, and with what to do about it.
import type { X509Certificate } from 'node:crypto'
import { system_error_code } from '../base/system_error.ts'
import { alternative_names, key_fingerprint, subject_text } from './tls_certificate.ts'

export type TlsFaultKind =
  | 'plain'
  | 'no_certificate'
  | 'untrusted'
  | 'purpose'
  | 'expired'
  | 'name'
  | 'pin'
  | 'timeout'
  | 'version'
  | 'refused'
  | 'ended'
  | 'other'

export interface TlsFault {
  readonly kind: TlsFaultKind
  /** In Go's words where it has some. */
  readonly cause: string
  /** Of the peer, if it came that far. */
  readonly certificate: X509Certificate | null
}

/** Who took part, as the advice names them. */
export interface TlsParties {
  /** Our server's name. */
  readonly us: string
  /** The peer's `ip:port`. */
  readonly peer: string
  readonly dialled: boolean
  /** The name that the peer's certificate had to have. */
  readonly expected_name: string
  readonly own: X509Certificate | null
  readonly cert_file: string
  readonly ca_file: string
  readonly timeout_ms: number
}

const NO_TLS = 'tls: first record does not look like a TLS handshake'

const BY_CODE: Readonly<Record<string, readonly [TlsFaultKind, string]>> = Object.freeze({
  ERR_SSL_HTTPS_PROXY_REQUEST: ['plain', NO_TLS],
  ERR_SSL_HTTP_REQUEST: ['plain', NO_TLS],
  ERR_SSL_WRONG_VERSION_NUMBER: ['plain', NO_TLS],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['plain', NO_TLS],
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: ['no_certificate', "tls: client didn't provide a certificate"],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ['version', 'tls: peer offered only unsupported versions'],
  ERR_SSL_NO_SHARED_CIPHER: ['version', 'tls: no cipher suite supported by both client and server'],
  CERT_HAS_EXPIRED: ['expired', 'x509: certificate has expired or is not yet valid'],
  CERT_NOT_YET_VALID: ['expired', 'x509: certificate has expired or is not yet valid'],
  INVALID_PURPOSE: ['purpose', 'x509: certificate specifies an incompatible key usage'],
  UNABLE_TO_GET_ISSUER_CERT: ['untrusted', 'x509: certificate signed by unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['untrusted', 'x509: certificate signed by unknown authority'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['untrusted', 'x509: certificate signed by unknown authority'],
  SELF_SIGNED_CERT_IN_CHAIN: ['untrusted', 'x509: certificate signed by unknown authority'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['untrusted', 'x509: certificate signed by unknown authority'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['name', 'x509: certificate is not valid for that name'],
  ECONNRESET: ['ended', 'read: connection reset by peer'],
  EPIPE: ['ended', 'write: broken pipe'],
})

const VERSION_ALERTS = /PROTOCOL_VERSION|HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY/

/** What the runtime's error of a handshake means. */
export function tls_fault(error: unknown, certificate: X509Certificate | null, now_ms: number): TlsFault {
  const code = system_error_code(error)
  // Such as ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: the peer has said what it does not like.
  const alert = /^ERR_SSL_(?:SSL|TLS)V\d+_ALERT_(?:BAD_CERTIFICATE_STATUS|(\w+))/.exec(code)?.[1]
  if (alert !== undefined) {
    const kind = VERSION_ALERTS.test(alert) ? 'version' : 'refused'
    return { kind, cause: `remote error: tls: ${alert.toLowerCase().replaceAll('_', ' ')}`, certificate }
  }
  const text = error instanceof Error ? error.message : String(error)
  // With a certificate at hand it is its chain that the runtime does not like.
  if (certificate !== null && code !== '' && code !== 'ECONNRESET' && code !== 'EPIPE') {
    return chain_fault(code, certificate, now_ms)
  }
  const [kind, cause] = BY_CODE[code] ?? ['other', `tls: ${text.trim()}`]
  return { kind, cause, certificate }
}

/** The same of a code alone, with which runtimes tell what is wrong with a chain of certificates. */
export function chain_fault(code: string, certificate: X509Certificate | null, now_ms: number): TlsFault {
  // Deno has one code for all that can be wrong.
  if (certificate !== null && is_out_of_date(certificate, now_ms)) code = 'CERT_HAS_EXPIRED'
  const [kind, cause] = BY_CODE[code] ?? ['untrusted', `x509: ${code.toLowerCase().replaceAll('_', ' ')}`]
  return { kind, cause, certificate }
}

function is_out_of_date({ validFrom, validTo }: X509Certificate, now_ms: number): boolean {
  return now_ms > Date.parse(validTo) || now_ms < Date.parse(validFrom)
}

/** Who has to change what: names both parties. */
export function tls_advice({ kind, certificate }: TlsFault, parties: TlsParties): string {
  const { peer, dialled, own, cert_file, ca_file, expected_name, timeout_ms } = parties
  const us = `server "${parties.us}"`
  const theirs = certificate === null
    ? `the certificate of ${peer}`
    : `the certificate of ${peer} (${shown(certificate)})`
  const our_authorities = `the ca_file of ${us}${ca_file === '' ? ', which has none' : ` (${ca_file})`}`
  const one_of_both = `its cluster block needs a tls block, or that of ${us} must go`
  switch (kind) {
    case 'plain':
      return dialled
        ? `${peer} answers in plain text what ${us} dials with TLS: ${one_of_both}`
        : `${peer} talks plain text to the TLS cluster port of ${us}: ${one_of_both}`
    case 'no_certificate':
      return `${peer} has no certificate that ${us} takes: its tls block needs a cert_file by an authority in ${our_authorities}`
    case 'untrusted':
      return `${us} does not trust ${theirs}: that authority must be in ${our_authorities}` +
        (certificate === null ? ', and the certificate must not have expired' : '')
    case 'purpose':
      return `${theirs} must be for both uses, serverAuth and clientAuth, to pass at ${us}`
    case 'expired': {
      const dates = certificate === null
        ? 'is out of date'
        : `is valid from ${certificate.validFrom} to ${certificate.validTo}`
      return `${theirs} ${dates}, says the clock of ${us}: renew it`
    }
    case 'name':
      return `${theirs} is for ${names(certificate)} and ${us} dials "${expected_name}": it needs that name too`
    case 'pin':
      return `the key of ${peer} has the SHA-256 ${
        fingerprint(certificate)
      }: if it is the right one, add it to pinned_certs of ${us}`
    case 'timeout':
      return `${peer} and ${us} did not finish within ${timeout_ms / 1000}s: ` +
        (dialled ? 'is there TLS on that port? ' : '') + `On a slow network raise timeout in the tls block of ${us}`
    case 'version':
      return `${peer} and ${us} have no TLS version or cipher suite in common: compare min_version and cipher_suites`
    case 'refused':
      return `${peer} does not take the certificate of ${us} (${cert_file}${
        own && `: ${shown(own)}`
      }): its log says why, ` +
        'mostly that authority is not in its ca_file, or the key not in its pinned_certs'
    case 'ended':
      return `${peer} gave up the handshake with ${us}, mostly because it does not take that server's certificate ` +
        `(${cert_file}${own && `: ${shown(own)}`}): its log says why`
    default:
      return `the handshake between ${peer} and ${us} failed`
  }
}

function shown(certificate: X509Certificate): string {
  return `${subject_text(certificate.subject)}, issued by ${subject_text(certificate.issuer)}`
}

function names(certificate: X509Certificate | null): string {
  if (certificate === null) return 'other names'
  const all = (certificate.subjectAltName ?? '').replaceAll('IP Address:', '').replaceAll('DNS:', '')
  return alternative_names(certificate).dns.length === 0 && all === '' ? 'no name at all' : all
}

function fingerprint(certificate: X509Certificate | null): string {
  return certificate === null ? 'of nobody' : key_fingerprint(certificate)
}
