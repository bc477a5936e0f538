// What a handshake has shown of the other side, good or not.
import type { X509Certificate } from 'node:crypto'
import { checkServerIdentity, type TLSSocket } from 'node:tls'
import { system_error_code } from '../base/system_error.ts'
import { peer_certificate } from '../net/tls_certificate.ts'
import { chain_fault } from '../net/tls_fault.ts'
import type { TlsFact } from './facts.ts'

/** `name`: whom the certificate has to be for. */
export function tls_fact(socket: TLSSocket, name: string, now_ms: number): TlsFact {
  const seen = peer_certificate(socket)
  const certificate = certificate_fact(seen)
  if (!socket.authorized) {
    const error: unknown = socket.authorizationError
    const code = error instanceof Error ? system_error_code(error) || error.message : String(error)
    const { kind, cause } = chain_fault(code, seen, now_ms)
    if (kind !== 'name') return { fault: { kind, cause }, certificate }
  }
  const wrong = seen === null ? 'it has shown none' : name_fault(name, seen)
  return { fault: wrong === null ? null : { kind: 'name', cause: wrong }, certificate }
}

/** Null: it is for that name. */
export function name_fault(name: string, { subjectAltName = '' }: Pick<X509Certificate, 'subjectAltName'>) {
  const shown = { subject: {}, subjectaltname: subjectAltName ?? '' }
  const fault = checkServerIdentity(name, shown as unknown as Parameters<typeof checkServerIdentity>[1])
  return fault === undefined ? null : fault.message
}

export function certificate_fact(seen: X509Certificate | null): TlsFact['certificate'] {
  if (seen === null) return null
  const names = (seen.subjectAltName ?? '').split(', ').filter((name) => name !== '')
  return {
    subject: (seen.subject ?? '').split('\n').join(', '),
    names: names.map((name) => name.replace(/^(DNS|IP Address):/, '')),
    from_ms: Date.parse(seen.validFrom),
    to_ms: Date.parse(seen.validTo),
  }
}
