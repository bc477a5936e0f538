// Questions to other servers, and how long they are waited for.
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { SYSTEM_REQUESTS_MAX } from '../../src/base/limits.ts'
import type { OwnMessage } from '../../src/connection/own_messages.ts'
import { SystemInbox } from '../../src/monitor/system_inbox.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('monitor/system_inbox')

function make(publish?: () => Promise<void>) {
  const clock = new ManualClock(0), published: OwnMessage[] = []
  const inbox = new SystemInbox({
    ...{ clock, server_id: 'NID', account: 3 },
    publish: publish ?? ((message) => {
      published.push(message)
      return Promise.resolve()
    }),
  })
  const answer = (subject: string, text: string) =>
    inbox.take({ subject, reply: '', header_size: 0, body: latin1_bytes(`${text}\r\n`) })
  return { inbox, clock, published, answer }
}

test('answers come until one is the last', async () => {
  const { inbox, clock, published, answer } = make(), got: string[] = []
  const asking = inbox.ask('q', latin1_bytes('what'), 100, (payload) => got.push(latin1_text(payload)) === 2)
  const [{ reply = '', subject, body, account }] = published
  assert.equal([latin1_text(subject), latin1_text(body), account], ['q', 'what\r\n', 3])
  assert.ok(inbox.is_own(reply) && !inbox.is_own('$SYS._INBOX.OTHER.1'))
  assert.equal([answer(reply, 'one'), answer(reply, 'two'), answer(reply, 'three')], [true, true, true])
  await asking
  assert.equal([got, clock.waiting], [['one', 'two'], 0])
  assert.is(answer('elsewhere', ''), false)
})

test('nobody waits longer than said, or for what could not be asked', async () => {
  const { inbox, clock } = make()
  const asking = inbox.ask('q', latin1_bytes(''), 100, () => false)
  clock.pass(100)
  await asking
  await make(() => Promise.reject(new Error('no'))).inbox.ask('q', latin1_bytes(''), 100, () => false)
})

test('too many questions are not asked', async () => {
  const { inbox, published } = make()
  for (let i = 0; i < SYSTEM_REQUESTS_MAX; i++) void inbox.ask('q', latin1_bytes(''), 100, () => false)
  await inbox.ask('q', latin1_bytes(''), 100, () => false)
  assert.is(published.length, SYSTEM_REQUESTS_MAX)
})

test.run()
