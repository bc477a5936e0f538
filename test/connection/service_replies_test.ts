// Reply subjects for other accounts: opened, answered once or often, forgotten.
import * as assert from 'uvu/assert'
import type { AccountImport } from '../../src/auth/imports.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { SERVICE_REPLIES_MAX } from '../../src/base/limits.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { type Answer, type RepliesContext, ServiceReplies } from '../../src/connection/service_replies.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('connection/service_replies')

const imported = (more: Partial<AccountImport> = {}): AccountImport => (
  {
    kind: 'service',
    account: 1,
    remote: 'q',
    local: 'q',
    share: false,
    response_type: 'single',
    response_threshold_ms: 5000,
    ...more,
  }
)
const REPLY = latin1_bytes('r')

function make(inserts: number[] = []) {
  const clock = new ManualClock(), answers: Answer[] = []
  const index = { insert: () => inserts.shift() ?? 1 }
  const context = {
    clock,
    random: seeded_random(1),
    index,
    outboxes: { client_totals: {} },
  } as unknown as RepliesContext
  const replies = new ServiceReplies(context, 7, (answer) => answers.push(answer))
  const come = (text: string, size = text.length) => {
    for (let at = 0; at < text.length; at += size) replies.subscriber.write([latin1_bytes(text.slice(at, at + size))])
  }
  const got = () => answers.splice(0).map(({ header_size, body }) => `${header_size} ${latin1_text(body)}`)
  return { clock, replies, come, got }
}

test('a message on the reply subject is the answer, however it is cut', () => {
  for (const size of [1, 3, 7, 1000]) {
    const { replies, come, got } = make()
    const [one, two] = [replies.open(0, REPLY, imported()), replies.open(0, REPLY, imported())]
    assert.match(one, /^_R_\.\w{6}\.\w{6}$/)
    assert.is(one.slice(0, 11), two.slice(0, 11))
    come(`MSG ${one} 1 3\r\none\r\nHMSG ${two} 1 x 12 15\r\nNATS/1.0\r\n\r\ntwo\r\nMSG ${one} 1 0\r\n\r\n`, size)
    assert.equal(got(), ['0 one\r\n', '12 NATS/1.0\r\n\r\ntwo\r\n'])
  }
})

test('one of many answers that is empty is the last', () => {
  const { replies, come, got } = make()
  const name = replies.open(0, REPLY, imported({ response_type: 'stream' }))
  for (const body of ['a', 'b', '', 'c']) come(`MSG ${name} 1 ${body.length}\r\n${body}\r\n`)
  assert.equal(got(), ['0 a\r\n', '0 b\r\n', '0 \r\n'])
})

test('each answer of many gives the next one time again', () => {
  const { clock, replies, come, got } = make()
  const name = replies.open(0, REPLY, imported({ response_type: 'chunked' }))
  for (let i = 0; i < 3; i++) {
    clock.pass(3000)
    come(`MSG ${name} 1 1\r\nx\r\n`)
  }
  clock.pass(7000)
  come(`MSG ${name} 1 1\r\nx\r\n`)
  assert.is(got().length, 3)
})

test('what nobody took, and what was given up, has no answer', () => {
  const { replies, come, got } = make()
  const name = replies.open(0, REPLY, imported())
  replies.close(name)
  come(`MSG ${name} 1 1\r\nx\r\n`)
  const other = replies.open(0, REPLY, imported())
  replies.stop()
  come(`MSG ${other} 1 1\r\nx\r\n`)
  assert.equal(got(), [])
})

test('a busy index is asked again', () => {
  const { replies } = make([-2, 1])
  assert.is(replies.open(0, REPLY, imported()), '')
  assert.match(replies.open(0, REPLY, imported()), /^_R_/)
})

test('of too many requests the oldest are forgotten', () => {
  const { replies, come, got } = make()
  const oldest = replies.open(0, REPLY, imported()), second = replies.open(0, REPLY, imported())
  for (let i = 1; i < SERVICE_REPLIES_MAX; i++) replies.open(0, REPLY, imported())
  come(`MSG ${oldest} 1 1\r\nx\r\nMSG ${second} 1 1\r\ny\r\n`)
  assert.equal(got(), ['0 y\r\n'])
})

test.run()
