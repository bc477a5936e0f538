import * as assert from 'uvu/assert'
import { connect } from '@nats-io/transport-node'
import { NatsServer, startServer } from '../../src/test.ts'
import { suite } from '../harness.ts'

const test = suite('testing/nats_server')

test('a server starts, says where it is, and stops', async () => {
  const server = await startServer({ max_payload: 1_234 })
  assert.is(server.getUrl(), `nats://${server.getHost()}:${server.getPort()}`)
  const client = await connect({ servers: server.getUrl() })
  assert.is(client.info?.max_payload, 1_234)
  await client.close()
  await server.stop()
  await server.stop()
  assert.throws(() => server.getUrl(), 'the server does not run: call start() first')
})

test('in two steps, again and again, and each has a port of its own', async () => {
  const one = new NatsServer(), other = new NatsServer()
  assert.throws(() => one.getPort(), 'call start() first')
  assert.is(await one.start(), one)
  await Promise.all([one.start(), other.start()])
  assert.not.equal(one.getPort(), other.getPort())
  const { server } = one
  await one.start()
  assert.is(one.server, server)
  void one.stop()
  await one.start()
  assert.is.not(one.server, server)
  await Promise.all([one.stop(), other[Symbol.asyncDispose]()])
})

test('what is wrong with a configuration is said', async () => {
  const error = await startServer({ max_payload: 100, max_pending: 10 }).catch((reason) => reason)
  assert.match(error.message, /max_payload/)
})

test.run()
