import { connect } from '@nats-io/transport-node'
import { startCluster, startServer } from 'onehop/test'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { order, takeOrders } from '../orders.mjs'

const one = suite('one server')
one.before(async (context) => {
  context.server = await startServer()
  context.connection = await connect({ servers: context.server.getUrl() })
})
one.after(async ({ server, connection }) => {
  await connection.close()
  await server.stop()
})

one('takes orders', async ({ connection }) => {
  await takeOrders(connection)
  assert.is(await order(connection, 'tea', 1), 'ordered: tea')
})
one.run()

const three = suite('three servers')
three.before.each(async (context) => {
  const cluster = context.cluster = await startCluster(3)
  context.service = await connect({ servers: cluster.member('c').url })
  context.caller = await connect({ servers: cluster.member('a').url })
  await takeOrders(context.service)
  await cluster.waitForInterest('orders', { at: 'a', from: 'c' })
})
three.after.each(async ({ cluster, service, caller }) => {
  await Promise.all([service.close(), caller.close()])
  await cluster.stop()
})

three('an order waits until the servers find each other again', async ({ cluster, caller }) => {
  cluster.partition(['a'], ['b', 'c'])
  await cluster.waitForSplit(['a'], ['b', 'c'])
  const refused = await order(caller, 'tea', 1).catch((error) => error)
  assert.match(refused.message, /no responders/i)
  const answer = order(caller, 'tea', 100)
  cluster.heal()
  assert.is(await answer, 'ordered: tea')
})
three.run()
