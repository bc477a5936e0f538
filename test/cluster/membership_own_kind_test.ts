// What members of our own kind do besides, and what comes of a second connection to one server.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { PROBE_MS, ROLL_CALL_MS, ROUTE_HANDSHAKE_MS, ROUTE_SETTLED_MS } from '../../src/base/limits.ts'
import type { MembershipEvent } from '../../src/cluster/membership_events.ts'
import { members_digest } from '../../src/cluster/roll_call.ts'
import { suite } from '../harness.ts'
import { info, Rig, url } from './membership_rig.ts'

const test = suite('cluster/membership_own_kind')

const OWN = { go: 'onehop/0.1.0 x' }
const at = (port: number, more = {}) => ({ ...OWN, ip: `nats-route://127.0.0.1:${port}/`, port, ...more })
const timer = (key: string): MembershipEvent => ({ kind: 'timer', key })
const alive = (rid: number): MembershipEvent => ({ kind: 'alive', rid })
const first_info = (rid: number, server_id: string, more = {}): MembershipEvent => {
  return { kind: 'info_received', rid, info: info(server_id, { ...OWN, ...more }), remote_ip: '127.0.0.1' }
}

/** All that is answered but log lines, with timers and `proceed`. */
function words(rig: Rig, event: MembershipEvent): string[] {
  return rig.tell_all(event).flatMap((action) => {
    if (action.kind === 'log' || action.kind === 'set_role') return []
    if (action.kind === 'set_timer') return [`set ${action.key} ${action.delay_ms}`]
    if (action.kind === 'cancel_timer') return [`cancel ${action.key}`]
    if (action.kind === 'close') return [`close ${action.rid} ${action.reason}`]
    return ['rid' in action ? `${action.kind} ${action.rid}` : action.kind]
  })
}

/** Our server T has dialled 127.0.0.1:1 (job 1, rid 1) for the configuration, but had no INFO yet. */
function dialled(more: ConstructorParameters<typeof Rig>[0] = {}): Rig {
  const rig = new Rig({ routes: [url('127.0.0.1:1')], ...more })
  rig.tell({ kind: 'start' })
  rig.dialled(1)
  return rig
}

/** The same, registered as A for a while; A comes with a second connection, rid 2, which waits. */
function probing(more: ConstructorParameters<typeof Rig>[0] = {}, fields = {}): Rig {
  const rig = dialled(more)
  rig.info(1, 'A', { ...OWN, ...fields })
  rig.tell(timer('settle:1'))
  assert.is(rig.accept(), 2)
  rig.tell({ kind: 'connect_received', rid: 2, connect: { name: 'A', cluster: 'conf', ...fields } })
  assert.equal(words(rig, first_info(2, 'A', fields)), [`set probe:1 ${PROBE_MS}`, 'probe 1'], 'no proceed')
  return rig
}

// ---- The handshake

test('a connection that we dialled has to say INFO in time', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  const made: MembershipEvent = { kind: 'dial_connected', job: 1, rid: 1, remote_address: '' }
  assert.equal(words(rig, made), [`set handshake:1 ${ROUTE_HANDSHAKE_MS}`])
  assert.equal(words(rig, timer('handshake:1')), ['cancel handshake:1', 'close 1 Stale Connection'])
  assert.equal(words(rig, timer('handshake:1')), [], 'it is closed once')
  assert.equal(words(rig, first_info(1, 'A')), [], 'nothing more is listened to')
  assert.equal(rig.closed(1), ['pause dial:2 1000'])
  assert.equal(words(rig, timer('handshake:1')), [])
  assert.equal(
    words(rig, { kind: 'accepted', rid: 2, remote_address: '' }),
    [],
    'who dialled us is timed by its CONNECT',
  )
})

test('the INFO ends the wait for it, and so does the end', () => {
  const rig = dialled()
  assert.is(words(rig, first_info(1, 'A'))[0], 'cancel handshake:1')
  assert.equal(words(rig, timer('handshake:1')), [], 'too late')
  assert.equal(words(rig, first_info(1, 'A')), ['proceed 1'], 'only the first one')
  assert.ok(words(dialled(), { kind: 'closed', rid: 1, reason: CloseReason.read_error }).includes('cancel handshake:1'))
  assert.ok(words(dialled(), { kind: 'shutdown' }).includes('cancel handshake:1'))
})

// ---- Two connections to one server

test('as long as the first is young a second one is a duplicate, later the first is probed', () => {
  const rig = dialled()
  assert.ok(words(rig, first_info(1, 'Z')).includes(`set settle:1 ${ROUTE_SETTLED_MS}`))
  assert.equal(words(rig, first_info(rig.accept(), 'Z')), ['close 2 Duplicate Route'])
  assert.equal(words(rig, timer('settle:1')), [])
  assert.equal(words(rig, first_info(rig.accept(), 'Z')), [`set probe:1 ${PROBE_MS}`, 'probe 1'])
  assert.equal(words(rig, { kind: 'shutdown' }).filter((word) => word.includes('settle')), ['cancel settle:1'])
})

test('a first that answers stays, and the second is a duplicate whose role it inherits', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  const first = rig.join('A', OWN)
  rig.tell(timer(`settle:${first}`))
  const second = rig.dialled(1)
  assert.equal(words(rig, first_info(second, 'A')), ['cancel handshake:2', 'set probe:1 1000', 'probe 1'])
  assert.equal(rig.said(alive(first)), ['cancel_timer', 'role 1 solicited explicit', 'close 2 Duplicate Route'])
  assert.equal([alive(first), timer('probe:1')].map((event) => words(rig, event)), [[], []], 'it is decided once')
  assert.equal(rig.closed(second), [])
  assert.equal(rig.peers, ['1 A solicited explicit'])
  assert.equal(words(probing(), alive(1)), ['cancel probe:1', 'close 2 Duplicate Route'], 'it was accepted')
})

test('a first that does not answer is replaced, and the second reads on once', () => {
  const rig = probing({}, { connect_urls: ['a:1'] })
  assert.equal(words(rig, timer('probe:1')), [
    'cancel settle:1',
    'set_connect_urls',
    'close 1 Stale Connection',
    'set settle:2 2000',
    'register 2',
    'set_connect_urls',
    'proceed 2',
  ])
  assert.equal(rig.peers, ['2 A solicited explicit'], 'with the role of the first')
  assert.equal([alive(1), timer('probe:1'), alive(2), timer('probe:2')].flatMap((event) => words(rig, event)), [])
  assert.equal(rig.closed(1), [], 'nobody looks for it')
  assert.equal(words(rig, first_info(rig.accept(), 'A')), ['set crossing:2 1000'], 'the new first is young')
  assert.equal(rig.closed(3), [])
  assert.equal(rig.closed(2), ['urls own:4222', 'pause dial:2 1000'])
  assert.ok(words(probing({}, { go: 'go1.22' }), timer('probe:1')).includes('proceed 2'), 'a nats-server comes alike')
})

test('a first that was replaced is not looked for, even if the second has left before it is gone', () => {
  const rig = new Rig()
  rig.tell(timer(`settle:${rig.join('A', OWN)}`))
  rig.tell(first_info(rig.accept(), 'A'))
  rig.tell(timer('probe:1'))
  rig.info(2, 'A', { ...OWN, onehop: 'leaving' })
  assert.equal([rig.closed(2), rig.closed(1)], [[], []])
})

test('a first that ends by itself leaves its place and its role to the second', () => {
  const rig = probing()
  const ended: MembershipEvent = { kind: 'closed', rid: 1, reason: CloseReason.read_error }
  assert.equal(words(rig, ended), ['cancel settle:1', 'cancel probe:1', 'set settle:2 2000', 'register 2', 'proceed 2'])
  assert.equal([alive(1), timer('probe:1'), ended].flatMap((event) => words(rig, event)), [])
  assert.equal([rig.peers, rig.membership.size], [['2 A solicited explicit'], { links: 1, peers: 1, dials: 0 }])
})

test('a second that ends while it waits leaves everything as it was', () => {
  const rig = probing()
  assert.equal(rig.closed(2), [])
  assert.equal([alive(1), timer('probe:1'), alive(2)].flatMap((event) => words(rig, event)), [])
  assert.equal(rig.peers, ['1 A solicited explicit'])
  assert.equal(words(rig, first_info(rig.accept(), 'A')), ['set probe:1 1000', 'probe 1'], 'the next is as good')
  assert.is(words(rig, timer('probe:1')).at(-1), 'proceed 3')
  const gone = probing()
  gone.closed(2)
  assert.equal(gone.closed(1), ['pause dial:2 1000'], 'and the first is missed')
})

test('a second that was dialled and ends while it waits is not looked for, but its role stays', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  rig.tell(timer(`settle:${rig.join('A', OWN)}`))
  const second = rig.dialled(1)
  rig.info(second, 'A', OWN)
  assert.equal(rig.closed(second), ['role 1 solicited explicit'])
})

test('a third connection during a probe is a duplicate, and the second goes on waiting', () => {
  const rig = probing()
  assert.equal(words(rig, first_info(rig.accept(), 'A')), ['close 3 Duplicate Route'])
  assert.equal(rig.closed(3), [])
  assert.ok(words(rig, timer('probe:1')).includes('register 2'))
})

test('probes of two peers are told apart', () => {
  const rig = probing()
  const other = rig.join('B', OWN)
  rig.tell(timer(`settle:${other}`))
  const second = rig.accept()
  assert.equal(words(rig, first_info(second, 'B')), [`set probe:${other} 1000`, `probe ${other}`])
  assert.ok(words(rig, alive(other)).includes(`close ${second} Duplicate Route`))
  assert.ok(words(rig, timer('probe:1')).includes('register 2'))
})

test('a first that we close during its probe, such as for its name, takes its second with it', () => {
  const rig = probing()
  const conflict = first_info(1, 'A', { cluster: 'other' })
  assert.equal(words(rig, conflict).filter((word) => word.startsWith('close')), [
    'close 1 Cluster Name Conflict',
    'close 2 Cluster Name Conflict',
  ])
  assert.equal([alive(1), timer('probe:1')].flatMap((event) => words(rig, event)), [])
  assert.equal(rig.peers, [])
})

test('a second of another cluster name or of our own id is closed without a probe', () => {
  const rig = dialled()
  rig.info(1, 'A', OWN)
  rig.tell(timer('settle:1'))
  assert.equal(words(rig, first_info(rig.accept(), 'A', { cluster: 'x' })), ['close 2 Cluster Name Conflict'])
  assert.equal(words(rig, first_info(rig.accept(), 'T')), ['close 3 Duplicate Route'])
})

test('a second that has to go during the probe, for its route is not configured any more, is not waited for', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  rig.tell(timer(`settle:${rig.join('A', OWN)}`))
  rig.info(rig.dialled(1), 'A', OWN)
  assert.equal(rig.said({ kind: 'routes_changed', routes: [] }), ['close 2 Route Removed'])
  assert.equal([alive(1), timer('probe:1')].flatMap((event) => words(rig, event)), [])
  assert.equal([rig.closed(2), rig.peers], [[], ['1 A']])
})

test('shutdown during a probe ends both, and nothing that was awaited has a meaning any more', () => {
  const rig = probing()
  const answers = words(rig, { kind: 'shutdown' })
  assert.equal(answers.filter((word) => !word.startsWith('cancel')), [
    'announce 1',
    'close 1 Server Shutdown',
    'close 2 Server Shutdown',
  ])
  const late = [alive(1), timer('probe:1'), timer('roll_call'), first_info(2, 'A')]
  assert.equal(late.flatMap((event) => words(rig, event)), [])
  assert.equal([rig.closed(1), rig.closed(2)], [[], []])
  assert.equal(rig.membership.size, { links: 0, peers: 0, dials: 0 })
})

// ---- Losses

test('who had accepted dials too after a loss, where the peer came from, but leaves it the first move', () => {
  const found = (more: object, config = {}) => {
    const rig = new Rig(config)
    assert.equal(rig.closed(rig.join('A', { ...OWN, host: '10.0.0.7', port: 77, ...more })), ['pause dial:1 500'])
    return rig.tell(timer('dial:1')).flatMap((action) => action.kind === 'dial' ? [action.url] : [])[0]
  }
  const here = { scheme: 'nats-route', host: '127.0.0.1', port: 77 }
  const credentials = { user: 'u', password: 'p' }
  assert.equal(found({}), here)
  assert.equal(found({ ip: 'nats-route://10.9.9.9:78/' }), { ...here, host: '10.9.9.9', port: 78 })
  assert.equal(found({ ip: 'nats-route://[::bad:port' }), { ...here, host: '10.0.0.7' }, 'as a nats-server is dialled')
  assert.equal(found({ auth_required: true }, { credentials }), { ...here, ...credentials })
  assert.equal(found({}, { credentials }), here)
  assert.equal(found({ auth_required: true }), here)
})

test('nobody looks for a peer that said it leaves, unless the configuration does', () => {
  const left = (more: object, word: string) => {
    const rig = new Rig()
    const rid = rig.join('A', more)
    assert.equal(words(rig, first_info(rid, 'A', { ...more, onehop: word })), [`proceed ${rid}`])
    return rig.closed(rid)
  }
  assert.equal(left(OWN, 'leaving'), [])
  for (const word of ['', 'leaving soon', 'members x']) assert.equal(left(OWN, word), ['pause dial:1 500'], word)
  const explicit = dialled()
  explicit.info(1, 'A', OWN)
  explicit.info(1, 'A', { ...OWN, onehop: 'leaving' })
  assert.equal(explicit.closed(1), ['pause dial:2 1000'])
})

test('another kind of server has no such words', () => {
  const rig = new Rig()
  rig.info(rig.join('A'), 'B', { ...at(9), go: 'go' })
  const rid = rig.dialled(1)
  rig.info(rid, 'B')
  rig.info(rid, 'B', { onehop: 'leaving' })
  assert.equal(rig.closed(rid), ['pause dial:2 0'])
})

test('a peer of our own kind that gossip told of is looked for without end, and news of it hurries', () => {
  const rig = new Rig()
  const teller = rig.join('A', OWN)
  const told = () => rig.info(teller, 'B', at(9))
  assert.equal(told(), ['dial 1 nats-route://127.0.0.1:9'])
  const refused = () => rig.said({ kind: 'dial_failed', job: 1, error: 'refused' })
  assert.equal(refused(), ['pause dial:1 1000'])
  assert.equal(told(), ['cancel_timer', 'dial 1 nats-route://127.0.0.1:9'])
  assert.equal(refused(), ['pause dial:1 1000'])
  rig.join('B', OWN)
  assert.equal(rig.timer(1), ['cancel_timer'], 'it came by itself')
  assert.equal(rig.membership.size.dials, 0)
})

test('a peer that gossip called one of our own is looked for even if it ends before its INFO', () => {
  const rig = new Rig()
  rig.info(rig.join('A', OWN), 'B', at(9))
  assert.equal(rig.closed(rig.dialled(1)), ['pause dial:2 0'])
  rig.timer(2)
  assert.equal(rig.said({ kind: 'dial_failed', job: 2, error: 'refused' }), ['pause dial:2 1000'])
})

// ---- News

test('the gossip mode goes from news to dial, and decides what the others are told', () => {
  const modes = (rig: Rig, event: MembershipEvent) =>
    rig.tell_all(event).flatMap((each) => each.kind === 'send_info' ? [`${each.rid}: ${each.info.gossip_mode}`] : [])
  const told = (gossip_mode: number | undefined, more: object = OWN) => {
    const rig = dialled()
    rig.info(1, 'A', OWN)
    const [own, foreign] = [rig.join('B', OWN), rig.join('C')]
    const [dial] = rig.tell(first_info(own, 'N', at(9, { gossip_mode })))
    const rid = rig.dialled(2)
    return [dial.kind === 'dial' && dial.gossip_mode, foreign, modes(rig, first_info(rid, 'N', { port: 9, ...more }))]
  }
  assert.equal(told(undefined), [0, 3, ['3: 0']])
  assert.equal(told(0), [0, 3, ['3: 0']])
  assert.equal(told(1), [1, 3, ['3: 0']])
  assert.equal(told(2), [2, 3, ['1: 0', '2: 0', '3: 0']])
  assert.equal(told(1, { go: 'go' }), [1, 3, ['1: 0', '2: 0', '3: 0']], 'the newcomer is no kin')
  const rig = dialled()
  rig.info(1, 'A', OWN)
  rig.join('B', OWN)
  rig.join('C')
  assert.equal(modes(rig, first_info(rig.accept(), 'N')), ['1: 2', '2: 1', '3: 0'], 'it came to us')
  assert.equal(modes(rig, first_info(rig.accept(), 'M', { gossip_mode: 1 })), [], 'it asks for silence')
})

test('at the end peers of our own kind are told that we leave, and the others nothing', () => {
  const rig = new Rig()
  const [own, foreign] = [rig.join('A', OWN), rig.join('B')]
  assert.equal(rig.said({ kind: 'shutdown' }), [
    `announce ${own} leaving`,
    `close ${own} Server Shutdown`,
    `close ${foreign} Server Shutdown`,
  ])
})

test('lame duck mode is news for peers of every kind', () => {
  const rig = new Rig()
  rig.join('A', { ...OWN, connect_urls: ['a:1'] })
  rig.join('B')
  const [one, two, ...more] = rig.tell({ kind: 'lame_duck' })
  assert.equal([one, two], [1, 2].map((rid) => ({ kind: 'announce', rid, news: { ldm: true } })))
  assert.equal(more, [{ kind: 'tell_lame_duck', urls: ['a:1'], ws_urls: null }])
  assert.equal(rig.info(1, 'A', { ...OWN, ldm: true }), ['urls '])
})

test('every now and then the peers of our own kind hear a digest of all members', () => {
  const rig = new Rig()
  assert.equal(words(rig, { kind: 'start' }), [`set roll_call ${ROLL_CALL_MS}`])
  rig.join('B', OWN)
  rig.join('A')
  rig.join('C', OWN)
  const digest = members_digest(['A', 'B', 'C', 'T'])
  assert.equal(rig.said(timer('roll_call')), [`announce 1 members ${digest}`, `announce 3 members ${digest}`])
  assert.is(words(rig, timer('roll_call'))[0], `set roll_call ${ROLL_CALL_MS}`)
  assert.ok(words(rig, { kind: 'shutdown' }).includes('cancel roll_call'))
})

test('a peer whose digest differs twice is told of all others', () => {
  const rig = new Rig()
  const hear = (rid: number, ...ids: string[]) =>
    rig.tell(first_info(rid, `${'ABC'[rid - 1]}`, { onehop: `members ${members_digest(ids)}` })).map((action) =>
      action.kind === 'send_info'
        ? [action.rid, action.info.server_id, action.info.ip, action.info.gossip_mode]
        : action
    )
  rig.join('A', { ...OWN, port: 71 })
  rig.join('B', { port: 72, gossip_mode: 1 })
  rig.join('C', { ...OWN, ip: 'nats-route://10.0.0.3:73/', onehop: 'members x', connect_urls: ['c:1'] })
  assert.equal([hear(1, 'A'), hear(1, 'A'), hear(1, 'A')], [[], [], []], 'we have not called the roll ourselves')
  rig.tell(timer('roll_call'))
  assert.equal([hear(1, 'A', 'B', 'C', 'T'), hear(1, 'A', 'C', 'T'), hear(3, 'C')], [[], [], []])
  assert.equal(hear(1, 'A', 'T'), [
    [1, 'B', 'nats-route://127.0.0.1:72/', undefined],
    [1, 'C', 'nats-route://10.0.0.3:73/', undefined],
  ])
  assert.equal([hear(1, 'A', 'T'), hear(3, 'A', 'B', 'C', 'T'), hear(3, 'C')], [[], [], []], 'the count begins anew')
  rig.closed(2)
  assert.equal([hear(1, 'A', 'T'), hear(3, 'C'), hear(3, 'C')], [[], [], []], 'our list has changed')
  rig.tell(timer('roll_call'))
  assert.equal(hear(3, 'C'), [], 'which made good for the difference before')
  assert.equal(hear(3, 'C'), [[3, 'A', 'nats-route://127.0.0.1:71/', undefined]])
})

test('another kind of server has no roll call', () => {
  const rig = new Rig()
  const [foreign] = [rig.join('A'), rig.join('B', OWN), rig.tell(timer('roll_call'))]
  const heard = () => rig.info(foreign, 'A', { onehop: `members ${members_digest([])}` })
  assert.equal([heard(), heard(), heard()], [[], [], []])
})

test.run()
