// The server as a subscriber of its own: what its outbox writes comes back as messages, however it is cut.
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { OwnSubscriber, type ReceivedMessage, type SubscriberContext } from '../../src/connection/own_subscriber.ts'
import { suite } from '../harness.ts'

const test = suite('connection/own_subscriber')

function make(inserted = 1) {
  const got: ReceivedMessage[] = [], entries: { account: number; bytes: Uint8Array }[] = []
  const index = { insert: (entry: { account: number; bytes: Uint8Array }) => entries.push({ ...entry }) && inserted }
  const context = { index, outboxes: { client_totals: {} } } as unknown as SubscriberContext
  return { subscriber: new OwnSubscriber(context, 7, (message) => got.push(message)), got, entries }
}

test('messages come with their reply and headers, cut wherever', () => {
  const text =
    'MSG a.b 1 3\r\none\r\nMSG a.b 1 r.1 0\r\n\r\nHMSG a 1 12 15\r\nNATS/1.0\r\n\r\ntwo\r\nHMSG a 1 r 12 12\r\nNATS/1.0\r\n\r\n\r\n'
  for (const size of [1, 2, 5, 13, 1000]) {
    const { subscriber, got } = make()
    for (let at = 0; at < text.length; at += size) subscriber.write([latin1_bytes(text.slice(at, at + size))])
    assert.equal(got.map(({ subject, reply, header_size, body }) => [subject, reply, header_size, latin1_text(body)]), [
      ['a.b', '', 0, 'one\r\n'],
      ['a.b', 'r.1', 0, '\r\n'],
      ['a', '', 12, 'NATS/1.0\r\n\r\ntwo\r\n'],
      ['a', 'r', 12, 'NATS/1.0\r\n\r\n\r\n'],
    ])
  }
})

test('it is in the index in its slot, or says that the index is busy', () => {
  const { subscriber, entries } = make()
  assert.is(subscriber.subscribe(3, 'x.*'), true)
  assert.equal([entries[0].account, latin1_text(entries[0].bytes), subscriber.outbox.slot], [3, 'x.*', 7])
  assert.is(make(-1).subscriber.subscribe(3, 'x'), false)
})

test.run()
