// Who has come, as the embedding program is told of it.
import { read_jwt } from '../auth/jwt.ts'
import { is_signed_by } from '../auth/nkey.ts'
import type { ConnectFields } from '../wire/connect.ts'
import type { ClientSession } from './client_session.ts'
import type { Newcomer } from './hook_mail.ts'
import type { PeerCertificates, TlsReport } from './report.ts'
import type { Door } from './settings.ts'

/** What is told of a client. */
export interface NewcomerOwner {
  readonly connection: { readonly cid: number; readonly ip: string; readonly port: number }
  readonly session: ClientSession
  readonly door: Door
  readonly tls: TlsReport | null
  readonly certificates: PeerCertificates | null
}

/** `nonce`: what it was told to sign. */
export function newcomer(owner: NewcomerOwner, { account = '' }: ConnectFields, nonce: string): Newcomer {
  const { connection: { cid, ip, port }, session, door, tls, certificates } = owner
  const { user = '', pass = '', auth_token = '', jwt = '' } = session.said
  const { name, lang, version } = session
  return {
    ...{ cid, name, user, password: pass, token: auth_token, jwt, nkey: signing_key(session.said, nonce), account },
    ...{ host: ip, port, is_websocket: door === 'websockets', lang, version, tls, certificates },
  }
}

/** The key of its own, or of its token, for which it has signed; '': none, whatever it says. */
function signing_key({ nkey = '', jwt = '', sig = '' }: ConnectFields, nonce: string): string {
  const key = nkey || (jwt === '' ? '' : read_jwt(jwt)?.subject ?? '')
  return is_signed_by(key, nonce, sig) ? key : ''
}
