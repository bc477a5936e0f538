import * as assert from 'uvu/assert'
import type { NatsConnection } from '@nats-io/nats-core'
import { connect as connect_tcp } from '@nats-io/transport-node'
import { connect, openStreams } from '../../src/connect.ts'
import { Server, type ServerEvent, StartError } from '../../src/mod.ts'
import { suite } from '../harness.ts'

const test = suite('embedding/embedded_server')

/** Runs with a server, and ends it. */
async function with_server(
  use: (server: Server, lines: string[]) => Promise<void>,
  configuration: Parameters<typeof Server.start>[0] = {},
): Promise<void> {
  const lines: string[] = []
  const server = await Server.start(configuration, { log: (level, text) => lines.push(`${level} ${text}`) })
  try {
    await use(server, lines)
  } finally {
    await server.stop()
  }
}

/** Resolves to the next event of a kind. */
const next = (server: Server, kind: Parameters<Server['on']>[0]) =>
  new Promise<ServerEvent>((resolve) => {
    const end = server.on(kind, (event) => {
      end()
      resolve(event)
    })
  })

/** Resolves when a client has come again, and knows it. */
async function reconnected(client: NatsConnection): Promise<void> {
  for await (const { type } of client.status()) if (type === 'reconnect') return
}

async function echo(server: Server): Promise<void> {
  const [inside, outside] = await Promise.all([
    connect(server, { name: 'inside' }),
    connect_tcp({ servers: server.url }),
  ])
  inside.subscribe('echo', { callback: (_, message) => void message.respond(message.data) })
  await inside.flush()
  assert.is((await outside.request('echo', 'x'.repeat(300_000))).data.length, 300_000)
  assert.is((await inside.request('echo', 'y')).string(), 'y')
  await Promise.all([inside.drain(), outside.drain()])
}

for (const workers of [0, 2]) {
  test(`a client in the process and one outside of it, with ${workers} workers`, async () => {
    await with_server(echo, { workers })
  })
}

test('several servers live beside each other and share nothing', async () => {
  await with_server(async (one) => {
    await with_server(async (other) => {
      assert.is.not(one.ports.client.port, other.ports.client.port)
      assert.is.not(one.id, other.id)
      const [there, here] = await Promise.all([connect(one), connect(other)])
      let got = 0
      there.subscribe('>', { callback: () => void got++ })
      await there.flush()
      here.publish('a')
      await here.flush()
      await there.flush()
      assert.is(got, 0)
      await Promise.all([there.close(), here.close()])
    })
  })
})

test('a client that the server ends comes again, as one over a socket does', async () => {
  await with_server(async (server) => {
    const gone = next(server, 'clientGone'), came = next(server, 'client')
    const client = await connect(server, { name: 'me', reconnectTimeWait: 10 })
    const { client: seen } = await came
    assert.equal([seen!.name, seen!.cid, seen!.account], ['me', 1, '$G'])
    const back = reconnected(client)
    assert.is(await server.kick(seen!.cid), true)
    assert.is((await gone).reason, 'Kicked')
    await back
    assert.is(await server.kick(seen!.cid), false)
    await client.flush()
    await client.close()
  })
})

test('a client in the process whose worker dies comes again', async () => {
  await with_server(async (server) => {
    const client = await connect(server, { reconnectTimeWait: 10 })
    const back = reconnected(client)
    await server.terminateWorker(0)
    await back
    await client.flush()
    await client.close()
  }, { workers: 1 })
})

test('max_connections counts clients of the process', async () => {
  await with_server(async (server) => {
    const client = await connect(server)
    await connect(server, { reconnect: false }).then(
      () => assert.unreachable(),
      (error) => assert.match(String(error), /maximum connections exceeded/i),
    )
    await client.close()
  }, { max_connections: 1 })
})

test('streams carry the protocol', async () => {
  await with_server(async (server) => {
    const { readable, writable } = openStreams(server)
    const reader = readable.pipeThrough(new TextDecoderStream() as never).getReader()
    const writer = writable.getWriter()
    assert.match(String((await reader.read()).value), /^INFO \{/)
    await writer.write(new TextEncoder().encode('CONNECT {"verbose":false}\r\nPING\r\n'))
    assert.is(String((await reader.read()).value), 'PONG\r\n')
    await writer.close()
    assert.is((await reader.read()).done, true)
  })
})

test('routes come and go while servers run', async () => {
  const cluster = { name: 'c' }
  await with_server(async (one) => {
    await with_server(async (other) => {
      const joined = next(one, 'route')
      const url = `nats-route://127.0.0.1:${other.ports.cluster!.port}`
      await one.addRoute(url)
      assert.match((await joined).text, new RegExp(other.id))
      await one.addRoute(url)
      assert.is((await one.monitor('/routez') as { num_routes: number }).num_routes > 0, true)
      const gone = next(one, 'routeGone')
      assert.is(await one.removeRoute(url), true)
      await gone
      assert.is(await one.removeRoute(url), false)
    }, { cluster })
  }, { cluster })
})

test('without a cluster there is nobody to have a route to', async () => {
  await with_server(async (server) => {
    await server.addRoute('nats://127.0.0.1:1').then(
      () => assert.unreachable(),
      (error) => assert.match(String(error), /there is no cluster: configure/),
    )
  })
})

test('another configuration is taken over as a whole, or not at all', async () => {
  await with_server(async (server, lines) => {
    const reloaded = next(server, 'reload')
    await server.reload({ debug: true, max_payload: 1000 })
    await reloaded
    assert.ok(lines.includes('INF Reloaded: debug = true'))
    assert.is((await server.monitor('/varz') as { max_payload: number }).max_payload, 1000)
    await server.reload({ debug: true, max_payload: 2000, port: server.ports.client.port + 1 }).then(
      () => assert.unreachable(),
      (error) => assert.match(String(error), /needs a restart/),
    )
    assert.is((await server.monitor('/varz') as { max_payload: number }).max_payload, 1000)
    await server.reload({ max_paylod: 1 } as never).then(
      () => assert.unreachable(),
      (error) => assert.match(String(error), /did you mean "max_payload"/),
    )
  })
})

test('monitoring answers without a port', async () => {
  await with_server(async (server) => {
    assert.is(server.ports.monitor, undefined)
    assert.equal((await server.monitor('/connz?subs=1') as { connections: unknown[] }).connections, [])
    assert.match(String(await server.monitor('/metrics')), /^# HELP /)
    await server.monitor('/nothing').then(
      () => assert.unreachable(),
      (error) => assert.match(String(error), /nothing at \/nothing/),
    )
  })
})

test('drain lets clients go, within the time that it is given, and ends', async () => {
  const server = await Server.start()
  const client = await connect(server, { reconnect: false })
  const seen: string[] = []
  const reading = (async () => {
    for await (const { kind } of server.events()) seen.push(kind)
  })()
  await Promise.resolve()
  await server.drain(50)
  await client.closed()
  await reading
  assert.equal(seen, ['lameDuck', 'clientGone', 'stopped'])
})

test('the end of a scope is the end of its server', async () => {
  const server = await Server.start()
  await server[Symbol.asyncDispose]()
  await connect_tcp({ servers: server.url, reconnect: false }).then(() => assert.unreachable(), () => {})
})

test('the first event is that it listens', async () => {
  const kinds: string[] = []
  const server = await Server.start({}, { onEvent: ({ kind }) => void kinds.push(kind) })
  await server.stop()
  assert.equal(kinds, ['listening', 'stopped'])
})

test('a start that can not be says why', async () => {
  await with_server(async (server) => {
    const { port } = server.ports.client
    await Server.start({ port }).then(() => assert.unreachable(), (error) => {
      assert.instance(error, StartError)
      assert.match(error.message, /address already in use/)
    })
  })
  await Server.start({ tls: { cert_file: 'no' } }).then(() => assert.unreachable(), (error) => {
    assert.instance(error, StartError)
    assert.match(error.message, /configuration\.tls|cert/)
  })
})

test.run()
