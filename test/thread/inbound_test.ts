import * as assert from 'uvu/assert'
import { Origin } from '../../src/actor/envelope.ts'
import { Rig, type RigConnection } from '../broker/broker_rig.ts'
import { suite } from '../harness.ts'

const test = suite('thread/inbound')

const got = ({ sink }: RigConnection) => sink.text.match(/^(R?MSG|HMSG) /gm)?.length ?? 0

test('a record is delivered by the plan of the reader, so who has subscribed meanwhile gets it too', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [first, late] = [there.connect(), there.connect()]
  const id = there.subscribe(first, 'a')
  here.publish({ subject: 'a', reply: 'r', payload: 'x' })
  here.flush()
  there.subscribe(late, 'a', '', '9')
  assert.ok(there.index.remove(id))
  there.take()
  assert.equal([got(first), late.sink.text], [0, 'MSG a 9 r 1\r\nx\r\n'])
})

test('a record for a queue member alone is not delivered to plain subscriptions', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [member, plain] = [there.connect(), there.connect()]
  there.subscribe(member, 'a', 'q')
  here.publish({ subject: 'a' })
  here.flush()
  there.subscribe(plain, 'a')
  there.take()
  assert.equal([got(member), got(plain)], [1, 0])
})

test('a message for a route whose interest is gone is not sent, and is no loss', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const route = there.connect()
  const id = there.subscribe_route(route, 'a')
  here.publish({ subject: 'a' })
  here.flush()
  there.index.remove(id)
  there.take()
  assert.equal([got(route), there.dropped], [0, 0])
})

test('what a route sent is delivered on other threads without going to routes there', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [client, route] = [there.connect(), there.connect()]
  there.subscribe(client, 'a')
  there.subscribe_route(route, 'a')
  here.publish({ subject: 'a', origin: Origin.route })
  rig.settle()
  assert.equal([got(client), got(route)], [1, 0])
})

test('groups that chose a route of another thread are named on the wire', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const route = there.connect()
  there.subscribe_route(route, 'a', 'q1')
  there.subscribe_route(route, 'a', 'q2')
  here.publish({ subject: 'a', reply: 'r', payload: 'x' })
  rig.settle()
  assert.match(route.sink.text, /^RMSG \$G a \+ r (q1 q2|q2 q1) 1\r\nx\r\n$/)
})

test('two members of one message on one thread are each found', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const clients = [there.connect(), there.connect()]
  there.subscribe(clients[0], 'a', 'q1')
  there.subscribe(clients[1], 'a', 'q2')
  here.publish({ subject: 'a', header: 'NATS/1.0\r\n\r\n', payload: 'x' })
  rig.settle()
  assert.equal(clients.map(got), [1, 1])
})

test('while the index is stuck a record is dropped and counted instead of holding all others up', () => {
  const rig = new Rig(3)
  const [here, there, stuck] = rig.threads
  const client = there.connect()
  there.subscribe(client, 'a')
  there.publish({ subject: 'a' })
  here.publish({ subject: 'a' })
  here.flush()
  stuck.subscribe(stuck.connect(), 'a.b')
  stuck.index.lock.acquire()
  stuck.index.lock.begin_write()
  there.take()
  assert.is(there.dropped, 1)
  stuck.index.lock.end_write()
  stuck.index.lock.release()
})

test.run()
