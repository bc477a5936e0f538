import * as assert from 'uvu/assert'
import { Origin } from '../../src/actor/envelope.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { FLAG_CLOSING } from '../../src/shared/subject_index.ts'
import { can_take, choose_local, choose_member } from '../../src/broker/queue_group.ts'
import type { Group, Member } from '../../src/broker/plan.ts'
import { suite } from '../harness.ts'
import { envelope_of, Rig, type RigThread } from './broker_rig.ts'

const test = suite('broker/queue_group')

const group_of = (thread: RigThread): Group => thread.plans.find(0, latin1_bytes('a'), 0, 1)!.groups[0]
const context_of = ({ index, thread, random }: RigThread) => ({ index, thread, random })
const message = (publisher = -1) => envelope_of({ subject: 'a', publisher })

/** How often each member of the group takes one of `times` messages, in the order of the members. */
function shares(thread: RigThread, group: Group, times: number, envelope = message()): number[] {
  const counts = group.members.map(() => 0)
  for (let i = 0; i < times; i++) {
    const member = choose_member(group, envelope, context_of(thread))
    if (member !== null) counts[group.members.indexOf(member)]++
  }
  return counts
}

test('members here and on other threads take equal shares', () => {
  const { threads } = new Rig(3)
  for (const thread of threads) for (let i = 0; i < 2; i++) thread.subscribe(thread.connect(), 'a', 'q')
  for (const count of shares(threads[0], group_of(threads[0]), 6000)) assert.ok(count > 850 && count < 1150, `${count}`)
})

test('a route takes as many shares as it has members behind it', () => {
  const { threads: [thread] } = new Rig()
  for (let i = 0; i < 2; i++) thread.subscribe(thread.connect(), 'a', 'q')
  thread.subscribe_route(thread.connect(), 'a', 'q', 5)
  thread.subscribe_route(thread.connect(), 'a', 'q', 1)
  const group = group_of(thread)
  const counts = shares(thread, group, 8000)
  group.members.forEach((member, i) => {
    const want = 1000 * member.weight
    assert.ok(Math.abs(counts[i] - want) < want * 0.2, `${member.weight}: ${counts}`)
  })
})

test('a route that nobody is behind any more takes nothing, and its neighbours keep their shares', () => {
  const { threads: [thread] } = new Rig()
  thread.subscribe_route(thread.connect(), 'a', 'q', 0)
  const group = group_of(thread)
  assert.is(choose_member(group, message(), context_of(thread)), null)
  thread.subscribe_route(thread.connect(), 'a', 'q', 2)
  thread.subscribe_route(thread.connect(), 'a', 'q', 1)
  const weights = group_of(thread).members.map((member) => member.weight)
  const counts = shares(thread, group_of(thread), 3000)
  weights.forEach((weight, i) => assert.ok(Math.abs(counts[i] - 1000 * weight) < 200, `${weights}: ${counts}`))
})

test('a client without echo does not take its own messages, but those of others', () => {
  const { threads: [thread] } = new Rig()
  const own = thread.connect(), other = thread.connect()
  own.outbox.echo_off = true
  thread.subscribe(own, 'a', 'q')
  const alone = group_of(thread)
  assert.is(choose_member(alone, message(own.slot), context_of(thread)), null)
  assert.ok(choose_member(alone, message(other.slot), context_of(thread)) === alone.members[0])
  assert.ok(choose_member(alone, message(), context_of(thread)) === alone.members[0])
  thread.subscribe(other, 'a', 'q')
  const group = group_of(thread)
  const counts = shares(thread, group, 50, message(own.slot))
  assert.is(counts[group.members.findIndex((member) => member.local!.outbox === other.outbox)], 50)
})

test('a member takes no more than its maximum, here and as another thread sees it', () => {
  const { threads: [here, there] } = new Rig(2)
  const id = here.subscribe(here.connect(), 'a', 'q')
  here.index.set_max(id, 2)
  here.index.touch(id)
  for (let delivered = 0; delivered <= 3; delivered++) {
    for (const thread of [here, there]) {
      assert.is(can_take(group_of(thread).members[0], message(), context_of(thread)), delivered < 2)
    }
    here.index.add_delivered(id)
  }
})

test('a member that closes takes nothing', () => {
  const { threads: [here, there] } = new Rig(2)
  const client = here.connect()
  const id = here.subscribe(client, 'a', 'q')
  const own = group_of(here).members[0], seen = group_of(there).members[0]
  assert.ok(can_take(own, message(), context_of(here)) && can_take(seen, message(), context_of(there)))
  client.outbox.closed = true
  here.index.set_flags(id, FLAG_CLOSING)
  assert.not(can_take(own, message(), context_of(here)))
  assert.not(can_take(seen, message(), context_of(there)))
})

test('who can not take is passed over until somebody can', () => {
  const { threads: [thread] } = new Rig()
  const clients = Array.from({ length: 5 }, () => thread.connect())
  for (const client of clients) thread.subscribe(client, 'a', 'q')
  const group = group_of(thread)
  for (const client of clients.slice(1)) client.outbox.closed = true
  const last = group.members.find((member) => member.local!.outbox === clients[0].outbox)
  for (let i = 0; i < 30; i++) assert.ok(choose_member(group, message(), context_of(thread)) === last)
  clients[0].outbox.closed = true
  assert.is(choose_member(group, message(), context_of(thread)), null)
})

test('a local choice never names a route, and takes members of every thread', () => {
  const { threads: [here, there] } = new Rig(2)
  here.subscribe_route(here.connect(), 'a', 'q', 100)
  assert.is(choose_local(group_of(here), envelope_of({ subject: 'a', origin: Origin.route }), context_of(here)), null)
  here.subscribe(here.connect(), 'a', 'q')
  there.subscribe(there.connect(), 'a', 'q')
  const group = group_of(here)
  const seen = new Set<Member>()
  for (let i = 0; i < 60; i++) {
    seen.add(choose_local(group, message(), context_of(here))!)
  }
  assert.is(seen.size, 2)
  assert.ok([...seen].every((member) => member.route === null))
})

test.run()
