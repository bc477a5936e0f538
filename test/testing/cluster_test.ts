// The kit against real clients: what it breaks is broken, and what it heals is whole again.
import * as assert from 'uvu/assert'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { system_clock } from '../../src/base/clock.ts'
import { open_server } from '../../src/embedding/embedded_server.ts'
import { Cluster, type ClusterOptions, startCluster } from '../../src/test.ts'
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

/** Numbers that a subscriber at one server got of what a publisher at another one sent. */
async function numbers(cluster: Cluster, from: string, to: string, subject = 'n') {
  const [publisher, subscriber] = [await client(cluster, from), await client(cluster, to)]
  const got: { number: number; at_ms: number }[] = []
  subscriber.subscribe(subject, {
    callback: (_error, message) => void got.push({ number: Number(message.string()), at_ms: performance.now() }),
  })
  await subscriber.flush()
  await cluster.waitForInterest(subject, { at: from, from: to })
  const send = async (first: number, count: number) => {
    for (let i = first; i < first + count; i++) publisher.publish(subject, String(i))
    await publisher.flush()
  }
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return { got, send, until, list: () => got.map(({ number }) => number) }
}

test('a silent partition holds bytes back as TCP does: if nobody gave up, they come late', async () => {
  const cluster = await start()
  const { got, send, until, list } = await numbers(cluster, 'a', 'b')
  cluster.partition(['a'], ['b'], { silent: true })
  await send(0, 10)
  await cluster.advance(300)
  assert.equal(got, [])
  cluster.heal()
  await until(() => got.length === 10)
  assert.equal(list(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('with a virtual clock a silent partition is noticed without anybody waiting for it, and what it held is lost', async () => {
  const cluster = await start(3, { clock: 'virtual' })
  const { got, send, until } = await numbers(cluster, 'a', 'b')
  cluster.partition(['a'], ['b', 'c'], { silent: true })
  await send(0, 10)
  const begin = performance.now()
  await cluster.waitForSplit(['a'], ['b', 'c'])
  await cluster.advance(60_000)
  cluster.heal()
  await cluster.waitForMesh()
  await cluster.waitForInterest('n', { at: 'a', from: 'b' })
  assert.ok(performance.now() - begin < 8_000, 'a minute has passed in less')
  await send(10, 1)
  await until(() => got.length === 1)
  assert.is(got[0].number, 10)
})

test('a one-way partition lets one direction through, until those who hear nothing give up', async () => {
  const cluster = await start(2, { clock: 'virtual' })
  const there = await numbers(cluster, 'a', 'b'), back = await numbers(cluster, 'b', 'a', 'm')
  cluster.partition(['a'], ['b'], { oneWay: true })
  await there.send(0, 3)
  await back.send(0, 3)
  await back.until(() => back.got.length === 3)
  await cluster.advance(10)
  assert.equal(there.got, [])
  await cluster.waitForSplit(['a'], ['b'])
  cluster.heal()
  await cluster.waitForMesh()
})

test('what is delayed comes late and in order', async () => {
  const cluster = await start(2)
  const { got, send, until, list } = await numbers(cluster, 'a', 'b')
  cluster.delay('a', 'b', 100, 50)
  const begin = performance.now()
  for (let i = 0; i < 20; i++) await send(i, 1)
  await until(() => got.length === 20)
  assert.equal(list(), Array.from({ length: 20 }, (_, i) => i))
  assert.ok(got[0].at_ms - begin >= 95, `came after ${got[0].at_ms - begin} ms`)
})

test('of messages a share is lost, the same ones with the same seed; the connection lives on', async () => {
  const runs: number[][] = []
  for (const seed of [7, 7, 8]) {
    const cluster = await start(2, { seed })
    const { send, until, list } = await numbers(cluster, 'b', 'a')
    cluster.drop('b', 'a', 0.5)
    await send(0, 200)
    cluster.drop('b', 'a', 0)
    await send(1000, 1)
    await until(() => list().includes(1000))
    assert.is((await cluster.member('a').server.monitor('/routez') as { num_routes: number }).num_routes, 1)
    runs.push(list())
  }
  assert.equal(runs[0], runs[1])
  assert.not.equal(runs[0], runs[2])
  assert.ok(runs[0].length > 60 && runs[0].length < 140, `${runs[0].length} of 200 came`)
})

test('what stands still hears nothing, says nothing, and loses nothing', async () => {
  const cluster = await start(2)
  const { got, send, until } = await numbers(cluster, 'a', 'b')
  cluster.freeze('b')
  await send(0, 5)
  await cluster.advance(200)
  assert.equal([got.length, cluster.member('b').state], [0, 'frozen'])
  cluster.thaw('b')
  await until(() => got.length === 5)
})

test('a client that comes to a server that stands still is served when it goes on', async () => {
  const cluster = await start(1)
  cluster.freeze(0)
  let is_in = false
  const coming = client(cluster, 0).then(() => is_in = true)
  await cluster.advance(150)
  assert.is(is_in, false)
  cluster.thaw(0)
  await coming
})

test('who stands still for long is given up by its peers, and comes back', async () => {
  const cluster = await start(3, { clock: 'virtual' })
  cluster.freeze('b')
  await cluster.waitForSplit(['b'], ['a', 'c'])
  cluster.thaw('b')
  await cluster.waitForMesh()
})

test('a killed server is gone at once and comes back at the same ports', async () => {
  const cluster = await start()
  const b = await client(cluster, 'b')
  const { url } = cluster.member('b')
  const closed = b.closed()
  await cluster.kill('b')
  await closed
  assert.is(cluster.member('b').state, 'stopped')
  assert.throws(() => cluster.member('b').server, 'b is stopped')
  await cluster.waitForSplit(['b'], ['a', 'c'])
  await cluster.restart('b')
  await cluster.waitForMesh()
  assert.is(cluster.member('b').url, url)
  await (await client(cluster, 'b')).flush()
})

test('the seed server can be killed and started again, too', async () => {
  const cluster = await start(3)
  await cluster.kill(0)
  await cluster.restart(0)
  await cluster.waitForMesh()
})

test('a client that is made slow is found to be a slow consumer by the server', async () => {
  const cluster = await start(1, { configuration: { max_pending: 200_000, max_payload: 20_000 } })
  const [slow, fast, publisher] = [
    await client(cluster, 0, { name: 'slow' }),
    await client(cluster, 0, { name: 'fast' }),
    await client(cluster, 0),
  ]
  let got = 0
  slow.subscribe('x', { callback: () => {} })
  fast.subscribe('x', { callback: () => void got++ })
  await Promise.all([slow.flush(), fast.flush()])
  cluster.slow('slow', 1_000)
  const gone = slow.closed()
  const payload = new Uint8Array(10_000)
  for (let i = 0; i < 40; i++) publisher.publish('x', payload)
  await publisher.flush()
  await gone
  while (got < 40) await new Promise((resolve) => setTimeout(resolve, 2))
})

test('a client that reads nothing is known by a function, and reads all of it when it is healed', async () => {
  const cluster = await start(1)
  const [slow, publisher] = [await client(cluster, 0, { name: 'reader 1' }), await client(cluster, 0)]
  let got = 0
  slow.subscribe('x', { callback: () => void got++ })
  await slow.flush()
  cluster.slow(({ name }) => name.startsWith('reader'), 0)
  for (let i = 0; i < 100; i++) publisher.publish('x', new Uint8Array(1_000))
  await publisher.flush()
  await cluster.advance(100)
  assert.is(got, 0)
  cluster.heal()
  while (got < 100) await new Promise((resolve) => setTimeout(resolve, 2))
})

test('in lame duck mode clients go elsewhere before the server ends', async () => {
  const cluster = await start(2)
  const nats = await client(cluster, 'a', { reconnect: true, reconnectTimeWait: 20, ignoreClusterUpdates: false })
  await cluster.lameDuck('a')
  await cluster.waitForInterest('y', { deadline: 0 }).catch((error) => {
    assert.is(error.message, 'interest in y: not within 0 ms: b has not heard of subject y')
  })
  nats.subscribe('y', { callback: () => {} })
  await cluster.waitForInterest('y')
  assert.is(cluster.member('a').state, 'stopped')
})

test('whoever waits in vain is told what was missing', async () => {
  const cluster = await start(3)
  const fails = async (waiting: Promise<void>, text: string) => {
    const error = await waiting.then(() => null, (reason) => reason)
    assert.is(error?.message, text)
  }
  await fails(
    cluster.waitForInterest('x', { at: ['a', 2], from: 'b', deadline: 20 }),
    'interest in x: not within 20 ms: a has not heard of subject x from b; c has not heard of subject x from b',
  )
  cluster.partition([0], [2])
  await cluster.waitForSplit([0], [2])
  await fails(
    cluster.waitForMesh(20),
    'the mesh is not whole: not within 20 ms: a has no route to c; c has no route to a',
  )
  await fails(
    cluster.waitForSplit(['a'], ['b'], 20),
    'the mesh is not parted: not within 20 ms: a has a route to b; b has a route to a',
  )
  assert.throws(() => cluster.member('d'), 'there is no member d; there are a, b, c')
  assert.throws(() => cluster.drop(0, 1, 2), 'a share is a number from 0 to 1, not 2')
})

test('nobody hears of a server that is killed behind a broken cable', async () => {
  const cluster = await start(2)
  cluster.partition(['a'], ['b'], { silent: true })
  await cluster.kill('b')
  const routes = async () => (await cluster.member('a').server.monitor('/routez') as { num_routes: number }).num_routes
  assert.is(await routes(), 1)
  cluster.heal()
  await cluster.waitForSplit(['a'], ['b'])
  await cluster.restart('b')
  await cluster.waitForMesh()
})

test('two servers are not called the same', () => {
  assert.throws(() => new Cluster(2, { names: ['b'] }), 'two servers would be called b')
})

test('servers that have workers run and are waited for, but nobody comes between', async () => {
  const cluster = await start(2, { configuration: (name) => ({ workers: name === 'a' ? 0 : 1 }), names: ['a', 'w'] })
  const text = 'w has workers: only a server that has none can be disturbed'
  assert.throws(() => cluster.partition(['a'], ['w']), text)
  assert.throws(() => cluster.freeze('w'), text)
  assert.throws(() => cluster.slow('x', 0), text)
  assert.throws(() => new Cluster(1, { clock: 'virtual', configuration: { workers: 1 }, names: ['w'] }), text)
  assert.is((await cluster.kill('w').catch((error) => error)).message, text)
  await cluster.restart('w')
  await cluster.waitForMesh()
  const seams = open_server({ workers: 1 }, {}, { clock: system_clock() })
  assert.is(
    (await seams.catch((error) => error)).message,
    'a clock or a network of one\'s own needs "workers: 0", not 1: functions do not cross threads',
  )
})

test('the block cluster may be configured, and lines of the log tell whose they are', async () => {
  const lines: string[] = []
  const cluster = await start(2, {
    configuration: { cluster: { name: 'mine' } },
    names: ['one', 'two'],
    log: (member, level, text) => void lines.push(`${member} ${level} ${text}`),
  })
  assert.is((await client(cluster, 'two')).info?.cluster, 'mine')
  assert.ok(lines.includes('one INF Server is ready'))
  assert.ok(lines.includes('two INF Cluster name is mine'))
})

test.run()
