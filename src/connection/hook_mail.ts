// What the threads and the embedding program's thread tell each other of hooks. Types only; plain data, it crosses threads. Subjects
// and texts for the wire are latin1, as on the wire; names and credentials are Unicode.
import type { Identity } from '../auth/identity.ts'
import type { HookClient } from './hooks.ts'
import type { PeerCertificates, TlsReport } from './report.ts'

/** Who has come. Absent fields of CONNECT are empty. */
export interface Newcomer {
  cid: number
  name: string
  user: string
  password: string
  token: string
  jwt: string
  /** For which it has signed the nonce. */
  nkey: string
  account: string
  host: string
  port: number
  is_websocket: boolean
  lang: string
  version: string
  tls: TlsReport | null
  certificates: PeerCertificates | null
}

/** One question about one client. */
export type HookAsked =
  | { hook: 'authenticate'; client: Newcomer }
  | { hook: 'authorizePublish'; client: HookClient; subject: string; reply: string }
  | { hook: 'authorizeSubscribe'; client: HookClient; subject: string; queue: string }

export interface HookAnswer {
  allowed: boolean
  /** Why not, for the client; ''. if nothing is said. */
  text: string
  /** It is no answer: the hook failed, or was too late. */
  failed: boolean
  /** Who it is, if it is allowed and that was asked; null: the configuration says it. */
  identity: Identity | null
}

/** A message that was published. */
export interface Observed {
  subject: string
  reply: string
  /** The header block; empty: none. */
  header: Uint8Array
  payload: Uint8Array
  cid: number
  account: string
  /** How many were left out just before. */
  dropped: number
}
