// What a route does for the membership besides: probes, announcements, and the watch on peers of our own kind.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { OWN_KIND_PING_MS, OWN_KIND_SILENCE_MS_MAX } from '../../src/base/limits.ts'
import { Route } from '../../src/connection/route.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING, peer_info, register, type RigOptions } from './actor_rig.ts'

const test = suite('connection/route_own_kind')

const STALE = "-ERR 'Stale Connection'\r\n"
/** No PING but those of the watch. */
const quiet: RigOptions = { settings: ({ route }) => void (route.ping_interval_ms = 1e9) }

/** A peer of our own kind, or of another, and its actor. It spoke just now. */
function make(own_kind: boolean, options: RigOptions = {}) {
  const rig = new ActorRig(options)
  rig.supervise = (event, command) => {
    if (event.kind === 'info_received') command({ ...register, own_kind })
    if (event.kind === 'connect_received' || event.kind === 'info_received') command({ kind: 'proceed' })
  }
  const peer = rig.peer()
  const route = rig.newest(Route)
  route.keepalive.stop()
  const kinds = () => rig.events.slice(3).map((event) => event.kind)
  return { rig, peer, route, kinds }
}

test('a probe is a PING, and the next bytes are the sign of life, once', () => {
  for (const says of ['PONG\r\n', 'RS+ $G a\r\n', 'P', 'ZZZ\r\n', 'RMSG $G a 5\r\nab']) {
    const { rig, peer, route, kinds } = make(false)
    assert.equal(rig.events.map((event) => event.kind), ['accepted', 'connect_received', 'info_received'])
    peer.send('PONG\r\n')
    assert.equal(kinds(), [], 'nobody asked')
    route.command({ kind: 'probe' })
    rig.settle()
    assert.equal([peer.take(), kinds()], ['PING\r\n', []])
    peer.send(says)
    assert.equal(rig.events[3], { kind: 'alive', rid: route.connection.cid }, says)
    peer.send('\r\nPONG\r\n')
    assert.equal(kinds().filter((kind) => kind === 'alive'), ['alive'])
  }
})

test('each probe has its own answer', () => {
  const { peer, route, kinds } = make(true)
  route.command({ kind: 'probe' })
  route.command({ kind: 'probe' })
  peer.send('PONG\r\n')
  assert.equal(kinds(), ['alive'])
  route.command({ kind: 'probe' })
  peer.send('PONG\r\n')
  assert.equal(kinds(), ['alive', 'alive'])
})

test('a probed peer that ends gives no sign of life', () => {
  const { rig, peer, route, kinds } = make(true)
  route.command({ kind: 'probe' })
  peer.cut()
  assert.equal([kinds(), rig.left], [['closed'], NOTHING])
})

test('an announcement is our INFO with something new in it, and not for ever', () => {
  const { rig, peer, route } = make(true)
  const said = () => {
    rig.thread.finish_turn()
    const [, json, ...end] = /^INFO (\{.*\})( \r\n)$/.exec(peer.take())!
    assert.equal(end, [' \r\n'], 'it is no gossip')
    const { server_id, server_name, cluster, onehop, ldm } = JSON.parse(json)
    return [server_id, server_name, cluster, onehop, ldm]
  }
  route.command({ kind: 'announce', news: { onehop: 'members 0123456789abcdef' } })
  assert.equal(said(), ['NOWN', 'own', 'C', 'members 0123456789abcdef', undefined])
  route.command({ kind: 'announce', news: { ldm: true } })
  assert.equal(said(), ['NOWN', 'own', 'C', undefined, true])
  assert.equal([rig.settings.route_info!.onehop, rig.settings.route_info!.ldm], [undefined, undefined])
})

test('what is announced before the end goes out before it', () => {
  const { rig, peer, route } = make(true)
  route.command({ kind: 'announce', news: { onehop: 'leaving' } })
  route.command({ kind: 'close', reason: CloseReason.server_shutdown, text: null })
  rig.settle()
  assert.match(peer.take(), /^INFO \{.*"onehop":"leaving"\} \r\n$/)
  assert.ok(peer.closed)
})

test('a peer of our own kind that falls silent is asked every second and ends at the bound', () => {
  const { rig, peer, kinds } = make(true, quiet)
  rig.pass(OWN_KIND_PING_MS - 1)
  assert.is(peer.take(), '')
  rig.pass(OWN_KIND_SILENCE_MS_MAX - OWN_KIND_PING_MS)
  assert.equal([peer.take(), kinds()], ['PING\r\n'.repeat(3), []])
  assert.is(rig.thread.counters[Counter.stale_connections_routes], 0)
  rig.pass(1)
  assert.equal([peer.take(), kinds()], [STALE, ['closed']])
  assert.is(rig.thread.counters[Counter.stale_connections_routes], 1)
  assert.equal(rig.events.at(-1), { kind: 'closed', rid: 1, reason: CloseReason.stale_connection })
  assert.equal(rig.left, NOTHING)
})

test('whatever it sends is a sign of life, also a PONG', () => {
  const { rig, peer, kinds } = make(true, quiet)
  for (let i = 0; i < 10; i++) {
    rig.pass(OWN_KIND_SILENCE_MS_MAX - 2 * OWN_KIND_PING_MS)
    peer.send(i % 2 ? 'PONG\r\n' : 'P')
    if (i % 2 === 0) peer.send('ONG\r\n')
  }
  assert.equal(kinds(), [])
})

test('what we send is no sign of life', () => {
  const { rig, peer, kinds } = make(true, quiet)
  peer.send('RS+ $G a\r\n')
  const client = rig.client()
  for (let i = 0; i < 8; i++) {
    client.send('PUB a 0\r\n\r\n')
    rig.pass(OWN_KIND_SILENCE_MS_MAX / 8)
  }
  assert.equal(kinds(), ['closed'])
})

test('another kind of server, or one that is not registered, may be silent for long', () => {
  const foreign = make(false, quiet)
  foreign.rig.pass(10 * OWN_KIND_SILENCE_MS_MAX)
  assert.equal([foreign.peer.take(), foreign.kinds()], ['', []])
  const rig = new ActorRig(quiet)
  rig.supervise = () => {}
  const peer = rig.peer()
  rig.newest(Route).keepalive.stop()
  rig.pass(10 * OWN_KIND_SILENCE_MS_MAX)
  assert.equal([peer.take(), peer.closed], ['', false])
})

test('a peer of our own kind that we do not read is not silent', () => {
  const { rig, peer, kinds, route } = make(true, quiet)
  rig.supervise = () => {}
  peer.send(`${peer_info({ server_id: 'NOTHER' })}RS+ $G a\r\n`)
  rig.pass(3 * OWN_KIND_SILENCE_MS_MAX)
  assert.equal([kinds(), route.interest.count], [['info_received'], 0])
  route.command({ kind: 'proceed' })
  rig.pass(OWN_KIND_SILENCE_MS_MAX - 1)
  assert.equal([kinds(), route.interest.count], [['info_received'], 1])
  rig.pass(1)
  assert.equal(kinds(), ['info_received', 'closed'])
})

test('the watch ends with the connection', () => {
  const { rig, peer } = make(true, quiet)
  peer.cut()
  assert.equal(rig.left, NOTHING)
})

test.run()
