import * as assert from 'uvu/assert'
import { Origin } from '../../src/actor/envelope.ts'
import { NO_ROOM } from '../../src/broker/router.ts'
import { FLAG_CLOSING } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'
import { Rig, type RigConnection, type RigThread } from './broker_rig.ts'

const test = suite('broker/router', 30_000)

/** How many messages a connection got. */
const got = ({ sink }: RigConnection) => sink.text.match(/^(R?MSG|HMSG) /gm)?.length ?? 0

/** Fills the ring from one thread to another until a message does not fit. */
function fill_ring(from: RigThread, subject: string): number {
  const payload = 'f'.repeat(1000)
  let count = 0
  while (from.publish({ subject, payload }) !== NO_ROOM) if (++count > 1000) throw new Error('The ring has no end')
  return count
}

test('a message goes to each plain subscription of this thread once, and the count says to how many', () => {
  const { threads: [thread] } = new Rig()
  const [a, b] = [thread.connect(), thread.connect()]
  thread.subscribe(a, 'x.*', '', '1')
  thread.subscribe(a, 'x.>', '', '2')
  thread.subscribe(b, 'x.y', '', '3')
  assert.is(thread.publish({ subject: 'x.y', reply: 'r', payload: 'hi' }), 3)
  assert.is(thread.publish({ subject: 'z' }), 0)
  thread.flush()
  assert.equal([got(a), got(b)], [2, 1])
  assert.is(b.sink.text, 'MSG x.y 3 r 2\r\nhi\r\n')
})

test('plain subscribers, queue members and a route of another thread share one record', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [plain, member, route] = [there.connect(), there.connect(), there.connect()]
  there.subscribe(plain, 'a', '', '1')
  there.subscribe(plain, 'a', '', '2')
  there.subscribe(member, 'a', 'q')
  there.subscribe_route(route, 'a')
  assert.is(here.publish({ subject: 'a', payload: 'x' }), 1)
  here.flush()
  assert.is(there.take(), 1)
  assert.equal([got(plain), got(member), got(route)], [2, 1, 1])
  assert.is(route.sink.text, 'RMSG $G a 1\r\nx\r\n')
  assert.equal(here.rung, [1])
})

test('every thread with subscribers gets one record, and a doorbell', () => {
  const rig = new Rig(4)
  const clients = rig.threads.map((thread) => thread.connect())
  rig.threads.forEach((thread, i) => thread.subscribe(clients[i], 'a'))
  assert.is(rig.threads[0].publish({ subject: 'a' }), 4)
  rig.settle()
  assert.equal(clients.map(got), [1, 1, 1, 1])
  assert.equal(rig.threads[0].rung, [1, 2, 3])
})

test('when one ring has no room nothing is written anywhere', () => {
  const rig = new Rig(3)
  const [here, near, far] = rig.threads
  const [own, other, slow, route] = [here.connect(), near.connect(), far.connect(), here.connect()]
  far.subscribe(slow, 'fill')
  const filled = fill_ring(here, 'fill')
  for (const [thread, client] of [[here, own], [near, other], [far, slow]] as const) thread.subscribe(client, 'a')
  here.subscribe(own, 'a', 'q')
  here.subscribe_route(route, 'a')
  here.outboxes.flush()
  const payload = 'p'.repeat(1000)
  for (let i = 0; i < 3; i++) {
    assert.is(here.publish({ subject: 'a', payload }), NO_ROOM)
    assert.is(here.router.full_thread, 2)
    assert.ok(here.router.full_bytes > payload.length)
  }
  here.flush()
  assert.is(near.take(), 0)
  assert.equal([own, other, route].map(({ outbox }) => [outbox.pending, outbox.out_messages]), [[0, 0], [0, 0], [0, 0]])
  assert.is(far.take(), filled)
  assert.ok(here.publish({ subject: 'a', payload }) > 0)
  rig.settle()
  assert.equal([got(own), got(other), got(route), got(slow)], [2, 1, 1, filled + 1])
})

test('what is chosen for a message without room is forgotten with it', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [route, slow] = [here.connect(), there.connect()]
  there.subscribe(slow, 'fill')
  fill_ring(here, 'fill')
  here.subscribe_route(route, 'a', 'q')
  there.subscribe(slow, 'a')
  const payload = 'p'.repeat(1000)
  for (let i = 0; i < 4; i++) assert.is(here.publish({ subject: 'a', payload }), NO_ROOM)
  here.flush()
  there.take()
  here.publish({ subject: 'a', payload })
  here.flush()
  assert.is(route.sink.text.split('\r\n')[0], 'RMSG $G a | q 1000')
})

test('each queue group gets a message once, wherever its members are', () => {
  const rig = new Rig(3)
  const members = rig.threads.flatMap((thread) => {
    const pair = [thread.connect(), thread.connect()]
    for (const client of pair) thread.subscribe(client, 'a', 'q')
    return pair
  })
  const others = rig.threads.map((thread) => thread.connect())
  rig.threads.forEach((thread, i) => thread.subscribe(others[i], '>', 'other'))
  for (let i = 0; i < 300; i++) {
    rig.threads[i % 3].publish({ subject: 'a', payload: String(i) })
    if (i % 10 === 0) rig.settle()
  }
  rig.settle()
  const sum = (clients: RigConnection[]) => clients.reduce((total, client) => total + got(client), 0)
  assert.equal([sum(members), sum(others)], [300, 300])
  for (const member of members) assert.ok(got(member) > 20, `${members.map(got)}`)
})

test('a route is sent a message once, with the names of all groups that chose it', () => {
  const { threads: [thread] } = new Rig()
  const route = thread.connect()
  thread.subscribe_route(route, 'a', 'q1')
  thread.subscribe_route(route, '>', 'q2')
  thread.publish({ subject: 'a', reply: 'r', payload: 'x' })
  thread.flush()
  assert.match(route.sink.text, /^RMSG \$G a \+ r (q1 q2|q2 q1) 1\r\nx\r\n$/)
  assert.is(thread.forwards, 1)
  thread.subscribe_route(route, 'a')
  thread.publish({ subject: 'a', payload: 'y' })
  thread.flush()
  assert.is(got(route), 2)
})

test('a message of a route stays on this server', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [route, far_route, client, far_client] = [here.connect(), there.connect(), here.connect(), there.connect()]
  here.subscribe_route(route, 'a')
  there.subscribe_route(far_route, 'a')
  here.subscribe(client, 'a')
  there.subscribe(far_client, 'a')
  here.publish({ subject: 'a', origin: Origin.route })
  rig.settle()
  assert.equal([route, far_route, client, far_client].map(got), [0, 0, 1, 1])
})

test('a route names the groups that are to be served, and only those are', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [q1, q2, q3] = [here.connect(), there.connect(), here.connect()]
  here.subscribe(q1, 'a', 'q1')
  there.subscribe(q2, 'a', 'q2')
  here.subscribe(q3, 'a', 'q3')
  here.publish({ subject: 'a', origin: Origin.route, queues: 'q1  q2 q' })
  rig.settle()
  assert.equal([q1, q2, q3].map(got), [1, 1, 0])
  here.publish({ subject: 'a', origin: Origin.route })
  rig.settle()
  assert.equal([q1, q2, q3].map(got), [1, 1, 0])
})

test('a group that a route named goes on to another route only when no member is left here', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [route, client] = [here.connect(), there.connect()]
  here.subscribe_route(route, 'a', 'q', 50)
  const id = there.subscribe(client, 'a', 'q')
  for (let i = 0; i < 30; i++) here.publish({ subject: 'a', origin: Origin.route, queues: 'q' })
  rig.settle()
  assert.equal([got(client), got(route)], [30, 0])
  assert.ok(there.index.remove(id))
  here.publish({ subject: 'a', origin: Origin.route, queues: 'q', payload: 'x' })
  rig.settle()
  assert.equal([got(client), route.sink.text], [30, 'RMSG $G a | q 1\r\nx\r\n'])
})

test('a client without echo does not get its own messages, plain or queue', () => {
  const { threads: [thread] } = new Rig()
  const own = thread.connect(), other = thread.connect()
  own.outbox.echo_off = true
  for (const client of [own, other]) {
    thread.subscribe(client, 'a')
    thread.subscribe(client, 'a', 'q')
  }
  for (let i = 0; i < 20; i++) thread.publish({ subject: 'a', publisher: own.slot })
  thread.flush()
  assert.equal([got(own), got(other)], [0, 40])
})

/** A member of a queue group is chosen on one thread and ends before its record is read on its own. */
function gone_meanwhile(count: number) {
  const rig = new Rig(count)
  const [here, there] = rig.threads
  const client = there.connect()
  const id = there.subscribe(client, 'a', 'q')
  here.publish({ subject: 'a', payload: 'x' })
  here.flush()
  client.outbox.closed = true
  there.index.set_flags(id, FLAG_CLOSING)
  return { rig, here, there }
}

test('a chosen member that has gone is replaced by one of its own thread', () => {
  const { rig, there } = gone_meanwhile(2)
  const next = there.connect()
  there.subscribe(next, 'a', 'q')
  rig.settle()
  assert.equal([got(next), there.dropped], [1, 0])
})

test('a chosen member that has gone is replaced by one of another thread', () => {
  const { rig, there } = gone_meanwhile(3)
  const next = rig.threads[2].connect()
  rig.threads[2].subscribe(next, 'a', 'q')
  rig.settle()
  assert.equal([got(next), there.dropped, rig.threads[2].dropped], [1, 0, 0])
  assert.ok(next.sink.text === 'MSG a 1 1\r\nx\r\n')
})

test('it is replaced again and again while a member exists anywhere on this server', () => {
  const { rig, here, there } = gone_meanwhile(3)
  const last = rig.threads[2]
  const [second, third] = [last.connect(), here.connect()]
  const id = last.subscribe(second, 'a', 'q')
  there.take()
  second.outbox.closed = true
  last.index.set_flags(id, FLAG_CLOSING)
  here.subscribe(third, 'a', 'q')
  rig.settle()
  assert.equal([got(third), there.dropped, last.dropped], [1, 0, 0])
})

test('a member that has gone without any other is counted as dropped', () => {
  const { rig, there } = gone_meanwhile(2)
  rig.settle()
  assert.is(there.dropped, 1)
})

test('a reader of rings never waits for room: what can not be sent on is counted as dropped', () => {
  const { rig, there } = gone_meanwhile(3)
  const last = rig.threads[2]
  const next = last.connect()
  last.subscribe(next, 'fill')
  last.subscribe(next, 'a', 'q')
  const payload = 'f'.repeat(1000)
  while (there.publish({ subject: 'fill', payload }) !== NO_ROOM);
  while (there.publish({ subject: 'fill' }) !== NO_ROOM);
  there.take()
  assert.is(there.dropped, 1)
})

test('a message on its second hop goes to the groups that it names, on whatever thread their members are', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [plain, near, far, other] = [here.connect(), here.connect(), there.connect(), here.connect()]
  here.subscribe(plain, 'a')
  here.subscribe(near, 'a', 'q')
  there.subscribe(far, 'a', 'p')
  here.subscribe(other, 'a', 'other')
  here.subscribe_route(here.connect(), 'a', 'gone', 1)
  assert.is(here.publish_to_groups({ subject: 'a', payload: 'x', queues: 'p q gone', origin: Origin.route }), 2)
  rig.settle()
  assert.equal([plain, near, far, other].map(got), [0, 1, 1, 0])
})

test('a subscriber above the pressure mark is told to the publisher, on this thread and on another', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const near = here.connect(1000), far = there.connect(1000)
  here.subscribe(near, 'near')
  there.subscribe(far, 'far')
  for (const client of [near, far]) client.sink.lags = true
  const publish = (subject: string) => {
    here.router.met_pressure = false
    here.publish({ subject, payload: 'p'.repeat(150) })
    rig.settle()
    return here.router.met_pressure
  }
  assert.equal([publish('near'), publish('far')], [false, false])
  here.publish({ subject: 'near', payload: 'p'.repeat(300) })
  there.publish({ subject: 'far', payload: 'p'.repeat(300) })
  rig.settle()
  assert.equal([near.outbox.pressed, far.outbox.pressed], [true, true])
  assert.equal([publish('near'), publish('far')], [true, true])
})

test('a thread that has ended is left out', () => {
  const rig = new Rig(3)
  const [here, there, last] = rig.threads
  const client = last.connect()
  there.subscribe(there.connect(), 'a')
  there.subscribe(there.connect(), 'a', 'q')
  there.subscribe_route(there.connect(), 'a')
  last.subscribe(client, 'a')
  here.router.disconnect(1)
  here.rings.disconnect(1)
  assert.is(here.publish({ subject: 'a' }), 1)
  rig.settle()
  assert.is(got(client), 1)
})

test('a message longer than a ring crosses it, and those behind it keep their order', () => {
  const rig = new Rig(2, 4096)
  const [here, there] = rig.threads
  const client = there.connect()
  there.subscribe(client, 'a')
  const texts = ['first', 'L'.repeat(20_000), 'last']
  for (const payload of texts) {
    for (let turn = 0; here.publish({ subject: 'a', payload }) === NO_ROOM; turn++) {
      assert.ok(turn < 100, 'There is never room')
      rig.settle()
    }
  }
  for (let turn = 0; turn < 20; turn++) rig.settle()
  assert.ok(client.sink.text === texts.map((text) => `MSG a 1 ${text.length}\r\n${text}\r\n`).join(''))
})

test.run()
