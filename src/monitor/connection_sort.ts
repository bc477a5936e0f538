// The orders of /connz (reference ops.md 5.4).
import type { ClientReport } from '../connection/report.ts'
import { type ConnectionState, ParameterError } from './parameters.ts'

type Value = (report: ClientReport, now_ms: number) => number
/** A value to order by; -1 puts the largest first. */
type Order = readonly [direction: 1 | -1, value: Value]

const end_ms = (report: ClientReport, now_ms: number) => report.stop_ms ?? now_ms

const ORDERS = Object.freeze({
  cid: [1, (report) => report.cid],
  start: [1, (report) => report.start_ms],
  subs: [-1, (report) => report.subscriptions],
  pending: [-1, (report) => report.pending_bytes],
  msgs_to: [-1, (report) => report.out_messages],
  msgs_from: [-1, (report) => report.in_messages],
  bytes_to: [-1, (report) => report.out_bytes],
  bytes_from: [-1, (report) => report.in_bytes],
  last: [-1, (report) => report.last_activity_ms],
  idle: [-1, (report, now_ms) => end_ms(report, now_ms) - report.last_activity_ms],
  rtt: [-1, (report) => report.rtt_us ?? 0],
  // Against its name the youngest comes first: nats-server does so.
  uptime: [1, (report, now_ms) => end_ms(report, now_ms) - report.start_ms],
  stop: [-1, (report) => report.stop_ms ?? 0],
}) satisfies Readonly<Record<string, Order>>

export type ConnectionSort = keyof typeof ORDERS | 'reason'

/** The order that the text names; '' is by cid. Throws ParameterError. */
export function parse_sort(text: string, state: ConnectionState): ConnectionSort {
  if (text === '') return 'cid'
  if (text !== 'reason' && !Object.hasOwn(ORDERS, text)) throw new ParameterError(`invalid sorting option: ${text}`)
  if ((text === 'stop' || text === 'reason') && state !== 'closed') {
    throw new ParameterError(`sort by ${text} only valid on closed connections`)
  }
  return text as ConnectionSort
}

/** Compares by the order, and by cid where it does not decide, so that pages do not overlap. */
export function compare_connections(sort: ConnectionSort, now_ms: number) {
  if (sort === 'reason') {
    return (a: ClientReport, b: ClientReport) => {
      const [left, right] = [a.reason ?? '', b.reason ?? '']
      return left < right ? -1 : left > right ? 1 : a.cid - b.cid
    }
  }
  const [direction, value]: Order = ORDERS[sort]
  return (a: ClientReport, b: ClientReport) => direction * (value(a, now_ms) - value(b, now_ms)) || a.cid - b.cid
}
