// Made-up facts: a cluster of three that is well, of which tests change what they are about.
import type { DialFact, Facts, MonitorSaid, PeerSeen, ServerSaid } from '../../src/doctor/facts.ts'
import { diagnosis } from '../../src/doctor/diagnosis.ts'
import { COMMAND_LINE, type Target } from '../../src/doctor/target.ts'

export const NOW_MS = Date.parse('2026-06-01T12:00:00Z')

export function target(about: Partial<Target> = {}): Target {
  return { door: 'client', host: '127.0.0.1', port: 4222, tls: false, told_by: COMMAND_LINE, is_guess: false, ...about }
}

export function said(name: string, about: Partial<ServerSaid> = {}): ServerSaid {
  return {
    ...{ id: `N${name.toUpperCase()}`, name, version: '2.12.0', go: 'onehop/0.1.0 node20', cluster: 'c' },
    ...{ max_payload: 1_048_576, connect_urls: ['127.0.0.1:4222', '127.0.0.1:4223'], ws_connect_urls: [] },
    ...{ is_lame_duck: false, needs_login: false, needs_tls: false },
    ...about,
  }
}

export function dial(server: ServerSaid | null, about: Partial<DialFact> = {}): DialFact {
  const own = about.target ?? target()
  return {
    ...{ target: own, told_by: [own.told_by], trouble: null, why: '', ips: ['127.0.0.1'], server, tls: null },
    ...{ login: 'none', login_why: '', rtt_ms: 1, monitor: null },
    ...about,
  }
}

export const peer = (name: string, about: Partial<PeerSeen> = {}): PeerSeen => ({
  ...{ id: `N${name.toUpperCase()}`, name, connections: 1, rtt_ms: 1, compression: '' },
  ...about,
})

export function monitor(peers: readonly string[], about: Partial<MonitorSaid> = {}): MonitorSaid {
  return {
    ...{ now_ms: NOW_MS, asked_ms: NOW_MS, slack_ms: 1, has_cluster: true, pool_size: 0, slow_consumers: 0 },
    ...{ peers: peers.map((name) => peer(name)), missing: [], health: '', listens_on: '127.0.0.1' },
    ...about,
  }
}

/** What is different at one of three. */
export interface Difference {
  readonly said?: Partial<ServerSaid>
  readonly dial?: Partial<DialFact>
  readonly monitor?: Partial<MonitorSaid> | null
}

const NAMES = ['a', 'b', 'c'] as const

/** Members a, b and c, each at a port for clients and at its monitoring. */
export function three(
  different: Partial<Record<(typeof NAMES)[number], Difference>> = {},
  more: Partial<Facts> = {},
): Facts {
  const dials = NAMES.flatMap((name, i) => {
    const own = different[name] ?? {}
    const server = said(name, own.said)
    const client = dial(server, { target: target({ port: 4222 + i }), login: 'accepted', ...own.dial })
    if (own.monitor === null) return [client]
    const others = NAMES.filter((other) => other !== name)
    const http = target({ door: 'monitor', port: 8222 + i })
    return [client, dial(server, { target: http, rtt_ms: null, monitor: monitor(others, own.monitor) })]
  })
  return facts(dials, more)
}

export function facts(dials: readonly DialFact[], more: Partial<Facts> = {}): Facts {
  return { now_ms: NOW_MS, timeout_ms: 2_000, has_credentials: false, dials, left_out: 0, probe: null, ...more }
}

/** What is found, as `severity PLACE: what`. */
export const found = (about: Facts): string[] =>
  diagnosis(about).map(({ severity, place, what }) => `${severity} ${place}: ${what}`)
