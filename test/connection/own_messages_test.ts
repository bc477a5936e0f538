// What the server publishes itself, over one and two threads.
import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { OWN_MESSAGES_MAX } from '../../src/base/limits.ts'
import { body_of } from '../../src/connection/own_messages.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ActorRig } from './actor_rig.ts'

const test = suite('connection/own_messages')
const subject = latin1_bytes('news')
const message = (text: string, more: object = {}) => (
  { account: 0, subject, header_size: 0, body: body_of(latin1_bytes(text)), ...more }
)

for (const threads of [1, 2]) {
  test(`messages come in their order, with reply and headers, on ${threads} threads`, () => {
    const rig = new ActorRig({ threads })
    const client = rig.client({ verbose: false, headers: true }, threads - 1)
    client.send('SUB news 1\r\n')
    const header = latin1_bytes('NATS/1.0\r\nA: b\r\n\r\n')
    rig.thread.residents.own.push(message('one'))
    rig.thread.residents.own.push(message('two', { reply: 'r' }))
    rig.thread.residents.own.push(
      message('', { body: body_of(latin1_bytes('three'), header), header_size: header.length }),
    )
    assert.is(client.take(), '', 'not at once')
    rig.settle()
    assert.is(
      client.take(),
      `MSG news 1 3\r\none\r\nMSG news 1 r 3\r\ntwo\r\nHMSG news 1 ${header.length} ${
        header.length + 5
      }\r\nNATS/1.0\r\nA: b\r\n\r\nthree\r\n`,
    )
  })
}

test('nobody needs to make what nobody would get', () => {
  const rig = new ActorRig()
  assert.is(rig.thread.residents.own.has_takers(0, subject), false)
  const client = rig.client()
  client.send('SUB news q 1\r\n')
  assert.is(rig.thread.residents.own.has_takers(0, subject), true)
  client.send('UNSUB 1\r\n')
  rig.peer().send('RS+ $G news\r\n')
  assert.is(rig.thread.residents.own.has_takers(0, subject), true)
})

test('what finds no room in a ring waits for it', () => {
  const rig = new ActorRig({ threads: 2, ring_bytes: 4096 })
  const client = rig.client({ verbose: false }, 1)
  client.send('SUB news 1\r\n')
  const texts = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(200, '.'))
  for (const text of texts) rig.thread.residents.own.push(message(text))
  rig.settle()
  assert.is(client.take(), texts.map((text) => `MSG news 1 200\r\n${text}\r\n`).join(''))
})

test('too many at once are lost, and counted', () => {
  const rig = new ActorRig()
  for (let i = 0; i <= OWN_MESSAGES_MAX; i++) rig.thread.residents.own.push(message(''))
  assert.is(rig.thread.counters[Counter.dropped], 1)
  rig.settle()
})

test.run()
