// /connz: client connections, open and closed (reference ops.md 5.4).
import { latin1_text } from '../base/bytes.ts'
import { is_within } from '../auth/import_pattern.ts'
import type { ClientReport } from '../connection/report.ts'
import { compare_connections, type ConnectionSort, parse_sort } from './connection_sort.ts'
import { go_duration, rfc3339, uptime_text } from '../base/go_time.ts'
import {
  type ConnectionState,
  type Page,
  page_of,
  ParameterError,
  type Parameters,
  type SubscriptionDetail,
} from './parameters.ts'
import { subscription_lists } from './subscription_entry.ts'

const GLOBAL_ACCOUNT = '$G'

export interface ConnzQuery {
  /** As asked for; checked by connz_report, because a wrong one still counts as a request. */
  sort: string
  auth: boolean
  subscriptions: SubscriptionDetail
  page: Page
  /** 0: all. */
  cid: number
  state: ConnectionState
  user: string
  account: string
  /** Only connections with a subscription that this matches; '': all. Asks for an account. */
  filter_subject: string
}

/** Reads the parameters. Throws ParameterError. */
export function connz_query(parameters: Parameters): ConnzQuery {
  const auth = parameters.bool('auth')
  const subscriptions = parameters.subscriptions()
  const page = page_of(parameters.int('offset'), parameters.int('limit'))
  const cid = parameters.unsigned('cid')
  return {
    sort: parameters.text('sort'),
    auth,
    subscriptions,
    // One connection needs no page; a limit of 1 is what nats-server shows then.
    page: cid === 0 ? page : { offset: 0, limit: 1 },
    cid,
    state: parameters.state(),
    user: parameters.text('user'),
    account: parameters.text('acc'),
    filter_subject: parameters.text('filter_subject'),
  }
}

/**
 * The object of /connz. `open` and `closed` hold every connection; those the state does not ask for are ignored.
 * Throws ParameterError for a sort order that does not exist or does not fit the state.
 */
export function connz_report(
  query: ConnzQuery,
  server_id: string,
  now_ms: number,
  open: ClientReport[],
  closed: ClientReport[],
): object {
  const order: ConnectionSort = parse_sort(query.sort, query.state)
  if (query.filter_subject !== '' && query.account === '') {
    throw new ParameterError('filter by subject only valid with account filtering')
  }
  const in_account = (query.state === 'open' ? open : query.state === 'closed' ? closed : [...open, ...closed])
    .filter((report) => query.account === '' || report.account === query.account)
  // The total counts before the filters by user and number, as in nats-server.
  const found = in_account
    .filter((report) => query.cid === 0 || report.cid === query.cid)
    .filter((report) => query.filter_subject === '' || wants(report, query.filter_subject))
    .filter((report) => query.user === '' || report.authorized_user === query.user)
    .sort(compare_connections(order, now_ms))
  const { offset, limit } = query.page
  const page = found.slice(offset, offset + limit)
  return {
    server_id,
    now: rfc3339(now_ms),
    num_connections: page.length,
    total: in_account.length,
    offset,
    limit,
    connections: page.map((report) => connection_entry(report, query, now_ms)),
  }
}

function wants({ subscriptions_list = [] }: ClientReport, subject: string): boolean {
  const tokens = latin1_text(Buffer.from(subject)).split('.')
  return subscriptions_list.some((each) => is_within(tokens, each.subject.split('.')))
}

function connection_entry(report: ClientReport, query: ConnzQuery, now_ms: number): object {
  const end_ms = report.stop_ms ?? now_ms
  return {
    cid: report.cid,
    kind: 'Client',
    type: report.is_websocket ? 'websocket' : 'nats',
    ip: report.ip,
    port: report.port,
    start: rfc3339(report.start_ms),
    last_activity: rfc3339(report.last_activity_ms),
    ...(report.stop_ms !== undefined && { stop: rfc3339(report.stop_ms) }),
    ...(report.reason && { reason: report.reason }),
    rtt: go_duration(report.rtt_us ?? 0),
    uptime: uptime_text(end_ms - report.start_ms),
    idle: uptime_text(end_ms - report.last_activity_ms),
    pending_bytes: report.pending_bytes,
    in_msgs: report.in_messages,
    out_msgs: report.out_messages,
    in_bytes: report.in_bytes,
    out_bytes: report.out_bytes,
    ...(report.stalls && { stalls: report.stalls }),
    subscriptions: report.subscriptions,
    ...(report.name && { name: report.name }),
    ...(report.lang && { lang: report.lang }),
    ...(report.version && { version: report.version }),
    ...(report.tls && { tls_version: report.tls.version, tls_cipher_suite: report.tls.cipher }),
    ...(report.tls?.first && { tls_first: true }),
    ...(query.auth && report.authorized_user && { authorized_user: report.authorized_user }),
    ...(query.auth && report.account !== GLOBAL_ACCOUNT && { account: report.account }),
    ...subscription_lists(report.subscriptions_list, query.subscriptions, report.stop_ms !== undefined),
    ...(query.auth && report.claims && { jwt: report.claims.jwt, issuer_key: report.claims.issuer_key }),
    ...(query.auth && { name_tag: report.claims?.account_name || report.account }),
    ...(query.auth && report.claims?.tags.length && { tags: report.claims.tags }),
  }
}
