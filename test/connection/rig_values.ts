// What tests with the actor rig compare with, and what peers say there.
import { WHOLE_SHARE } from '../../src/broker/route_share.ts'
import type { RouteCommand } from '../../src/connection/route_events.ts'

/** Of `left`, when nothing is. */
export const NOTHING = Object.freeze({
  ...{ actors: 0, records: 0 },
  subscriptions: 0,
  held_back: 0,
  closing: 0,
  connections: 0,
  in_accounts: 0,
  timers: 0,
  pins: 0,
  dirty: 0,
})

/** The INFO of a peer. */
export function peer_info(fields: object = {}): string {
  const always = { server_id: 'NPEER', server_name: 'peer', version: '2.10.0', proto: 1, go: 'go', host: 'h', port: 1 }
  return `INFO ${
    JSON.stringify({ ...always, headers: true, max_payload: 1, cluster: 'C', lnoc: true, lnocu: true, ...fields })
  }\r\n`
}

export const register: RouteCommand & { kind: 'register' } = {
  kind: 'register',
  remote_id: 'NPEER',
  remote_name: 'peer',
  solicited: false,
  explicit: false,
  headers: true,
  lnocu: true,
  traces: true,
  own_kind: false,
  share: WHOLE_SHARE,
}
