// What users may do, by the check list of reference client.md 9 (its numbers in brackets).
import * as assert from 'uvu/assert'
import type { UserPermissions } from '../../src/auth/user_permissions.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING } from './actor_rig.ts'

const test = suite('connection/client_permissions')

const violation = (what: string) => `-ERR 'Permissions Violation for ${what}'\r\n`
const no_publish = (subject: string) => violation(`Publish to "${subject}"`)
const no_subscription = (subject: string, queue = '') =>
  violation(`Subscription to "${subject}"${queue === '' ? '' : ` using queue "${queue}"`}`)

/** User a with these permissions, and z without any. */
function make(permissions: UserPermissions, threads = 1) {
  const user = (name: string) => ({ user: name, password: 'x', nkey: '', account: '$G' })
  const rig = new ActorRig({
    threads,
    options: ({ authorization }) => {
      authorization.defined = true
      authorization.users = [{ ...user('a'), permissions }, user('z')]
    },
  })
  const login = (name: string, thread = 0) => rig.client({ verbose: false, user: name, pass: 'x' }, thread)
  return { rig, a: login('a'), z: login('z'), login }
}
const publish = (subject: string, reply = '') => `PUB ${subject} ${reply}${reply && ' '}1\r\nx\r\n`

test('(128) what may not be published is refused, and nobody gets it', () => {
  const { rig, a, z } = make({ publish: { deny: ['foo'] } })
  z.send('SUB > 1\r\n')
  for (const bytewise of [false, true]) {
    a.bytewise = bytewise
    assert.is(a.talk(publish('foo') + publish('bar') + publish('foo') + publish('foo')), no_publish('foo').repeat(3))
    assert.is(z.take(), 'MSG bar 1 1\r\nx\r\n')
  }
  assert.match(rig.log.join('\n'), /ERR .* - Publish Violation - Subject "foo"/)
  assert.is(a.closed, false)
})

test('a verbose client has no +OK for what was refused', () => {
  const { a } = make({ publish: { deny: ['foo'] }, subscribe: { deny: ['foo'] } })
  a.talk('CONNECT {"verbose":true,"user":"a","pass":"x"}\r\n')
  assert.is(a.talk(publish('foo') + 'SUB foo 1\r\n'), no_publish('foo') + no_subscription('foo'))
  assert.is(a.talk(publish('bar') + 'SUB bar 1\r\n'), '+OK\r\n+OK\r\n')
})

test('(129, 130) what may not be subscribed to is refused', () => {
  const { rig, a } = make({ subscribe: { allow: ['a.>'], deny: ['a.b', 'a.c q'] } })
  assert.is(
    a.talk('SUB a.x 1\r\nSUB b 2\r\nSUB a.b 3\r\nSUB a.c q 4\r\nSUB a.c 5\r\nSUB > r 6\r\n'),
    [
      no_subscription('b'),
      no_subscription('a.b'),
      no_subscription('a.c', 'q'),
      no_subscription('>', 'r'),
    ].join(''),
  )
  assert.is(rig.thread.index.subscription_count, 2)
  assert.match(rig.log.join('\n'), /Subscription Violation - Subject "a.c", Queue: "q", SID 4/)
})

test('(134) what is denied does not come by wider subscriptions, wherever it is published', () => {
  for (const threads of [1, 2]) {
    const { rig, a, login } = make({ subscribe: { deny: ['foo.baz'] } }, threads)
    const far = login('z', threads - 1)
    a.send('SUB foo.* 1\r\nUNSUB 1 2\r\n')
    far.send(publish('foo.baz').repeat(3) + publish('foo.a') + publish('foo.baz') + publish('foo.b') + publish('foo.c'))
    assert.is(a.take(), 'MSG foo.a 1 1\r\nx\r\nMSG foo.b 1 1\r\nx\r\n', 'and is not counted')
    assert.is(rig.thread.counters[Counter.dropped], 0)
  }
})

test('(85) another member of the group takes what one may not see', () => {
  for (const threads of [1, 2]) {
    const { a, login } = make({ subscribe: { deny: ['foo.baz'] } }, threads)
    const other = login('z', threads - 1), publisher = login('z')
    a.send('SUB foo.* q 1\r\n')
    other.send('SUB foo.* q 1\r\n')
    publisher.send(publish('foo.baz').repeat(30))
    assert.equal([a.take(), other.take()], ['', 'MSG foo.baz 1 1\r\nx\r\n'.repeat(30)])
  }
})

test('(137, 138) who was asked may answer, as often as it is permitted', () => {
  const { rig, a, z } = make({ subscribe: { allow: ['svc'] }, responses: { max: 2, expires_ms: 60_000 } })
  a.send('SUB svc 1\r\n')
  z.send('SUB r.> 9\r\n' + publish('svc', 'r.1') + publish('svc', 'r.2'))
  a.take()
  assert.is(a.talk(publish('r.1').repeat(3) + publish('r.2') + publish('r.9')), no_publish('r.1') + no_publish('r.9'))
  assert.is(z.take(), ('MSG r.1 9 1\r\nx\r\n').repeat(2) + 'MSG r.2 9 1\r\nx\r\n')
  rig.pass(60_001)
  a.take()
  assert.is(a.talk(publish('r.2')), no_publish('r.2'))
})

test('a CONNECT as somebody else brings other permissions', () => {
  const { rig, a } = make({ publish: { deny: ['foo'] } })
  assert.is(a.talk(publish('foo')), no_publish('foo'))
  assert.is(a.talk('CONNECT {"verbose":false,"user":"z","pass":"x"}\r\n' + publish('foo')), '')
  assert.is(a.talk('CONNECT {"verbose":false,"user":"a","pass":"x"}\r\n' + publish('foo')), no_publish('foo'))
  a.cut()
  assert.equal({ ...rig.left, actors: 0, connections: 0, in_accounts: 0, timers: 0 }, NOTHING)
})

test('who says nothing has the permissions of the no_auth_user', () => {
  const rig = new ActorRig({
    options: (options) => {
      options.no_auth_user = 'guest'
      options.authorization.defined = true
      options.authorization.users = [
        { user: 'guest', password: '', nkey: '', account: '$G', permissions: { publish: { allow: ['open'] } } },
      ]
    },
  })
  assert.is(rig.client(null).talk(publish('closed')), '+OK\r\n'.repeat(0) + no_publish('closed'))
  assert.is(rig.client({ verbose: false }).talk(publish('open') + publish('closed')), no_publish('closed'))
})

test.run()
