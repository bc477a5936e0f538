// What the system account hears of clients.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { ActorRig, type Wire } from './actor_rig.ts'

const test = suite('connection/system_events')

const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const user = (name: string, account: string) => ({ user: name, password: 'pw', nkey: '', account })
const login = (name: string) => ({ verbose: false, user: name, pass: 'pw', name: `n-${name}`, lang: 'x', version: '1' })

function make(threads = 1) {
  const rig = new ActorRig({
    threads,
    options(options) {
      options.accounts = [
        { name: '$SYS', users: [user('sys', '$SYS')], limits },
        { name: 'A', users: [user('a', 'A')], limits },
      ]
    },
  })
  const system = rig.client(login('sys'))
  return { rig, system, last: threads - 1 }
}

function events(wire: Wire) {
  const text = wire.take()
  return [...text.matchAll(/^MSG (\S+) \S+ \d+\r\n(.*)\r\n/gm)].map(([, subject, json]) => ({
    subject,
    ...JSON.parse(json),
  }))
}

for (const threads of [1, 2]) {
  test(`a client comes and goes, on ${threads} threads`, () => {
    const { rig, system, last } = make(threads)
    system.send('SUB $SYS.ACCOUNT.A.* 1\r\n')
    const client = rig.client(login('a'), last)
    const [connect] = events(system)
    assert.is(connect.subject, '$SYS.ACCOUNT.A.CONNECT')
    assert.is(connect.type, 'io.nats.server.advisory.v1.client_connect')
    assert.match(connect.id, /^[0-9A-Za-z]{22}$/)
    const { start, ...about } = connect.client
    assert.equal(about, {
      ...{ host: '127.0.0.1', id: 2, acc: 'A', user: 'a', name: 'n-a', lang: 'x', ver: '1' },
      ...{ kind: 'Client', client_type: 'nats' },
    })
    assert.match(start, /^\d{4}-.*Z$/)
    assert.equal([connect.server.id, connect.server.name, connect.server.cluster], ['NOWN', 'own', 'C'])
    client.send('PUB x 3\r\nabc\r\n')
    client.send('PUB x 99999999\r\n')
    const [disconnect] = events(system)
    assert.equal([disconnect.subject, disconnect.reason], [
      '$SYS.ACCOUNT.A.DISCONNECT',
      'Maximum Message Payload Exceeded',
    ])
    assert.equal([disconnect.sent, disconnect.received], [{ msgs: 1, bytes: 3 }, { msgs: 0, bytes: 0 }])
    assert.match(disconnect.client.stop, /^\d{4}-.*Z$/)
    assert.ok(disconnect.server.seq > connect.server.seq)
  })
}

test('who is refused is told to operators, and has no other event', () => {
  const { rig, system } = make()
  system.send('SUB $SYS.> 1\r\n')
  rig.client({ ...login('a'), pass: 'wrong' })
  const [refused, ...more] = events(system)
  assert.equal([refused.subject, refused.reason], ['$SYS.SERVER.NOWN.CLIENT.AUTH.ERR', 'Authentication Failure'])
  assert.equal([refused.client.user, refused.client.name, refused.type], [
    'a',
    'n-a',
    'io.nats.server.advisory.v1.client_disconnect',
  ])
  assert.equal(more, [])
  rig.client({ verbose: false, auth_token: 'secret' })
  assert.is(events(system)[0].client.user, '[REDACTED]')
  rig.client(null)
  rig.pass(rig.settings.client.auth.timeout_ms)
  assert.is(events(system)[0].reason, 'Authentication Timeout')
})

test('the number of connections is told by the supervisor, where somebody wants to know', () => {
  const { rig, system } = make()
  rig.client(login('a'))
  assert.equal(rig.changed_accounts, [])
  system.send('SUB $SYS.ACCOUNT.*.SERVER.CONNS 1\r\n')
  rig.client(login('a')).finish()
  assert.equal(rig.changed_accounts, ['A', 'A'])
})

test('other accounts hear nothing of it', () => {
  const { rig } = make()
  const client = rig.client(login('a'))
  client.send('SUB $SYS.> 1\r\n')
  rig.client(login('a')).finish()
  rig.client({ ...login('a'), pass: 'wrong' })
  assert.is(client.take(), '')
})

test('without a system account nobody is told', () => {
  const rig = new ActorRig({ options: (options) => options.no_system_account = true })
  assert.is(rig.thread.events, null)
  assert.is(rig.thread.residents.requests, null)
  rig.client().finish()
})

test.run()
