// Lame duck mode of a whole server: who is told what, when connections end, and that nothing is lost on the way.
import * as assert from 'uvu/assert'
import { connect } from 'node:net'
import { suite } from '../harness.ts'
import { start_mesh, start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { connect_many, RawClient } from './raw_client.ts'
import { open_peer } from './raw_peer.ts'

const test = suite('server/12_lame_duck', 30_000)
test.after.each(stop_all)

const GRACE_MS = 400
/** Shorter than a configuration may say. */
const options = (workers: number, more: TestOptions = {}): TestOptions => ({
  ...{ workers, lame_duck_grace_ms: GRACE_MS, lame_duck_duration_ms: 2_000, cluster: {} },
  ...more,
})
const ENTERING = 'INF Entering lame duck mode, stop accepting new clients'
const count = ({ log }: TestServer, line: string) => log.filter((each) => each === line).length

/** The port takes nobody. */
const is_refused = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(true)).once('connect', () => {
      socket.destroy()
      resolve(false)
    })
  })
const lame_info = async (client: RawClient) => JSON.parse((await client.expect(/INFO (\{.*"ldm":true.*\}) ?\r\n/))[1])

for (const workers of [0, 1, 2]) {
  test(`clients and peers are told once, nobody new comes in, and all end in their time (workers ${workers})`, async () => {
    const [server, other] = await start_mesh([options(workers), options(0)])
    const clients = await connect_many(server.port, 6, { connect: { protocol: 1 } })
    const old = await RawClient.connect(server.port)
    const peer = await open_peer(server, 'PEER')
    peer.raw.text = ''
    const start_ms = performance.now()
    const ends_ms: number[] = []
    for (const client of [...clients, old]) void client.closed.then(() => ends_ms.push(performance.now() - start_ms))
    const end = server.server.lame_duck()
    for (const client of clients) {
      assert.equal((await lame_info(client)).connect_urls, [`127.0.0.1:${other.port}`])
    }
    const [, info] = await peer.expect(/INFO (\{.*"ldm":true.*\}) \r\n/)
    assert.is(JSON.parse(info).server_id, server.server.identity.server_id)
    assert.ok(await is_refused(server.port))
    // The mesh goes on, but a newcomer's clients shall not come.
    const late = await RawClient.open(server.cluster_port)
    assert.equal([late.info.ldm, late.info.connect_urls], [undefined, undefined])
    late.close()
    const again = server.server.lame_duck()
    assert.equal(ends_ms, [], 'the grace period')
    for (const client of clients) await client.flush()
    await Promise.all([end, again])
    await Promise.all([...clients, old].map((client) => client.closed))
    // Two seconds, and one for what the machine does beside.
    assert.ok(ends_ms[0] >= GRACE_MS - 5 && ends_ms[6] < 3_000, `${ends_ms}`)
    assert.ok(ends_ms[6] - ends_ms[0] > 300, `one by one: ${ends_ms}`)
    for (const { text } of [...clients, old]) assert.is(text, '', 'no second word, and none for protocol 0')
    assert.is(server.log.at(-1), 'INF Server Exiting..')
    for (const line of [ENTERING, 'INF Closing existing clients', 'INF Initiating Shutdown...']) {
      assert.is(count(server, line), 1, line)
    }
    assert.ok(server.log.every((line) => !line.startsWith('ERR')), server.log.join('\n'))
  })

  test(`what a client was sent reaches it, though it reads late and is the last one (workers ${workers})`, async () => {
    const server = await start_server(options(workers))
    const subscriber = await RawClient.connect(server.port)
    let bytes = 0
    subscriber.read_messages(({ payload_start, payload_end }) => bytes += payload_end - payload_start)
    await subscriber.send('SUB large 1\r\n')
    await subscriber.flush()
    subscriber.socket.pause()
    const [publisher] = await connect_many(server.port, 1)
    const message = Buffer.from(`PUB large 400000\r\n${'x'.repeat(400_000)}\r\n`)
    for (let i = 0; i < 50; i++) void publisher.send(message)
    await publisher.flush(20_000)
    publisher.close()
    const end = server.server.lame_duck()
    await server.wait_log(/Closing existing clients/)
    await new Promise((resolve) => setTimeout(resolve, 300))
    subscriber.socket.resume()
    await subscriber.closed
    assert.is(bytes, 50 * 400_000)
    await end
  })

  test(`a lame duck without clients ends at once and tells nobody (workers ${workers})`, async () => {
    const server = await start_server(options(workers, { lame_duck_grace_ms: 20_000, lame_duck_duration_ms: 60_000 }))
    const peer = await open_peer(server, 'PEER')
    peer.raw.text = ''
    const start_ms = performance.now()
    await server.server.lame_duck()
    await peer.raw.closed
    assert.ok(performance.now() - start_ms < 5_000)
    assert.not.match(peer.raw.text, /ldm/)
    assert.equal([count(server, ENTERING), server.log.at(-1)], [1, 'INF Server Exiting..'])
  })
}

test('a server without a cluster tells its clients as well', async () => {
  const { cluster: _none, ...alone } = options(0)
  const server = await start_server(alone)
  const client = await RawClient.connect(server.port, { connect: { protocol: 1 } })
  const end = server.server.lame_duck()
  assert.is((await lame_info(client)).connect_urls, undefined)
  client.close()
  await end
})

test('stop() does not wait for a lame duck', async () => {
  const server = await start_server(options(1, { lame_duck_grace_ms: 20_000, lame_duck_duration_ms: 60_000 }))
  const client = await RawClient.connect(server.port, { connect: { protocol: 1 } })
  const end = server.server.lame_duck()
  await lame_info(client)
  const start_ms = performance.now()
  const stopped = server.server.stop()
  const again = server.server.lame_duck()
  await Promise.all([stopped, end, again, client.closed])
  assert.is(server.log.at(-1), 'INF Server Exiting..')
  assert.ok(performance.now() - start_ms < 5_000)
})

test('a worker that comes back in lame duck mode accepts no clients', async () => {
  const server = await start_server(options(2, { lame_duck_grace_ms: 2_000, lame_duck_duration_ms: 3_000 }))
  const clients = await connect_many(server.port, 8, { connect: { protocol: 1 } })
  const end = server.server.lame_duck()
  await Promise.all(clients.map((client) => lame_info(client)))
  await server.server.terminate_worker(1)
  await server.wait_log(/Worker 1 was restarted/)
  assert.ok(await is_refused(server.port))
  for (const client of clients) client.close()
  await end
})

test('monitoring goes on, and says that the server is not ready', async () => {
  const server = await start_server(options(0, { http_port: -1 }))
  const client = await RawClient.connect(server.port, { connect: { protocol: 1 } })
  const end = server.server.lame_duck()
  await lame_info(client)
  const url = `http://127.0.0.1:${server.server.ports.monitor!.port}`
  const health = await fetch(`${url}/healthz`)
  assert.equal([health.status, await health.json()], [
    500,
    { status: 'error', error: 'failed to be ready for connections after 1ms: server' },
  ])
  const varz = await (await fetch(`${url}/varz`)).json() as { connections: number }
  assert.is(varz.connections, 1)
  client.close()
  await end
})

test.run()
