// The turn of the event loop, with real rings and an index that two threads share.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { Client } from '../../src/connection/client.ts'
import { Counter } from '../../src/shared/counters.ts'
import { growth_wanted } from '../../src/shared/index_growth.ts'
import { create_ring } from '../../src/shared/ring.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { InterestLogReader } from '../../src/shared/interest_log.ts'
import { InterestForwarder } from '../../src/broker/interest.ts'
import { CarriedAccounts, WHOLE_SHARE } from '../../src/broker/route_share.ts'
import type { Settings } from '../../src/connection/settings.ts'
import { RingDesk } from '../../src/thread/ring_desk.ts'
import { Slots } from '../../src/thread/slots.ts'
import { Turns } from '../../src/thread/turns.ts'
import { Rig, type RigThread } from '../broker/broker_rig.ts'
import { ActorRig } from '../connection/actor_rig.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { entry_of } from '../shared/index_oracle.ts'

const test = suite('thread/turns')

/** The turns of a thread of a broker rig, and what they did: next turns are called by hand. */
function make(
  thread: RigThread,
  { busy_poll = false, route_thread = -1, forwarder = null as InterestForwarder | null } = {},
) {
  const clock = new ManualClock(1000)
  const seen = { next: [] as (() => void)[], rung: [] as number[], slept: 0, woke: 0, growth: 0 }
  const bell = {
    ring: (other: number) => seen.rung.push(other) > 0,
    going_to_sleep: () => void seen.slept++,
    awake: () => void seen.woke++,
  }
  const { index, plans, router, outboxes, counters, rings, inbound } = thread
  const context = {
    ...{ clock, index, plans, router, outboxes, counters, rings, forwarder },
    settings: { busy_poll } as Settings,
    slots: new Slots<object>(),
    next_turn: (f: () => void) => void seen.next.push(f),
    remove_records() {},
    growth_wanted: () => void seen.growth++,
  }
  const turns = new Turns(context, inbound, bell, route_thread)
  const run = () => {
    for (let i = 0; i < 100 && seen.next.length > 0; i++) seen.next.shift()!()
    return seen.next.length === 0
  }
  return { turns, seen, clock, run }
}

test('the end of a turn sends to other threads and to sockets', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const [near, far] = [here.connect(), there.connect()]
  here.subscribe(near, 'a')
  there.subscribe(far, 'a')
  const { turns, seen } = make(here)
  here.publish({ subject: 'a' })
  assert.is(near.sink.text, '')
  turns.finish()
  assert.is(near.sink.text, 'MSG a 1 0\r\n\r\n')
  assert.equal(seen.rung, [1])
  there.take()
  assert.is(far.sink.text, 'MSG a 1 0\r\n\r\n')
})

test('who is rung takes what came, looks once more, and sleeps', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const client = there.connect()
  there.subscribe(client, 'a')
  here.publish({ subject: 'a' })
  here.flush()
  const { turns, seen, run } = make(there)
  turns.rung()
  assert.is(client.sink.text, 'MSG a 1 0\r\n\r\n')
  assert.ok(run())
  assert.equal([seen.slept, seen.woke], [1, 1])
})

test('what comes while it falls asleep is not left lying', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const client = there.connect()
  there.subscribe(client, 'a')
  const { turns, seen, run } = make(there)
  const asleep = seen
  Object.defineProperty(asleep, 'slept', {
    get: () => 0,
    set() {
      if (client.sink.text !== '') return
      here.publish({ subject: 'a' })
      here.flush()
    },
  })
  turns.rung()
  assert.ok(run())
  assert.is(client.sink.text, 'MSG a 1 0\r\n\r\n')
})

test('the loop goes round for a moment behind an input, if it may', () => {
  const rounds = (busy_poll: boolean) => {
    const { turns, seen, clock } = make(new Rig(1).threads[0], { busy_poll })
    turns.input()
    let count = 0
    for (; seen.next.length > 0; count++) {
      seen.next.shift()!()
      clock.pass(0.01)
    }
    return count
  }
  assert.is(rounds(false), 0)
  assert.ok(rounds(true) >= 4 && rounds(true) <= 7)
})

test('it goes round while asked to, and is asked once', () => {
  const { turns, seen, run } = make(new Rig(1).threads[0])
  turns.go_on()
  turns.go_on()
  assert.is(seen.next.length, 1)
  assert.ok(run())
  turns.go_on()
  assert.is(seen.next.length, 1)
})

/** A rig's thread over an index of a given size, with the log on. */
function logged(edges = 1024) {
  const rig = new Rig(1)
  const buffers = SubjectIndex.reserve({ subscriptions: 500, edges, log: true, log_bytes: 4096 })
  Object.assign(rig, { index: buffers })
  const [thread] = rig.threads
  return Object.assign(thread, { index: new SubjectIndex(buffers, 0) }) as RigThread
}

test('the thread of the routes is rung for every change of interest, once per turn', () => {
  const thread = logged()
  const { turns, seen } = make(thread, { route_thread: 1 })
  turns.finish()
  assert.equal(seen.rung, [])
  for (const subject of ['a', 'b']) thread.index.insert(entry_of({ subject, sid: '1' }))
  turns.finish()
  turns.finish()
  assert.equal(seen.rung, [1])
})

test('where the routes are they are told before anything else goes out', () => {
  const thread = logged()
  const forwarder = new InterestForwarder(thread.index, new InterestLogReader(thread.index.buffers), () => '$G')
  const peer = thread.connect()
  const accounts = new CarriedAccounts(WHOLE_SHARE, { size: 0, accounts: [] }, () => '$G')
  forwarder.add({ outbox: peer.outbox, accounts }, (f) => f(), () => {})
  const { turns, seen } = make(thread, { forwarder, route_thread: 0 })
  thread.index.insert(entry_of({ subject: 'a', sid: '1' }))
  turns.finish()
  assert.equal([peer.sink.text, seen.rung], ['RS+ $G a\r\n', []])
})

test('an index that is too full is told once, and again when it has grown and is too full again', () => {
  const thread = logged(16)
  const { turns, seen } = make(thread)
  for (let i = 0; i < 11; i++) thread.index.insert(entry_of({ subject: `t${i}` }))
  assert.ok(growth_wanted(thread.index))
  turns.finish()
  turns.finish()
  assert.is(seen.growth, 1)
  turns.grown()
  turns.finish()
  assert.is(seen.growth, 2)
})

test('hits and misses of plans are put where monitoring looks', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.send('SUB a 1\r\nPUB a 0\r\n\r\nPUB b 0\r\n\r\nPUB a 0\r\n\r\n')
  const { counters, plans } = rig.thread
  assert.equal([counters[Counter.plan_hits], counters[Counter.plan_misses]], [plans.hits, plans.misses])
  assert.ok(plans.misses >= 2)
})

test('what a thread of the same number had counted before it ended stays counted', () => {
  const [here] = new Rig(1).threads
  here.counters[Counter.out_client_bytes] = 1000
  here.counters[Counter.plan_misses] = 50
  const { turns } = make(here)
  here.subscribe(here.connect(), 'a')
  here.publish({ subject: 'a' })
  turns.finish()
  const { counters, plans, outboxes } = here
  assert.is(counters[Counter.out_client_bytes], 1000 + outboxes.client_totals.bytes)
  assert.is(counters[Counter.plan_misses], 50 + plans.misses)
  assert.ok(outboxes.client_totals.messages > 0 && plans.misses > 0)
})

test('a subscription that had its last message is out of the index at the end of the turn', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.send('SUB a 1\r\nUNSUB 1 2\r\nPUB a 0\r\n\r\n')
  assert.is(rig.thread.index.subscription_count, 1)
  client.send('PUB a 0\r\n\r\n')
  assert.is(rig.thread.index.subscription_count, 0)
})

test('a thread that waits for room goes on when there is some', () => {
  const rig = new Rig(2, 1024)
  const [here, there] = rig.threads
  const client = there.connect()
  there.subscribe(client, 'a')
  const { turns, seen } = make(here)
  const payload = 'x'.repeat(200)
  let published = 0
  while (here.publish({ subject: 'a', payload }) >= 0) published++
  const waiter = { resumed: 0, resume: () => void waiter.resumed++ }
  here.rings.wait(waiter as never, here.router.full_thread, here.router.full_bytes)
  turns.go_on()
  seen.next.shift()!()
  assert.equal([waiter.resumed, published > 0], [0, true])
  there.take()
  turns.rung()
  assert.is(waiter.resumed, 1)
})

test('rings to a thread that has gone are left out', () => {
  const desk = new RingDesk()
  const [a, b] = [create_ring(1024), create_ring(1024)]
  desk.connect({ thread: 1, in: a, out: b })
  desk.disconnect(1)
  assert.not(desk.look())
})

test('what another thread has sent can be taken out of turn', () => {
  const rig = new Rig(2)
  const [here, there] = rig.threads
  const far = there.connect()
  there.subscribe(far, 'a')
  const [{ turns }, { turns: turns_there }] = [make(here), make(there)]
  assert.is(turns_there.take_waiting(), 0)
  here.publish({ subject: 'a' })
  turns.finish()
  assert.is(turns_there.take_waiting(), 1)
  turns_there.finish()
  assert.is(far.sink.text, 'MSG a 1 0\r\n\r\n')
  assert.is(turns_there.take_waiting(), 0)
})

test('a client that the server closes gets what another thread has sent by then', () => {
  const rig = new ActorRig({ threads: 2 })
  const [subscriber, publisher] = [rig.client(undefined, 1), rig.client()]
  subscriber.send('SUB a 1\r\n')
  const { slot, cid } = rig.newest(Client, 1).connection
  const close = () => rig.threads[1].close_client(slot, cid, CloseReason.server_shutdown)
  const answers: boolean[] = []
  // After the publisher's turn, and before the one in which the subscriber's thread would look into its rings.
  rig.later(() => answers.push(close()))
  publisher.send('PUB a 2\r\nhi\r\n')
  assert.equal([subscriber.take(), subscriber.ended], ['MSG a 1 2\r\nhi\r\n', true])
  assert.equal([...answers, close()], [true, false])
})

test.run()
