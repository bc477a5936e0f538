import { connect } from '@nats-io/transport-node'
import { startCluster, startServer } from 'onehop/test'
import { order, takeOrders } from '../orders.mjs'

describe('one server', () => {
  let server, connection
  beforeAll(async () => {
    server = await startServer()
    connection = await connect({ servers: server.getUrl() })
  })
  afterAll(async () => {
    await connection.close()
    await server.stop()
  })

  it('takes orders', async () => {
    await takeOrders(connection)
    expect(await order(connection, 'tea', 1)).toBe('ordered: tea')
  })
})

describe('three servers', () => {
  let cluster, service, caller
  beforeEach(async () => {
    cluster = await startCluster(3)
    service = await connect({ servers: cluster.member('c').url })
    caller = await connect({ servers: cluster.member('a').url })
    await takeOrders(service)
    await cluster.waitForInterest('orders', { at: 'a', from: 'c' })
  })
  afterEach(async () => {
    await Promise.all([service.close(), caller.close()])
    await cluster.stop()
  })

  it('an order waits until the servers find each other again', async () => {
    cluster.partition(['a'], ['b', 'c'])
    await cluster.waitForSplit(['a'], ['b', 'c'])
    await expect(order(caller, 'tea', 1)).rejects.toThrow(/no responders/i)
    const answer = order(caller, 'tea', 100)
    cluster.heal()
    expect(await answer).toBe('ordered: tea')
  })
})
