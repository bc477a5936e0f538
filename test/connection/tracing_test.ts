// Messages that ask for a trace, on one and two threads and towards peers.
import * as assert from 'uvu/assert'
import type { AccountOptions } from '../../src/config/options.ts'
import { suite } from '../harness.ts'
import { ActorRig, register } from './actor_rig.ts'

const test = suite('connection/tracing')
const FIELDS = { verbose: false, headers: true, no_responders: true }
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

const hpub = (subject: string, lines: string[], payload = '', reply = '') => {
  const header = ['NATS/1.0', ...lines, '', ''].join('\r\n')
  return `HPUB ${subject} ${reply && reply + ' '}${header.length} ${
    header.length + payload.length
  }\r\n${header}${payload}\r\n`
}
const TRACE = 'Nats-Trace-Dest: t'
const ONLY = 'Nats-Trace-Only: true'
/** What is noted of each target. */
const targets = (rig: ActorRig) =>
  rig.traces.map(({ targets }) =>
    targets.map(({ thread, subject, queue, hop, error }) => `${thread} ${subject} ${queue} ${hop} ${error}`.trim())
  )

for (const threads of [1, 2]) {
  test(`a message is delivered, and noted for each that got it, on ${threads} threads`, () => {
    const rig = new ActorRig({ threads })
    const publisher = rig.client(FIELDS), far = rig.client(FIELDS, threads - 1)
    publisher.send('SUB x.* 1\r\n')
    far.send('SUB x.> 2\r\nSUB x.y q 3\r\nSUB other 4\r\n')
    publisher.send(hpub('x.y', ['A: b', TRACE], 'hi'))
    assert.match(publisher.take(), /^HMSG x\.y 1 /)
    assert.is(far.take().match(/HMSG x\.y [23] /g)!.length, 2)
    const [{ dest, account, headers, size, hops, events }] = rig.traces
    assert.equal([dest, account, hops, headers], ['t', 0, 0, { A: ['b'], 'Nats-Trace-Dest': ['t'] }])
    assert.is(size, hpub('x.y', ['A: b', TRACE], 'hi').split('\r\n')[0].split(' ').map(Number)[3])
    assert.equal(events.map((event) => ({ ...event, ts: '' })), [
      { type: 'in', ts: '', kind: 0, cid: 1, acc: '$G', subj: 'x.y' },
    ])
    const last = threads - 1
    assert.equal(targets(rig)[0].sort(), ['0 x.*', `${last} x.>`, `${last} x.y q`].sort())
  })
}

test('a message that is only traced reaches nobody', () => {
  const rig = new ActorRig({ threads: 2 })
  const publisher = rig.client(FIELDS), far = rig.client(FIELDS, 1)
  far.send('SUB x 2\r\nSUB x q 3\r\n')
  publisher.send('SUB r 1\r\n' + hpub('x', [TRACE, ONLY], '', 'r'))
  assert.equal([publisher.take(), far.take()], ['', ''], 'and it is no request without responders')
  assert.equal(targets(rig)[0].sort(), ['1 x', '1 x q'])
})

test('each peer is told a hop of its own; one that knows no traces gets none that are only that', () => {
  for (const traces of [true, false]) {
    const rig = new ActorRig()
    rig.supervise = (event, command) => {
      if (event.kind === 'info_received') command({ ...register, remote_id: event.info.server_id, traces })
      if (event.kind === 'connect_received' || event.kind === 'info_received') command({ kind: 'proceed' })
    }
    const peers = ['NA', 'NB'].map((server_id) => rig.peer(true, { server_id }))
    for (const peer of peers) peer.send('RS+ $G x\r\nPING\r\n')
    peers.map((peer) => peer.take())
    const client = rig.client(FIELDS)
    client.send(hpub('x', [TRACE], 'hi'))
    const hops = peers.map((peer) => /Nats-Trace-Hop: (\d)\r\n\r\nhi\r\n$/.exec(peer.take())![1])
    assert.equal(hops.sort(), ['1', '2'])
    client.send(hpub('x', [TRACE, ONLY], 'hi'))
    for (const peer of peers) assert.is(peer.take() !== '', traces)
    assert.equal(rig.traces.map(({ hops }) => hops), [2, 2])
    const error = traces ? '' : ' Not delivered because remote does not support message tracing'
    assert.equal(targets(rig)[1].map((each) => each.replace(/^0 +[12]/, '')), [error, error])
  }
})

test('what a peer sends is traced here, one hop further', () => {
  const rig = new ActorRig()
  const client = rig.client(FIELDS), peer = rig.peer()
  client.send('SUB x 1\r\nSUB x q 2\r\n')
  const header = `NATS/1.0\r\n${TRACE}\r\nNats-Trace-Hop: 1\r\n\r\n`
  peer.send(`HMSG $G x ${header.length} ${header.length}\r\n${header}\r\n`)
  assert.match(client.take(), /^HMSG x 1 /)
  const [{ events, account, targets: found }] = rig.traces
  assert.equal([account, found.length, (events[0] as { kind: number }).kind], [0, 1, 1])
  const only = `NATS/1.0\r\n${TRACE}\r\n${ONLY}\r\n\r\n`
  peer.send(`HMSG $G + q ${only.length} ${only.length}\r\n`.replace('$G +', '$G x + ') + `${only}\r\n`)
  assert.is(client.take(), '')
})

test('what is refused is told, and a trace may only go where its publisher may', () => {
  const users = [{
    user: 'u',
    password: 'p',
    nkey: '',
    account: 'A',
    permissions: { publish: { deny: ['secret', 'there'] } },
  }]
  const rig = new ActorRig({ options: (options) => void (options.accounts = [{ name: 'A', users, limits }]) })
  const client = rig.client({ ...FIELDS, user: 'u', pass: 'p' })
  assert.match(client.talk(hpub('secret', [TRACE])), /Publish to "secret"/)
  assert.match((rig.traces[0].events[0] as { error: string }).error, /Permissions Violation for Publish to "secret"/)
  assert.match(client.talk(hpub('x', ['Nats-Trace-Dest: there'])), /Publish to "there"/)
  client.send('SUB x 1\r\n')
  for (const line of ['Nats-Trace-Dest: a..b', 'Nats-Trace-Dest: trace disabled', 'X: Nats-Trace-Dest:']) {
    assert.match(client.talk(hpub('x', [line])), /^HMSG x 1 /, line)
  }
  client.send(hpub('x', [TRACE, 'Nats-Trace-Origin-Account: B']))
  assert.is(rig.traces.length, 1)
})

test('mappings and services of other accounts are steps on the way', () => {
  const rest = { response_type: 'single' as const, response_threshold_ms: 5000, account_token_position: 0 }
  const user = (name: string) => [{ user: name, password: 'p', nkey: '', account: name }]
  const accounts: AccountOptions[] = [
    {
      ...{ name: 'A', users: user('A'), limits },
      mappings: [{ source: 'from', destinations: [{ subject: 'to', weight: 100 }] }],
      imports: [{ kind: 'service', account: 'B', subject: 'ask', local: 'want', share: false }],
    },
    { name: 'B', users: user('B'), limits, exports: [{ kind: 'service', subject: 'ask', ...rest }] },
  ]
  const rig = new ActorRig({ options: (options) => void (options.accounts = accounts) })
  const a = rig.client({ ...FIELDS, user: 'A', pass: 'p' }), b = rig.client({ ...FIELDS, user: 'B', pass: 'p' })
  b.send('SUB ask 1\r\n')
  a.send('SUB to 1\r\n')
  const steps = () => rig.traces.splice(0)[0].events.map((event) => ({ ...event, ts: '' })).slice(1)
  a.send(hpub('from', [TRACE]))
  assert.equal(steps(), [{ type: 'sm', ts: '', to: 'to' }])
  a.send(hpub('want', [TRACE]))
  assert.match(b.take(), /^HMSG ask 1 /)
  const [{ targets: found }] = rig.traces
  assert.equal([steps(), found.map(({ subject }) => subject)], [
    [{ type: 'si', ts: '', acc: 'B', from: 'want', to: 'ask' }],
    ['ask'],
  ])
})

test('an account may have traced what others trace', () => {
  const accounts = [{
    name: 'A',
    users: [{ user: 'u', password: 'p', nkey: '', account: 'A' }],
    limits,
    trace: { dest: 'all', sampling: 100 },
  }]
  const rig = new ActorRig({ options: (options) => void (options.accounts = accounts) })
  const client = rig.client({ ...FIELDS, user: 'u', pass: 'p' })
  client.send(
    hpub('x', ['traceparent: 00-a-b-01']) + hpub('x', ['traceparent: 00-a-b-00']) + hpub('x', ['A: b']) +
      hpub('x', [TRACE]),
  )
  assert.equal(rig.traces.map(({ dest }) => dest), ['all', 't'])
})

test('where a ring has no room the message waits, and is traced once', () => {
  const rig = new ActorRig({ threads: 2, ring_bytes: 4096 })
  const publisher = rig.client(FIELDS), far = rig.client(FIELDS, 1)
  far.send('SUB x 1\r\n')
  publisher.send(Array.from({ length: 60 }, () => hpub('x', [TRACE], 'x'.repeat(200))).join(''))
  assert.is(far.take().match(/HMSG x 1/g)!.length, 60)
  assert.is(rig.traces.length, 60)
})

test.run()
