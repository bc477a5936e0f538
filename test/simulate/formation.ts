// How a mesh forms when many servers start at once and know nothing but one seed.
import { disagreement } from './agreement.ts'
import { ClusterSimulation } from './cluster_simulation.ts'

export interface Formation {
  servers: number
  /** Until every server has exactly one route to every other one. */
  whole_ms: number
  dials: number
  dials_per_pair: number
  /** Connections that were closed for another one to the same server. */
  duplicates: number
}

/** `is_old`: all of them behave as nats-server 2.9. Latency is up to 1 ms each way. */
export function form_mesh(servers: number, is_old: boolean, seed = 1): Formation {
  const numbers = Array.from({ length: servers }, (_, i) => i)
  const simulation = new ClusterSimulation({
    lists: numbers.map((i) => i === 0 ? [] : [0]),
    latency_ms_max: 1,
    dynamic_names: false,
    connect_retries: 0,
    connect_backoff: false,
    old: new Set(is_old ? numbers : []),
  }, seed)
  for (const server of simulation.servers) simulation.start(server)
  while (disagreement(simulation) !== undefined && simulation.now_ms < 60_000) simulation.run(simulation.now_ms + 1)
  const whole_ms = simulation.now_ms
  // Crossing dials and what follows from them.
  simulation.run(whole_ms + 3_000)
  const { dials, duplicates } = simulation
  return { servers, whole_ms, dials, dials_per_pair: dials / (servers * (servers - 1) / 2), duplicates }
}
