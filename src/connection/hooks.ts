// What an embedding program may say of clients and their messages. Types only, with the names that it sees.

/** At once, or later. */
export type Awaitable<Value> = Value | Promise<Value>

/** Who comes in, before anything is decided about it. */
export interface ConnectingClient {
  /** Its number; no other connection of this server ever has it. */
  readonly cid: number
  /** What it calls itself; '' if it does not. */
  readonly name: string
  /** What CONNECT, or a cookie of its WebSocket, says; '' where it says nothing, here and below. */
  readonly user: string
  readonly password: string
  readonly token: string
  /** As it came: whoever trusts it has to verify it. */
  readonly jwt: string
  /** The public key for which it has signed the server's nonce, its own or that of its token. */
  readonly nkey: string
  /** The account that it asks for. */
  readonly account: string
  /** Absent: it speaks in plain text. */
  readonly tls?: ClientTls
  readonly host: string
  readonly port: number
  readonly kind: 'nats' | 'websocket'
  /** Of its library. */
  readonly lang: string
  readonly version: string
}

/** What a handshake has shown of a client. */
export interface ClientTls {
  /** As in `1.3`. */
  readonly version: string
  readonly cipher: string
  /** Of its certificate, as one line: `CN=host,O=company`; '': it has shown none. */
  readonly subject: string
  /** The alternative names of its certificate: DNS, email, URI. */
  readonly names: readonly string[]
  /** An authority that the server trusts stands behind the certificate. */
  readonly verified: boolean
}

/** A client that is in. */
export interface HookClient {
  readonly cid: number
  readonly name: string
  /** As monitoring shows it; '': nobody in particular. */
  readonly user: string
  readonly account: string
}

/** Subjects, with wildcards; those of `subscribe` may have a queue group behind a blank. */
export interface AllowAndDeny {
  /** Absent or empty: everything that is not denied. */
  allow?: string | readonly string[]
  deny?: string | readonly string[]
}

/** What a client may do. */
export interface HookPermissions {
  publish?: AllowAndDeny
  subscribe?: AllowAndDeny
  /** It may answer once to whoever asks it, on whatever subject, and publish nothing else that is not allowed. */
  allowResponses?: boolean
}

/** Who a client is. */
export interface Authentication {
  /** The account that it is placed in, by name; absent: `$G`, where everybody is who has no other one. */
  account?: string
  /** As monitoring and logs show it; absent: the user, or the key, that it came with. */
  user?: string
  /** Absent: it may do everything. */
  permissions?: HookPermissions
  /** When it has to go, as a date or in milliseconds since 1970; absent: never. */
  expires?: Date | number
}

/** A message that a client has published. */
export interface PublishedMessage {
  /** Where it went: behind the mappings of its account. */
  readonly subject: string
  /** '': it wants no answer. */
  readonly reply: string
  /** By name, in the order in which they came. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** A copy of its own. */
  readonly data: Uint8Array
  readonly cid: number
  readonly account: string
  /** How many that were to be shown were left out just before this one: the program was too slow for them. */
  readonly dropped: number
}

/**
 * What an embedding program decides and sees. Its functions run in its own thread, whatever the number of workers. A client that is
 * asked about waits, and nobody else does; what is too late, and what throws, counts as a refusal and is logged.
 */
export interface Hooks {
  /**
   * Who has come? True: the user it says, in the default account, who may do everything. False: it is refused. Null: the configuration
   * says it.
   */
  authenticate?(client: ConnectingClient): Awaitable<boolean | Authentication | null>
  /** May it publish there? A text is a no that the client is told. Asked when the permissions of the client allow it. */
  authorizePublish?(client: HookClient, subject: string, reply?: string): Awaitable<boolean | string>
  /** May it have that subscription? As above. */
  authorizeSubscribe?(client: HookClient, subject: string, queue?: string): Awaitable<boolean | string>
  /** A message was published. Its publisher does not wait for this. */
  onPublish?(message: PublishedMessage): void | Promise<void>
  /** How long an answer is waited for, in milliseconds. Default: 2000. */
  hookDeadlineMs?: number
  /**
   * How long answers about publishing and subscribing hold for a client and a subject, in milliseconds; 0: each time it is asked again.
   * Default: 5000.
   */
  hookRememberMs?: number
  /** The share of the messages that onPublish sees, from 0 to 1. Default: 1. */
  publishSample?: number
}
