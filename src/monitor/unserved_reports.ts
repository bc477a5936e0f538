// /gatewayz, /leafz and /jsz of a server that has none of it (reference ops.md 5.10): tools ask all the same.
import type { ServerReport } from './reports.ts'
import { rfc3339 } from '../base/go_time.ts'

const head = ({ server_id, now_ms }: ServerReport) => ({ server_id, now: rfc3339(now_ms) })

export const gatewayz_report = (server: ServerReport): object => (
  { ...head(server), outbound_gateways: {}, inbound_gateways: {} }
)

export const leafz_report = (server: ServerReport): object => ({ ...head(server), leafnodes: 0, leafs: [] })

export const jsz_report = (server: ServerReport): object => ({
  ...{ memory: 0, storage: 0, reserved_memory: 0, reserved_storage: 0, accounts: 0, ha_assets: 0 },
  api: { level: 0, total: 0, errors: 0 },
  ...head(server),
  disabled: true,
  config: { max_memory: 0, max_storage: 0 },
  ...{ streams: 0, consumers: 0, messages: 0, bytes: 0, total: 0 },
})
