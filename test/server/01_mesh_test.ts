// The main job inside one process: three servers from one seed, for every number of threads.
import * as assert from 'uvu/assert'
import { type Cluster, type ClusterOptions, startCluster } from '../../src/test.ts'
import { suite } from '../harness.ts'
import { close_clients, payload_of, RawClient } from './raw_client.ts'

const test = suite('server/01_mesh', 20_000)
const clusters: Cluster[] = []
test.after.each(async () => {
  close_clients()
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()))
})

async function start(count: number, configuration: ClusterOptions['configuration']): Promise<Cluster> {
  const cluster = await startCluster(count, { configuration: configuration ?? {} })
  clusters.push(cluster)
  return cluster
}

const port_of = ({ url }: { url: string }): number => Number(new URL(url).port)

const kinds: [string, Exclude<ClusterOptions['configuration'], undefined>][] = [
  ['no worker', { workers: 0 }],
  ['one worker', { workers: 1, route_workers: 0 }],
  ['two workers', { workers: 2, route_workers: 0 }],
  ['two workers and one for routes', { workers: 2, route_workers: 1 }],
]

for (const [name, configuration] of kinds) {
  test(`three servers from one seed pass each message on once (${name})`, async () => {
    const cluster = await start(3, configuration)
    const subscribers = await Promise.all(cluster.servers.map((server) => subscribe(port_of(server))))
    const publishers = await Promise.all(cluster.servers.map((server) => RawClient.connect(port_of(server))))
    for (const [i, { ready }] of subscribers.entries()) await cluster.waitForInterest(ready, { from: i })
    const expected: string[] = []
    for (const [i, publisher] of publishers.entries()) {
      // A second copy of the first, over another server, would be there before the last of 100.
      for (let n = 0; n < 100; n++) expected.push(`world_${i}_${String(n).padStart(2, '0')}`)
      const mine = expected.slice(-100)
      await publisher.send(mine.map((payload) => `PUB hello ${payload.length}\r\n${payload}\r\n`).join(''))
    }
    for (const { client, received } of subscribers) {
      await client.until(() => expected.every((payload) => received.includes(payload)), 'all messages')
    }
    // Once round the mesh: whatever was still under way has come.
    for (const publisher of publishers) {
      for (const { ready } of subscribers) await publisher.send(`PUB ${ready} 4\r\nlast\r\n`)
    }
    for (const { client, received, last } of subscribers) {
      await client.until(() => last() === publishers.length, 'the last messages')
      assert.equal(received.sort(), expected)
    }
  })
}

let subscriber_number = 0

/** A subscriber of `hello`, and of a subject of its own that tells when it is known everywhere. */
async function subscribe(port: number) {
  const client = await RawClient.connect(port)
  const ready = `ready.${subscriber_number++}`
  const received: string[] = []
  let lasts = 0
  client.read_messages((message) => {
    if (message.subject === 'hello') received.push(payload_of(message))
    else if (payload_of(message) === 'last') lasts++
  })
  await client.send(`SUB hello 1\r\nSUB ${ready} 2\r\n`)
  await client.flush()
  return { client, ready, received, last: () => lasts }
}

test('clients are told of the servers that there are, and no longer of one that left', async () => {
  const cluster = await start(2, (name) => ({ workers: name === 'a' ? 0 : 1 }))
  const [port] = cluster.servers.map(port_of)
  const client = await RawClient.connect(port, { connect: { protocol: 1 } })
  let urls: string[] = client.info.connect_urls ?? []
  const wait_for = async (count: number) => {
    while (urls.length !== count) urls = JSON.parse((await client.expect(/INFO (\{.*\}) ?\r\n/))[1]).connect_urls ?? []
  }
  await wait_for(2)
  await cluster.stop('b')
  await wait_for(1)
  assert.equal(urls, [`127.0.0.1:${port}`])
})

test.run()
