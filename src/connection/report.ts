// What a connection tells of itself when monitoring asks. Plain data: it crosses threads.
import type { Clock } from '../base/clock.ts'
import { CLOSED_SUBSCRIPTIONS_MAX } from '../base/limits.ts'
import type { SignedClaims } from '../auth/identity.ts'
import type { RouteShare } from '../broker/route_share.ts'
import type { Requester } from './requester.ts'

export interface SubscriptionReport {
  account: string
  subject: string
  queue?: string
  sid: string
  messages: number
  max?: number
  cid: number
}

/** Counts and times that clients and routes share. Times are milliseconds since 1970. */
export interface TrafficReport {
  cid: number
  ip: string
  port: number
  start_ms: number
  last_activity_ms: number
  /** Undefined until a PONG came. */
  rtt_us?: number
  pending_bytes: number
  in_messages: number
  out_messages: number
  in_bytes: number
  out_bytes: number
  subscriptions: number
  /** Present when asked for; found in the index, not by the connection. */
  subscriptions_list?: SubscriptionReport[]
}

/** What a handshake has agreed on. */
export interface TlsReport {
  /** As in `1.3`. */
  version: string
  cipher: string
  /** It came before INFO. */
  first: boolean
}

/** PEM texts; `verified`: by an authority that we trust. */
export interface PeerCertificates {
  verified: boolean
  chain: string[]
}

export interface ClientReport extends TrafficReport {
  /** Absent: plain text. */
  tls?: TlsReport
  is_websocket?: boolean
  name?: string
  lang?: string
  version?: string
  account: string
  authorized_user?: string
  /** The key of the trusted proxy that it has come by; absent: none. */
  proxy?: string
  /** Present where they are signed. */
  claims?: SignedClaims
  /** How often a publisher was held back because of it or it was held back. */
  stalls: number
  /** Set once it ended. */
  stop_ms?: number
  reason?: string
}

export interface RouteReport extends TrafficReport {
  remote_id: string
  remote_name: string
  did_solicit: boolean
  is_configured: boolean
  /** The only one it carries, where it is one. */
  account?: string
  /** Absent: none. */
  interest_repairs?: number
}

/** What the clients of an account on one thread are, and have done. */
export interface AccountSums {
  account: string
  connections: number
  subscriptions: number
  in_messages: number
  in_bytes: number
  out_messages: number
  out_bytes: number
  /** What waits for them. */
  pending_bytes: number
}

/** What traffic_report reads of a connection. */
export interface Reportable {
  readonly cid: number
  readonly ip: string
  readonly port: number
  readonly start_ms: number
  readonly last_activity_ms: number
  readonly in_messages: number
  readonly in_bytes: number
  readonly outbox: { readonly pending: number; readonly out_messages: number; readonly out_bytes: number }
}

/** The part that is the same for every kind of connection. */
export function traffic_report(
  connection: Reportable,
  rtt_us: number | undefined,
  subscriptions: number,
  clock: Clock,
): TrafficReport {
  const { outbox } = connection
  const report: TrafficReport = {
    cid: connection.cid,
    ip: connection.ip,
    port: connection.port,
    start_ms: connection.start_ms,
    last_activity_ms: clock.wall_ms() - (clock.now_ms() - connection.last_activity_ms),
    pending_bytes: outbox.pending,
    in_messages: connection.in_messages,
    out_messages: outbox.out_messages,
    in_bytes: connection.in_bytes,
    out_bytes: outbox.out_bytes,
    subscriptions,
  }
  if (rtt_us !== undefined) report.rtt_us = rtt_us
  return report
}

/** What client_report reads of a client. */
export interface ReportableClient {
  readonly connection: Reportable & { readonly stalls: number }
  readonly keepalive: { readonly rtt_us: number | undefined }
  readonly subscriptions: { readonly count: number }
  readonly session: Requester['session']
  readonly door: string
  readonly tls: TlsReport | null
}

/** A client's report: who it is, and what went through it. A thousand are made for a page, so none is made of many objects. */
export function client_report(client: ReportableClient, clock: Clock): ClientReport {
  const { connection, keepalive, session, subscriptions, door, tls } = client
  const { account_name, identity, name, lang, version, proxy } = session
  const report = traffic_report(connection, keepalive.rtt_us, subscriptions.count, clock) as ClientReport
  report.account = account_name
  report.stalls = connection.stalls
  if (name !== '') report.name = name
  if (lang !== '') report.lang = lang
  if (version !== '') report.version = version
  if (door === 'websockets') report.is_websocket = true
  if (tls !== null) report.tls = tls
  if (identity !== null && identity.user !== '') report.authorized_user = identity.user
  if (identity?.claims !== undefined) report.claims = identity.claims
  if (proxy) report.proxy = proxy
  return report
}

/** What closed_report reads of one, besides. */
export interface EndedClient extends ReportableClient {
  readonly subscriptions: { readonly count: number; reports(account: string, cid: number): SubscriptionReport[] }
}

/** As it is remembered when it has ended. */
export function closed_report(client: EndedClient, clock: Clock, reason: string): ClientReport {
  const { subscriptions, session, connection } = client
  const shows_subscriptions = subscriptions.count <= CLOSED_SUBSCRIPTIONS_MAX
  return {
    ...client_report(client, clock),
    ...(shows_subscriptions && { subscriptions_list: subscriptions.reports(session.account_name, connection.cid) }),
    ...{ stop_ms: clock.wall_ms(), reason },
  }
}

/** A route's report: what the membership said of it, and what went through it. */
export function route_report(
  role: { remote_id: string; remote_name: string; solicited: boolean; explicit: boolean; share: RouteShare },
  traffic: TrafficReport,
  interest_repairs: number,
): RouteReport {
  const { remote_id, remote_name, solicited, explicit, share: { account } } = role
  return {
    ...traffic,
    ...{ remote_id, remote_name, did_solicit: solicited, is_configured: explicit },
    ...(account !== '' && { account }),
    ...(interest_repairs > 0 && { interest_repairs }),
  }
}
