// A configuration that was loaded again, as clients of one and two threads see it: who may stay stays, with what it may have.
import * as assert from 'uvu/assert'
import type { ImportSettings } from '../../src/auth/account_imports.ts'
import type { UserPermissions } from '../../src/auth/user_permissions.ts'
import type { AccountOptions, Options } from '../../src/config/options.ts'
import { default_options } from '../../src/config/options.ts'
import { Client } from '../../src/connection/client.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { Route } from '../../src/connection/route.ts'
import { take_mail } from '../../src/thread/worker_api.ts'
import { suite } from '../harness.ts'
import { ActorRig } from './actor_rig.ts'

const test = suite('connection/client_renewal')

const IDENTITY = { server_id: 'NOWN', server_name: 'own', cluster_name: 'C', cluster_name_dynamic: false }
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const user = (name: string, account = 'A', permissions?: UserPermissions, password = 'pw') => (
  { user: name, password, nkey: '', account, ...(permissions && { permissions }) }
)
const account = (name: string, users: AccountOptions['users'], more: Partial<AccountOptions> = {}): AccountOptions => (
  { name, users, limits, ...more }
)
const login = (name: string) => ({ verbose: false, user: name, pass: 'pw', headers: true, no_responders: true })

function make(accounts: AccountOptions[], threads = 1) {
  const change = (options: Options, accounts: AccountOptions[]) => {
    options.cluster.port = 6222
    options.accounts = accounts
    return options
  }
  const rig = new ActorRig({ threads, options: (options) => void change(options, accounts) })
  /** The configuration says this now. */
  const renew = (accounts: AccountOptions[], more: (options: Options) => void = () => {}) => {
    const options = change(default_options(), accounts)
    more(options)
    const settings = make_settings(options, IDENTITY, rig.settings.accounts)
    settings.busy_poll = false
    for (const thread of rig.threads) take_mail(thread, { kind: 'settings', settings: structuredClone(settings) })
    rig.settle()
  }
  return { rig, renew }
}

for (const threads of [1, 2]) {
  test(`who may stay keeps its subscriptions, others come in, on ${threads} threads`, () => {
    const { rig, renew } = make([account('A', [user('a')])], threads)
    const client = rig.client(login('a'), threads - 1)
    client.send('SUB x 1\r\n')
    renew([account('A', [user('a'), user('b')]), account('B', [user('c', 'B')])])
    const other = rig.client(login('b')), third = rig.client(login('c'))
    other.send('PUB x 1\r\n1\r\n')
    third.send('PUB x 1\r\n2\r\n')
    assert.is(client.take(), 'MSG x 1 1\r\n1\r\n')
  })
}

test('whose user is gone, or in another account, is cut; whose password is another one is told so', () => {
  const { rig, renew } = make([account('A', ['a', 'b', 'c', 'd'].map((name) => user(name)))])
  const clients = ['a', 'b', 'c', 'd'].map((name) => rig.client(login(name)))
  renew([account('A', [user('b', 'A', undefined, 'other'), user('d')]), account('B', [user('c', 'B')])])
  assert.equal(clients.map((client) => [client.take(), client.ended]), [
    ['', true],
    ["-ERR 'Authorization Violation'\r\n", true],
    ['', true],
    ['', false],
  ])
  assert.equal(rig.ended.map(({ reason }) => reason), ['Client Closed', 'Authentication Failure', 'Client Closed'])
})

test('a subscription that it may not have any more is taken from it, and it is told', () => {
  const { rig, renew } = make([account('A', [user('a')])])
  const client = rig.client(login('a'))
  client.send('SUB foo 1\r\nSUB bar 2\r\nSUB foo q 3\r\n')
  renew([account('A', [user('a', 'A', { subscribe: { deny: ['foo'] }, publish: { deny: ['x'] } })])])
  assert.is(
    client.take(),
    `-ERR 'Permissions Violation for Subscription to "foo" (sid "1")'\r\n` +
      `-ERR 'Permissions Violation for Subscription to "foo" using queue "q" (sid "3")'\r\n`,
  )
  assert.ok(rig.log.some((line) => line.endsWith('Removed sub "foo" (sid "1") for "a" - not authorized')))
  assert.is(
    client.talk('PUB foo 0\r\n\r\nPUB bar 0\r\n\r\nPUB x 0\r\n\r\n'),
    `MSG bar 2 0\r\n\r\n-ERR 'Permissions Violation for Publish to "x"'\r\n`,
  )
  renew([account('A', [user('a')])])
  assert.is(client.talk('SUB foo 4\r\nPUB foo 0\r\n\r\nPUB x 0\r\n\r\n'), 'MSG foo 4 0\r\n\r\n')
})

test('who has come without a CONNECT goes when one is due', () => {
  const { rig, renew } = make([])
  const silent = rig.client(null), speaking = rig.client()
  silent.talk('SUB x 1\r\n')
  renew([account('A', [user('a')])])
  for (const client of [silent, speaking]) assert.is(client.take(), "-ERR 'Authorization Violation'\r\n")
  const waiting = rig.client(null)
  renew([])
  assert.is(waiting.talk('PING\r\n'), 'PONG\r\n', 'and may stay when none is due any more')
})

test('a password that is kept as a hash is compared once for each hash', () => {
  const hash = (end: string) => '$2a$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5D'.slice(0, 58) + end
  const with_hash = (end: string) => [account('A', [user('a', 'A', undefined, hash(end))])]
  const { rig, renew } = make(with_hash('pw'))
  const client = rig.client(login('a'))
  client.send('SUB x 1\r\n')
  renew(with_hash('pw'))
  assert.is(client.talk('PING\r\n'), 'PONG\r\n')
  renew(with_hash('xx'))
  assert.is(client.take(), "-ERR 'Authorization Violation'\r\n")
})

test('limits and levels hold for those that are here', () => {
  const { rig, renew } = make([account('A', [user('a')])])
  const small = rig.client(login('a')), long = rig.client(login('a'))
  renew([account('A', [user('a')])], (options) => {
    options.max_payload = 10
    options.max_control_line = 20
    options.trace = true
  })
  assert.is(small.talk('PUB x 11\r\n'), "-ERR 'Maximum Payload Violation'\r\n")
  assert.ok(rig.log.some((line) => line.startsWith('TRC ')))
  assert.is(long.talk(`SUB ${'x'.repeat(40)} 1\r\n`), "-ERR 'maximum control line exceeded'\r\n")
  rig.log.length = 0
  renew([account('A', [user('a')])])
  rig.client(login('a')).send('PING\r\n')
  assert.equal(rig.log.filter((line) => line.startsWith('TRC')), [])
})

test('streams and services of other accounts, and mappings, are those that are configured now', () => {
  const rest = { response_type: 'single' as const, response_threshold_ms: 5000, account_token_position: 0 }
  const exports = [{ kind: 'stream' as const, subject: '>', ...rest }, {
    kind: 'service' as const,
    subject: '>',
    ...rest,
  }]
  const from_b = (kind: 'stream' | 'service', subject: string): ImportSettings => (
    { kind, account: 'B', subject, local: subject, share: false }
  )
  const world = (imports: ImportSettings[], more: Partial<AccountOptions> = {}) => [
    account('A', [user('a')], { imports, ...more }),
    account('B', [user('b', 'B')], { exports }),
  ]
  const { rig, renew } = make(world([from_b('stream', 'one')]))
  const a = rig.client(login('a')), b = rig.client(login('b'))
  a.send('SUB > 1\r\n')
  b.send('SUB service.> 1\r\n')
  assert.is(b.talk('PUB one 0\r\n\r\nPUB two 0\r\n\r\n'), '')
  assert.is(a.take(), 'MSG one 1 0\r\n\r\n')
  renew(world([from_b('stream', 'two'), from_b('service', 'service.x')]))
  b.send('PUB one 0\r\n\r\nPUB two 0\r\n\r\n')
  assert.is(a.take(), 'MSG two 1 0\r\n\r\n')
  a.send('PUB service.x 0\r\n\r\n')
  assert.match(b.take(), /^HMSG service\.x 1 /)
  a.take()
  renew(world([], { mappings: [{ source: 'from', destinations: [{ subject: 'to', weight: 100 }] }] }))
  b.send('PUB two 0\r\n\r\n')
  a.send('PUB service.x 0\r\n\r\nPUB from 0\r\n\r\n')
  assert.equal([a.take(), b.take()], ['MSG service.x 1 0\r\n\r\nMSG to 1 0\r\n\r\n', ''])
})

test('an account that is gone and comes back is the same one', () => {
  const { rig, renew } = make([account('A', [user('a')]), account('B', [user('b', 'B')])])
  renew([account('B', [user('b', 'B')])])
  assert.ok(rig.client(login('a')).ended)
  renew([account('B', [user('b', 'B')]), account('A', [user('a')])])
  const client = rig.client(login('a'))
  assert.is(client.talk('SUB x 1\r\nPUB x 0\r\n\r\n'), 'MSG x 1 0\r\n\r\n')
  assert.is(rig.newest(Client).session.account, 1)
})

test('a peer that dialled us has to have the right password, too', () => {
  const { rig, renew } = make([])
  const peer = rig.peer()
  renew([], (options) => options.cluster.authorization = { user: 'r', password: 'p', timeout_ms: 1000 })
  assert.match(peer.take(), /-ERR 'Authorization Violation'/)
  assert.is(
    [...rig.thread.slots].filter((actor) => actor instanceof Route && actor.connection.reason === null).length,
    0,
  )
})

test('many clients are looked at a part per turn', () => {
  const { rig, renew } = make([account('A', [user('a')])])
  const clients = Array.from({ length: 200 }, () => rig.client(login('a')))
  renew([account('A', [user('b')])])
  assert.ok(clients.every((client) => client.ended))
})

test.run()
