// What a single thread keeps by itself has to hold across threads and routes: accounts, the max of UNSUB, echo.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { route_to, start_mesh, start_server, stop_all, wait_for_interest } from './embedded.ts'
import { connect_many, RawClient } from './raw_client.ts'

const test = suite('server/04_rules_across_threads', 20_000)
test.after.each(stop_all)

const unlimited = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const accounts = ['A', 'B'].map((name) => ({
  name,
  users: [{ user: name, password: 'secret', nkey: '', account: name }],
  limits: unlimited,
}))
const as_user = (user: string) => ({ connect: { user, pass: 'secret' } })

test('accounts do not see each other, on other threads and servers either', async () => {
  const options = { workers: 2, accounts, cluster: {} }
  const servers = await start_mesh_of_accounts(options)
  const receivers: { user: string; got: string[]; client: RawClient }[] = []
  for (const { port } of servers) {
    for (const user of ['A', 'B']) {
      for (const client of await connect_many(port, 6, as_user(user))) {
        const got: string[] = []
        client.read_messages(({ bytes, payload_start, payload_end, subject }) => {
          if (subject === 'foo') got.push(bytes.toString('latin1', payload_start, payload_end))
        })
        await client.send('SUB foo 1\r\n')
        await client.flush()
        receivers.push({ user, got, client })
      }
    }
  }
  const publishers: Named[] = []
  for (const { port } of servers) {
    for (const user of ['A', 'B']) publishers.push({ user, client: await RawClient.connect(port, as_user(user)) })
  }
  await wait_for_all(receivers, publishers)
  for (const { user, client } of publishers) {
    for (let i = 0; i < 50; i++) await client.send(`PUB foo 6\r\nfrom_${user}\r\n`)
    await client.flush()
  }
  for (const { user, got, client } of receivers) {
    await client.until(() => got.length >= 100, 'its own messages')
    await client.flush()
    assert.equal(got, Array(100).fill(`from_${user}`))
  }
})

/** Every receiver subscribes a subject of its own as well, which every publisher of its account is to reach. */
async function wait_for_all(receivers: Named[], publishers: Named[]): Promise<void> {
  for (const [i, receiver] of receivers.entries()) {
    await receiver.client.send(`SUB ready.${i} 2\r\n`)
    await receiver.client.flush()
    for (const { user, client } of publishers) if (user === receiver.user) await wait_for_interest(client, `ready.${i}`)
  }
}

interface Named {
  user: string
  client: RawClient
}

/** Two servers whose clients need a name: start_mesh would not be let in. */
async function start_mesh_of_accounts(options: Parameters<typeof start_server>[0] & object) {
  const first = await start_server(options)
  const second = await start_server({ ...options, cluster: { routes: [route_to(first)] } })
  for (const { port } of [first, second]) {
    const client = await RawClient.connect(port, { connect: { ...as_user('A').connect, protocol: 1 } })
    let count = client.info.connect_urls?.length ?? 0
    while (count < 2) count = JSON.parse((await client.expect(/INFO (\{.*\}) ?\r\n/))[1]).connect_urls?.length ?? 0
    client.close()
  }
  return [first, second]
}

test('a subscription with a max gets exactly so many, however many threads publish', async () => {
  const { port } = await start_server({ workers: 4 })
  for (let round = 0; round < 5; round++) {
    const subscribers = await connect_many(port, 8)
    const counts = subscribers.map(() => ({ foo: 0, done: 0 }))
    for (const [i, subscriber] of subscribers.entries()) {
      subscriber.read_messages(({ subject }) => counts[i][subject as 'foo' | 'done']++)
      await subscriber.send(`SUB foo 1\r\nUNSUB 1 ${100 + i}\r\nSUB done 2\r\n`)
      await subscriber.flush()
    }
    const publishers = await connect_many(port, 8)
    // The last one of each publisher comes behind whatever it sent before.
    const batch = 'PUB foo 2\r\nhi\r\n'.repeat(200) + 'PUB done 0\r\n\r\n'
    await Promise.all(publishers.map((publisher) => publisher.send(batch)))
    await Promise.all(subscribers.map((each, i) => each.until(() => counts[i].done === 8, 'the last messages')))
    assert.equal(counts.map(({ foo }) => foo), subscribers.map((_, i) => 100 + i))
    for (const client of [...subscribers, ...publishers]) client.close()
  }
})

test('a subscription with a max gets exactly so many over a route', async () => {
  const [a, b] = await start_mesh([{ workers: 2, cluster: {} }, { workers: 2, cluster: {} }])
  const subscriber = await RawClient.connect(a.port)
  await subscriber.send('SUB foo 1\r\nUNSUB 1 10\r\nSUB ready 2\r\n')
  await subscriber.flush()
  const publishers = await connect_many(b.port, 4)
  for (const publisher of publishers) await wait_for_interest(publisher, 'ready')
  await Promise.all(
    publishers.map((publisher) => publisher.send('PUB foo 2\r\nhi\r\n'.repeat(50) + 'PUB ready 3\r\nend\r\n')),
  )
  await subscriber.until(() => (subscriber.text.match(/MSG ready 2 3\r\nend/g)?.length ?? 0) === 4, 'the ends')
  assert.is(subscriber.text.match(/MSG foo 1 2/g)?.length, 10)
})

test('a client without echo gets the messages of all others and none of its own', async () => {
  const { port } = await start_server({ workers: 3 })
  const clients = await connect_many(port, 12, { connect: { echo: false } })
  const got = clients.map(() => [] as string[])
  for (const [i, client] of clients.entries()) {
    client.read_messages(({ bytes, payload_start, payload_end }) =>
      got[i].push(bytes.toString('latin1', payload_start, payload_end))
    )
    await client.send('SUB foo 1\r\n')
    await client.flush()
  }
  for (const [i, client] of clients.entries()) await client.send(`PUB foo 2\r\n${String(i).padStart(2, '0')}\r\n`)
  for (const [i, client] of clients.entries()) {
    await client.until(() => got[i].length >= 11, 'the messages of the others')
    await client.flush()
    const others = clients.map((_, other) => String(other).padStart(2, '0')).filter((_, other) => other !== i)
    assert.equal(got[i].sort(), others)
  }
})

test.run()
