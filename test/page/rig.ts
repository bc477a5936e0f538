// Answers of made-up members, for the tests of what the page makes of them.
import type { MemberAnswer, MeshAnswer, MeshReport, RouteSum, Varz } from '../../src/page/mesh_answer.ts'
import type { Seat } from '../../src/page/roster.ts'

export const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
const iso = (ms: number) => new Date(AT_MS + ms).toISOString()

export const route = (remote_id: string, change: Partial<RouteSum> = {}): RouteSum => ({
  ...{ remote_id, remote_name: remote_id.toLowerCase(), connections: 1, rtt_ms: 1, is_configured: false },
  ...{ ip: '10.0.0.9', start: iso(0), in_msgs: 0, out_msgs: 0, in_bytes: 0, out_bytes: 0 },
  ...{ pending_size: 0, subscriptions: 0 },
  ...change,
})

/** A member called as its id in small letters, with routes to those. `ms`: when it answers. */
export const member = (
  id: string,
  peers: readonly (string | RouteSum)[] | null,
  varz: Varz & { ms?: number } = {},
  mesh: Partial<MeshReport> | null = null,
): MemberAnswer => ({
  id,
  varz: { server_name: id.toLowerCase(), host: '0.0.0.0', port: 4222, now: iso(varz.ms ?? 0), ...varz },
  routes: peers === null ? null : peers.map((each) => typeof each === 'string' ? route(each) : each),
  mesh: mesh === null ? null : { workers: [], index: {}, peers: [], events: [], ...mesh },
})

export const mesh = (members: MemberAnswer[], ms = 0): MeshAnswer => ({
  ...{ now: iso(ms), server_id: members[0].id, reach: 'mesh', expected: members.length, took_ms: 1 },
  members,
})

/** As many members as there are ids, each with routes to all others. */
export const whole = (ids: string, ms = 0): MeshAnswer =>
  mesh([...ids].map((id) => member(id, [...ids].filter((other) => other !== id), { ms })), ms)

export const seat = (place: number, answer: MemberAnswer | null, change: Partial<Seat> = {}): Seat => ({
  ...{ key: `m${place}`, place, id: answer?.id ?? 'X', name: answer?.varz.server_name ?? 'x', answer },
  ...{ state: 'here', since_ms: AT_MS, address: '', missed: 0, why: '' },
  ...change,
})
