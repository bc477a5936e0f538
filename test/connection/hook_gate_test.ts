// Clients whose messages and subscriptions the embedding program is asked about: they wait, in order, and nobody else does.
import * as assert from 'uvu/assert'
import { Client } from '../../src/connection/client.ts'
import { add_hooks, hook_settings } from '../../src/connection/hook_settings.ts'
import type { Hooks } from '../../src/connection/hooks.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING, type RigOptions } from './actor_rig.ts'

const test = suite('connection/hook_gate')
const FIELDS = { verbose: false, headers: true, no_responders: true }
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

/** Answers are given by the test, so the hooks themselves are never called. */
function asking(hooks: Hooks = {}, more: RigOptions = {}) {
  const given = { authorizePublish: () => true, authorizeSubscribe: () => true, ...hooks }
  return new ActorRig({
    ...more,
    settings(settings) {
      more.settings?.(settings)
      add_hooks(settings, hook_settings(given))
    },
  })
}

const only_publish = { authorizeSubscribe: undefined as never }
/** What is asked about now: `hook subject more`. */
const asked = (rig: ActorRig) =>
  rig.hooks.map(({ asked }) =>
    asked.hook === 'authenticate'
      ? asked.hook
      : `${asked.hook} ${asked.subject} ${'reply' in asked ? asked.reply : asked.queue}`.trim()
  )
const publish = (subject: string, payload = 'x') => `PUB ${subject} ${payload.length}\r\n${payload}\r\n`
const refused = (subject: string) => `-ERR 'Permissions Violation for Publish to "${subject}"'\r\n`

for (const bytewise of [false, true]) {
  const how = bytewise ? 'byte by byte' : 'in one piece'
  test(`what comes behind a question waits for its answer, ${how}`, () => {
    const rig = asking()
    const wire = rig.client(FIELDS)
    wire.bytewise = bytewise
    wire.send(`SUB a 1\r\nPING\r\n${publish('a', 'one')}PING\r\n${publish('b')}${publish('a', 'two')}PING\r\n`)
    assert.is(wire.take(), '')
    assert.equal(asked(rig), ['authorizeSubscribe a'])
    assert.ok(wire.stopped, 'it is not read meanwhile')
    rig.hooks.shift()!.answer()
    assert.is(wire.take(), 'PONG\r\n')
    assert.equal(asked(rig), ['authorizePublish a'])
    rig.hooks.shift()!.answer()
    assert.is(wire.take(), 'MSG a 1 3\r\none\r\nPONG\r\n')
    assert.equal(asked(rig), ['authorizePublish b'])
    rig.hooks.shift()!.answer({ allowed: false })
    assert.is(wire.take(), `${refused('b')}MSG a 1 3\r\ntwo\r\nPONG\r\n`)
    assert.equal(asked(rig), [], 'the answer about a still holds')
    assert.not.ok(wire.stopped)
  })
}

test('each question is about the client as it is', () => {
  const rig = asking()
  const wire = rig.client({ ...FIELDS, name: 'me' })
  wire.send('SUB a q 1\r\n')
  const { cid } = rig.newest(Client).connection
  assert.equal(rig.hooks.shift()!.asked, {
    hook: 'authorizeSubscribe',
    client: { cid, name: 'me', user: '', account: '$G' },
    subject: 'a',
    queue: 'q',
  })
})

test('a refusal may have a reason, and is logged as those of the configuration are', () => {
  const rig = asking()
  const wire = rig.client({ ...FIELDS, verbose: true })
  wire.send(publish('a'))
  rig.hooks.shift()!.answer({ allowed: false, text: 'not today' })
  assert.is(wire.take(), `-ERR 'Permissions Violation for Publish to "a": not today'\r\n`)
  wire.send('SUB b q 7\r\n')
  rig.hooks.shift()!.answer({ allowed: false, text: 'nor that' })
  assert.is(wire.take(), `-ERR 'Permissions Violation for Subscription to "b" using queue "q": nor that'\r\n`)
  assert.ok(rig.log.some((line) => line.endsWith('Publish Violation - Subject "a": not today')))
  assert.ok(rig.log.some((line) => line.endsWith('Subscription Violation - Subject "b", Queue: "q", SID 7: nor that')))
  assert.is(rig.thread.index.subscription_count, 0)
})

test('+OK comes once for each operation, behind its answer', () => {
  const rig = asking()
  const wire = rig.client({ ...FIELDS, verbose: true })
  wire.send(`SUB a 1\r\n${publish('a')}`)
  assert.is(wire.take(), '')
  rig.hooks.shift()!.answer()
  assert.is(wire.take(), '+OK\r\n')
  rig.hooks.shift()!.answer()
  assert.is(wire.take(), '+OK\r\nMSG a 1 1\r\nx\r\n')
})

test('answers may come in any order, and clients that are not asked about go on', () => {
  const rig = asking(only_publish)
  const one = rig.client(FIELDS), two = rig.client(FIELDS), listener = rig.client(FIELDS)
  listener.send('SUB > 1\r\n')
  one.send(publish('one') + 'PING\r\n')
  two.send(publish('two') + 'PING\r\n')
  assert.is(listener.talk('PING\r\n'), 'PONG\r\n')
  const [first, second] = rig.hooks.splice(0)
  second.answer()
  assert.equal([one.take(), two.take(), listener.take()], ['', 'PONG\r\n', 'MSG two 1 1\r\nx\r\n'])
  first.answer()
  assert.equal([one.take(), listener.take()], ['PONG\r\n', 'MSG one 1 1\r\nx\r\n'])
  first.answer({ allowed: false })
  assert.is(one.take(), '', 'a second answer is none')
})

test('without an answer it is a no, which is not remembered; an answer that is late is none', () => {
  const rig = asking({ ...only_publish, hookDeadlineMs: 500 })
  const wire = rig.client(FIELDS)
  wire.send(publish('a') + 'PING\r\n')
  rig.pass(499)
  assert.is(wire.take(), '')
  rig.pass(1)
  assert.is(wire.take(), refused('a') + 'PONG\r\n')
  assert.ok(rig.log.includes('WRN Hook authorizePublish: no answer within 500 ms, which counts as a no'))
  wire.send(publish('a') + 'PING\r\n')
  const [late, now] = rig.hooks.splice(0)
  late.answer()
  assert.is(wire.take(), '')
  now.answer()
  assert.is(wire.take(), 'PONG\r\n')
})

test('an answer holds for a while, or for one message', () => {
  const rig = asking({ ...only_publish, hookRememberMs: 100 })
  const wire = rig.client(FIELDS)
  wire.send(publish('a'))
  rig.hooks.shift()!.answer()
  assert.is(wire.talk(publish('a') + publish('a') + 'PING\r\n'), 'PONG\r\n')
  rig.pass(100)
  wire.send(publish('a') + publish('a'))
  assert.is(rig.hooks.length, 1)
  rig.hooks.shift()!.answer({ allowed: false })
  assert.is(wire.take(), refused('a') + refused('a'))
  assert.is(wire.talk(publish('a')), refused('a'), 'a refusal too')
  const each = asking({ ...only_publish, hookRememberMs: 0 })
  const other = each.client(FIELDS)
  other.send(publish('a') + publish('a') + 'PING\r\n')
  for (let i = 0; i < 2; i++) {
    assert.is(other.take(), '')
    each.hooks.shift()!.answer()
  }
  assert.equal([other.take(), each.hooks.length], ['PONG\r\n', 0])
})

test('who is asked about ever new subjects is asked about one at a time, and only some are remembered', () => {
  const rig = asking(only_publish)
  const wire = rig.client(FIELDS)
  const count = 1000
  wire.send(Array.from({ length: count }, (_, i) => publish(`s.${i}`)).join('') + 'PING\r\n')
  for (let i = 0; i < count; i++) {
    assert.is(rig.hooks.length, 1)
    assert.is(rig.thread.hooks!.open, 1)
    rig.hooks.shift()!.answer()
  }
  assert.is(wire.take(), 'PONG\r\n')
  const long = 'x'.repeat(1000)
  for (const [subject, is_asked] of [[`s.${count - 1}`, false], ['s.0', true], [long, true], [long, true]] as const) {
    wire.send(publish(subject))
    assert.is(rig.hooks.length, is_asked ? 1 : 0, subject)
    rig.hooks.shift()?.answer()
  }
})

test('what the configuration forbids is not asked about, nor what only servers may say', () => {
  const permissions = { publish: { deny: ['no.>'] }, subscribe: { deny: ['no.>'] } }
  const rig = asking({}, {
    options(options) {
      options.accounts = [{
        name: 'A',
        users: [{ user: 'a', password: 'a', nkey: '', account: 'A', permissions }],
        limits,
      }]
    },
  })
  const wire = rig.client({ ...FIELDS, user: 'a', pass: 'a' })
  wire.send(publish('no.x') + publish('_GR_.x') + 'SUB no.x 1\r\nPING\r\n')
  assert.match(wire.take(), /Publish to "no\.x".*Publish to "_GR_\.x".*Subscription to "no\.x"'\r\nPONG\r\n$/s)
  assert.equal(rig.hooks, [])
  wire.send(publish('yes') + publish('no.x') + publish('yes'))
  rig.hooks.shift()!.answer()
  assert.is(wire.take(), refused('no.x'))
})

test('a connection that ends leaves no question behind', () => {
  const rig = asking()
  const wire = rig.client(FIELDS)
  wire.send(publish('a') + publish('b'))
  wire.cut()
  assert.is(rig.thread.hooks!.open, 0)
  rig.hooks.shift()!.answer()
  assert.equal(rig.hooks, [])
  assert.equal(rig.left, NOTHING)
})

test('a request that is allowed finds its responder, or hears that there is none', () => {
  const rig = asking()
  const wire = rig.client(FIELDS), responder = rig.client(FIELDS)
  wire.send('SUB in.* 1\r\nPUB help in.1 0\r\n\r\nPING\r\n')
  while (rig.hooks.length > 0) rig.hooks.shift()!.answer()
  assert.match(wire.take(), /^HMSG in\.1 1 \d+ \d+\r\nNATS\/1\.0 503\r\n.*PONG\r\n$/s)
  responder.send('SUB help 1\r\n')
  rig.hooks.shift()!.answer()
  wire.send('PUB help in.2 0\r\n\r\n')
  assert.is(responder.take(), 'MSG help 1 in.2 0\r\n\r\n')
  responder.send('PUB in.2 0\r\n\r\n')
  assert.equal(asked(rig), ['authorizePublish in.2'], 'an answer is a message as all others')
  rig.hooks.shift()!.answer()
  assert.is(wire.take(), 'MSG in.2 1 0\r\n\r\n')
})

test('a large message is asked about when it is complete, and goes out whole', () => {
  const rig = asking(only_publish)
  const wire = rig.client(FIELDS), listener = rig.client(FIELDS)
  listener.send('SUB a 1\r\n')
  const payload = 'y'.repeat(100_000)
  const bytes = publish('a', payload)
  for (let at = 0; at < bytes.length; at += 30_000) wire.send(bytes.slice(at, at + 30_000))
  wire.send(publish('a', 'z'))
  rig.hooks.shift()!.answer()
  assert.is(listener.take(), `MSG a 1 ${payload.length}\r\n${payload}\r\nMSG a 1 1\r\nz\r\n`)
})

test('trace lines show each operation once', () => {
  const rig = asking({}, { options: (options) => options.trace = true })
  const wire = rig.client(FIELDS)
  wire.send('SUB a 1\r\n' + publish('a', 'hello') + 'PING\r\n')
  while (rig.hooks.length > 0) rig.hooks.shift()!.answer()
  const lines = (what: string) => rig.log.filter((line) => line.includes(`<<- [${what}`)).length
  assert.equal(['SUB a', 'PUB a', 'PING'].map(lines), [1, 1, 1])
})

test('where a trace of the message goes is asked about, too', () => {
  const rig = asking(only_publish)
  const wire = rig.client(FIELDS)
  const header = 'NATS/1.0\r\nNats-Trace-Dest: t\r\n\r\n'
  const message = `HPUB a ${header.length} ${header.length}\r\n${header}\r\n`
  wire.send(message + 'PING\r\n')
  assert.equal(asked(rig), ['authorizePublish a'])
  rig.hooks.shift()!.answer()
  assert.equal(asked(rig), ['authorizePublish t'])
  rig.hooks.shift()!.answer({ allowed: false })
  assert.is(wire.take(), refused('t') + 'PONG\r\n')
  rig.pass(6000)
  wire.send(message + 'PING\r\n')
  rig.hooks.shift()!.answer()
  rig.hooks.shift()!.answer()
  assert.match(wire.take(), /PONG\r\n$/)
  assert.is(rig.traces.at(-1)!.dest, 't')
})

test('a subject that is mapped is asked about as it goes out', () => {
  const rig = asking(only_publish, {
    options(options) {
      options.mappings = [{ source: 'a', destinations: [{ subject: 'b', weight: 100 }] }]
    },
  })
  const wire = rig.client(FIELDS), listener = rig.client(FIELDS)
  listener.send('SUB > 1\r\n')
  wire.send(publish('a'))
  assert.equal(asked(rig), ['authorizePublish b'])
  rig.hooks.shift()!.answer()
  assert.is(listener.take(), 'MSG b 1 1\r\nx\r\n')
})

test('another CONNECT makes another client: nothing that was said of it holds', () => {
  const rig = asking(only_publish)
  const wire = rig.client(FIELDS)
  wire.send(publish('a'))
  rig.hooks.shift()!.answer()
  wire.send(`CONNECT ${JSON.stringify(FIELDS)}\r\n` + publish('a'))
  assert.is(rig.hooks.length, 1)
})

test('a client that waits is renewed, and goes on with its answer', () => {
  const rig = asking()
  const wire = rig.client(FIELDS)
  wire.send(publish('a') + 'PING\r\n')
  rig.thread.renew()
  rig.settle()
  rig.newest(Client).connection.resume()
  rig.settle()
  assert.is(wire.take(), '', 'whoever else lets it go on')
  assert.is(rig.hooks.length, 1)
  rig.hooks.shift()!.answer()
  assert.is(wire.take(), 'PONG\r\n')
})

test.run()
