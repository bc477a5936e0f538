// Clients that come in by the word of the embedding program, or by the configuration where that says nothing.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Options } from '../../src/config/options.ts'
import { Client } from '../../src/connection/client.ts'
import { add_hooks, hook_settings } from '../../src/connection/hook_settings.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { make_user } from '../auth/nkeys.ts'
import { ActorRig, NOTHING } from './actor_rig.ts'

const test = suite('connection/hook_login')
const VIOLATION = "-ERR 'Authorization Violation'\r\n"
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const user = (name: string, password = `pass ${name}`) => ({ user: name, password, nkey: '', account: 'A' })
const ANN: Identity = { account: 0, user: 'ann', label: 'user:ann' }

function asking(options: (options: Options) => void = () => {}, hooks: object = {}) {
  return new ActorRig({
    options,
    settings: (settings) => add_hooks(settings, hook_settings({ authenticate: () => true, ...hooks })),
  })
}
const guarded = (no_auth_user = '') =>
  asking((options) => {
    options.no_auth_user = no_auth_user
    options.accounts = [
      {
        name: 'A',
        users: [user('a'), user('h', '$2a$04$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxpass h')],
        limits,
      },
      { name: 'B', users: [], limits: { ...limits, max_connections: 0 } },
    ]
  })
const CONNECT = (fields: object = {}) => `CONNECT ${JSON.stringify({ verbose: false, ...fields })}\r\n`

for (const bytewise of [false, true]) {
  test(`a CONNECT waits for the answer, and what comes behind it, ${bytewise ? 'byte by byte' : 'in one piece'}`, () => {
    const rig = asking()
    const wire = rig.client(null)
    assert.match(wire.writes[0], /"auth_required":true/)
    wire.bytewise = bytewise
    assert.is(wire.talk(CONNECT({ user: 'x', pass: 'y', name: 'me' }) + 'PING\r\nSUB a 1\r\nPING\r\n'), '')
    const { asked } = rig.hooks[0]
    assert.equal(asked.hook === 'authenticate' && [asked.client.user, asked.client.password, asked.client.name], [
      ...['x', 'y', 'me'],
    ])
    rig.hooks.shift()!.answer({ identity: ANN })
    assert.match(wire.take(), /^PONG\r\nINFO .*\r\nPONG\r\n$|^PONG\r\nPONG\r\n$/s)
    const { session } = rig.newest(Client)
    assert.equal([session.identity, session.account_name], [ANN, '$G'])
    wire.cut()
    assert.equal(rig.left, NOTHING)
  })
}

test('who is refused hears it and goes', () => {
  const rig = asking()
  for (const answer of [{ allowed: false }, { allowed: false, failed: true }]) {
    const wire = rig.client(null)
    wire.send(CONNECT({ user: 'x' }) + 'PING\r\n')
    rig.hooks.shift()!.answer(answer)
    assert.is(wire.take(), VIOLATION)
    assert.is(rig.ended.at(-1)!.reason, CloseReason.authentication_failure)
  }
  assert.is(rig.thread.counters[Counter.authentication_failures], 2)
  assert.ok(rig.log.some((line) => line.endsWith('authentication error - User "x"')))
  assert.equal(rig.left, NOTHING)
})

test('no answer in time is a no', () => {
  const rig = asking(undefined, { hookDeadlineMs: 300 })
  const wire = rig.client(null)
  wire.send(CONNECT())
  rig.pass(300)
  assert.is(wire.take(), VIOLATION)
  rig.hooks.shift()!.answer({ identity: ANN })
  assert.is(wire.take(), '')
})

test('nobody comes in without a CONNECT, not even as the user for those', () => {
  for (const rig of [asking(), guarded('a')]) {
    const wire = rig.client(null)
    assert.is(wire.talk('PING\r\n'), VIOLATION)
    const late = rig.client(null)
    rig.pass(2000)
    assert.is(late.take(), "-ERR 'Authentication Timeout'\r\n")
    assert.equal(rig.hooks, [])
  }
})

test('where nothing is said the configuration decides', () => {
  const rig = guarded('a')
  const says = (fields: object) => {
    const wire = rig.client(null)
    wire.send(CONNECT(fields) + 'PING\r\n')
    rig.hooks.shift()!.answer({ identity: null })
    return wire.take()
  }
  assert.is(says({ user: 'a', pass: 'pass a' }), 'PONG\r\n')
  assert.is(says({ user: 'a', pass: 'wrong' }), VIOLATION)
  assert.is(says({}), 'PONG\r\n', 'as the user for those who say nothing')
  assert.is(rig.newest(Client).session.identity?.user, 'a')
  assert.is(says({ user: 'a', pass: 'pass a', account: 'B' }), VIOLATION)
  assert.is(says({ user: 'h', pass: 'pass h' }), 'PONG\r\n', 'another thread compares the password')
  assert.is(says({ user: 'h', pass: 'wrong' }), VIOLATION)
  const open = asking()
  const wire = open.client(null)
  wire.send(CONNECT() + 'PING\r\n')
  open.hooks.shift()!.answer({ identity: null })
  assert.is(wire.take(), 'PONG\r\n')
})

test('an identity counts as one of the configuration: permissions, limits of its account, its end', () => {
  const rig = guarded()
  const wire = rig.client(null)
  const permissions = { publish: { deny: ['no'] }, subscribe: { deny: ['secret'] } }
  wire.send(CONNECT({ pedantic: false }) + 'SUB > 1\r\n')
  rig.hooks.shift()!.answer({ identity: { ...ANN, permissions, expires_ms: rig.clock.wall_ms() + 900 } })
  assert.match(wire.talk('PUB no 0\r\n\r\n'), /Publish to "no"/)
  const other = rig.client(null)
  other.send(CONNECT() + 'PUB secret 0\r\n\r\nPUB open 0\r\n\r\n')
  rig.hooks.shift()!.answer({ identity: { ...ANN, account: 0 } })
  assert.is(wire.take(), 'MSG open 1 0\r\n\r\n')
  const full = rig.client(null)
  full.send(CONNECT())
  rig.hooks.shift()!.answer({ identity: { ...ANN, account: 2 } })
  assert.is(full.take(), "-ERR 'maximum account active connections exceeded'\r\n")
  rig.pass(900)
  assert.is(wire.take(), "-ERR 'User Authentication Expired'\r\n")
})

test('a key that has signed the nonce is told', () => {
  const rig = asking()
  const wire = rig.client(null)
  const { nonce } = JSON.parse(wire.writes[0].slice(5))
  const key = make_user()
  wire.send(CONNECT({ nkey: key.public, sig: key.sign(nonce) }))
  const { asked } = rig.hooks[0]
  assert.is(asked.hook === 'authenticate' && asked.client.nkey, key.public)
})

test('a client that ends while it is asked about leaves nothing behind', () => {
  const rig = asking()
  const wire = rig.client(null)
  wire.send(CONNECT() + 'PING\r\n')
  wire.cut()
  assert.is(rig.thread.hooks!.open, 0)
  rig.hooks.shift()!.answer({ identity: ANN })
  assert.equal(rig.left, NOTHING)
})

test('a new configuration changes nothing of what was said, unless the account is gone', () => {
  const rig = guarded()
  const vouched = rig.client(null), waiting = rig.client(null), plain = rig.client(null)
  vouched.send(CONNECT())
  plain.send(CONNECT({ user: 'a', pass: 'pass a' }))
  const [first, second] = rig.hooks.splice(0)
  first.answer({ identity: { ...ANN, account: 1 } })
  second.answer({ identity: null })
  waiting.send(CONNECT() + 'PING\r\n')
  rig.settings.client.auth.users = []
  rig.thread.renew()
  rig.settle()
  assert.equal([vouched.take(), plain.take()], ['', VIOLATION])
  rig.hooks.shift()!.answer({ identity: ANN })
  assert.is(waiting.take(), 'PONG\r\n')
  rig.settings.accounts[1].is_gone = true
  rig.thread.renew()
  rig.settle()
  assert.ok(vouched.ended)
  assert.not.ok(waiting.ended)
})

test('a second CONNECT is asked about as the first one was', () => {
  const rig = asking()
  const wire = rig.client(null)
  wire.send(CONNECT({ user: 'one' }))
  rig.hooks.shift()!.answer({ identity: ANN })
  wire.send(CONNECT({ user: 'two' }) + 'PING\r\n')
  assert.is(wire.take(), '')
  rig.hooks.shift()!.answer({ allowed: false })
  assert.is(wire.take(), VIOLATION)
  assert.equal(rig.left, NOTHING)
})

test.run()
