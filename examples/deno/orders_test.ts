import assert from 'node:assert/strict'
import { connect } from '@nats-io/transport-node'
import { startCluster, startServer } from 'onehop/test'
import { order, takeOrders } from '../orders.mjs'

Deno.test('one server takes orders', async () => {
  await using server = await startServer()
  const connection = await connect({ servers: server.getUrl() })
  await takeOrders(connection)
  assert.equal(await order(connection, 'tea', 1), 'ordered: tea')
  await connection.close()
})

Deno.test('three servers: an order waits until they find each other again', async () => {
  await using cluster = await startCluster(3)
  const service = await connect({ servers: cluster.member('c').url })
  const caller = await connect({ servers: cluster.member('a').url })
  await takeOrders(service)
  await cluster.waitForInterest('orders', { at: 'a', from: 'c' })

  cluster.partition(['a'], ['b', 'c'])
  await cluster.waitForSplit(['a'], ['b', 'c'])
  await assert.rejects(order(caller, 'tea', 1), /no responders/i)
  const answer = order(caller, 'tea', 100)
  cluster.heal()
  assert.equal(await answer, 'ordered: tea')
  await Promise.all([service.close(), caller.close()])
})
