import * as assert from 'uvu/assert'
import { Envelope, Origin } from '../../src/actor/envelope.ts'
import { suite } from '../harness.ts'

const test = suite('actor/envelope')

test('a new envelope names nothing: all its spans are absent and it belongs to no connection', () => {
  const envelope = new Envelope()
  assert.is(envelope.origin, Origin.client)
  assert.is(envelope.publisher, -1)
  assert.is(envelope.subject_start, envelope.subject_end)
  assert.is(envelope.reply_start, envelope.reply_end)
  assert.is(envelope.queues_start, envelope.queues_end)
  assert.equal([envelope.referable, envelope.has_stream_reply], [false, false])
})

test('there are two origins, of one bit, as ring records keep them', () => {
  assert.equal(Object.values(Origin).sort(), [0, 1])
})

test.run()
