// What a `tls` block says, as plain data: it crosses threads. The files themselves are read where handshakes happen
// (tls_material.ts), again whenever they have changed.

export interface TlsSettings {
  /** Paths of PEM files. */
  cert_file: string
  key_file: string
  /** Empty: the authorities that the runtime trusts. */
  ca_file: string
  /** Whoever connects must show a certificate. Among servers of a cluster that is so whatever this says. */
  verify: boolean
  /** Whoever connects may show one, which then has to be good. */
  verify_optional: boolean
  /** The names in a peer's certificate say which user it is. */
  verify_and_map: boolean
  /** Clients begin with TLS: true, before INFO; a number, they may, within so many milliseconds. */
  handshake_first: boolean | number
  /** A DNS name in a peer's certificate must be the host of a configured route. */
  verify_known_urls: boolean
  /** What we dial is not verified. */
  insecure: boolean
  /** For the whole handshake. */
  timeout_ms: number
  min_version: 'TLSv1.2' | 'TLSv1.3'
  /** In OpenSSL's names; empty: those of the runtime, which are safe ones. */
  ciphers: string[]
  curves: string[]
  /** SHA-256 of public keys (DER SubjectPublicKeyInfo) in hex; empty: any key. */
  pinned_certs: string[]
}
