// The kit against real clients: what it breaks is broken, and what it heals is whole again.
import * as assert from 'uvu/assert'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { type Cluster, type ClusterOptions, startCluster } from '../../src/test.ts'
import { suite } from '../harness.ts'

const test = suite('testing/cluster', 30_000)

const clusters = new Set<Cluster>()
const clients = new Set<NatsConnection>()
async function start(count = 3, options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await startCluster(count, options)
  clusters.add(cluster)
  return cluster
}
async function client(cluster: Cluster, id: number | string, options: object = {}): Promise<NatsConnection> {
  const connection = await connect({ servers: cluster.member(id).url, reconnect: false, ...options })
  clients.add(connection)
  return connection
}
test.after.each(async () => {
  await Promise.all([...clients].map((each) => each.close().catch(() => {})))
  await Promise.all([...clusters].map((each) => each.stop()))
  clients.clear()
  clusters.clear()
})

test('a partition of three is noticed at once, and heals in a moment', async () => {
  const begin = performance.now()
  const cluster = await start()
  const [a, c] = [await client(cluster, 'a'), await client(cluster, 2)]
  const got: string[] = []
  c.subscribe('x', { callback: (_error, message) => void got.push(message.string()) })
  await c.flush()
  await cluster.waitForInterest('x', { from: 'c' })
  a.publish('x', 'before')
  await a.flush()
  cluster.partition(['a'], ['b', 'c'])
  await cluster.waitForSplit(['a'], ['b', 'c'])
  await cluster.waitForMesh({ members: ['b', 'c'] })
  a.publish('x', 'meanwhile')
  await a.flush()
  cluster.heal()
  await cluster.waitForMesh()
  await cluster.waitForInterest('x', { at: 'a', from: 'c' })
  a.publish('x', 'behind')
  while (got.at(-1) !== 'behind') await new Promise((resolve) => setTimeout(resolve, 2))
  assert.equal(got, ['before', 'behind'])
  const took = performance.now() - begin
  assert.ok(took < 3_000, `took ${took} ms`)
})

test.run()
