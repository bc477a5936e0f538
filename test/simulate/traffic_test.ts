// Interest and messages of simulated clusters. ONEHOP_SIMULATE=traffic:seed plays one of them again, with its history.
import * as assert from 'uvu/assert'
import { seeded_random } from '../../src/base/prng.ts'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { SHAPES } from './shapes.ts'
import { POOL_SIZE, TrafficCluster } from './traffic_cluster.ts'

const test = suite('simulate/traffic', 600_000)

const SEEDS = process.versions.deno
  ? sized({ short: 30, full: 30, long: 20_000 })
  : sized({ short: 50, full: 300, long: 20_000 })
/** They are looked at all the time. */
const FORMING_SEEDS = Math.max(3, SEEDS / 15)
const [one_kind, one_seed] = (process.env.ONEHOP_SIMULATE ?? '').split(':')

const FAULTS_MS = 8_000
/** So long it may take until a fault is noticed; then the mesh is whole, or becomes so within the recovery. */
const NOTICED_MS = 15_000
const RECOVERY_MS = 60_000
const STIR_MS_MAX = 40
/** A mesh in which nothing breaks is whole by then. */
const FORMED_MS = 2_500
/** Longer than what is under way takes, and than a turn of any server. */
const REST_MS = 500

function make_cluster(seed: number): TrafficCluster {
  const random = seeded_random(seed)
  const count = 2 + random.below(4)
  const shapes = ['full', 'seed', 'star', 'chain', 'ring']
  const lists = SHAPES[shapes[random.below(shapes.length)]](count)
  const pools = random.below(3)
  const address = (index: number) => `10.0.0.${index + 1}`
  const plans = lists.map((list, index) => ({
    index,
    address: address(index),
    routes: list.map(address),
    // None, all, or some of them.
    pool_size: pools === 0 || pools === 1 && random.below(2) === 0 ? 0 : POOL_SIZE,
  }))
  return new TrafficCluster(plans, [1, 5, 30][random.below(3)], seed)
}

/** Starts all servers, and lets clients do what they like while things break. */
async function torment(cluster: TrafficCluster): Promise<void> {
  const { servers, random } = cluster
  for (const index of servers.keys()) cluster.at(random.below(random.below(2) ? 20 : 2000), () => cluster.start(index))
  for (let i = random.below(3 * servers.length); i > 0; i--) plan_fault(cluster, random.below(FAULTS_MS))
  for (let at_ms = 0; at_ms < FAULTS_MS; at_ms += 1 + random.below(STIR_MS_MAX)) cluster.at(at_ms, () => cluster.stir())
  await cluster.run(FAULTS_MS)
  cluster.network.heal()
  for (const index of servers.keys()) cluster.start(index)
}

function plan_fault(cluster: TrafficCluster, at_ms: number): void {
  const { random, servers } = cluster
  const one = random.below(servers.length), other = random.below(servers.length)
  switch (random.below(5)) {
    case 0:
      return cluster.at(at_ms, () => cluster.cut(one, false))
    case 1:
      return cluster.at(at_ms, () => cluster.cut(one, true))
    case 2:
      cluster.at(at_ms, () => cluster.crash(one))
      return cluster.at(at_ms + random.below(3000), () => cluster.start(one))
    case 3:
      return cluster.at(at_ms, () => one !== other && cluster.block(one, other))
    default:
      return cluster.at(at_ms, () => cluster.network.heal())
  }
}

/** Throws unless the mesh becomes whole in time, and then everybody knows what everybody wants and gets it. */
async function must_deliver(cluster: TrafficCluster): Promise<void> {
  await cluster.run(FAULTS_MS + NOTICED_MS)
  let why: string | undefined
  while ((why = cluster.disconnection()) !== undefined) {
    if (cluster.now_ms > FAULTS_MS + RECOVERY_MS) throw new Error(`not whole: ${why}`)
    await cluster.run(cluster.now_ms + 250)
  }
  for (let i = 0; i < 30; i++) cluster.at(cluster.now_ms + i, () => cluster.stir())
  await cluster.run(cluster.now_ms + REST_MS)
  why = cluster.misunderstanding()
  if (why !== undefined) throw new Error(why)
  await cluster.everything_arrives()
  for (const server of cluster.servers) {
    if (server!.interest_repairs > 0) throw new Error(`${server!.id} had to be mended`)
  }
}

async function play(seed: number): Promise<TrafficCluster> {
  const cluster = make_cluster(seed)
  try {
    await torment(cluster)
    await must_deliver(cluster)
  } catch (error) {
    console.error(`seed ${seed}\n${cluster.history.slice(-80).join('\n')}`)
    console.error(`again: ONEHOP_SIMULATE=traffic:${seed} node scripts/run_test.mjs test/simulate/traffic_test.ts`)
    throw error
  }
  return cluster
}

test('in spite of faults no message comes twice or goes round, and in the end everybody knows what is wanted', async () => {
  const first = one_kind === 'traffic' ? Number(one_seed) : 1
  if (one_kind && one_kind !== 'traffic') return
  for (let seed = first; seed < first + (one_kind ? 1 : SEEDS); seed++) await play(seed)
})

/** Starts all servers within start_ms_max, and looks from moment to moment whether something that was known is known no more. */
async function form(cluster: TrafficCluster, start_ms_max: number): Promise<void> {
  const { servers, random } = cluster
  for (const index of servers.keys()) {
    cluster.at(random.below(start_ms_max), () => {
      cluster.start(index)
      cluster.everybody_subscribes()
    })
  }
  let known = new Map<string, number>()
  for (let end_ms = 0; end_ms < FORMED_MS; end_ms += 1) {
    await cluster.run(end_ms)
    const now = cluster.known_interest()
    for (const [pair, count] of known) {
      if ((now.get(pair) ?? 0) < count) {
        throw new Error(`${pair}: knew ${count}, knows ${now.get(pair)} at ${end_ms} ms`)
      }
    }
    known = now
  }
}

test('where nothing breaks interest that is known once stays known, also where servers dial each other at once', async () => {
  const first = one_kind === 'forming' ? Number(one_seed) : 1
  for (let seed = first; seed < first + (one_kind ? 1 : FORMING_SEEDS); seed++) {
    const cluster = make_cluster(seed)
    try {
      await form(cluster, [1, 20, 300][seed % 3])
      await cluster.everything_arrives()
    } catch (error) {
      console.error(`seed ${seed}\n${cluster.history.slice(-80).join('\n')}`)
      console.error(`again: ONEHOP_SIMULATE=forming:${seed} node scripts/run_test.mjs test/simulate/traffic_test.ts`)
      throw error
    }
  }
})

test('the same seed gives the same history', async () => {
  const [one, two] = [await play(7), await play(7)]
  assert.equal(one.history, two.history)
})

test.run()
