// A worker thread that dies takes its own connections with it and nothing else, however the threads share the port.
import * as assert from 'uvu/assert'
import { hold_once } from '../attempts.ts'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { choose_strategy, current_runtime, type Strategy } from '../../src/net/listener.ts'
import { route_to, start_server, stop_all, type TestServer } from './embedded.ts'
import { connect_many, RawClient } from './raw_client.ts'
import { open_peer, type RawPeer } from './raw_peer.ts'

const test = suite('server/09_worker_death', sized({ short: 30_000, full: 30_000, long: 300_000 }))
test.after.each(stop_all)

const WORKERS = 3
const IDLE = sized({ short: 150, full: 150, long: 1_000 })
const DEATHS = sized({ short: 3, full: 3, long: 20 })
const RECONNECT_MS_MAX = 1_000

const strategies = (['reuse_port', 'shared_fd', 'single'] as const).filter((strategy) =>
  choose_strategy(current_runtime(), process.platform, WORKERS, strategy) === strategy
)

/** A client with a subject of its own. */
interface Idle {
  client: RawClient
  subject: string
}

async function subscribe(client: RawClient, subject: string): Promise<Idle> {
  await client.send(`SUB ${subject} 1\r\n`)
  await client.flush()
  return { client, subject }
}

for (const strategy of strategies) {
  test(`${DEATHS} deaths of workers cost their own clients only (${strategy})`, async () => {
    const server = await start_server({ workers: WORKERS, listener: strategy, route_workers: 0, cluster: {} })
    const peer = await open_peer(server, 'PEER')
    let count = 0
    let idle: Idle[] = []
    for (const client of await connect_many(server.port, IDLE)) idle.push(await subscribe(client, `idle.${count++}`))
    let lost = 0
    for (let death = 0; death < DEATHS; death++) {
      // The peers hang on worker 0, and with `single` all clients: it dies once, at the end.
      const dying = strategy === 'single' || death === DEATHS - 1 ? 0 : 1 + death % (WORKERS - 1)
      const { cut, left } = await kill(server, dying, idle, strategy)
      assert.is(server.server.restarts, death + 1)
      lost += cut.length
      if (dying !== 0) await see_withdrawals(peer, cut, left)
      const back = await Promise.all(cut.map(() => connect_again(server.port)))
      idle = left
      for (const client of back) idle.push(await subscribe(client, `idle.${count++}`))
      await see_messages(server.port, idle)
    }
    assert.ok(lost > 0, 'some clients were cut')
    assert.is(server.log.filter((line) => /^ERR Worker \d has ended/.test(line)).length, DEATHS)
  })
}

for (const strategy of strategies) {
  test(`1000 clients that come at once are let in within a second (${strategy})`, async () => {
    const { port } = await start_server({ workers: WORKERS, listener: strategy })
    await hold_once(async () => {
      const all = await Promise.all(Array.from({ length: 1_000 }, () => connect_timed(port)))
      // A queue of the kernel that is too short drops their SYNs, which come again after a second.
      const late = all.filter((ms) => ms >= RECONNECT_MS_MAX)
      return late.length === 0 ? null : `${late.length} of ${all.length} came late, such as after ${late[0]} ms`
    })
  })
}

async function connect_timed(port: number): Promise<number> {
  const start = performance.now()
  await RawClient.connect(port, { ms: 10_000 })
  return performance.now() - start
}

/** Ends the worker and waits until its clients are cut; all others must answer. */
async function kill({ server, wait_log }: TestServer, worker: number, idle: Idle[], strategy: Strategy) {
  const restart = new RegExp(`^INF Worker ${worker} was restarted \\(${server.restarts + 1} restarts in all\\)`)
  await server.terminate_worker(worker)
  await wait_log(restart)
  const answers = await Promise.all(idle.map(({ client }) => client.flush(3_000).then(() => true, () => false)))
  const cut = idle.filter((_, i) => !answers[i])
  const left = idle.filter((_, i) => answers[i])
  // Silence would be worse than an end.
  assert.ok(cut.every(({ client }) => client.is_closed), 'who does not answer was cut')
  if (strategy === 'single') assert.is(left.length, 0)
  // In the end worker 0 may have them all: it lives longest, and whoever is cut may come to it.
  else assert.ok(left.length > 0 || worker === 0, 'others live on')
  return { cut, left }
}

/** A client's library tries until it is let in. */
async function connect_again(port: number): Promise<RawClient> {
  const end = performance.now() + RECONNECT_MS_MAX
  for (;;) {
    try {
      return await RawClient.connect(port, { ms: Math.max(1, end - performance.now()) })
    } catch (error) {
      if (performance.now() >= end) throw error
    }
  }
}

/** The peer is told of every subject that lost its only subscriber, and of no other one. */
async function see_withdrawals({ raw }: RawPeer, cut: Idle[], left: Idle[]): Promise<void> {
  const gone = () => new Set([...raw.text.matchAll(/RS- \$G (\S+)\r\n/g)].map((found) => found[1]))
  await raw.until(() => cut.every(({ subject }) => gone().has(subject)), 'RS- for all')
  const withdrawn = gone()
  assert.equal(left.filter(({ subject }) => withdrawn.has(subject)), [])
}

async function see_messages(port: number, idle: Idle[]): Promise<void> {
  const publisher = await RawClient.connect(port)
  await publisher.send(idle.map(({ subject }) => `PUB ${subject} 2\r\nhi\r\n`).join(''))
  await Promise.all(idle.map(({ client, subject }) => client.expect(new RegExp(`^MSG ${subject} 1 2\\r\\nhi\\r\\n`))))
  publisher.close()
}

for (const route_workers of [0, 1]) {
  test(`a peer comes back to a server whose route thread has died (route_workers ${route_workers})`, async () => {
    const workers = 2
    const a = await start_server({ workers, route_workers, cluster: {} })
    const b = await start_server({ workers, route_workers, cluster: { routes: [route_to(a)] } })
    const [here, there] = [await RawClient.connect(a.port), await RawClient.connect(b.port)]
    let sid = 0
    const exchange = async (from: RawClient, to: RawClient, subject: string) => {
      await to.send(`SUB ${subject} ${++sid}\r\n`)
      await to.flush()
      for (let i = 0; i < 1_000 && !to.text.includes(`MSG ${subject}`); i++) {
        await from.send(`PUB ${subject} 0\r\n\r\n`)
        await from.flush()
        await to.flush()
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await to.expect(new RegExp(`MSG ${subject} ${sid} 0\\r\\n`))
      to.text = ''
    }
    await exchange(there, here, 'before')
    await a.server.terminate_worker(route_workers === 1 ? workers : 0)
    await a.wait_log(/was restarted/)
    // Without a thread of its own the routes' thread may have been that of the client.
    const again = here.is_closed ? await RawClient.connect(a.port) : here
    await exchange(there, again, 'after.there')
    await exchange(again, there, 'after.here')
  })
}

test('a server whose workers die again and again gives up', async () => {
  let cause = ''
  const server = await start_server({ workers: 1 }, { on_fatal: (text) => cause = text })
  for (let i = 0; i < 31 && cause === ''; i++) {
    await server.server.terminate_worker(0)
    if (i < 30) await server.wait_log(new RegExp(`restarted \\(${i + 1} restarts`))
  }
  await server.wait_log(/^FTL Workers die again and again, giving up/)
  await server.wait_log(/Server Exiting/)
})

test.run()
