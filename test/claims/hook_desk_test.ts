// Hooks as they are called: what they get, and what becomes of what they say.
import * as assert from 'uvu/assert'
import { latin1_bytes, wire_text } from '../../src/base/bytes.ts'
import { HookDesk } from '../../src/claims/hook_desk.ts'
import { default_options } from '../../src/config/options.ts'
import type { Newcomer, Observed } from '../../src/connection/hook_mail.ts'
import type { Hooks, PublishedMessage } from '../../src/connection/hooks.ts'
import { add_hooks, hook_settings } from '../../src/connection/hook_settings.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { make_log } from '../../src/base/log.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('claims/hook_desk')
const IDENTITY = { server_id: 'NOWN', server_name: 'own', cluster_name: 'C', cluster_name_dynamic: false }
const CLIENT = { cid: 1, name: 'n', user: '', account: '$G' }
const NEWCOMER: Newcomer = {
  ...{ cid: 1, name: '', user: 'ann', password: '', token: '', jwt: '', nkey: '', account: '', host: '::1', port: 1 },
  ...{ is_websocket: false, lang: '', version: '', tls: null, certificates: null },
}
const NO = { allowed: false, text: '', failed: false, identity: null }
const YES = { ...NO, allowed: true }
const FAILED = { ...NO, failed: true }

function make(hooks: object) {
  const settings = make_settings(default_options(), IDENTITY)
  add_hooks(settings, hook_settings(hooks as Hooks))
  const lines: string[] = []
  const clock = new ManualClock()
  const log = make_log((level, text) => lines.push(`${level} ${text}`), false, false)
  return { desk: new HookDesk({ hooks: hooks as Hooks, settings, clock, log }), lines, clock }
}
const publishing = { hook: 'authorizePublish', client: CLIENT, subject: 'a', reply: '' } as const
const message = (fields: Partial<Observed> = {}): Observed => ({
  ...{ subject: 'a', reply: '', header: new Uint8Array(0), payload: latin1_bytes('x'), cid: 1, account: '$G' },
  ...{ dropped: 0, ...fields },
})

test('yes, no, and no with a reason, at once or later', async () => {
  for (
    const [said, answer] of [
      [true, YES],
      [false, NO],
      ['because', { ...NO, text: 'because' }],
      ['', NO],
      ["two\r\nlines\t'", { ...NO, text: "two lines '" }],
      ['ü', { ...NO, text: wire_text('ü') }],
      ['x'.repeat(1000), { ...NO, text: 'x'.repeat(200) }],
    ]
  ) {
    assert.equal(await make({ authorizePublish: () => said }).desk.ask(publishing), answer)
    assert.equal(await make({ authorizePublish: async () => said }).desk.ask(publishing), answer)
  }
})

test('whatever else is said is a no, and so is what is thrown; the log has it, not each time', async () => {
  for (const said of [undefined, null, 1, {}]) {
    const { desk, lines } = make({ authorizePublish: () => said })
    assert.equal(await desk.ask(publishing), FAILED)
    assert.match(lines[0], /^ERR Hook authorizePublish: \w+ is no answer, which counts as a no$/)
  }
  for (
    const hook of [() => {
      throw new Error('bro\nken')
    }, async () => {
      throw new Error('bro\nken')
    }]
  ) {
    const { desk, lines, clock } = make({ authorizePublish: hook, authenticate: hook })
    for (let i = 0; i < 3; i++) assert.equal(await desk.ask(publishing), FAILED)
    assert.equal(lines, ['ERR Hook authorizePublish: Error: bro ken, which counts as a no'])
    await desk.ask({ hook: 'authenticate', client: NEWCOMER })
    clock.pass(5000)
    await desk.ask(publishing)
    assert.is(lines.length, 3)
  }
})

test('hooks see Unicode, and nothing where there is nothing', async () => {
  const seen: unknown[][] = []
  const hook = (...given: unknown[]) => seen.push(given) > 0
  const { desk } = make({ authorizePublish: hook, authorizeSubscribe: hook })
  const subject = wire_text('grün')
  await desk.ask({ ...publishing, subject })
  await desk.ask({ ...publishing, subject, reply: subject })
  await desk.ask({ hook: 'authorizeSubscribe', client: CLIENT, subject, queue: '' })
  await desk.ask({ hook: 'authorizeSubscribe', client: CLIENT, subject, queue: subject })
  assert.equal(seen, [
    [CLIENT, 'grün', undefined],
    [CLIENT, 'grün', 'grün'],
    [CLIENT, 'grün', undefined],
    [CLIENT, 'grün', 'grün'],
  ])
})

test('they are methods of the object that was given', async () => {
  const hooks = {
    is_open: true,
    authorizePublish() {
      return this.is_open
    },
  }
  assert.equal(await make(hooks).desk.ask(publishing), YES)
})

test('who it is: as it says, as the hook says, as the configuration says, or nobody', async () => {
  const ask = (said: unknown, newcomer = NEWCOMER) =>
    make({ authenticate: () => said }).desk.ask({ hook: 'authenticate', client: newcomer })
  assert.equal(await ask(true), { ...YES, identity: { account: 0, user: 'ann', label: 'user:ann' } })
  assert.equal(await ask({ user: 'x' }), { ...YES, identity: { account: 0, user: 'x', label: 'user:x' } })
  assert.equal(await ask(null), YES)
  assert.equal(await ask(false), NO)
  for (const said of [undefined, 'yes', 1, { account: 'nowhere' }]) assert.equal(await ask(said), FAILED)
})

test('a newcomer is shown as users of the package see it', async () => {
  const seen: unknown[] = []
  const { desk } = make({ authenticate: (client: unknown) => seen.push(client) > 0 })
  const tls = { version: '1.3', cipher: 'C', first: false }
  await desk.ask({ hook: 'authenticate', client: { ...NEWCOMER, is_websocket: true, tls } })
  const { is_websocket: _, certificates: __, ...plain } = NEWCOMER
  const shown = { version: '1.3', cipher: 'C', subject: '', names: [], verified: false }
  assert.equal(seen, [{ ...plain, kind: 'websocket', tls: shown }])
})

test('messages are shown with their headers, each with bytes of its own', async () => {
  const shown: PublishedMessage[] = []
  const { desk } = make({ onPublish: (each: PublishedMessage) => void shown.push(each) })
  const payload = latin1_bytes('hello')
  const header = latin1_bytes(`NATS/1.0\r\nA: b\r\nA: ${wire_text('ü')}\r\n__proto__: c\r\n\r\n`)
  assert.is(
    await desk.show([message({ payload, header }), message({ header: latin1_bytes('junk'), dropped: 3 })]),
    header.length + 10,
  )
  assert.equal(Object.entries(shown[0].headers), [['A', ['b', 'ü']], ['__proto__', ['c']]])
  assert.is(shown[0].data.buffer.byteLength, 5)
  assert.is.not(shown[0].data, payload)
  assert.equal([shown[1].headers, shown[1].dropped], [{}, 3])
})

test('what throws when it is shown a message is logged, and sees the next one', async () => {
  let count = 0
  const { desk, lines } = make({
    onPublish() {
      if (count++ === 0) throw new Error('first')
      return Promise.reject(new Error('second'))
    },
  })
  await desk.show([message(), message()])
  assert.equal([count, lines], [2, ['ERR Hook onPublish: Error: first, and the server goes on']])
})

test('what is shown is seen when the hook is done with it, or when its time is up', async () => {
  const dones: (() => void)[] = []
  const { desk, clock } = make({
    onPublish: () => new Promise<void>((resolve) => dones.push(resolve)),
    hookDeadlineMs: 50,
  })
  const seen: string[] = []
  const first = desk.show([message(), message()]).then(() => seen.push('first'))
  for (const done of dones.splice(0)) done()
  await first
  assert.is(clock.waiting, 0)
  const second = desk.show([message()]).then(() => seen.push('second'))
  assert.equal(seen, ['first'])
  clock.pass(50)
  await second
  assert.equal(seen, ['first', 'second'])
})

test.run()
