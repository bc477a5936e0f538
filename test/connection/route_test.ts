// What one peer says and is answered (reference route.md 1, 2 and 5). The rig's supervisor lets everybody in.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { Route } from '../../src/connection/route.ts'
import { Counter } from '../../src/shared/counters.ts'
import { records_of } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING, peer_info, register, type RigOptions } from './actor_rig.ts'

/** The server itself has the ones before it. */
const FIRST_SLOT = 2
const test = suite('connection/route')

const UNKNOWN = "-ERR 'Unknown Protocol Operation'\r\n"
const CONNECT = 'CONNECT {"name":"NPEER","cluster":"C"}\r\n'

/** What a registered peer sends, and all it is answered. */
interface Row {
  says: string
  gets: string
  end?: CloseReason
  rig?: RigOptions
}

const { protocol_violation } = CloseReason

const rows: Row[] = [
  { says: 'PING\r\npInG\nPING  \r\n', gets: 'PONG\r\n'.repeat(3) },
  { says: '+OK\r\nPONG\r\nA+ $G\r\nA- $G\r\nPING\r\n', gets: 'PONG\r\n' },
  ...['ZZZ\r\n', '\r\n', 'PUB a 0\r\n\r\n', 'SUB a 1\r\n', 'RS+\r\n', 'RS* $G a\r\n'].map((says) => (
    { says: `${says}PING\r\n`, gets: UNKNOWN, end: protocol_violation }
  )),
  ...[
    'RS+ $G',
    'RS+ $G a q',
    'RS+ $G a q 1 1',
    'RS- $G',
    'RS- $G a q 1',
    'LS+ o $G',
    'LS+ o $G a q',
    'LS- o $G',
    'LS- o $G a q 1',
  ].map((line) => (
    { says: `${line}\r\nPING\r\n`, gets: '', end: protocol_violation }
  )),
  ...['RMSG $G a', 'RMSG $G a x', 'RMSG $G a r q 1', 'HMSG $G a 1', 'HMSG $G a 5 1', 'LMSG o $G a 1', 'RMSG $G a * q 1']
    .map((line) => (
      { says: `${line}\r\nPING\r\n`, gets: '', end: protocol_violation }
    )),
  { says: 'INFO x\r\nPING\r\n', gets: '', end: protocol_violation },
  { says: 'INFO {"port":"x"}\r\nPING\r\n', gets: '', end: protocol_violation },
  { says: "-ERR 'boom'\r\nPING\r\n", gets: '', end: CloseReason.parse_error },
  ...['a..b', '.a', 'a.', '>.a'].map((subject) => (
    { says: `RS+ $G ${subject}\r\nPING\r\n`, gets: "-ERR 'Invalid Subscription'\r\nPONG\r\n" }
  )),
  { says: 'RS+ X a\r\nRS- X a\r\nRS- $G never\r\nRMSG X a 0\r\n\r\nPING\r\n', gets: 'PONG\r\n' },
  {
    says: `RS+ $G ${'x'.repeat(1025)}\r\n`,
    gets: "-ERR 'maximum control line exceeded'\r\n",
    end: CloseReason.max_control_line,
    rig: { settings: ({ route }) => void (route.max_control_line = 1024) },
  },
  {
    says: 'RS+ $G a\r\nRS+ $G a\r\nRS+ $G a q 3\r\nRS- $G a\r\nRS- $G a q\r\nLS+ o $G a\r\nLS- o $G a\r\nPING\r\n',
    gets: 'PONG\r\n',
  },
]

for (const { says, gets, end, rig: options } of rows) {
  test(`${JSON.stringify(says.slice(0, 50))} is answered as it should, whole and byte by byte`, () => {
    for (const bytewise of [false, true]) {
      const rig = new ActorRig(options)
      const peer = rig.peer()
      peer.bytewise = bytewise
      assert.is(peer.talk(says), gets)
      const closed = rig.events.find((event) => event.kind === 'closed')
      assert.is(closed?.reason, end)
      assert.is(peer.closed, end !== undefined)
      peer.cut()
      assert.equal(rig.left, NOTHING)
      assert.is(rig.thread.counters[Counter.routes], 0)
    }
  })
}

test('a peer that dialled us gets INFO at once, before it said anything', () => {
  const rig = new ActorRig()
  const peer = rig.peer(false)
  assert.match(peer.take(), /^INFO \{"server_id":"NOWN",.*\} \r\n$/)
  assert.equal(rig.events, [{ kind: 'accepted', rid: 1, slot: FIRST_SLOT, remote_address: '127.0.0.1' }])
})

test('a peer that we dialled gets CONNECT and INFO, and owes us no CONNECT', async () => {
  const rig = new ActorRig()
  rig.thread.routes.dial({
    job: 7,
    address: '127.0.0.1',
    port: 6222,
    tls_name: '127.0.0.1',
    user: 'u',
    password: 'p',
    gossip_mode: 0,
    account: '',
  })
  rig.settle()
  await Promise.resolve()
  const [peer] = rig.dialled
  assert.match(peer.take(), /^CONNECT \{.*"user":"u","pass":"p".*\}\r\nINFO \{.*\} \r\n$/)
  assert.equal(rig.events[0], { kind: 'dial_connected', job: 7, rid: 1, slot: FIRST_SLOT, remote_address: '127.0.0.1' })
  assert.is(peer.talk(`${peer_info()}PING\r\n`), 'PONG\r\n')
  assert.is(rig.events[1].kind, 'info_received')
})

test('who did not say CONNECT may say nothing else', () => {
  for (const says of ['PING\r\n', peer_info(), 'RS+ $G a\r\n']) {
    const rig = new ActorRig()
    const peer = rig.peer(false)
    peer.take()
    assert.is(peer.talk(says), "-ERR 'Authorization Violation'\r\n")
    assert.is(rig.thread.index.insert_count, 0)
  }
})

const guarded: RigOptions = {
  settings({ route }) {
    route.user = 'u'
    route.password = 'p'
    route.auth_timeout_ms = 2_000
  },
}

test('a peer has to know the password, if there is one, and to say it in time', () => {
  const answer = (fields: string) => {
    const rig = new ActorRig(guarded)
    const peer = rig.peer(false)
    peer.take()
    return peer.talk(`CONNECT {"name":"NPEER","cluster":"C"${fields}}\r\n${peer_info()}PING\r\n`)
  }
  assert.is(answer(',"user":"u","pass":"p"'), 'PONG\r\n')
  const refused = "-ERR 'Authorization Violation'\r\n"
  const wrong = [
    '',
    ',"user":"u"',
    ',"user":"u","pass":"x"',
    ',"user":"x","pass":"p"',
    ',"user":"u","pass":"p","account":"A"',
  ]
  assert.equal(wrong.map(answer), wrong.map(() => refused))
  const rig = new ActorRig(guarded)
  const [late, known] = [rig.peer(false), rig.peer(false)]
  late.take()
  known.send(CONNECT.replace('{', '{"user":"u","pass":"p",'))
  rig.pass(2_500)
  assert.match(late.take(), /^(PING\r\n)?-ERR 'Authentication Timeout'\r\n$/)
  assert.equal([late.closed, known.closed], [true, false])
})

test('nothing is read behind CONNECT and INFO until the supervisor says so', () => {
  const rig = new ActorRig()
  rig.supervise = () => {}
  const peer = rig.peer(false)
  peer.take()
  peer.send(`${CONNECT}${peer_info()}RS+ $G a\r\nPING\r\n`)
  assert.is(rig.events.at(-1)!.kind, 'connect_received')
  const route = rig.newest(Route)
  route.command({ kind: 'proceed' })
  rig.settle()
  assert.equal([rig.events.at(-1)!.kind, route.interest.count], ['info_received', 0])
  route.command(register)
  route.command({ kind: 'proceed' })
  rig.settle()
  assert.equal([route.interest.count, peer.take()], [1, 'PONG\r\n'])
})

test('a supervisor that answers by an end leaves nothing', () => {
  const rig = new ActorRig()
  rig.supervise = (event, command) => {
    if (event.kind === 'connect_received') {
      command({ kind: 'close', reason: CloseReason.cluster_name_conflict, text: 'no' })
    }
  }
  const peer = rig.peer(false)
  peer.take()
  assert.is(peer.talk(`${CONNECT}${peer_info()}RS+ $G a\r\n`), "-ERR 'no'\r\n")
  assert.equal(rig.events.at(-1), { kind: 'closed', rid: 1, reason: CloseReason.cluster_name_conflict })
  assert.equal(rig.left, NOTHING)
  const silent = new ActorRig()
  silent.supervise = (event, command) => {
    if (event.kind === 'info_received') command({ kind: 'close', reason: CloseReason.duplicate_route, text: null })
    else command({ kind: 'proceed' })
  }
  const duplicate = silent.peer(false)
  duplicate.take()
  assert.is(duplicate.talk(`${CONNECT}${peer_info()}PING\r\n`), '')
  assert.ok(duplicate.closed)
})

test('who registers is told all present interest, then every change, and gets its PONG behind that', () => {
  const rig = new ActorRig()
  const [a, b] = [rig.client(), rig.client()]
  a.send('SUB x 1\r\nSUB x.> 2\r\nSUB x q 3\r\n')
  b.send('SUB x 1\r\nSUB x q 3\r\n')
  const peer = rig.peer(false)
  peer.take()
  const lines = peer.talk(`${CONNECT}${peer_info()}PING\r\n`).split('\r\n')
  assert.equal(lines.slice(0, 3).sort(), ['RS+ $G x', 'RS+ $G x q 2', 'RS+ $G x.>'])
  assert.equal(lines.slice(3), ['PONG', ''])
  b.send('SUB y 9\r\nUNSUB 1\r\nUNSUB 3\r\nUNSUB 9\r\n')
  assert.is(peer.take(), 'RS+ $G y\r\nRS+ $G x q 1\r\nRS- $G y\r\n')
  a.send('UNSUB 1\r\nUNSUB 3\r\n')
  assert.is(peer.take(), 'RS- $G x\r\nRS- $G x q\r\n')
})

test('a dump of many subscriptions takes several turns and misses nothing that changes meanwhile', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.send(Array.from({ length: 3000 }, (_, i) => `SUB s.${i} ${i}\r\n`).join(''))
  rig.later(() => rig.later(() => client.send('UNSUB 5\r\nUNSUB 2990\r\nSUB new 5000\r\n')))
  const peer = rig.peer(false)
  peer.take()
  const known = new Set<string>()
  for (const line of peer.talk(`${CONNECT}${peer_info()}PING\r\n`).trimEnd().split('\r\n')) {
    if (line.startsWith('RS+ ')) known.add(line.slice(4))
    else if (line.startsWith('RS- ')) known.delete(line.slice(4))
    else assert.is(line, 'PONG')
  }
  assert.equal([known.size, known.has('$G new'), known.has('$G s.5'), known.has('$G s.2990')], [
    2999,
    true,
    false,
    false,
  ])
})

test('who is not registered is told nothing', () => {
  const rig = new ActorRig()
  rig.client().send('SUB x 1\r\n')
  const peer = rig.peer(false)
  peer.take()
  peer.send(CONNECT)
  rig.client().send('SUB y 1\r\n')
  assert.is(peer.take(), '')
})

test('a message of a client goes to the peers that want it, in their own words', () => {
  const rig = new ActorRig()
  const plain = rig.peer(),
    headers_off = rig.peer(true, { server_id: 'NOTHER' }),
    publisher = rig.client({ verbose: false, headers: true })
  rig.newest(Route).connection.outbox.headers = false
  plain.send('RS+ $G a\r\nRS+ $G a q 1\r\n')
  headers_off.send('RS+ $G a\r\n')
  publisher.send('PUB a 1\r\nx\r\nHPUB a r 5 6\r\nh\r\n\r\ny\r\nPUB b 0\r\n\r\n')
  assert.is(plain.take(), 'RMSG $G a | q 1\r\nx\r\nHMSG $G a + r q 5 6\r\nh\r\n\r\ny\r\n')
  assert.is(headers_off.take(), 'RMSG $G a 1\r\nx\r\nRMSG $G a r 1\r\ny\r\n')
  plain.send('RS- $G a\r\nRS- $G a q\r\n')
  publisher.send('PUB a 0\r\n\r\n')
  assert.is(plain.take(), '')
  headers_off.cut()
  assert.is(publisher.talk('PUB a 0\r\n\r\nPING\r\n'), 'PONG\r\n')
})

test('leaf interest has an entry of its own where the peer keeps it apart', () => {
  const count = (lnocu: boolean, says: string) => {
    const rig = new ActorRig()
    const peer = rig.peer(true, { lnocu })
    peer.send(says)
    return rig.newest(Route).interest.count
  }
  const both = 'RS+ $G a\r\nLS+ o $G a\r\n'
  assert.equal([count(true, both), count(false, both)], [2, 1])
  assert.equal([count(true, `${both}LS- o $G a\r\n`), count(false, `${both}LS- $G a\r\n`)], [1, 0])
})

test('PINGs go out, the first one after a second, and a peer that does not answer is cut', () => {
  const rig = new ActorRig()
  const peer = rig.peer()
  rig.pass(1_200)
  assert.is(peer.take(), 'PING\r\n')
  peer.send('PONG\r\n')
  assert.ok(rig.newest(Route).report()!.rtt_us! > 0)
  rig.pass(100_000)
  assert.is(peer.take(), "PING\r\nPING\r\n-ERR 'Stale Connection'\r\n")
  assert.is(rig.thread.counters[Counter.stale_connections_routes], 1)
})

test('a verbose peer gets +OK for interest and messages', () => {
  const rig = new ActorRig()
  const peer = rig.peer(false)
  peer.take()
  peer.send(`CONNECT {"name":"NPEER","cluster":"C","verbose":true}\r\n${peer_info()}`)
  assert.is(peer.talk('RS+ $G a\r\nRS- $G a\r\nRMSG $G a 0\r\n\r\nPING\r\n'), '+OK\r\n'.repeat(3) + 'PONG\r\n')
})

test('the supervisor may speak, log and change the role', () => {
  const rig = new ActorRig({ settings: (settings) => void (settings.debug = false) })
  const peer = rig.peer()
  const route = rig.newest(Route)
  route.command({ kind: 'send_info', info: rig.settings.route_info!, gossip: true })
  route.command({ kind: 'log', level: 'warn', text: 'w' })
  route.command({ kind: 'log', level: 'debug', text: 'd' })
  route.command({ kind: 'set_role', solicited: true, explicit: true })
  rig.thread.finish_turn()
  assert.match(peer.take(), /^INFO \{.*\}\r\n$/)
  assert.is(rig.log.at(-1), 'WRN 127.0.0.1:5000 - rid:1 - w')
  peer.send('RS+ $G a q 2\r\n')
  const report = route.report()!
  assert.equal([report.remote_id, report.remote_name, report.did_solicit, report.is_configured], [
    'NPEER',
    'peer',
    true,
    true,
  ])
  const [record] = records_of(rig.thread.index, route.connection.slot)
  assert.equal([record.account, record.subject, record.queue, record.weight], [0, 'a', 'q', 2])
  assert.is(rig.thread.counters[Counter.routes], 1)
})

test('accounts that we do not have are complained about, but not the one of the system', () => {
  const rig = new ActorRig()
  const peer = rig.peer()
  const lines = rig.log.length
  peer.send('RS+ $SYS a\r\nRS+ X a\r\n')
  assert.equal(rig.log.slice(lines), ['ERR 127.0.0.1:5000 - rid:1 - Unknown account "X" for remote subject "a"'])
})

test('a report is there once the peer is registered', () => {
  const rig = new ActorRig()
  rig.peer(false)
  assert.is(rig.newest(Route).report(), null)
})

test('interest waits while the index is busy, and is then taken once', () => {
  const rig = new ActorRig({ threads: 2 })
  const peer = rig.peer()
  const { lock } = rig.threads[1].index
  lock.acquire()
  assert.is(peer.talk('RS+ $G a\r\nRS- $G a\r\nRS+ $G b\r\nPING\r\n'), '')
  lock.release()
  rig.pass(10)
  assert.equal([peer.take(), rig.newest(Route).interest.count], ['PONG\r\n', 1])
})

test.run()
