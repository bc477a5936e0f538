// TLS handshakes, in both roles, on sockets that are connected already. The peer is verified before anybody learns of
// the connection; a peer that is refused after its half of the handshake is told why. From the handshake on the TLS socket
// owns the one below it: whoever destroys that one first crashes Node 20.
import type { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect, TLSSocket } from 'node:tls'
import type { Clock } from '../base/clock.ts'
import { error_line } from '../wire/error_line.ts'
import { key_fingerprint, peer_certificate } from './tls_certificate.ts'
import { chain_fault, tls_fault, type TlsFault } from './tls_fault.ts'
import type { TlsMaterial } from './tls_material.ts'

/** One of the two: why it failed, or the socket, which is not read yet. */
export interface HandshakeEvents {
  failed(fault: TlsFault): void
  /** What a peer that was refused is told, as an -ERR. */
  refusal_text(fault: TlsFault): string
  secured(socket: TLSSocket): void
}

/** How long a refused peer has to read why. */
const LAST_WORD_MS = 250

/** As server. `raw` was accepted with ACCEPT_OPTIONS and is not read yet. Returns what stops it. */
export function accept_tls(raw: Socket, material: TlsMaterial, clock: Clock, events: HandshakeEvents): () => void {
  const { context } = material.credentials()
  const { verify: must_show, verify_optional: may_show } = material.settings
  const socket = new TLSSocket(raw, {
    isServer: true,
    secureContext: context,
    requestCert: must_show || may_show,
    rejectUnauthorized: must_show,
  })
  const is_judged = () => must_show || (may_show && peer_certificate(socket) !== null)
  return run(
    { socket, raw, material, clock, events, complete: 'secure' },
    () => is_judged() ? chain_error(socket) : null,
  )
}

/** As client. `name`: whom the certificate must be for, a host name or an IP address. Returns what stops it. */
export function dial_tls(
  raw: Socket,
  name: string,
  material: TlsMaterial,
  clock: Clock,
  events: HandshakeEvents,
): () => void {
  const { context } = material.credentials()
  const socket = connect({
    socket: raw,
    secureContext: context,
    host: name,
    // An IP address is no server name (RFC 6066).
    servername: isIP(name) === 0 ? name : '',
    rejectUnauthorized: !material.settings.insecure,
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  })
  // The runtime has refused it long before, if so.
  const verify = () => socket.authorized || material.settings.insecure ? null : 'certificate not verified'
  return run({ socket, raw, material, clock, events, complete: 'secureConnect' }, verify)
}

interface Handshake {
  readonly socket: TLSSocket
  readonly raw: Socket
  readonly material: TlsMaterial
  readonly clock: Clock
  readonly events: HandshakeEvents
  /** The event that says it is done. */
  readonly complete: 'secure' | 'secureConnect'
}

/** `verify`: what is wrong with the peer's chain, or null. */
function run({ socket, raw, material, clock, events, complete }: Handshake, verify: () => string | null): () => void {
  const { timeout_ms, pinned_certs } = material.settings
  let is_over = false
  let certificate: X509Certificate | null = null
  const finish = (): boolean => {
    if (is_over) return false
    is_over = true
    timer.cancel()
    socket.off('close', on_close).off('end', on_close)
    return true
  }
  const fail = (fault: TlsFault) => {
    if (!finish()) return
    socket.destroy()
    events.failed(fault)
  }
  const on_close = () => fail({ kind: 'ended', cause: 'EOF', certificate: null })
  const timer = clock.after(timeout_ms, () => fail({ kind: 'timeout', cause: 'i/o timeout', certificate: null }))
  // They stay: an error of a socket that nobody listens to would end the process.
  socket.on('error', (error) => fail(tls_fault(error, certificate, clock.wall_ms())))
  raw.on('error', () => {})
  // Half-open, its end alone would leave it waiting.
  socket.once('close', on_close).once('end', on_close)
  // A socket that was refused has forgotten it.
  socket.prependOnceListener('secure', () => certificate = peer_certificate(socket))
  socket.once(complete, () => {
    if (is_over) return
    const code = verify()
    let fault = code === null ? null : chain_fault(code, certificate, clock.wall_ms())
    if (fault === null && pinned_certs.length > 0) {
      const is_pinned = certificate !== null && pinned_certs.includes(key_fingerprint(certificate))
      if (!is_pinned) fault = { kind: 'pin', cause: 'certificate not pinned', certificate }
    }
    if (!finish()) return
    if (fault === null) return events.secured(socket)
    socket.end(error_line(events.refusal_text(fault)))
    const end = clock.after(LAST_WORD_MS, () => socket.destroy())
    socket.once('close', () => end.cancel())
    events.failed(fault)
  })
  return () => {
    if (!finish()) return
    socket.destroy()
  }
}

/** What the runtime found wrong with a client's chain; where it does not say, all of them are. */
function chain_error(socket: TLSSocket): string | null {
  // The public fields are set by tls.Server alone. Node gives an Error or null, Deno a code or null.
  const { ssl } = socket as unknown as { ssl?: { verifyError?(): unknown } | null }
  if (typeof ssl?.verifyError !== 'function') return 'certificate not verified'
  const error = ssl.verifyError()
  if (!error) return peer_certificate(socket) === null ? 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' : null
  return error instanceof Error ? String((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
}
