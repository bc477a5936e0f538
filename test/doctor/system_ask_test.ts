import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { ask_system } from '../../src/doctor/system_ask.ts'
import { suite } from '../harness.ts'
import { FakeLines } from './fake_lines.ts'

const test = suite('doctor/system_ask')
const clock = system_clock()
const ask = (lines: FakeLines, ms = 2_000) => ask_system(lines, 'w', clock, ms)

function answer(id: string, kind: string, data: object, blanks = ' '): string {
  const text = JSON.stringify({ server: { id }, data })
  return `MSG _INBOX.w.${kind} 2${blanks}${text.length}\r\n${text}\r\n`
}
const varz = (id: string, more = {}) => ({
  server_id: id,
  server_name: id.toLowerCase(),
  version: '2',
  go: 'go',
  ...more,
})

test('all servers answer: who they are, their peers, how they are, and where they are', async () => {
  const lines = new FakeLines((text, own) => {
    if (text.startsWith('PUB $SYS.REQ.SERVER.PING.VARZ')) {
      // nats-server writes two blanks where it answers itself.
      own.put(
        answer(
          'A',
          'VARZ',
          varz('A', { host: '10.0.0.1', port: 4222, cluster: { name: 'c', cluster_port: 6222 } }),
          '  ',
        ),
      )
      own.put(answer('B', 'VARZ', varz('B', { host: '0.0.0.0', port: 4222, connect_urls: ['b.example:4222'] })))
    }
    if (text.includes('ROUTEZ')) own.put(answer('A', 'ROUTEZ', { routes: [{ remote_id: 'B' }, { remote_id: 'B' }] }))
    if (text.includes('HEALTHZ')) {
      own.put(
        answer('A', 'HEALTHZ', { status: 'ok' }) + answer('B', 'HEALTHZ', { status: 'error', error: 'not ready' }),
      )
    }
  })
  const { facts, targets } = await ask(lines)
  assert.equal(facts.map(({ server, monitor, target }) => [server!.name, monitor!.health, target.door]), [
    ['a', '', 'system'],
    ['b', 'not ready', 'system'],
  ])
  assert.equal(facts[0].monitor!.peers!.map(({ id, connections }) => [id, connections]), [['B', 2]])
  assert.equal(facts[1].monitor!.peers, null)
  assert.equal(targets.map(({ door, host, port }) => `${door} ${host}:${port}`), [
    'client 10.0.0.1:4222',
    'client b.example:4222',
  ])
  assert.is(lines.said.at(-1), 'UNSUB 2\r\n')
})

test('in another account there is nobody to answer, and that is known at once', async () => {
  const began = performance.now()
  const nobody = new FakeLines((text, own) => {
    if (text.startsWith('PUB')) own.put('HMSG _INBOX.w.VARZ 2 16 16\r\nNATS/1.0 503\r\n\r\n\r\n')
  })
  assert.equal(await ask(nobody), { facts: [], targets: [] })
  const forbidden = new FakeLines((_, own) => own.put("-ERR 'Permissions Violation'\r\n"))
  assert.equal(await ask(forbidden), { facts: [], targets: [] })
  assert.ok(performance.now() - began < 1_000)
})

test('answers that are none', async () => {
  const odd = new FakeLines((text, own) => {
    if (!text.includes('VARZ')) return
    own.put('PING\r\nMSG other 2 0\r\n\r\nMSG _INBOX.w.VARZ 2 3\r\n{]}\r\nMSG _INBOX.w.VARZ 2 2\r\n[]\r\n')
    own.put(answer('C', 'VARZ', {}) + answer('D', 'HEALTHZ', { status: 'ok' }))
  })
  assert.equal(await ask(odd), { facts: [], targets: [] })
  assert.ok(odd.said.includes('PONG\r\n'))
  assert.equal(await ask(new FakeLines(), 50), { facts: [], targets: [] }, 'silence')
  const huge = new FakeLines((_, own) => own.put('MSG _INBOX.w.VARZ 2 9999999\r\n'))
  assert.equal(await ask(huge, 50), { facts: [], targets: [] })
})

test.run()
