import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { SubjectFilter } from '../../src/auth/subject_filter.ts'
import { build_plan, Plan } from '../../src/broker/plan.ts'
import { slot_of, thread_of } from '../../src/actor/address.ts'
import { suite } from '../harness.ts'
import { Rig, type RigThread } from './broker_rig.ts'

const test = suite('broker/plan')

function plan_with(thread: RigThread, exports: SubjectFilter, subject: string): Plan {
  const bytes = latin1_bytes(subject)
  const plan = new Plan(0, bytes, thread.index.generation_slot(0, bytes, 0, bytes.length))
  const { index } = thread
  const outbox = (slot: number) => thread.outbox(slot)
  assert.ok(build_plan(plan, { thread: thread.thread, index, account_name: () => '$G', outbox, exports }))
  return plan
}

function plan_of(thread: RigThread, subject: string, account = 0): Plan {
  const bytes = latin1_bytes(subject)
  const plan = new Plan(account, bytes, thread.index.generation_slot(account, bytes, 0, bytes.length))
  assert.ok(build_plan(plan, thread))
  return plan
}

test('a plan names the plain subscriptions of this thread with what stands in front of their messages', () => {
  const { threads: [thread] } = new Rig()
  const [a, b] = [thread.connect(), thread.connect()]
  thread.subscribe(a, 'foo.*', '', '12')
  thread.subscribe(b, 'foo.>', '', 'x')
  thread.subscribe(b, 'bar', '', 'y')
  const plan = plan_of(thread, 'foo.bar')
  const prefixes = plan.targets.map((target) => latin1_text(target.message_prefix.bytes)).sort()
  assert.equal(prefixes, ['MSG foo.bar 12 ', 'MSG foo.bar x '])
  const target = plan.targets.find((each) => each.outbox === a.outbox)!
  assert.equal([latin1_text(target.header_prefix.bytes), latin1_text(target.sid)], ['HMSG foo.bar 12 ', '12'])
  assert.equal([target.limited, plan.threads, plan.remote, plan.routes, plan.groups], [false, [], [], [], []])
  assert.equal(plan_of(thread, 'foo.bar', 1).targets, [])
})

test('a subscription with a maximum is marked', () => {
  const { threads: [thread] } = new Rig()
  const id = thread.subscribe(thread.connect(), 'a')
  thread.index.set_max(id, 5)
  assert.ok(plan_of(thread, 'a').targets[0].limited)
})

test('other threads are named once each, their clients by address, and no more of those than is useful', () => {
  const { threads: [here, there] } = new Rig(2)
  const client = there.connect()
  for (let i = 0; i < 100; i++) there.subscribe(client, 'a', '', String(i))
  const plan = plan_of(here, 'a')
  assert.equal([plan.threads, plan.targets], [[1], []])
  assert.ok(plan.remote.length > 0 && plan.remote.length <= 64)
  assert.equal([thread_of(plan.remote[0]), slot_of(plan.remote[0])], [1, client.slot])
})

test('a peer is one route, however many of its subscriptions match, and plain only if one is', () => {
  const { threads: [here, there] } = new Rig(2)
  const route = here.connect(), far = there.connect()
  here.subscribe_route(route, 'a.*', 'q', 3)
  here.subscribe_route(route, '>')
  there.subscribe_route(far, 'a.b', 'q', 2)
  const plan = plan_of(here, 'a.b')
  assert.is(plan.routes.length, 2)
  const [own, other] = ['here', 'there'].map((_, i) => plan.routes.find((each) => each.thread === i)!)
  assert.ok(own.outbox === route.outbox)
  assert.equal([own.plain, other.plain, other.outbox], [true, false, null])
  assert.equal(latin1_text(own.message_prefix.bytes), 'RMSG $G a.b ')
  assert.equal(latin1_text(own.header_prefix.bytes), 'HMSG $G a.b ')
  const [group] = plan.groups
  assert.equal([group.name, group.weight, group.members.length], ['q', 5, 2])
  assert.ok(group.members.every((member) => member.route !== null && member.local === null))
})

test('messages for a connection of one account do not name it', () => {
  const { threads: [here] } = new Rig(1)
  const route = here.connect()
  route.outbox.leaves_account_out = true
  here.subscribe_route(route, 'a.*')
  const [target] = plan_of(here, 'a.b').routes
  assert.equal(latin1_text(target.message_prefix.bytes), 'RMSG a.b ')
  assert.equal(latin1_text(target.header_prefix.bytes), 'HMSG a.b ')
})

test('a queue group is one over all subjects that match, with members here, elsewhere and behind routes', () => {
  const { threads: [here, there] } = new Rig(2)
  here.subscribe(here.connect(), 'a.*', 'q')
  here.subscribe(here.connect(), 'a.b', 'other')
  const far = there.subscribe(there.connect(), '>', 'q')
  here.subscribe_route(here.connect(), 'a.b', 'q', 4)
  const plan = plan_of(here, 'a.b')
  assert.equal([plan.targets, plan.threads], [[], []])
  assert.equal(plan.groups.map((group) => group.name).sort(), ['other', 'q'])
  const q = plan.groups.find((group) => group.name === 'q')!
  assert.equal([q.weight, latin1_text(q.name_bytes)], [6, 'q'])
  assert.equal(q.members.map((member) => member.weight).sort(), [1, 1, 4])
  const remote = q.members.find((member) => member.subscription === far)!
  assert.equal([remote.thread, remote.local, remote.route], [1, null, null])
})

test('connections of this thread that have ended are left out', () => {
  const { threads: [thread] } = new Rig()
  const [gone, closed] = [thread.connect(), thread.connect()]
  thread.subscribe(gone, 'a')
  thread.subscribe(closed, 'a', 'q')
  thread.end(gone)
  closed.outbox.closed = true
  const plan = plan_of(thread, 'a')
  assert.equal([plan.targets, plan.groups], [[], []])
})

test('more matches than there was room for make more room', () => {
  const { threads: [thread] } = new Rig()
  const client = thread.connect()
  for (let i = 0; i < 1500; i++) thread.subscribe(client, 'a', '', String(i))
  assert.is(plan_of(thread, 'a').targets.length, 1500)
})

test('while the index is stuck there is no plan', () => {
  const { threads: [here, there] } = new Rig(2)
  const plan = new Plan(0, latin1_bytes('a'), 0)
  there.index.lock.acquire()
  there.index.lock.begin_write()
  assert.not(build_plan(plan, here))
  there.index.lock.end_write()
  there.index.lock.release()
  assert.ok(build_plan(plan, here))
})

test('what export denies has no routes in its plan, by no wildcard; this server and its threads do', () => {
  const { threads: [here, there] } = new Rig(2)
  here.subscribe_route(here.connect(), 'a.*')
  there.subscribe_route(there.connect(), '>', 'q', 3)
  here.subscribe(here.connect(), 'a.secret')
  there.subscribe(there.connect(), 'a.secret', 'q')
  const exports = new SubjectFilter({ allow: ['b'], deny: ['a.secret'] })
  const denied = plan_with(here, exports, 'a.secret')
  assert.equal([denied.routes.length, denied.targets.length, denied.groups[0].members.length], [0, 1, 1])
  assert.is(plan_with(here, exports, 'a.open').routes.length, 2)
})

test.run()
