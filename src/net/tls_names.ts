// Cipher suites and curves: the names that configurations use are Go's, those of the runtimes are OpenSSL's.
import { createSecureContext } from 'node:tls'

/** Always offered where TLS 1.3 is: no configuration takes them away (Go lets nobody choose there). */
export const TLS13_CIPHERS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

const CIPHERS: Readonly<Record<string, string>> = Object.freeze({
  ...Object.fromEntries(TLS13_CIPHERS.map((name) => [name, name])),
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
})

/** Known to nats-server, and weak: only with `allow_insecure_cipher_suites`, and here not even then. */
const INSECURE_CIPHERS = new Set([
  'TLS_RSA_WITH_RC4_128_SHA',
  'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA',
  'TLS_ECDHE_RSA_WITH_RC4_128_SHA',
  'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
])

const CURVES: Readonly<Record<string, string>> = Object.freeze({
  X25519MLKEM768: 'X25519MLKEM768',
  SecP256r1MLKEM768: 'SecP256r1MLKEM768',
  SecP384r1MLKEM1024: 'SecP384r1MLKEM1024',
  X25519: 'X25519',
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
})

/** OpenSSL's name of a suite; 'insecure': one that is not used; null: there is no such suite. */
export function cipher_of(name: string): { openssl: string } | 'insecure' | null {
  if (INSECURE_CIPHERS.has(name)) return 'insecure'
  return Object.hasOwn(CIPHERS, name) ? { openssl: CIPHERS[name] } : null
}

/** OpenSSL's name of a curve; null: there is no such curve. */
export function curve_of(name: string): string | null {
  return Object.hasOwn(CURVES, name) ? CURVES[name] : null
}

/** A curve's name as configurations have it. */
export function curve_text(openssl: string): string {
  return Object.keys(CURVES).find((name) => CURVES[name] === openssl) ?? openssl
}

/** The curves among these that this runtime has: the newest ones are not everywhere. */
export function usable_curves(curves: readonly string[]): string[] {
  return curves.filter((curve) => {
    try {
      createSecureContext({ ecdhCurve: curve })
      return true
    } catch {
      return false
    }
  })
}

/** A suite's name in logs: Go's, as nats-server shows it. */
export function cipher_text(openssl: string): string {
  return Object.keys(CIPHERS).find((name) => CIPHERS[name] === openssl) ?? openssl
}
