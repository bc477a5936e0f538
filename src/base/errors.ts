// What a peer can be told, and why a connection ends. Two kinds of refusal: refuse and stay (the connection
// lives on), refuse and close. The wire text stands here and becomes bytes in wire/error_line.ts only.

/** Why a connection ended: the names monitoring and logs show (reference client.md 4.8, route.md 1.10). */
export const CloseReason = {
  client_closed: 'Client Closed',
  authentication_timeout: 'Authentication Timeout',
  authentication_failure: 'Authentication Failure',
  authentication_expired: 'Authentication Expired',
  slow_consumer_pending: 'Slow Consumer (Pending Bytes)',
  slow_consumer_deadline: 'Slow Consumer (Write Deadline)',
  write_error: 'Write Error',
  read_error: 'Read Error',
  parse_error: 'Parse Error',
  stale_connection: 'Stale Connection',
  protocol_violation: 'Protocol Violation',
  bad_client_protocol: 'Bad Client Protocol Version',
  wrong_port: 'Incorrect Port',
  max_connections: 'Maximum Connections Exceeded',
  max_account_connections: 'Maximum Account Connections Exceeded',
  max_payload: 'Maximum Message Payload Exceeded',
  max_control_line: 'Maximum Control Line Exceeded',
  max_subscriptions: 'Maximum Subscriptions Exceeded',
  duplicate_route: 'Duplicate Route',
  route_removed: 'Route Removed',
  wrong_gateway: 'Wrong Gateway',
  server_shutdown: 'Server Shutdown',
  no_responders_requires_headers: 'No Responders Requires Headers',
  cluster_name_conflict: 'Cluster Name Conflict',
  duplicate_server_name: 'Duplicate Server Name',
  missing_account: 'Missing Account',
  kicked: 'Kicked',
  revocation: 'Credentials Revoked',
  tls_handshake_failure: 'TLS Handshake Failure',
  proxy_not_trusted: 'Proxy Not Trusted',
  proxy_required: 'Proxy Required',
} as const
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason]

/** Reasons after which queued output is discarded instead of flushed (reference client.md 4.8). */
export const DISCARDING_REASONS: ReadonlySet<CloseReason> = new Set([
  CloseReason.read_error,
  CloseReason.write_error,
  CloseReason.slow_consumer_pending,
  CloseReason.slow_consumer_deadline,
])

/** A refusal. `close` null: refuse and stay. `text` null: nothing is said, the connection just ends. */
export interface Refusal {
  readonly text: string | null
  readonly close: CloseReason | null
}

const closing = (text: string | null, close: CloseReason): Refusal => ({ text, close })
const staying = (text: string): Refusal => ({ text, close: null })

/** Refusals with a fixed text (reference client.md 1.8). */
export const Refuse = {
  unknown_operation: closing('Unknown Protocol Operation', CloseReason.protocol_violation),
  bad_arguments: closing(null, CloseReason.protocol_violation),
  peer_error: closing(null, CloseReason.parse_error),
  control_line: closing('maximum control line exceeded', CloseReason.max_control_line),
  payload: closing('Maximum Payload Violation', CloseReason.max_payload),
  authorization: closing('Authorization Violation', CloseReason.authentication_failure),
  proxy_not_trusted: closing('Authorization Violation', CloseReason.proxy_not_trusted),
  proxy_required: closing('Authorization Violation', CloseReason.proxy_required),
  authentication_timeout: closing('Authentication Timeout', CloseReason.authentication_timeout),
  user_expired: closing('User Authentication Expired', CloseReason.authentication_expired),
  user_revoked: closing('User Authentication Revoked', CloseReason.revocation),
  no_subscriptions: closing('maximum subscriptions exceeded', CloseReason.max_subscriptions),
  client_protocol: closing('invalid client protocol', CloseReason.bad_client_protocol),
  headers_needed: closing('no responders requires headers support', CloseReason.no_responders_requires_headers),
  max_connections: closing('maximum connections exceeded', CloseReason.max_connections),
  max_account_connections: closing('maximum account active connections exceeded', CloseReason.max_account_connections),
  stale: closing('Stale Connection', CloseReason.stale_connection),
  route_port: closing('attempted to connect to route port', CloseReason.wrong_port),
  client_port: closing('attempted to connect to client port', CloseReason.wrong_port),
  invalid_subject: staying('Invalid Subject'),
  invalid_publish_subject: staying('Invalid Publish Subject'),
  max_subscriptions: staying('maximum subscriptions exceeded'),
  invalid_subscription: staying('Invalid Subscription'),
} as const

/** Refusals that name what was refused. Subjects are shown in Go's quoting, which clients parse. */
export const refuse_publish = (subject: string, why = ''): Refusal =>
  staying(`Permissions Violation for Publish to ${go_quote(subject)}${why && `: ${why}`}`)
export const refuse_reply = (reply: string): Refusal =>
  staying(`Permissions Violation for Publish with Reply of ${go_quote(reply)}`)
export const refuse_subscription = (subject: string, queue: string, why = ''): Refusal => {
  const which = queue && ` using queue ${go_quote(queue)}`
  return staying(`Permissions Violation for Subscription to ${go_quote(subject)}${which}${why && `: ${why}`}`)
}
/** One that it had, and may not have any more. */
export const refuse_former_subscription = (subject: string, queue: string, sid: string): Refusal =>
  staying(`${refuse_subscription(subject, queue).text} (sid ${go_quote(sid)})`)
export const refuse_tokens = (subject: string): Refusal =>
  staying(`Permissions Violation for Subscription to ${go_quote(subject)}, too many tokens`)
export const refuse_cluster_name = (theirs: string, ours: string): Refusal =>
  closing(
    `Rejecting connection, cluster name "${theirs}" does not match "${ours}"`,
    CloseReason.cluster_name_conflict,
  )
export const refuse_gateway = (name: string): Refusal =>
  closing(`Rejecting connection from gateway "${name}" on the Route port`, CloseReason.wrong_gateway)

/** Refusals of a connection that is to be one of a pool, or of one account only (reference route.md 1.10). */
export const refuse_account_route = (account: string): Refusal =>
  closing(
    `Not possible to have a dedicated route for account ${go_quote(account)} between those servers`,
    CloseReason.protocol_violation,
  )
export const refuse_unknown_account = (account: string): Refusal =>
  closing(`Unable to lookup account ${go_quote(account)}: account missing`, CloseReason.missing_account)
export const refuse_no_account_route = (account: string): Refusal =>
  closing(`No route for account ${go_quote(account)}`, CloseReason.protocol_violation)
export const refuse_pool_index_set = (index: number): Refusal =>
  closing(`Route pool index should not be set but is set to ${index}`, CloseReason.protocol_violation)
export const refuse_pool_index = (index: number, pool_size: number): Refusal =>
  closing(`Invalid route pool index: ${index} - pool size is ${pool_size}`, CloseReason.protocol_violation)

/** Text as Go's %q prints it: quotes, backslashes and unprintable bytes escaped (text is latin1). */
export function go_quote(text: string): string {
  let out = '"'
  for (const char of text) {
    const code = char.charCodeAt(0)
    if (char === '"' || char === '\\') out += '\\' + char
    else if (char === '\n') out += '\\n'
    else if (char === '\r') out += '\\r'
    else if (char === '\t') out += '\\t'
    else if (code < 32 || code >= 127) out += '\\x' + code.toString(16).padStart(2, '0')
    else out += char
  }
  return out + '"'
}
