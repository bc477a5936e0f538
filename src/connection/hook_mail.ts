// What the threads and the embedding program's thread tell each other of hooks, and how actors see that. Types only. Subjects and texts
// for the wire are latin1, as on the wire; names and credentials are Unicode.
import type { Identity } from '../auth/identity.ts'
import type { HookClient } from './hooks.ts'
import type { OpRecord } from '../wire/op.ts'
import type { PeerCertificates, TlsReport } from './report.ts'
import type { HookSettings } from './settings.ts'

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

/** What goes to the embedding program. */
export type HookNews =
  | { kind: 'hook_asked'; number: number; cid: number; asked: HookAsked }
  | { kind: 'observed'; messages: Observed[] }

/** What comes from there. */
export type HookReply =
  | { kind: 'hook_answered'; number: number; cid: number; answer: HookAnswer }
  | { kind: 'observed_taken'; count: number; bytes: number }

/** The connection that a question is about. */
export interface HeldConnection {
  readonly cid: number
  readonly inbox: { held: boolean }
  resume(): void
}

/** The way to the embedding program, as actors see it. */
export interface HookLine {
  readonly settings: HookSettings
  /** Null: no message is to be shown. */
  readonly observer: MessageObserver | null
  /** Holds the connection and asks; `heed` says whether it can go on then. Returns what takes the question back. */
  ask(connection: HeldConnection, asked: HookAsked, heed: (answer: HookAnswer) => boolean): () => void
}

export interface MessageObserver {
  /** A message was published to `target`, or where it says. */
  note(bytes: Uint8Array, op: OpRecord, target: Uint8Array | null, cid: number, account: string): void
}
