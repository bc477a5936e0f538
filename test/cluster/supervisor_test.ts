import * as assert from 'uvu/assert'
import { silent_log } from '../../src/base/log.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { ClusterSupervisor } from '../../src/cluster/supervisor.ts'
import { SEED_FIRST_LOOKUP_MS } from '../../src/base/limits.ts'
import type { NameServer } from '../../src/net/seed_lookup.ts'
import type { MembershipConfig } from '../../src/cluster/membership.ts'
import type { ToThread } from '../../src/thread/messages.ts'
import { ManualClock } from '../manual_clock.ts'
import { suite } from '../harness.ts'
import { info, membership_config, url } from './membership_rig.ts'

const test = suite('cluster/supervisor')

function make(more: Partial<MembershipConfig> = {}, names?: NameServer) {
  const clock = new ManualClock()
  const posted: [thread: number, message: ToThread][] = []
  const supervisor = new ClusterSupervisor(membership_config(more), {
    clock,
    random: seeded_random(1),
    log: silent_log,
    route_thread: 3,
    ...(names && { names }),
    post: (thread, message) => posted.push([thread, message]),
    post_all: (message) => posted.push([-1, message]),
  })
  /** Commands to routes since the last call. */
  const commands = () =>
    posted.splice(0).flatMap(([thread, message]) =>
      message.kind === 'route' ? [`${thread}/${message.slot}/${message.rid} ${message.command.kind}`] : []
    )
  return { supervisor, clock, posted, commands }
}
/** Lets what waits for the resolver happen. */
const resolved = async (ready: () => boolean) => {
  for (let i = 0; i < 200 && !ready(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('a configured route is resolved and dialled from the thread of the routes, again after a failure', async () => {
  const { supervisor, clock, posted } = make({ routes: [url('127.0.0.1:7001')] })
  const dials = () => posted.flatMap(([thread, message]) => message.kind === 'dial' ? [{ thread, ...message }] : [])
  supervisor.start()
  await resolved(() => dials().length > 0)
  const [dial] = dials()
  assert.equal([dial.thread, dial.address, dial.port, dial.user, dial.password], [3, '127.0.0.1', 7001, '', ''])
  supervisor.on_event(3, { kind: 'dial_failed', job: dial.job, error: 'connection refused' })
  for (let i = 0; i < 5 && dials().length < 2; i++) {
    clock.pass(1000)
    await resolved(() => dials().length > 1 || clock.waiting > 0)
  }
  assert.is(dials().length, 2)
  supervisor.shutdown()
  assert.is(clock.waiting, 0)
})

test('what a name stands for is asked again, and all of it is dialled in the name of the host', async () => {
  const hosts = ['10.0.0.2']
  const names = { addresses: () => Promise.resolve([...hosts]), services: () => Promise.resolve([]) }
  const { supervisor, clock, posted } = make({ routes: [url('seeds.example:7001')] }, names)
  const dials = () => posted.flatMap(([, message]) => message.kind === 'dial' ? [message] : [])
  supervisor.start()
  await resolved(() => dials().length > 0)
  const [{ job }] = dials()
  supervisor.on_event(3, { kind: 'dial_connected', job, rid: 1, slot: 1, remote_address: '10.0.0.2' })
  supervisor.on_event(3, { kind: 'info_received', rid: 1, info: info('P'), remote_ip: '10.0.0.2' })
  hosts.push('10.0.0.3')
  clock.pass(SEED_FIRST_LOOKUP_MS + 1000)
  await resolved(() => dials().length > 1)
  assert.equal(dials().map(({ address, port, tls_name }) => [address, port, tls_name]), [
    ['10.0.0.2', 7001, 'seeds.example'],
    ['10.0.0.3', 7001, 'seeds.example'],
  ])
  supervisor.shutdown()
  assert.is(clock.waiting, 0)
})

test('commands go to the thread and slot where the route lives, and to nobody once it has gone', () => {
  const { supervisor, commands } = make()
  supervisor.start()
  commands()
  supervisor.on_event(5, { kind: 'accepted', rid: 9, slot: 77, remote_address: '1.2.3.4:5' })
  assert.ok(commands().every((command) => command.startsWith('5/77/9 ')))
  supervisor.on_event(5, { kind: 'info_received', rid: 9, info: info('P'), remote_ip: '1.2.3.4' })
  const told = commands()
  assert.ok(told.length > 0 && told.every((command) => command.startsWith('5/77/9 ')), told.join())
  // The actor waits for the verdict, and is always told to go on.
  assert.is(told.at(-1), '5/77/9 proceed')
  supervisor.on_event(5, { kind: 'closed', rid: 9, reason: 'Client Closed' })
  supervisor.on_event(5, { kind: 'info_received', rid: 9, info: info('P'), remote_ip: '1.2.3.4' })
  assert.equal(commands(), [])
})

test('a thread that died takes its own routes with it and no other', () => {
  const { supervisor, commands } = make()
  supervisor.start()
  for (const [thread, rid] of [[1, 10], [2, 20]]) {
    supervisor.on_event(thread, { kind: 'accepted', rid, slot: rid, remote_address: `1.2.3.4:${rid}` })
  }
  supervisor.on_thread_died(1)
  commands()
  for (const [thread, rid] of [[1, 10], [2, 20]]) {
    supervisor.on_event(thread, { kind: 'info_received', rid, info: info(`P${rid}`), remote_ip: '1.2.3.4' })
  }
  const told = commands()
  assert.ok(told.length > 0 && told.every((command) => command.startsWith('2/20/20 ')), told.join())
})

test('in lame duck mode each peer is told by its actor, and clients by all threads', () => {
  const { supervisor, posted } = make()
  supervisor.start()
  supervisor.on_event(5, { kind: 'accepted', rid: 9, slot: 77, remote_address: '1.2.3.4:5' })
  const told = info('P', { connect_urls: ['1.2.3.4:4222'] })
  supervisor.on_event(5, { kind: 'info_received', rid: 9, info: told, remote_ip: '1.2.3.4' })
  posted.length = 0
  supervisor.lame_duck()
  assert.equal(posted, [
    [5, { kind: 'route', slot: 77, rid: 9, command: { kind: 'announce', news: { ldm: true } } }],
    [-1, { kind: 'lame_duck', urls: ['1.2.3.4:4222'], ws_urls: null }],
  ])
})

test.run()
