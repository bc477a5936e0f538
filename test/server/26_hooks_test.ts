// Hooks of an embedding program: who comes in, who may publish and subscribe, and what is published, with and without workers.
import { setTimeout as pause } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { ConnectingClient, Hooks, PublishedMessage } from '../../src/mod.ts'
import { suite } from '../harness.ts'
import { start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/26_hooks', 30_000)
test.after.each(stop_all)

/** Each test runs without workers, and with two. */
function both(title: string, body: (start: (hooks: Hooks, options?: TestOptions) => Promise<TestServer>) => unknown) {
  for (const workers of [0, 2]) {
    test(`${title} (workers: ${workers})`, async () => {
      await body((hooks, options) => start_server({ workers, ...options }, { hooks }))
    })
  }
}

const login = ({ port }: TestServer, connect: object) => RawClient.connect(port, { connect: { ...connect } })
const VIOLATION = /-ERR 'Permissions Violation for Publish to "([^"]*)"(?:: ([^']*))?'\r\n/

both('who comes in is asked about, with what it says', async (start) => {
  const asked: ConnectingClient[] = []
  const server = await start({
    async authenticate(client) {
      asked.push(client)
      await pause(1)
      return client.password === 'secret'
        ? { user: `the ${client.user}`, permissions: { publish: { deny: 'no.>' } } }
        : false
    },
  })
  const stranger = await RawClient.open(server.port)
  assert.is(stranger.info.auth_required, true)
  assert.type(stranger.info.nonce, 'string')
  void stranger.send('CONNECT {"user":"ann","pass":"wrong"}\r\nPING\r\n')
  await stranger.expect(/-ERR 'Authorization Violation'\r\n/)
  await stranger.closed
  const ann = await login(server, { user: 'ann', pass: 'secret', name: 'test', lang: 'x', version: '1' })
  assert.is(asked[1].user, 'ann')
  assert.is(asked[1].name, 'test')
  assert.is(asked[1].kind, 'nats')
  assert.is(asked[1].host, '127.0.0.1')
  assert.is(asked[1].nkey, '')
  void ann.send('PUB no.way 0\r\n\r\n')
  assert.is((await ann.expect(VIOLATION))[1], 'no.way')
})

both('publishing is asked about once for a subject, and order is kept', async (start) => {
  const asked: string[] = []
  const server = await start({
    async authorizePublish(client, subject, reply) {
      asked.push(`${client.account} ${subject} ${reply}`)
      await pause(2)
      return subject.startsWith('yes') || 'not here'
    },
  })
  const listener = await login(server, {}), speaker = await login(server, {})
  void listener.send('SUB > 1\r\n')
  await listener.flush()
  const words = ['yes.1', 'no.1', 'yes.2', 'yes.1', 'no.1', 'yes.2'].map((subject) => `PUB ${subject} me 1\r\nx\r\n`)
  void speaker.send(words.join(''))
  await speaker.flush()
  assert.is(speaker.text.match(new RegExp(VIOLATION, 'g'))?.length, 2)
  assert.match(speaker.text, /Publish to "no.1": not here'/)
  await listener.flush()
  assert.equal(listener.text.match(/MSG \S+/g), ['MSG yes.1', 'MSG yes.2', 'MSG yes.1', 'MSG yes.2'])
  assert.equal(asked, ['$G yes.1 me', '$G no.1 me', '$G yes.2 me'])
})

both('what is published is shown', async (start) => {
  const shown: PublishedMessage[] = []
  let done = () => {}
  const all = new Promise<void>((resolve) => done = resolve)
  const server = await start({
    onPublish(message) {
      shown.push(message)
      if (shown.length === 2) done()
    },
  })
  const speaker = await login(server, {})
  void speaker.send('PUB a.b 2\r\nhi\r\nHPUB c to 18 21\r\nNATS/1.0\r\nA: b\r\n\r\nxyz\r\n')
  await all
  assert.is(shown[0].subject, 'a.b')
  assert.is(Buffer.from(shown[0].data).toString(), 'hi')
  assert.equal(shown[1].headers, { A: ['b'] })
  assert.is(shown[1].reply, 'to')
})

test.run()
