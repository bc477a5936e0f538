// What a close frame says of the end of a connection (RFC 6455, 7.4.1; reference client.md 6.6).
import { CloseReason } from '../base/errors.ts'

/** The code for a fault in the frames themselves. */
export const WS_PROTOCOL_ERROR = 1002
const UNEXPECTED = 1011

const CODES: ReadonlyMap<CloseReason, number> = new Map([
  [CloseReason.client_closed, 1000],
  [CloseReason.read_error, 1001],
  [CloseReason.write_error, 1001],
  [CloseReason.stale_connection, 1001],
  [CloseReason.server_shutdown, 1001],
  [CloseReason.parse_error, WS_PROTOCOL_ERROR],
  [CloseReason.protocol_violation, WS_PROTOCOL_ERROR],
  [CloseReason.bad_client_protocol, WS_PROTOCOL_ERROR],
  [CloseReason.authentication_timeout, 1008],
  [CloseReason.authentication_failure, 1008],
  [CloseReason.proxy_not_trusted, 1008],
  [CloseReason.proxy_required, 1008],
  [CloseReason.authentication_expired, 1008],
  [CloseReason.slow_consumer_pending, 1008],
  [CloseReason.slow_consumer_deadline, 1008],
  [CloseReason.max_account_connections, 1008],
  [CloseReason.max_connections, 1008],
  [CloseReason.max_control_line, 1008],
  [CloseReason.max_subscriptions, 1008],
  [CloseReason.missing_account, 1008],
  [CloseReason.max_payload, 1009],
  [CloseReason.tls_handshake_failure, 1015],
])

export const ws_close_code = (reason: CloseReason): number => CODES.get(reason) ?? UNEXPECTED
