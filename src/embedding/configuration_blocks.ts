// The blocks of a configuration. Made by scripts/operations_doc.mjs as configuration.ts is.

/** Subjects; with wildcards if need be. */
export type Subjects = string | string[] | { allow?: string | string[]; deny?: string | string[] }

/** Which subjects pass the routes. */
export interface ClusterPermissionsBlock {
  /** From other servers. */
  import?: Subjects
  /** To other servers. */
  export?: Subjects
}

/** authorization { } */
export interface AuthorizationBlock {
  /** Name of the user */
  user?: string
  /** Password, or a bcrypt hash of it */
  password?: string
  /** A token in the place of user and password, or a bcrypt hash of it */
  token?: string
  /** Time in which CONNECT must have come */
  timeout?: string | number
  /** Several users, in the place of one */
  users?: UserBlock[]
  /** Permissions of users that have none of their own */
  default_permissions?: PermissionsBlock
  /** A service says who may come in */
  auth_callout?: AuthCalloutBlock
  /** The single user, and who has the token, may come by a trusted proxy only */
  proxy_required?: boolean
}

/** proxies { } */
export interface ProxiesBlock {
  /** Their keys */
  trusted?: TrustedProxyBlock[]
}

/** A proxy of proxies { trusted } */
export interface TrustedProxyBlock {
  /** Its public key, which signs the nonce of each connection */
  key?: string
}

/** A user */
export interface UserBlock {
  /** Name of the user */
  user?: string
  /** Password, or a bcrypt hash of it */
  password?: string
  /** Public key, in the place of user and password */
  nkey?: string
  /** What may be published and subscribed to */
  permissions?: PermissionsBlock
  /** Words such as `STANDARD` and `WEBSOCKET` */
  allowed_connection_types?: string[]
  /** It may come by a trusted proxy only */
  proxy_required?: boolean
}

/** permissions { } */
export interface PermissionsBlock {
  /** What may be published */
  publish?: Subjects
  /** What may be subscribed to; a queue group may stand behind a subject */
  subscribe?: Subjects
  /** Whoever gets a request may answer it */
  allow_responses?: boolean | AllowResponsesBlock
}

/** permissions { allow_responses { } } */
export interface AllowResponsesBlock {
  /** Answers to one request; below 0 any number */
  max?: number
  /** How long answers may come; below 0 for ever */
  expires?: string
}

/** authorization { auth_callout { } } */
export interface AuthCalloutBlock {
  /** Public account key that signs what the service says */
  issuer?: string
  /** Names or keys of the users that are the service */
  auth_users?: string[]
  /** Their account */
  account?: string
  /** Users of other accounts are judged by the file */
  allowed_accounts?: string[]
  /** Public curve key: questions and answers are sealed */
  xkey?: string
}

/** accounts { NAME { } } */
export interface AccountBlock {
  /** Who is in it */
  users?: UserBlock[]
  /** Permissions of users that have none of their own */
  default_permissions?: PermissionsBlock
  /** Bounds of the account */
  limits?: AccountLimitsBlock
  /** What it gives to other accounts */
  exports?: ExportBlock[]
  /** What it has from other accounts */
  imports?: ImportBlock[]
  /** Where its messages go in place of their subject */
  mappings?: Record<string, string | MappingBlock | MappingBlock[]>
  /** Where it is told what becomes of messages that have a `traceparent` */
  msg_trace?: string | MessageTraceBlock
}

/** limits { } of an account */
export interface AccountLimitsBlock {
  /** Clients at once */
  max_connections?: number
  /** Subscriptions of one connection */
  max_subscriptions?: number
  /** Bytes of a message */
  max_payload?: number
}

/** exports [ ] */
export interface ExportBlock {
  /** Messages that it gives */
  stream?: string
  /** Requests that it answers */
  service?: string
  /** Who may import it */
  accounts?: string[]
  /** The token of the subject that has to be the name of the importing account */
  account_token_position?: number
  /** `single`, `stream` or `chunked`: how many answers a request has */
  response_type?: string
  /** How long an answer is waited for */
  response_threshold?: string
  /** Where it is told how long requests took */
  latency?: string | LatencyBlock
  /** Read, without effect */
  allow_trace?: boolean
}

/** latency { } of an export */
export interface LatencyBlock {
  /** Where it is told */
  subject?: string
  /** Of how many of 100 requests; `headers`: of those that are part of a trace */
  sampling?: number | string
}

/** imports [ ] */
export interface ImportBlock {
  /** Messages of another account */
  stream?: { account: string; subject: string }
  /** Requests to another account */
  service?: { account: string; subject: string }
  /** Stands in front of the subject here */
  prefix?: string
  /** The subject here; wildcards are `*` or `$n` */
  to?: string
  /** The responder is told who asks */
  share?: boolean
  /** Read, without effect */
  allow_trace?: boolean
}

/** msg_trace { } of an account */
export interface MessageTraceBlock {
  /** Where it is told */
  dest?: string
  /** Of how many of 100 messages */
  sampling?: number | string
}

/** A destination of mappings { } */
export interface MappingBlock {
  /** Where messages go */
  dest?: string
  /** How many of 100 */
  weight?: number | string
  /** Only on servers of this cluster */
  cluster?: string
}

/** resolver { } */
export interface ResolverBlock {
  /** `full`: all accounts; `cache`: those that were needed; `memory` */
  type?: string
  /** Where they are kept, one file each */
  dir?: string
  /** Accounts that are kept */
  limit?: number
  /** `full`: how often servers make theirs alike */
  interval?: string
  /** `cache`: how long a file is kept */
  ttl?: string
  /** How long others are asked */
  timeout?: string
  /** `full`: the operator may remove accounts */
  allow_delete?: boolean
  /** `full`: no copy stays */
  hard_delete?: boolean
}

/** cluster { } */
export interface ClusterBlock {
  /** Name of the cluster; peers must have the same */
  name?: string
  /** Listen for other servers on this address */
  host?: string
  /** Listen for other servers on this port, -1 for a random one; 0: no cluster */
  port?: number
  /** URLs of servers to connect to; the own one may be among them */
  routes?: string[]
  /** host[:port] told to other servers */
  advertise?: string
  /** Keep other servers' addresses from clients */
  no_advertise?: boolean
  /** Further attempts at a peer known by gossip only */
  connect_retries?: number
  /** Pauses between attempts double, from 1 s to 30 s */
  connect_backoff?: boolean
  /** Connections to each peer, 3 for 0; without it one carries everything */
  pool_size?: number
  /** Read and checked, without effect: peers are told that it is off */
  compression?: string
  /** Accounts with a connection of their own to each peer */
  accounts?: string[]
  /** Time between PINGs to a peer that is silent, at most 30s; else that of the clients */
  ping_interval?: string
  /** Unanswered PINGs before a route is stale; else that of the clients */
  ping_max?: number
  /** Time in which a write must have left; else that of the clients */
  write_deadline?: string
  /** `port` or `host:port`, in the place of `host` and `port` */
  listen?: string | number
  /** What other servers have to give */
  authorization?: ClusterAuthorizationBlock
  /** Which subjects pass the routes: `import` and `export`, as those of users */
  permissions?: ClusterPermissionsBlock
  /** Routes over TLS */
  tls?: TlsBlock
  /** `default` or `retry`: go on with a peer that is slow; `close` has no effect */
  write_timeout?: string
}

/** cluster { authorization { } } */
export interface ClusterAuthorizationBlock {
  /** Name of the user */
  user?: string
  /** Password, or a bcrypt hash of it */
  password?: string
  /** Time in which CONNECT must have come */
  timeout?: string | number
  /** Deprecated: they stand in `cluster` itself */
  permissions?: PermissionsBlock
}

/** websocket { } */
export interface WebsocketBlock {
  /** Listen on this address */
  host?: string
  /** Listen on this port, -1 for a random one; 0: no such listener */
  port?: number
  /** host[:port] told to WebSocket clients of the whole mesh */
  advertise?: string
  /** Serve without TLS; has to be said where there is no tls block */
  no_tls?: boolean
  /** Pages must come from the scheme, host and port that they connect to */
  same_origin?: boolean
  /** URLs of the sites whose pages may connect; those of all sites without it */
  allowed_origins?: string[]
  /** Compress for clients that ask for it, messages above 64 bytes */
  compression?: boolean
  /** Time for the HTTP request; 10 s without it */
  handshake_timeout?: string
  /** Cookie with the token of the user; needs an operator */
  jwt_cookie?: string
  /** Cookie with the user, if CONNECT has none */
  user_cookie?: string
  /** Cookie with the password, if CONNECT has none */
  pass_cookie?: string
  /** Cookie with the token, if CONNECT has none */
  token_cookie?: string
  /** User that clients without credentials are here */
  no_auth_user?: string
  /** Time between PINGs; else that of the other clients */
  ping_interval?: string
  /** `port` or `host:port`, in the place of `host` and `port` */
  listen?: string | number
  /** As for clients; the handshake comes first */
  tls?: TlsBlock
  /** What these clients have to give, in the place of what all others have to */
  authorization?: WebsocketAuthorizationBlock
  /** Further headers of the answer to an upgrade */
  headers?: Record<string, string>
}

/** websocket { authorization { } } */
export interface WebsocketAuthorizationBlock {
  /** Name of the user */
  user?: string
  /** Password, or a bcrypt hash of it */
  password?: string
  /** A token */
  token?: string
  /** Time in which CONNECT must have come */
  timeout?: string | number
}

/** tls { } */
export interface TlsBlock {
  /** Certificate, PEM */
  cert_file?: string
  /** Its private key, PEM */
  key_file?: string
  /** One `{ cert_file, key_file }` in the place of both; several are refused at start */
  certs?: { cert_file: string; key_file: string }[]
  /** Authorities of the other side, PEM */
  ca_file?: string
  /** The other side has to show a certificate; `optional`: one that is shown has to be good */
  verify?: boolean | 'optional'
  /** The certificate names the user */
  verify_and_map?: boolean
  /** Cluster only: the certificate is for the host of a configured route */
  verify_cert_and_check_known_urls?: boolean
  /** TLS comes before INFO; with a time clients may begin within it */
  handshake_first?: boolean | string
  /** Servers that are dialled are not verified */
  insecure?: boolean
  /** Time for the handshake */
  timeout?: string | number
  /** `1.2` or `1.3` */
  min_version?: string
  /** Names as `--help_tls` lists them */
  cipher_suites?: string[]
  /** Names as `--help_tls` lists them */
  curve_preferences?: string[]
  /** SHA-256 of the public keys that may be shown, in hex */
  pinned_certs?: string[]
}
