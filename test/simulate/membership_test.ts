import * as assert from 'uvu/assert'
import { seeded_random } from '../../src/base/prng.ts'
import { suite } from '../harness.ts'
import { ClusterSimulation, type Plan } from './cluster_simulation.ts'

const test = suite('simulate/membership', 120_000)

const SEEDS_PER_SHAPE = 150
const FAULTS_MS = 8_000
/** After the last fault the mesh must be whole within this time, and stay so. */
const RECOVERY_MS = 60_000
const QUIET_MS = 8_000

type Lists = (count: number) => number[][]
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Who lists whom. In each the servers can come to know all others, directly or by gossip. */
const SHAPES: Record<string, Lists> = {
  full: (count) => numbers(count).map((i) => numbers(count).filter((j) => j !== i)),
  full_with_self: (count) => numbers(count).map(() => numbers(count)),
  seed: (count) => numbers(count).map((i) => i === 0 ? [] : [0]),
  star: (count) => numbers(count).map((i) => i === 0 ? numbers(count).slice(1) : []),
  chain: (count) => numbers(count).map((i) => i === 0 ? [] : [i - 1]),
  ring: (count) => numbers(count).map((i) => [(i + 1) % count]),
  by_name: (count) => numbers(count).map(() => numbers(count).map((j) => -1 - j)),
  twice: (count) => numbers(count).map((i) => i === 0 ? [] : [0, -1]),
}

function make(shape: string, seed: number): ClusterSimulation {
  const random = seeded_random(seed)
  const plan: Plan = {
    lists: SHAPES[shape](2 + random.below(7)),
    latency_ms_max: [1, 5, 30][random.below(3)],
    dynamic_names: random.below(4) === 0,
    connect_retries: 30,
    connect_backoff: random.below(4) === 0,
  }
  return new ClusterSimulation(plan, seed)
}

/** Starts all servers within moments of each other, then crashes, restarts, refuses and cuts for a while. */
function torment(simulation: ClusterSimulation): void {
  const { servers, random } = simulation
  for (const server of servers) simulation.at(random.below(random.below(2) ? 20 : 2000), () => simulation.start(server))
  simulation.is_faulty = random.below(4) > 0
  if (simulation.is_faulty) {
    for (let i = random.below(2 * servers.length); i > 0; i--) {
      const server = servers[random.below(servers.length)]
      const at_ms = random.below(FAULTS_MS)
      if (random.below(2)) simulation.at(at_ms, () => simulation.cut(server))
      else {
        simulation.at(at_ms, () => simulation.crash(server))
        simulation.at(at_ms + random.below(3000), () => simulation.start(server))
      }
    }
  }
  simulation.run(FAULTS_MS)
  simulation.is_faulty = false
  for (const server of servers) simulation.start(server)
}

/** Throws unless the mesh becomes whole in time, stays whole, and comes to rest. */
function must_settle(simulation: ClusterSimulation): void {
  const end_ms = FAULTS_MS + RECOVERY_MS
  let why: string | undefined
  while ((why = simulation.disagreement()) !== undefined) {
    if (simulation.now_ms >= end_ms) throw new Error(`not whole: ${why}`)
    simulation.run(simulation.now_ms + 100)
  }
  // Searches that were under way may still end in a duplicate; with backoff the last may come late.
  simulation.run(simulation.now_ms + 35_000)
  const settled_ms = simulation.now_ms
  simulation.run(settled_ms + QUIET_MS)
  why = simulation.disagreement()
  if (why !== undefined) throw new Error(`whole no more: ${why}`)
  if (simulation.last_dial_ms > settled_ms) throw new Error('it still dials')
  for (const server of simulation.servers) {
    const { links, peers, dials } = server.membership!.size
    if (links !== peers || dials !== 0) throw new Error(`${server.id} keeps ${links} links, ${dials} dials`)
    if (server.self_dials > 1) throw new Error(`${server.id} dialled itself ${server.self_dials} times`)
  }
}

for (const [index, shape] of Object.keys(SHAPES).entries()) {
  test(`a mesh becomes whole after faults: ${shape}`, () => {
    for (let i = 0; i < SEEDS_PER_SHAPE; i++) {
      const seed = (index + 1) * 10_000 + i
      const simulation = make(shape, seed)
      try {
        torment(simulation)
        must_settle(simulation)
      } catch (error) {
        console.error(`shape ${shape}, seed ${seed}\n${simulation.history.slice(-80).join('\n')}`)
        throw error
      }
    }
  })
}

test('the same seed gives the same history', () => {
  const [one, two] = [1, 2].map(() => {
    const simulation = make('full', 77)
    torment(simulation)
    return simulation.history
  })
  assert.equal(one, two)
})

test.run()
