// What a server may be configured with, as a configuration file has it. Made by
// scripts/operations_doc.mjs from the tables of options: change those.
import type {
  AccountBlock,
  AuthorizationBlock,
  ClusterBlock,
  MappingBlock,
  ProxiesBlock,
  ResolverBlock,
  TlsBlock,
  WebsocketBlock,
} from './configuration_blocks.ts'

/** All of it. Names and meanings are those of a configuration file. */
export interface Configuration {
  /** Listen for clients on this address */
  host?: string
  /** Listen for clients on this port, -1 for a random one */
  port?: number
  /** Name of this server, without blanks */
  server_name?: string
  /** host[:port] told to clients and peers */
  client_advertise?: string
  /** Serve monitoring on this port, -1 for a random one */
  http_port?: number
  /** Serve monitoring over TLS on this port */
  https_port?: number
  /** Path in front of all endpoints of monitoring */
  http_base_path?: string
  /** User that whoever looks at monitoring has to give */
  http_user?: string
  /** Password of that user, or a bcrypt hash of it */
  http_password?: string
  /** What names of metrics begin with */
  metrics_prefix?: string
  /** Words shown in /varz, by which requests to all servers choose some */
  server_tags?: string[]
  /** Names and texts shown in /varz */
  server_metadata?: Record<string, string>
  /** Threads that serve clients, 0 for none of their own */
  workers?: number
  /** Above 0: routes have a thread of their own, if clients have some */
  route_workers?: number
  /** Threads look for work for up to 50 us before they sleep; auto is the same as true */
  busy_poll?: boolean | 'auto'
  /** How threads share the client port: auto, reuse_port, shared_fd or single */
  listener?: 'auto' | 'reuse_port' | 'shared_fd' | 'single'
  /** Clients at once; 0 refuses every client */
  max_connections?: number
  /** Subscriptions per connection, 0 for no limit */
  max_subscriptions?: number
  /** Tokens in a subscription's subject, 1 to 255 */
  max_sub_tokens?: number
  /** Bytes of a line of a client; routes may use 16 times as many */
  max_control_line?: number
  /** Bytes of a message, headers included; not above max_pending */
  max_payload?: number
  /** Bytes that may wait for a client before it is cut; for routes at least 64 MiB */
  max_pending?: number
  /** Ended connections that /connz remembers */
  max_closed_clients?: number
  /** Time between PINGs to a client that is silent */
  ping_interval?: string
  /** Unanswered PINGs before a connection is stale */
  ping_max?: number
  /** Time in which a write must have left */
  write_deadline?: string
  /** No message headers */
  no_header_support?: boolean
  /** Drop messages for a client that lags rather than slow publishers down */
  no_fast_producer_stall?: boolean
  /** Of so many failed first dials of a route one is an error line */
  connect_error_reports?: number
  /** The same after a route was lost */
  reconnect_error_reports?: number
  /** Time in which lame duck mode closes all clients, at least 30s */
  lame_duck_duration?: string
  /** Part of it in which nobody is closed yet */
  lame_duck_grace_period?: string
  /** Log what the server does */
  debug?: boolean
  /** Log every protocol operation */
  trace?: boolean
  /** Trace, the system account too; sets trace */
  trace_verbose?: boolean
  /** Of messages, trace the headers only; sets trace */
  trace_headers?: boolean
  /** Bytes of a payload shown in trace lines, 0 for all */
  max_traced_msg_len?: number
  /** Serve profiles of this process on this port */
  prof_port?: number
  /** Clients may come by a proxy that says for whom it speaks */
  proxy_protocol?: boolean
  /** Serve plain text to clients where there is TLS, too */
  allow_non_tls?: boolean
  /** User that clients without credentials are */
  no_auth_user?: string
  /** Account that is told of events and may ask servers */
  system_account?: string
  /** Nobody is told of events, and no server answers requests */
  no_system_account?: boolean
  /** `port` or `host:port` for clients, in the place of `host` and `port` */
  listen?: string | number
  /** `port` or `host:port` for monitoring; without a host it is that of the clients */
  http?: string | number
  /** The same over TLS, with the certificate of the clients' port */
  https?: string | number
  /** `default` or `close`: cut a client that does not take what it is sent; `retry` has no effect */
  write_timeout?: string
  /** Who may come in */
  authorization?: AuthorizationBlock
  /** Accounts, by name */
  accounts?: Record<string, AccountBlock>
  /** Where messages go in place of their subject, for everybody without an account */
  mappings?: Record<string, string | MappingBlock | MappingBlock[]>
  /** Proxies that are trusted to say whom a client comes by */
  proxies?: ProxiesBlock
  /** TLS for clients */
  tls?: TlsBlock
  /** Other servers */
  cluster?: ClusterBlock
  /** A listener for browsers */
  websocket?: WebsocketBlock
  /** Token of the operator, or a file with it */
  operator?: string | string[]
  /** Public keys of operators */
  trusted_keys?: string | string[]
  /** Where accounts come from that the file does not have */
  resolver?: string | ResolverBlock
  /** Tokens of accounts, by key */
  resolver_preload?: Record<string, string>
  /** Only users of these, and of the system account, may come in */
  resolver_pinned_accounts?: string[]
  /** Token of clients that come with a password only */
  default_sentinel?: string
}
