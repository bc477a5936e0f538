// Answers of meshes that are made up: sizes and faults that real ones seldom have at hand.

const START = Date.UTC(2026, 0, 1)

/**
 * A mesh of `count` members that answers as a server does, with counters that grow from one answer to the next.
 * no_route: pairs [one, other] by number, of which the first one does not know the second; silent: numbers that do not answer.
 */
export function fake_mesh(count, { no_route = [], silent = [], per_second = 900 } = {}) {
  let answers = 0
  const began = Date.now()
  const knows = (one, other) => one !== other && !no_route.some(([a, b]) => a === one && b === other)
  return () => {
    answers++
    const seconds = (Date.now() - began) / 1000 + 60
    const numbers = Array.from({ length: count }, (_, i) => i)
    const now = new Date().toISOString()
    return {
      now,
      server_id: id_of(0),
      reach: 'mesh',
      expected: count,
      took_ms: 12 + answers % 3,
      members: numbers.filter((i) => !silent.includes(i)).map((i) => ({
        id: id_of(i),
        varz: varz_of(i, now, seconds * per_second * (1 + i % 3)),
        routes: numbers.filter((other) => knows(i, other)).map((other) =>
          route_of(i, other, seconds * per_second * (1 + (i + other) % 4))
        ),
        mesh: null,
      })),
    }
  }
}

export const name_of = (i) => `node${i + 1}`
const id_of = (i) => `N${String(i).padStart(2, 'A').padEnd(55, 'B')}`

function varz_of(i, now, messages) {
  const clients = Math.round(messages)
  return {
    server_name: name_of(i),
    version: '2.12.0',
    go: 'onehop/0.1.0 node20.20.2',
    host: `10.0.0.${i + 1}`,
    port: 4222,
    start: new Date(START).toISOString(),
    now,
    mem: 95e6 + i * 4e6,
    cores: 8,
    cpu: 12.5 + i,
    connections: 1234 + 17 * i,
    subscriptions: 5678 + 31 * i,
    ...{ in_client_msgs: clients, in_client_bytes: clients * 128, out_client_msgs: clients * 3 },
    ...{ out_client_bytes: clients * 384, out_msgs: clients * 4, out_bytes: clients * 512 },
    ...{ slow_consumers: i === 2 ? 3 : 0, stale_connections: 0, stalled_clients: i },
    cluster: { name: 'made-up', addr: '0.0.0.0', cluster_port: 6222 },
  }
}

const route_of = (i, other, messages) => ({
  remote_id: id_of(other),
  remote_name: name_of(other),
  connections: 4,
  rtt_ms: 0.2 + ((i + other) % 7) * 0.31,
  is_configured: false,
  ip: `10.0.0.${other + 1}`,
  start: new Date(START).toISOString(),
  ...{ in_msgs: Math.round(messages), out_msgs: Math.round(messages), in_bytes: 1e6, out_bytes: 1e6 },
  ...{ pending_size: 0, subscriptions: 100 },
})
