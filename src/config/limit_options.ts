// How much of everything, and how long: the options of the top level that are bounds.
import {
  CLOSED_CONNECTIONS_MAX,
  MAX_CONNECTIONS,
  MAX_CONTROL_LINE,
  MAX_PAYLOAD,
  MAX_PENDING,
  PING_INTERVAL_MS,
  PING_MAX,
  WRITE_DEADLINE_MS,
} from '../base/limits.ts'
import {
  boolean,
  connections,
  count,
  duration,
  int32,
  integer,
  lame_duck_duration,
  lame_duck_grace,
  row,
  tokens,
} from './rows.ts'

const LAME_DUCK_DURATION_MS = 120_000
const LAME_DUCK_GRACE_MS = 10_000
const CONNECT_ERROR_REPORTS = 3600

export const LIMIT_TABLE = {
  /** 0 and below refuse every client. */
  max_connections: row(
    MAX_CONNECTIONS,
    connections,
    'max_connections max_conn',
    '',
    'Clients at once; 0 refuses every client',
  ),
  /** Per connection; 0 and below: no limit. */
  max_subscriptions: row(0, integer, 'max_subscriptions max_subs', '', 'Subscriptions per connection, 0 for no limit'),
  max_sub_tokens: row(
    0,
    tokens,
    'max_sub_tokens max_subscription_tokens',
    '',
    "Tokens in a subscription's subject, 1 to 255",
  ),
  max_control_line: row(
    MAX_CONTROL_LINE,
    int32,
    'max_control_line',
    '',
    'Bytes of a line of a client; routes may use 16 times as many',
  ),
  max_payload: row(
    MAX_PAYLOAD,
    int32,
    'max_payload',
    '',
    'Bytes of a message, headers included; not above max_pending',
  ),
  max_pending: row(
    MAX_PENDING,
    count,
    'max_pending',
    '',
    'Bytes that may wait for a client before it is cut; for routes at least 64 MiB',
  ),
  max_closed_clients: row(
    CLOSED_CONNECTIONS_MAX,
    count,
    'max_closed_clients',
    '',
    'Ended connections that /connz remembers',
  ),
  ping_interval_ms: row(
    PING_INTERVAL_MS,
    duration,
    'ping_interval',
    '',
    'Time between PINGs to a client that is silent',
  ),
  ping_max: row(PING_MAX, count, 'ping_max', '', 'Unanswered PINGs before a connection is stale'),
  write_deadline_ms: row(WRITE_DEADLINE_MS, duration, 'write_deadline', '', 'Time in which a write must have left'),
  no_header_support: row(false, boolean, 'no_header_support', '', 'No message headers'),
  no_fast_producer_stall: row(
    false,
    boolean,
    'no_fast_producer_stall',
    '',
    'Drop messages for a client that lags rather than slow publishers down',
  ),
  connect_error_reports: row(
    CONNECT_ERROR_REPORTS,
    count,
    'connect_error_reports',
    '',
    'Of so many failed first dials of a route one is an error line',
  ),
  reconnect_error_reports: row(1, count, 'reconnect_error_reports', '', 'The same after a route was lost'),
  lame_duck_duration_ms: row(
    LAME_DUCK_DURATION_MS,
    lame_duck_duration,
    'lame_duck_duration',
    '',
    'Time in which lame duck mode closes all clients, at least 30s',
  ),
  lame_duck_grace_ms: row(
    LAME_DUCK_GRACE_MS,
    lame_duck_grace,
    'lame_duck_grace_period',
    '',
    'Part of it in which nobody is closed yet',
  ),
}
