// What TLS means for a client, whichever way it has come in: the files of its listener, and what its handshake tells of it.
import type { TLSSocket } from 'node:tls'
import type { Log } from '../base/log.ts'
import type { Client } from '../connection/client.ts'
import type { DoorSettings } from '../connection/settings.ts'
import { mapped_user, peer_certificate, peer_chain } from '../net/tls_certificate.ts'
import { logged_material, type TlsMaterial } from '../net/tls_material.ts'
import { cipher_text } from '../net/tls_names.ts'

/** `whose`: as the log names them. Null: they come in plain text. */
export function client_material({ tls }: DoorSettings, whose: string, log: Log): TlsMaterial | null {
  return tls === null ? null : logged_material(tls, whose, log)
}

/** Its handshake is done. `first`: it came before INFO. */
export function note_tls(client: Client, socket: TLSSocket, { tls, auth }: DoorSettings, first: boolean): void {
  const version = socket.getProtocol()?.replace(/^TLSv/, '') ?? ''
  const cipher = cipher_text(socket.getCipher().name)
  client.log.debug('TLS handshake complete')
  client.log.debug(`TLS version ${version}, cipher suite ${cipher}`)
  client.tls = { version, cipher, first }
  const chain = peer_chain(socket)
  // Whoever was asked for one and has shown it is here because it is good (tls_handshake.ts); the socket itself does not say so.
  client.certificates = chain && { verified: tls!.verify || tls!.verify_optional, chain }
  if (!tls!.verify_and_map) return
  const certificate = peer_certificate(socket)
  client.session.mapped_user = certificate && mapped_user(certificate, auth.users.map(({ user }) => user)) || ''
}
