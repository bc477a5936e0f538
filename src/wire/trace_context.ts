// Headers by which tracing systems say that a message is part of a trace that is recorded: Jaeger's, Zipkin's (B3), and W3C's.
import type { Headers } from './trace_header.ts'

const UBER = 'Uber-Trace-Id'
const UBER_CONTEXT = 'uberctx-'
const B3 = 'B3'
const B3_SAMPLED = 'X-B3-Sampled'
const B3_TRACE = 'X-B3-Traceid'
const B3_PARTS = [B3_SAMPLED, B3_TRACE, 'X-B3-Parentspanid', 'X-B3-Spanid']
const CONTEXT = 'Traceparent'
const CONTEXT_STATE = 'Tracestate'

/** Those headers, if they say that the trace is recorded; null: they do not, or there are none. */
export function recorded_trace(headers: Headers): Headers | null {
  const values = (name: string) => headers[Object.keys(headers).find((each) => is_same(each, name)) ?? name]
  const pick = (...names: string[]): Headers =>
    Object.fromEntries(names.map((name) => [name, values(name)]).filter(([, value]) => value !== undefined))
  const [uber] = values(UBER) ?? []
  if (uber !== undefined) {
    const context = Object.keys(headers).filter((name) => name.toLowerCase().startsWith(UBER_CONTEXT))
    return is_odd(uber.split(':'), 4, 3) ? pick(UBER, ...context) : null
  }
  const [sampled] = values(B3_SAMPLED) ?? []
  if (sampled === '0') return null
  // An id alone leaves it to whoever gets it.
  if (sampled === '1' || values(B3_TRACE) !== undefined) return pick(...B3_PARTS)
  const [single] = values(B3) ?? []
  if (single !== undefined) {
    const parts = single.split('-')
    return parts[parts.length === 1 ? 0 : 2] === '0' ? null : pick(B3)
  }
  const [context] = values(CONTEXT) ?? []
  const is_recorded = context !== undefined && is_odd(context.split('-'), 4, 3)
  return is_recorded ? pick(CONTEXT, CONTEXT_STATE) : null
}

const is_same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Whether there are so many parts, and the one at that place has its lowest bit set: "recorded". */
function is_odd(parts: readonly string[], count: number, place: number): boolean {
  return parts.length === count && /^[0-9a-f]{1,2}$/i.test(parts[place]) && (parseInt(parts[place], 16) & 1) === 1
}
