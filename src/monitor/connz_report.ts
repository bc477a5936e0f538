// /connz: client connections, open and closed (reference ops.md 5.4).
import type { ClientReport } from '../connection/report.ts'
import type { ClientRow, ClientRowList } from '../thread/all_connections.ts'
import type { ClientQuery } from '../thread/connection_lists.ts'
import { closed_key, compare_connections, open_key, parse_sort, sort_value, type Sortable } from './connection_sort.ts'
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
  /** As asked for; checked by client_query, because a wrong one still counts as a request. */
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

/** What threads are asked for. Throws ParameterError for a sort order that does not exist or does not fit the state. */
export function client_query(query: ConnzQuery): ClientQuery & { filter_subject: string } {
  const { account, user, cid, filter_subject } = query
  const sort = sort_value(parse_sort(query.sort, query.state))
  if (filter_subject !== '' && account === '') {
    throw new ParameterError('filter by subject only valid with account filtering')
  }
  return { sort, account, user, cid, filter_subject }
}

export interface ConnzPage {
  total: number
  /** In order: open connections by where they are, and those that ended. */
  connections: (ClientRow | ClientReport)[]
}

/** Which connections are shown. `open`: those that the threads found; `closed`: all that ended. */
export function connz_page(
  query: ConnzQuery,
  now_ms: number,
  open: ClientRowList,
  closed: readonly ClientReport[],
): ConnzPage {
  const sort = parse_sort(query.sort, query.state)
  const in_account = closed.filter(({ account }) => query.account === '' || account === query.account)
  const found: (Sortable & { connection: ClientRow | ClientReport })[] = [
    ...open.rows.map((row) => ({ cid: row.cid, key: open_key(sort, row.value, now_ms), connection: row })),
    // What those had subscribed to is not known any more.
    ...in_account.filter(({ cid, authorized_user }) =>
      query.filter_subject === '' && (query.cid === 0 || cid === query.cid) &&
      (query.user === '' || authorized_user === query.user)
    ).map((report) => ({ cid: report.cid, key: closed_key(sort, report, now_ms), connection: report })),
  ]
  const { offset, limit } = query.page
  return {
    // The total counts before the filters by user and number, as in nats-server.
    total: open.total + in_account.length,
    connections: found.sort(compare_connections(sort)).slice(offset, offset + limit).map((each) => each.connection),
  }
}

/** The object of /connz. `connections`: those of the page, in order. */
export function connz_report(
  query: ConnzQuery,
  server_id: string,
  now_ms: number,
  total: number,
  connections: readonly ClientReport[],
): object {
  return {
    server_id,
    now: rfc3339(now_ms),
    num_connections: connections.length,
    total,
    offset: query.page.offset,
    limit: query.page.limit,
    connections: connections.map((report) => connection_entry(report, query, now_ms)),
  }
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
    ...(report.proxy && { proxy: { key: report.proxy } }),
  }
}
