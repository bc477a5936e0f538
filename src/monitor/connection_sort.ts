// The orders of /connz (reference ops.md 5.4). Threads tell one figure of each open connection; what that means is known here.
import type { ClientReport } from '../connection/report.ts'
import type { SortValue } from '../thread/connection_lists.ts'
import { type ConnectionState, ParameterError } from './parameters.ts'

/** By which figure; -1 puts the largest first. */
interface Order {
  readonly value: SortValue
  readonly direction: 1 | -1
  /** It is about how long ago the figure was: until now, or until the connection ended. */
  readonly is_age?: true
}

const ORDERS = Object.freeze({
  cid: { value: 'cid', direction: 1 },
  start: { value: 'start_ms', direction: 1 },
  subs: { value: 'subscriptions', direction: -1 },
  pending: { value: 'pending_bytes', direction: -1 },
  msgs_to: { value: 'out_messages', direction: -1 },
  msgs_from: { value: 'in_messages', direction: -1 },
  bytes_to: { value: 'out_bytes', direction: -1 },
  bytes_from: { value: 'in_bytes', direction: -1 },
  last: { value: 'last_activity_ms', direction: -1 },
  idle: { value: 'last_activity_ms', direction: -1, is_age: true },
  rtt: { value: 'rtt_us', direction: -1 },
  // Against its name the youngest comes first: nats-server does so.
  uptime: { value: 'start_ms', direction: 1, is_age: true },
}) satisfies Readonly<Record<string, Order>>

/** The last two are of connections that ended. */
export type ConnectionSort = keyof typeof ORDERS | 'stop' | 'reason'

/** What a connection is put in order by. */
export interface Sortable {
  readonly cid: number
  readonly key: number | string
}

/** The order that the text names; '' is by cid. Throws ParameterError. */
export function parse_sort(text: string, state: ConnectionState): ConnectionSort {
  if (text === '') return 'cid'
  const is_of_closed = text === 'stop' || text === 'reason'
  if (!is_of_closed && !Object.hasOwn(ORDERS, text)) throw new ParameterError(`invalid sorting option: ${text}`)
  if (is_of_closed && state !== 'closed') {
    throw new ParameterError(`sort by ${text} only valid on closed connections`)
  }
  return text as ConnectionSort
}

/** The figure that threads are asked for. */
export const sort_value = (sort: ConnectionSort): SortValue =>
  sort === 'stop' || sort === 'reason' ? 'cid' : ORDERS[sort].value

export function open_key(sort: ConnectionSort, value: number, now_ms: number): number {
  const order: Order | null = sort === 'stop' || sort === 'reason' ? null : ORDERS[sort]
  return order?.is_age ? now_ms - value : value
}

export function closed_key(sort: ConnectionSort, report: ClientReport, now_ms: number): number | string {
  if (sort === 'reason') return report.reason ?? ''
  if (sort === 'stop') return report.stop_ms ?? 0
  const order: Order = ORDERS[sort]
  const value = report[order.value] ?? 0
  return order.is_age ? (report.stop_ms ?? now_ms) - value : value
}

/** Compares by the order, and by cid where it does not decide, so that pages do not overlap. */
export function compare_connections(sort: ConnectionSort): (a: Sortable, b: Sortable) => number {
  const direction = sort === 'reason' ? 1 : sort === 'stop' ? -1 : ORDERS[sort].direction
  return (a, b) => a.key < b.key ? -direction : a.key > b.key ? direction : a.cid - b.cid
}
