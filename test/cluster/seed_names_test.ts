import * as assert from 'uvu/assert'
import { SEED_FIRST_LOOKUP_MS, SEED_LOOKUP_MS } from '../../src/base/limits.ts'
import type { MembershipAction, MembershipConfig } from '../../src/cluster/membership.ts'
import type { SeedTarget } from '../../src/cluster/membership_events.ts'
import { suite } from '../harness.ts'
import { info, Rig, url } from './membership_rig.ts'

const test = suite('cluster/seed_names')

const NAME = 'seeds.example'
const ROUTE = url(`${NAME}:6222`)
const SERVICE = { scheme: 'nats-route', host: '_nats-route._tcp.example', port: 0, user: 'u', password: 'p' }
const at = (...addresses: string[]): SeedTarget[] => addresses.map((address) => ({ name: NAME, address, port: 0 }))
const dials = (actions: MembershipAction[]) =>
  actions.flatMap((action) => action.kind === 'dial' ? [`${action.address}:${action.url.port}`] : [])

function make(more: Partial<MembershipConfig> = {}) {
  const rig = new Rig({ routes: [ROUTE], cluster_port: 6222, local_addresses: ['10.0.0.1', '127.0.0.1'], ...more })
  const started = rig.tell({ kind: 'start' })
  /** What is done about an answer. */
  const answer = (targets: SeedTarget[], error?: string, name = more.routes?.[0].host ?? NAME) => {
    const actions = rig.tell({ kind: 'looked_up', name, targets, ...(error !== undefined && { error }) })
    const [timer] = actions.filter((action) => action.kind === 'set_timer')
    return { dials: dials(actions), actions, pause_ms: timer?.delay_ms }
  }
  /** The route itself finds its way to an address, where the server `id` is. */
  const connect = (job: number, address: string, id: string) => {
    const rid = 100 + job
    rig.tell({ kind: 'dial_connected', job, rid, remote_address: address })
    rig.tell({ kind: 'info_received', rid, info: info(id), remote_ip: address })
    return rid
  }
  /** The route is connected to 10.0.0.2. */
  const join = () => {
    rig.tell({ kind: 'resolved', job: 1, addresses: ['10.0.0.2'] })
    return connect(1, '10.0.0.2', 'A')
  }
  return { rig, started, answer, connect, join }
}

const in_time = (value: number | undefined, from: number) => value !== undefined && value >= from && value < from + 1000

test('a name is looked up again a little later, and then at intervals', () => {
  const { rig, started, answer, join } = make()
  const [timer] = started.filter((action) => action.kind === 'set_timer')
  assert.ok(timer.key === `lookup:${NAME}` && in_time(timer.delay_ms, SEED_FIRST_LOOKUP_MS))
  join()
  assert.equal(rig.tell({ kind: 'timer', key: timer.key }), [{ kind: 'look_up', name: NAME }])
  assert.ok(in_time(answer([]).pause_ms, SEED_LOOKUP_MS))
})

test('addresses are not looked up', () => {
  const { started } = make({ routes: [url('10.0.0.2:6222'), url('[::1]:6222')] })
  assert.not.ok(started.some((action) => action.kind === 'set_timer'))
})

test('every address that leads to no peer is dialled, our own are not', () => {
  const { answer, join } = make()
  join()
  const found = answer(at('10.0.0.1', '10.0.0.2', '10.0.0.3', '::ffff:10.0.0.4'))
  assert.equal(found.dials, ['10.0.0.3:6222', '10.0.0.4:6222'])
  assert.equal(answer(at('10.0.0.3', '10.0.0.4')).dials, [], 'searches are under way')
  const [dial] = found.actions.filter((action) => action.kind === 'dial')
  assert.equal([dial.explicit, dial.url.tls_name], [false, NAME], 'the certificate there is for the name')
})

test('while the route itself is looked for, nobody else does it', () => {
  assert.equal(make().answer(at('10.0.0.2', '10.0.0.3')).dials, [])
})

test('who dialled us is known by the address it comes from and the port it tells', () => {
  const { rig, answer, join } = make()
  join()
  const rid = rig.accept()
  rig.info(rid, 'B', { port: 6222 })
  assert.equal(answer([...at('127.0.0.2'), { name: NAME, address: '127.0.0.1', port: 6223 }]).dials, [
    '127.0.0.2:6222',
    '127.0.0.1:6223',
  ])
})

test('an address where a peer or we ourselves were found is not dialled again, until the peer has gone', () => {
  const { rig, answer, connect, join } = make()
  const rid = join()
  answer(at('10.0.0.2', '10.0.0.5', '10.0.0.6'))
  connect(2, '10.0.0.5', 'T')
  connect(3, '10.0.0.6', 'A')
  rig.closed(102)
  rig.closed(103)
  assert.equal(answer(at('10.0.0.2', '10.0.0.5', '10.0.0.6')).dials, [], 'a second way to A, and one to us')
  rig.closed(rid)
  rig.tell({ kind: 'resolved', job: 4, addresses: ['10.0.0.2'] })
  connect(4, '10.0.0.2', 'B')
  assert.equal(answer(at('10.0.0.2', '10.0.0.5', '10.0.0.6')).dials, ['10.0.0.6:6222'])
})

test('a failed look-up is told once, changes nothing, and is tried again', () => {
  const { rig, answer, join } = make()
  join()
  const failures = () => rig.logs.splice(0).filter((line) => line.includes('looking up'))
  assert.ok(in_time(answer([], 'ENOTFOUND').pause_ms, SEED_LOOKUP_MS))
  assert.equal(failures(), [`error Error looking up the route seeds of "${NAME}": ENOTFOUND`])
  answer([], 'ENOTFOUND')
  assert.match(failures()[0], /^debug/)
  answer([])
  answer([], 'ENOTFOUND')
  assert.match(failures()[0], /^error/)
})

test('a service is looked up at once, and soon again while nobody is there', () => {
  const { started, answer, connect } = make({ routes: [SERVICE] })
  assert.equal(started, [{ kind: 'look_up', name: SERVICE.host }])
  const targets = [{ name: 'a.example', address: '10.0.0.2', port: 7 }, {
    name: 'b.example',
    address: '10.0.0.3',
    port: 8,
  }]
  const first = answer(targets)
  assert.equal(first.dials, ['10.0.0.2:7', '10.0.0.3:8'])
  const [{ url: { user, password, tls_name } }] = first.actions.filter((action) => action.kind === 'dial')
  assert.equal([user, password, tls_name], ['u', 'p', 'a.example'])
  assert.ok(in_time(first.pause_ms, 1000))
  connect(1, '10.0.0.2', 'A')
  assert.ok(in_time(answer(targets).pause_ms, SEED_LOOKUP_MS))
})

test('a name that left the configuration is looked up no more', () => {
  const { rig, answer, join } = make()
  join()
  const actions = rig.tell({ kind: 'routes_changed', routes: [url('other.example:6222')] })
  assert.ok(actions.some((action) => action.kind === 'cancel_timer' && action.key === `lookup:${NAME}`))
  assert.ok(actions.some((action) => action.kind === 'set_timer' && action.key === 'lookup:other.example'))
  assert.equal(answer(at('10.0.0.9')), { dials: [], actions: [], pause_ms: undefined })
})

test.run()
