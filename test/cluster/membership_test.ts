import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { info, Rig, url } from './membership_rig.ts'

const test = suite('cluster/membership')

const gossip = (port: number, more = {}) => ({ ip: `nats-route://127.0.0.1:${port}/`, port, ...more })
const last = (rig: Rig) => rig.logs[rig.logs.length - 1]

test('the first INFO registers a peer, a CONNECT alone does not', () => {
  const rig = new Rig()
  const rid = rig.accept()
  assert.equal(rig.connect(rid, { name: 'A' }), [])
  const [action, ...more] = rig.tell({
    kind: 'info_received',
    rid,
    remote_ip: '::1',
    info: { ...INFO_OF_A, headers: false, lnoc: true },
  })
  const roles = {
    solicited: false,
    explicit: false,
    headers: false,
    lnoc: true,
    lnocu: false,
    traces: false,
    own_kind: false,
  }
  const share = { slot: 0, account: '', pooled: false }
  assert.equal(action, { kind: 'register', rid, remote_id: 'A', remote_name: 'a', ...roles, share })
  assert.equal(more, [])
  assert.equal(rig.membership.peers()[0], {
    rid,
    remote_id: 'A',
    remote_name: 'a',
    solicited: false,
    explicit: false,
    url: 'nats-route://10.0.0.1:7000',
    remote_address: '127.0.0.1',
    registered_ms: 1234,
  })
})
const INFO_OF_A = {
  server_id: 'A',
  server_name: 'a',
  version: '',
  proto: 2,
  go: '',
  host: '10.0.0.1',
  port: 7000,
  headers: true,
  max_payload: 1,
  cluster: 'conf',
}

test('who has no business on the route port is refused with words', () => {
  const cases: [object, string][] = [
    [{ lang: 'node' }, 'Incorrect Port: attempted to connect to route port'],
    [{ gateway: 'g' }, 'Wrong Gateway: Rejecting connection from gateway "g" on the Route port'],
    [
      { cluster: 'a' },
      'Cluster Name Conflict: Rejecting connection, cluster name "a" does not match "conf"',
    ],
    [
      { cluster: '' },
      'Cluster Name Conflict: Rejecting connection, cluster name "" does not match "conf"',
    ],
  ]
  for (const [connect, want] of cases) {
    const rig = new Rig()
    const rid = rig.accept()
    assert.equal(rig.connect(rid, connect), [`close ${rid} ${want}`])
    assert.equal(rig.info(rid, 'A'), [], 'nothing more is listened to')
    assert.equal(rig.closed(rid), [])
    assert.equal(rig.membership.size, { links: 0, peers: 0, dials: 0 })
  }
})

test('a first INFO that may not stay ends the connection silently', () => {
  const cases: [string, object, string][] = [
    ['T', {}, 'Duplicate Route'],
    ['A', { cluster: 'other' }, 'Cluster Name Conflict'],
    ['A', { server_name: 'name of T' }, 'Duplicate Server Name'],
    ['', {}, 'Protocol Violation'],
  ]
  for (const [id, more, reason] of cases) {
    const rig = new Rig()
    const rid = rig.accept()
    assert.equal(rig.info(rid, id, more), [`close ${rid} ${reason}`])
    assert.equal(rig.closed(rid), [])
  }
  const rig = new Rig()
  assert.equal(rig.info(rig.accept(), 'A', { cluster: '' }), ['register 1 A'], 'an empty name is not asked about')
})

test('a server of our name is only refused when it dialled us', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  const rid = rig.dialled(1)
  assert.equal(rig.info(rid, 'A', { server_name: 'name of T' }), [`register ${rid} A`])
})

test('later INFOs with another cluster name or our own id end the route', () => {
  for (
    const [id, more, reason] of [['A', { cluster: 'x' }, 'Cluster Name Conflict'], [
      'T',
      {},
      'Duplicate Route',
    ]] as const
  ) {
    const rig = new Rig()
    const rid = rig.join('A')
    assert.equal(rig.info(rid, id, more), [`close ${rid} ${reason}`])
    assert.equal(rig.peers, [])
  }
})

test('a duplicate is closed, the first stays and inherits what the second would do', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  const second = rig.dialled(1)
  const first = rig.join('A')
  assert.equal(rig.info(second, 'A'), [`role ${first} solicited explicit`, `close ${second} Duplicate Route`])
  assert.equal(rig.closed(second), [], 'no dial while connected')
  assert.is(last(rig), 'debug Not attempting reconnect for solicited route, already connected to "A"')
  assert.equal(rig.peers, [`${first} A solicited explicit`])
  assert.equal(rig.closed(first), ['pause dial:2 1000'])
  assert.equal(rig.timer(2), ['dial 2 nats-route://127.0.0.1:1 explicit'])
})

test('a duplicate takes no addresses away and brings none', () => {
  const rig = new Rig()
  const first = rig.join('A', { connect_urls: ['a:1'] })
  const second = rig.accept()
  assert.equal(rig.info(second, 'A', { connect_urls: ['a:2'] }), [`close ${second} Duplicate Route`])
  assert.equal(rig.closed(second), [])
  assert.equal(rig.closed(first), ['urls own:4222', 'pause dial:1 0'])
})

test('an account connection of a newer server leaves the real route alone', () => {
  const rig = new Rig()
  const first = rig.join('A', { connect_urls: ['a:1'] })
  const second = rig.accept()
  assert.equal(rig.connect(second, { name: 'A' }), [])
  assert.equal(rig.closed(second), [])
  assert.equal(rig.peers, [`${first} A`])
  assert.equal(rig.closed(first), ['urls own:4222'])
})

test('who dials again after a loss, and when', () => {
  const explicit = new Rig({ routes: [url('127.0.0.1:1')] })
  explicit.tell({ kind: 'start' })
  let rid = explicit.dialled(1)
  explicit.info(rid, 'A')
  assert.equal(explicit.closed(rid), ['pause dial:2 1000'])
  explicit.timer(2)
  rid = explicit.dialled(2)
  assert.equal(explicit.closed(rid), ['pause dial:3 1000'], 'lost in the handshake')

  const implicit = new Rig()
  assert.equal(implicit.info(implicit.join('A'), 'B', gossip(9)), ['dial 1 nats-route://127.0.0.1:9'])
  rid = implicit.dialled(1)
  implicit.info(rid, 'B')
  assert.equal(implicit.closed(rid), ['pause dial:2 0'])
  assert.equal(implicit.timer(2), ['dial 2 nats-route://127.0.0.1:9'])
  assert.equal(implicit.said({ kind: 'dial_failed', job: 2, error: 'refused' }), [], 'once')

  const accepted = new Rig()
  assert.equal(accepted.closed(accepted.join('A')), [])

  const retry = new Rig()
  const first = retry.join('A', { host: '10.0.0.7', port: 77 })
  retry.closed(retry.join('A'))
  assert.equal(retry.closed(first), ['pause dial:1 0'])
  assert.equal(retry.timer(1), ['dial 1 nats-route://10.0.0.7:77'])
})

test('a peer that came back by itself during the pause is not dialled, its route inherits', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  const lost = rig.dialled(1)
  rig.info(lost, 'A')
  rig.closed(lost)
  const back = rig.join('A')
  assert.equal(rig.timer(2), [`role ${back} solicited explicit`, 'cancel_timer'])
  assert.equal(rig.closed(back), ['pause dial:3 1000'])
})

test('a route that came while its forerunner was closing inherits too', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  const closing = rig.dialled(1)
  rig.info(closing, 'A')
  rig.info(closing, 'A', { cluster: 'other' })
  const next = rig.join('A')
  assert.equal(rig.closed(closing), [`role ${next} solicited explicit`])
})

test('a route to ourselves is not tried again', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:6222')] })
  rig.tell({ kind: 'start' })
  const rid = rig.dialled(1)
  assert.equal(rig.info(rid, 'T'), [`close ${rid} Duplicate Route`])
  assert.equal(rig.closed(rid), [])
  assert.is(last(rig), 'debug Detected route to self, ignoring "nats-route://127.0.0.1:6222"')
})

test('two URLs of one server are one route; after a loss the second is tried later', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1'), url('127.0.0.2:1')] })
  rig.tell({ kind: 'start' })
  const [first, second] = [rig.dialled(1), rig.dialled(2)]
  rig.info(first, 'A')
  assert.equal(rig.info(second, 'A'), [`close ${second} Duplicate Route`])
  assert.equal(rig.closed(second), [])
  assert.equal(rig.closed(first), ['pause dial:3 1000', 'pause dial:4 3000'])
})

test('each newcomer is told to all others, and they are not told to it', () => {
  const rig = new Rig()
  const one = rig.accept()
  assert.equal(rig.info(one, 'A'), [`register ${one} A`], 'nobody to tell')
  const two = rig.join('B')
  const three = rig.accept()
  const where = 'at nats-route://127.0.0.1:7777/'
  assert.equal(rig.info(three, 'C', { port: 7777 }), [
    `register ${three} C`,
    `tell ${one} of C ${where}`,
    `tell ${two} of C ${where}`,
  ])
  assert.equal(rig.info(rig.accept(), 'D', { gossip_mode: 1 }), ['register 4 D'])
})

test('gossip about unknown servers is dialled, with all the exceptions', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')], credentials: { user: 'u', password: 'p' } })
  const a = rig.join('A')
  rig.join('B')
  assert.equal(rig.info(a, 'B', gossip(9)), [], 'registered')
  assert.equal(rig.info(a, 'C', gossip(1)), [], 'configured')
  assert.equal(rig.info(a, 'C', gossip(1, { host: '0.0.0.0' })), [], 'configured, by ip')
  assert.equal(rig.info(a, 'C', gossip(9, { ip: 'nats-route://[::bad:port' })), [])
  assert.match(last(rig), /^error Error parsing URL from INFO: /)
  assert.equal(rig.info(a, 'C', gossip(9, { auth_required: true })), ['dial 1 nats-route://u:xxxxx@127.0.0.1:9'])
  assert.equal(rig.info(a, 'C', gossip(9)), [], 'under way')
  const rid = rig.dialled(1)
  assert.equal(rig.info(a, 'C', gossip(9)), [], 'not greeted yet')
  rig.info(rid, 'C')
  assert.equal(rig.info(a, 'D', gossip(9)), ['dial 2 nats-route://127.0.0.1:9'], 'another server in its place')
  rig.tell({ kind: 'dial_failed', job: 2, error: 'refused' })
  assert.equal(rig.info(a, 'D', gossip(9)), ['dial 3 nats-route://127.0.0.1:9'], 'no memory of failures')
})

test('gateway news without gateways is an error line', () => {
  const rig = new Rig()
  assert.equal(rig.info(rig.join('A'), 'A', { gateway: 'g' }), [])
  assert.is(last(rig), 'error Received information about gateway "g" from A, but gateway is not configured')
})

test('clients are told of peers that come, go and turn lame, and of nothing else', () => {
  const rig = new Rig()
  const one = rig.accept()
  assert.equal(rig.info(one, 'A', { connect_urls: ['a:1'] }), ['register 1 A', 'urls own:4222,a:1'])
  const two = rig.join('B', { connect_urls: ['b:1', 'a:1'] })
  assert.equal(rig.info(two, 'B', { connect_urls: ['b:2'] }), [], 'only the first INFO counts')
  assert.equal(rig.info(two, 'B', { ldm: true }), ['urls own:4222,a:1'])
  assert.equal(rig.peers, ['1 A', '2 B'], 'the route stays')
  assert.equal(rig.closed(two), [])
  assert.equal(rig.said({ kind: 'lame_duck' }), ['announce 1 ldm', 'lame_duck a:1'])
  assert.equal(rig.closed(one), ['urls '])
})

test('in lame duck mode clients are told in any case, and later of newcomers without our own addresses', () => {
  const rig = new Rig()
  assert.equal(rig.said({ kind: 'lame_duck' }), ['lame_duck null'], 'nobody to go to')
  assert.equal(rig.info(rig.accept(), 'A', { connect_urls: ['a:1', 'own:4222'] }), ['register 1 A', 'urls a:1'])
  const same = new Rig()
  same.info(same.accept(), 'A', { connect_urls: ['own:4222'] })
  assert.equal(same.said({ kind: 'lame_duck' }), ['announce 1 ldm', 'lame_duck '])
})

test('with no_advertise clients are told nothing', () => {
  const rig = new Rig({ no_advertise: true })
  const rid = rig.accept()
  assert.equal(rig.info(rid, 'A', { connect_urls: ['a:1'] }), ['register 1 A'])
  assert.equal(rig.said({ kind: 'lame_duck' }), ['announce 1 ldm', 'lame_duck null'])
  assert.equal(rig.closed(rid), [])
})

test('a generated name is given up for a configured or a larger one, and other routes with it', () => {
  const rig = new Rig({ cluster_name: 'm', cluster_name_dynamic: true })
  const old = rig.join('A', { cluster: 'm', cluster_dynamic: true })
  const rid = rig.accept()
  assert.equal(rig.connect(rid, { name: 'B', cluster: 'z', cluster_dynamic: true }), [
    'name z dynamic',
    `close ${old} Cluster Name Conflict`,
  ])
  assert.is(last(rig), 'info Cluster name updated to z')
  assert.equal(rig.info(rid, 'B', { cluster: 'z', cluster_dynamic: true }), [`register ${rid} B`])
  const again = rig.accept()
  assert.equal(rig.connect(again, { name: 'B', cluster: '~', cluster_dynamic: true }), ['name ~ dynamic'], 'B stays')
  const small = rig.accept()
  const refusal = 'Cluster Name Conflict: Rejecting connection, cluster name "!" does not match "~"'
  assert.equal(rig.connect(small, { cluster: '!', cluster_dynamic: true }), [`close ${small} ${refusal}`])
  assert.equal(rig.connect(rig.accept(), { name: 'C', cluster: 'a' }), ['name a', `close ${rid} Cluster Name Conflict`])
  assert.equal(rig.membership.cluster, { name: 'a', dynamic: false })
})

test('a name learned from an INFO stays dynamic, and the lost dial goes on', () => {
  const rig = new Rig({ cluster_name: 'm', cluster_name_dynamic: true, routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  const rid = rig.dialled(1)
  assert.equal(rig.info(rid, 'A', { cluster: 'a' }), ['name a dynamic', `register ${rid} A`])
  assert.equal(rig.closed(rid), ['pause dial:2 1000'])
})

test('of a later INFO of a peer only a wider export is passed on; gossip and lame duck change nothing', () => {
  const rig = new Rig()
  const rid = rig.join('A', { export: { allow: ['a'] } })
  assert.equal(rig.info(rid, 'A', { export: { allow: ['a'] } }), [])
  const wider = info('A', { export: { allow: ['a', 'b'] } })
  const [told] = rig.tell({ kind: 'info_received', rid, info: wider, remote_ip: '127.0.0.1' })
  assert.equal(told, { kind: 'export_changed', rid, before: { allow: ['a'] }, now: { allow: ['a', 'b'] } })
  assert.equal(rig.info(rid, 'A', { export: { allow: ['c'] }, ldm: true }), [])
  assert.equal(rig.info(rid, 'A', { export: { allow: ['a', 'b'] } }), [])
})

test('a reload stops what is no longer configured and starts what is new', () => {
  const [one, two, three] = [1, 2, 3].map((port) => url(`127.0.0.1:${port}`))
  const rig = new Rig({ routes: [one, two] })
  rig.tell({ kind: 'start' })
  const rid = rig.dialled(1)
  rig.info(rid, 'A')
  rig.tell({ kind: 'dial_failed', job: 2, error: 'refused' })
  assert.equal(rig.said({ kind: 'routes_changed', routes: [two] }), [`close ${rid} Route Removed`])
  assert.equal(rig.closed(rid), [])
  const answers = rig.said({ kind: 'routes_changed', routes: [three] })
  assert.equal(answers, ['cancel_timer', 'dial 3 nats-route://127.0.0.1:3 explicit'])
  assert.equal(rig.said({ kind: 'routes_changed', routes: [] }), [])
  assert.equal(rig.said({ kind: 'dial_connected', job: 3, rid: 50, remote_address: '' }), ['close 50 Route Removed'])
})

test('shutdown ends everything and nothing begins any more', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1'), url('127.0.0.1:2')] })
  rig.tell({ kind: 'start' })
  rig.tell({ kind: 'dial_failed', job: 2, error: 'refused' })
  const rid = rig.dialled(1)
  rig.info(rid, 'A', { connect_urls: ['a:1'] })
  assert.equal(rig.said({ kind: 'shutdown' }), ['cancel_timer', `close ${rid} Server Shutdown`])
  assert.equal(rig.closed(rid), [])
  assert.equal(rig.said({ kind: 'accepted', rid: 9, remote_address: '' }), ['close 9 Server Shutdown'])
  assert.equal(rig.membership.size, { links: 0, peers: 0, dials: 0 })
})

test.run()
