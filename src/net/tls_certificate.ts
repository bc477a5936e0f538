// What a peer's certificate says of it: names, the key's fingerprint, and whether both are what the settings want.
import { createHash, X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

/** A root that signs itself ends it before. */
const CHAIN_MAX = 16

/** The certificate that the peer has shown, or null. */
export function peer_certificate(socket: TLSSocket): X509Certificate | null {
  const { raw } = socket.getPeerCertificate() as { raw?: Uint8Array }
  return raw === undefined ? null : new X509Certificate(raw)
}

/** All that the peer has shown, as PEM; null: nothing. */
export function peer_chain(socket: TLSSocket): string[] | null {
  const chain: string[] = []
  let each = socket.getPeerCertificate(true) as { raw?: Uint8Array; issuerCertificate?: { raw?: Uint8Array } }
  for (; each?.raw !== undefined && chain.length < CHAIN_MAX; each = each.issuerCertificate ?? {}) {
    chain.push(new X509Certificate(each.raw).toString())
    if (each.issuerCertificate === each) break
  }
  return chain.length === 0 ? null : chain
}

/** Hex SHA-256 of the DER SubjectPublicKeyInfo: what `pinned_certs` lists. */
export function key_fingerprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.publicKey.export({ type: 'spki', format: 'der' })).digest('hex')
}

/** Subject alternative names by kind, in their order. */
export interface AlternativeNames {
  email: string[]
  dns: string[]
  uri: string[]
}

export function alternative_names({ subjectAltName: text = '' }: Pick<X509Certificate, 'subjectAltName'>) {
  const names: AlternativeNames = { email: [], dns: [], uri: [] }
  // A value with a comma or quote in it stands as a JSON text.
  for (const [, kind, quoted, plain] of (text ?? '').matchAll(/(\w[\w ]*):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g)) {
    const value = quoted === undefined ? plain : String(JSON.parse(quoted))
    if (kind === 'email') names.email.push(value)
    else if (kind === 'DNS') names.dns.push(value)
    else if (kind === 'URI') names.uri.push(value)
  }
  return names
}

/** The subject as one line, `CN=host,OU=x,O=y`: the last part of the certificate's own order first (RFC 2253). */
export function subject_text(subject: string): string {
  return subject.split('\n').filter((line) => line !== '').reverse().join(',')
}

/** Whether the certificate belongs to `user` (reference client.md 5.8): by a name of it, or by its whole subject. */
export function names_user(certificate: X509Certificate, user: string): boolean {
  if (user === '') return false
  const { email, dns, uri } = alternative_names(certificate)
  if ([...email, ...dns, ...uri].includes(user)) return true
  const parts = certificate.subject.split('\n').filter((line) => line !== '')
  const wanted = user.split(/(?<!\\),\s*/)
  const key = (part: string) => part.replace(/^\s*(\w+)\s*=\s*/, (_, name: string) => `${name.toUpperCase()}=`)
  // In any order, as nats-server has it in the end.
  return wanted.length === parts.length && wanted.map(key).sort().join('\n') === parts.map(key).sort().join('\n')
}

/** The one of these users that the certificate names (reference client.md 5.8): its own names first, in their order. */
export function mapped_user(certificate: X509Certificate, users: readonly string[]): string | null {
  const { email, dns, uri } = alternative_names(certificate)
  const named = [...email, ...dns, ...uri].find((name) => users.includes(name))
  return named ?? users.find((user) => names_user(certificate, user)) ?? null
}

/** Whether a DNS name of the certificate is one of the hosts; a name's first label may be `*`. */
export function names_known_host(certificate: X509Certificate, hosts: readonly string[]): boolean {
  const known = hosts.map((host) => host.toLowerCase().split('.'))
  return alternative_names(certificate).dns.some((name) => {
    const labels = name.toLowerCase().split('.')
    return known.some((host) =>
      host.length === labels.length && labels.every((label, i) => label === host[i] || (i === 0 && label === '*'))
    )
  })
}
