// Clusters to simulate, and what is done to them.
import { seeded_random } from '../../src/base/prng.ts'
import { disagreement } from './agreement.ts'
import { ClusterSimulation, type Plan } from './cluster_simulation.ts'

export const FAULTS_MS = 8_000
/**
 * After the last fault the mesh must be whole within recovery_ms. Searches under way then may still end in a duplicate, and
 * with 2.9 half-open connections are noticed late: rest_ms later nothing may happen any more.
 */
const OWN = { recovery_ms: 40_000, rest_ms: 35_000 }
const MIXED = { recovery_ms: 150_000, rest_ms: 100_000 }
const QUIET_MS = 8_000

type Lists = (count: number) => number[][]
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Who lists whom. In each the servers can come to know all others, directly or by gossip. */
export const SHAPES: Readonly<Record<string, Lists>> = Object.freeze({
  full: (count: number) => numbers(count).map((i) => numbers(count).filter((j) => j !== i)),
  full_with_self: (count: number) => numbers(count).map(() => numbers(count)),
  seed: (count: number) => numbers(count).map((i) => i === 0 ? [] : [0]),
  star: (count: number) => numbers(count).map((i) => i === 0 ? numbers(count).slice(1) : []),
  chain: (count: number) => numbers(count).map((i) => i === 0 ? [] : [i - 1]),
  ring: (count: number) => numbers(count).map((i) => [(i + 1) % count]),
  by_name: (count: number) => numbers(count).map(() => numbers(count).map((j) => -1 - j)),
  twice: (count: number) => numbers(count).map((i) => i === 0 ? [] : [0, -1]),
})

/** The cluster of a shape and seed. Half of them have members that behave as nats-server 2.9. */
export function make_cluster(shape: string, seed: number): ClusterSimulation {
  const random = seeded_random(seed)
  const count = 2 + random.below(7)
  const is_mixed = random.below(2) === 0
  const plan: Plan = {
    lists: SHAPES[shape](count),
    latency_ms_max: [1, 5, 30][random.below(3)],
    dynamic_names: random.below(4) === 0,
    connect_retries: is_mixed ? 30 : 0,
    connect_backoff: random.below(4) === 0,
    old: new Set(is_mixed ? numbers(count).filter(() => random.below(2) === 0) : []),
  }
  return new ClusterSimulation(plan, seed)
}

/** Starts all servers within moments of each other, then does them harm for a while. */
export function torment(simulation: ClusterSimulation): void {
  const { servers, random } = simulation
  for (const server of servers) simulation.at(random.below(random.below(2) ? 20 : 2000), () => simulation.start(server))
  simulation.is_faulty = random.below(4) > 0
  if (simulation.is_faulty) {
    for (let i = random.below(2 * servers.length); i > 0; i--) plan_fault(simulation, random.below(FAULTS_MS))
  }
  simulation.run(FAULTS_MS)
  simulation.is_faulty = false
  simulation.network.heal()
  for (const server of servers) simulation.start(server)
}

function plan_fault(simulation: ClusterSimulation, at_ms: number): void {
  const { servers, random, network } = simulation
  const server = servers[random.below(servers.length)], other = servers[random.below(servers.length)]
  const end_ms = at_ms + random.below(3000)
  switch (random.below(8)) {
    case 0:
      return simulation.at(at_ms, () => simulation.cut(server, false))
    case 1:
      return simulation.at(at_ms, () => simulation.cut(server, true))
    case 2:
      simulation.at(at_ms, () => simulation.crash(server))
      return simulation.at(end_ms, () => simulation.start(server))
    case 3:
      simulation.at(at_ms, () => simulation.stop(server))
      return simulation.at(end_ms, () => simulation.start(server))
    case 4:
      simulation.at(at_ms, () => simulation.freeze(server))
      return simulation.at(end_ms + random.below(4000), () => network.thaw(server.index))
    case 5:
      return simulation.at(at_ms, () => simulation.part(random.below(servers.length)))
    case 6:
      if (server !== other) simulation.at(at_ms, () => simulation.block(server, other))
      return
    default:
      simulation.at(at_ms, () => network.slow(server.index, random.below(500)))
      simulation.at(at_ms, () => simulation.clock_jump_ms += random.below(7_200_000) - 3_600_000)
  }
}

/** Throws unless the mesh becomes whole in time, stays whole, and comes to rest. Returns how long it took, in ms. */
export function must_settle(simulation: ClusterSimulation): number {
  const { recovery_ms, rest_ms } = simulation.servers.some((server) => server.is_old) ? MIXED : OWN
  let why: string | undefined
  while ((why = disagreement(simulation)) !== undefined) {
    if (simulation.now_ms >= FAULTS_MS + recovery_ms) throw new Error(`not whole: ${why}`)
    simulation.run(simulation.now_ms + 100)
  }
  const healed_ms = simulation.now_ms - FAULTS_MS
  simulation.run(simulation.now_ms + rest_ms)
  const settled_ms = simulation.now_ms
  simulation.run(settled_ms + QUIET_MS)
  why = disagreement(simulation)
  if (why !== undefined) throw new Error(`whole no more: ${why}`)
  if (simulation.last_dial_ms > settled_ms) throw new Error('it still dials')
  for (const server of simulation.servers) {
    const { links, peers, dials } = server.membership!.size
    if (links !== peers || dials !== 0) throw new Error(`${server.id} keeps ${links} links, ${dials} dials`)
    if (server.self_dials > 3) throw new Error(`${server.id} dialled itself ${server.self_dials} times`)
  }
  return healed_ms
}
