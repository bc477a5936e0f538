// The event that tells an exporter how long a request to its service took (reference client.md 5.9).
import type { LatencySettings } from '../auth/account_imports.ts'
import { json_bytes } from '../base/bytes.ts'
import type { Headers } from '../wire/trace_header.ts'

/** A request that is measured. */
export interface Measured {
  readonly latency: LatencySettings
  /** Who asks, as Nats-Request-Info has it. */
  readonly requestor: string
  /** How far away that is, in milliseconds. */
  readonly rtt_ms: number
  /** Clock of the thread. */
  readonly start_ms: number
  /** Milliseconds since 1970. */
  readonly start_wall_ms: number
  /** Those headers of the request that asked for it; absent: it was chosen by lot. */
  readonly headers?: Headers
}

/** What became of the request: it was answered, nobody took it, or no answer came. */
export type LatencyStatus = 200 | 503 | 504

const DESCRIPTIONS: Readonly<Record<number, string>> = { 503: 'Service Unavailable', 504: 'Service Timeout' }
const TYPE = 'io.nats.server.metric.v1.service_latency'
const NANOS_PER_MS = 1e6
const nanos = (ms: number) => Math.round(ms * NANOS_PER_MS)

/** The body of the event. `id`: another one each time. */
export function latency_event(
  { requestor, rtt_ms, start_ms, start_wall_ms, headers }: Measured,
  status: LatencyStatus,
  id: string,
  now_ms: number,
  wall_ms: number,
): Uint8Array {
  const service_ms = Math.max(0, now_ms - start_ms)
  const event = {
    type: TYPE,
    id,
    timestamp: new Date(wall_ms).toISOString(),
    status,
    ...(status !== 200 && { description: DESCRIPTIONS[status] }),
    requestor: JSON.parse(requestor),
    ...(headers !== undefined && { header: headers }),
    start: new Date(start_wall_ms - rtt_ms).toISOString(),
    service: status === 200 ? nanos(service_ms) : 0,
    system: 0,
    total: nanos(service_ms + rtt_ms),
  }
  return json_bytes(event)
}
