// The main job inside one process: three servers from one seed, for every number of threads.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_mesh, stop_all, type TestOptions, wait_for_interest } from './embedded.ts'
import { payload_of, RawClient } from './raw_client.ts'

const test = suite('server/01_mesh', 20_000)
test.after.each(stop_all)

const kinds: [string, TestOptions][] = [
  ['no worker', { workers: 0 }],
  ['one worker', { workers: 1, route_workers: 0 }],
  ['two workers', { workers: 2, route_workers: 0 }],
  ['two workers and one for routes', { workers: 2, route_workers: 1 }],
]

for (const [name, options] of kinds) {
  test(`three servers from one seed pass each message on once (${name})`, async () => {
    const servers = await start_mesh([options, options, options].map((each) => ({ ...each, cluster: {} })))
    const subscribers = await Promise.all(servers.map(({ port }) => subscribe(port)))
    const publishers = await Promise.all(servers.map(({ port }) => RawClient.connect(port)))
    for (const publisher of publishers) {
      for (const { ready } of subscribers) await wait_for_interest(publisher, ready)
    }
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
  const servers = await start_mesh([{ workers: 0, cluster: {} }, { workers: 1, cluster: {} }])
  const client = await RawClient.connect(servers[0].port, { connect: { protocol: 1 } })
  const urls = async (count: number) => {
    for (;;) {
      const [, json] = await client.expect(/INFO (\{.*\}) ?\r\n/)
      const { connect_urls = [] } = JSON.parse(json)
      if (connect_urls.length === count) return connect_urls
    }
  }
  assert.is((await urls(2)).length, 2)
  await servers[1].server.stop()
  assert.equal(await urls(1), [`127.0.0.1:${servers[0].port}`])
})

test.run()
