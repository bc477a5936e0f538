// Who may come in, by the check list of reference client.md 9 (its numbers in brackets).
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { Counter } from '../../src/shared/counters.ts'
import type { ResolverOptions } from '../../src/config/resolver_options.ts'
import { Client } from '../../src/connection/client.ts'
import { suite } from '../harness.ts'
import { read_account } from '../../src/auth/account_claims.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import { account_token, createAccount, createOperator, createUser, user_token } from '../auth/jwt_rig.ts'
import { make_user } from '../auth/nkeys.ts'
import { ActorRig, NOTHING } from './actor_rig.ts'

const test = suite('connection/client_login')

const VIOLATION = "-ERR 'Authorization Violation'\r\n"
const user = (name: string, account: string) => ({ user: name, password: `pass ${name}`, nkey: '', account })
const unlimited = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

/** Two accounts; B lets in one connection at a time and takes short messages. */
function guarded(no_auth_user = '') {
  return new ActorRig({
    options(options) {
      options.no_auth_user = no_auth_user
      options.authorization.timeout_ms = 2_000
      options.accounts = [
        { name: 'A', users: [user('a', 'A')], limits: unlimited },
        { name: 'B', users: [user('b', 'B')], limits: { ...unlimited, max_connections: 1, max_payload: 10 } },
      ]
    },
  })
}
const connect = (name: string, pass = `pass ${name}`) =>
  `CONNECT {"user":"${name}","pass":"${pass}","verbose":false}\r\n`

test('(110, 111, 113, 114) a server with users lets nobody else in', () => {
  const rig = guarded()
  assert.match(rig.client(null).writes[0], /"auth_required":true/)
  assert.is(rig.client(null).talk('CONNECT {"user":"a","pass":"pass a"}\r\n'), '+OK\r\n')
  assert.is(rig.client(null).talk(connect('a') + 'PING\r\n'), 'PONG\r\n')
  for (
    const says of [
      'PING\r\n',
      'PUB a 0\r\n\r\n',
      connect('a', 'x'),
      connect('x'),
      'CONNECT {}\r\n',
      'CONNECT {"auth_token":"a"}\r\n',
    ]
  ) {
    for (const bytewise of [false, true]) {
      const wire = rig.client(null)
      wire.bytewise = bytewise
      assert.is(wire.talk(says + 'PING\r\n'), VIOLATION)
      assert.is(rig.ended.at(-1)!.reason, CloseReason.authentication_failure)
    }
  }
  assert.is(rig.thread.counters[Counter.authentication_failures], 12)
})

/** A user for whom it has to be by a proxy, and one for whom it need not. */
function proxied(proxies: string[]) {
  return new ActorRig({
    options(options) {
      options.proxies = proxies
      options.authorization.users = [{ ...user('a', '$G'), proxy_required: true }, user('b', '$G')]
    },
  })
}

test('a proxy that is trusted signs what its client was told, and monitoring shows it', () => {
  const proxy = make_user(), other = make_user()
  const rig = proxied([proxy.public])
  const come = (name: string, signer: typeof proxy | null) => {
    const wire = rig.client(null)
    const { nonce } = JSON.parse(/INFO (.*)\r\n/.exec(wire.writes[0])![1])
    const proxy_sig = signer === null ? '' : `,"proxy_sig":"${signer.sign(nonce)}"`
    return wire.talk(`CONNECT {"user":"${name}","pass":"pass ${name}","verbose":false${proxy_sig}}\r\nPING\r\n`)
  }
  assert.is(come('a', proxy), 'PONG\r\n')
  assert.is(come('b', null), 'PONG\r\n')
  assert.is(come('a', null), VIOLATION)
  assert.is(rig.ended.at(-1)!.reason, CloseReason.proxy_required)
  for (const name of ['a', 'b']) {
    assert.is(come(name, other), VIOLATION)
    assert.is(rig.ended.at(-1)!.reason, CloseReason.proxy_not_trusted)
  }
  assert.is(rig.thread.counters[Counter.authentication_failures], 3)
})

test('(112) who says nothing in time is cut', () => {
  const rig = guarded()
  const wire = rig.client(null), quick = rig.client(null)
  rig.pass(1_999)
  quick.send(connect('a'))
  assert.is(wire.take(), '')
  rig.pass(1)
  assert.is(wire.take(), "-ERR 'Authentication Timeout'\r\n")
  rig.pass(100)
  assert.equal([wire.closed, quick.closed, rig.ended.length], [true, false, 1])
  quick.cut()
  assert.equal(rig.left, NOTHING)
})

test('(53, 143) accounts do not hear each other, and a second CONNECT may change to another one', () => {
  const rig = guarded()
  const [a, other, b] = [rig.client(null), rig.client(null), rig.client(null)]
  a.send(`${connect('a')}SUB x 1\r\n`)
  b.send(`${connect('b')}SUB x 1\r\n`)
  other.send(`${connect('a')}PUB x 1\r\na\r\n`)
  assert.equal([a.take(), b.take()], ['MSG x 1 1\r\na\r\n', ''])
  b.cut()
  other.send(`${connect('b')}SUB x 7\r\nPUB x 1\r\nb\r\n`)
  assert.equal([a.take(), other.take()], ['', 'MSG x 7 1\r\nb\r\n'])
})

test('(103, 154) an account has its limits', () => {
  const rig = guarded()
  const first = rig.client(null)
  assert.match(
    first.talk(connect('b').replace('{', '{"protocol":1,') + 'PING\r\n'),
    /"max_payload":10,.*"remote_account":"B"/,
  )
  const second = rig.client(null)
  assert.is(second.talk(connect('b')), "-ERR 'maximum account active connections exceeded'\r\n")
  assert.is(rig.ended[0].reason, CloseReason.max_account_connections)
  assert.is(first.talk('PUB x 11\r\n'), "-ERR 'Maximum Payload Violation'\r\n")
  assert.is(rig.client(null).talk(connect('b') + 'PING\r\n'), 'PONG\r\n')
})

test('(116) where nobody needs to say who he is anything is taken', () => {
  assert.is(new ActorRig().client(null).talk(connect('nobody') + 'PING\r\n'), 'PONG\r\n')
})

test('(117, 118) the no_auth_user stands for who says nothing', () => {
  const rig = guarded('a')
  const wire = rig.client(null)
  assert.not.match(wire.writes[0], /auth_required/)
  assert.is(wire.talk('PING\r\n'), 'PONG\r\n')
  rig.pass(3_000)
  assert.not(wire.closed)
  const named = rig.client(null)
  assert.is(named.talk('CONNECT {"verbose":false}\r\nPING\r\n'), 'PONG\r\n')
  assert.is(rig.client(null).talk(connect('a', 'x')), VIOLATION)
  const idle = rig.client(null)
  rig.pass(2_000)
  assert.is(idle.take(), "-ERR 'Authentication Timeout'\r\n")
})

test('a failure is logged with who it was', () => {
  const rig = guarded()
  rig.client(null).send(connect('mallory', 'x'))
  assert.is(rig.log.at(-1), 'ERR 127.0.0.1:4000 - cid:1 - authentication error - User "mallory"')
})

/** A rig whose check of hashes finds right what the hash ends with. */
const hashed = () =>
  new ActorRig({
    options({ authorization }) {
      authorization.defined = true
      authorization.users = [{ user: 'a', password: '$2a$04$secret', nkey: '', account: '$G' }]
    },
  })

test('(115) a password is compared elsewhere, and nothing is read meanwhile', () => {
  for (const bytewise of [false, true]) {
    const rig = hashed()
    const right = rig.client(null), wrong = rig.client(null)
    right.bytewise = wrong.bytewise = bytewise
    assert.is(right.talk(connect('a', 'secret') + 'SUB x 1\r\nPUB x 0\r\n\r\nPING\r\n'), 'MSG x 1 0\r\n\r\nPONG\r\n')
    assert.is(wrong.talk(connect('a', 'other') + 'PING\r\n'), VIOLATION)
    assert.is(wrong.closed, true)
  }
})

test('who goes while its password is compared is gone', () => {
  const rig = hashed()
  const wire = rig.client(null)
  const late: (() => void)[] = []
  rig.later = (f) => void late.push(f)
  wire.send(connect('a', 'secret'))
  rig.later = ActorRig.prototype.later
  wire.cut()
  for (const f of late) f()
  rig.settle()
  assert.equal(rig.left, NOTHING)
})

test('(121) a nonce is told where somebody may have to sign it, another to each, and in the first INFO only', () => {
  const user = make_user()
  const rig = new ActorRig({
    options({ authorization }) {
      authorization.defined = true
      authorization.users = [{ user: '', password: '', nkey: user.public, account: '$G' }]
    },
  })
  const nonces = [1, 2].map(() => {
    const wire = rig.client(null)
    const [, nonce] = /"nonce":"([A-Za-z0-9_-]{15})"/.exec(wire.writes[0])!
    const fields = { verbose: false, protocol: 1, nkey: user.public, sig: user.sign(nonce) }
    assert.match(wire.talk(`CONNECT ${JSON.stringify(fields)}\r\nPING\r\n`), /^PONG\r\nINFO (?!.*nonce)/)
    return nonce
  })
  assert.is.not(nonces[0], nonces[1])
  assert.match(rig.client(null).talk(`CONNECT {"nkey":"${user.public}","sig":"x"}\r\n`), VIOLATION)
})

/** One account of an operator, as the supervisor would have read it. */
function signed(resolver: ResolverOptions = { kind: 'memory' }, is_known = true) {
  const operator = createOperator(), account = createAccount(), user = createUser()
  const own = read_account(read_jwt(account_token(operator, account))!)
  const { claims: { key: name }, limits } = own
  const rig = new ActorRig({
    options(options) {
      const trusted = {
        trusted_keys: [],
        strict_signing_keys: false,
        system_account: '',
        pinned_accounts: [],
        default_sentinel: '',
        resolver,
      }
      options.operator = { ...trusted, accounts: is_known ? [own] : [] }
      options.accounts = is_known ? [{ name, users: [], limits }] : []
    },
  })
  const enter = (nats = {}, more = {}) => {
    const client = rig.client(null)
    const { nonce } = JSON.parse(client.writes[0].slice('INFO '.length))
    const sig = Buffer.from(user.sign(new TextEncoder().encode(nonce))).toString('base64url')
    const fields = { jwt: user_token(account, user, nats, { more }), sig, verbose: false }
    return { client, said: client.talk(`CONNECT ${JSON.stringify(fields)}\r\nPING\r\n`) }
  }
  return { rig, enter }
}

test('with an operator every client is told a nonce, and comes in by a token', () => {
  const { rig, enter } = signed()
  assert.match(rig.client(null).writes[0], /"auth_required":true.*"nonce":"/)
  assert.is(enter().said, 'PONG\r\n')
  assert.is(rig.client(null).talk('PING\r\n'), VIOLATION)
  assert.is(rig.client(null).talk('CONNECT {"user":"a","pass":"b"}\r\n'), VIOLATION)
})

test('a token that says nothing of subscriptions allows none, and the client is told at once', () => {
  const { client, said } = signed().enter({ subs: undefined })
  assert.is(said, "-ERR 'maximum subscriptions exceeded'\r\n")
  assert.ok(client.ended)
})

test('limits of the token are those of the connection', () => {
  const { client } = signed().enter({ subs: 1, payload: 3 })
  assert.is(client.talk('SUB a 1\r\nSUB b 2\r\n'), "-ERR 'maximum subscriptions exceeded'\r\n")
  assert.is(client.talk('PUB a 4\r\n'), "-ERR 'Maximum Payload Violation'\r\n")
})

test('a client goes when its token expires', () => {
  const { rig, enter } = signed()
  const now_s = Math.floor(rig.clock.wall_ms() / 1000)
  const { client, said } = enter({}, { exp: now_s + 5 })
  assert.is(said, 'PONG\r\n')
  rig.clock.pass(3900)
  assert.not(client.ended)
  rig.clock.pass(2000)
  rig.settle()
  assert.match(client.take(), "-ERR 'User Authentication Expired'\r\n")
  assert.ok(client.ended)
})

test('a client waits while its account is looked for, and is refused if it is not found', () => {
  const { rig, enter } = signed({ kind: 'url', url: 'http://x/', timeout_ms: 1 }, false)
  const { client, said } = enter()
  assert.is(said, '')
  assert.match(rig.wanted_accounts[0], /^A/)
  const [actor] = [...rig.thread.slots].filter((actor) => actor instanceof Client)
  actor.login.account_answered()
  rig.settle()
  assert.match(client.take(), VIOLATION)
  actor.login.account_answered()
})

test.run()
