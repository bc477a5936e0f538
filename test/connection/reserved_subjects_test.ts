// What only servers may say.
import * as assert from 'uvu/assert'
import { is_for_servers, refuse_reserved } from '../../src/connection/reserved_subjects.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { suite } from '../harness.ts'
import { client_op } from './connection_rig.ts'

const test = suite('connection/reserved_subjects')

function refusal(subject: string, reply = ''): string | null {
  const { bytes, op } = client_op(`PUB ${subject} ${reply} 0`)
  return refuse_reserved(bytes, op)?.text ?? null
}

test('subjects of servers among each other', () => {
  assert.is(refusal('_GR_.x'), 'Permissions Violation for Publish to "_GR_.x"')
  assert.is(refusal('$NRG.x'), 'Permissions Violation for Publish to "$NRG.x"')
  for (const subject of ['_GR_', '_GR_x', '$NR', '_R_.x', '$JS.ACK.x', '_INBOX.x', '$SYS.x', 'a']) {
    assert.is(refusal(subject), null, subject)
  }
})

test('replies that would come to them', () => {
  for (const reply of ['_R_.x', '_GR_.x', '$JS.ACK.x']) {
    assert.is(refusal('a', reply), `Permissions Violation for Publish with Reply of "${reply}"`)
  }
  for (const reply of ['_R_', '_INBOX.x', '$JS.API.x', 'b']) assert.is(refusal('a', reply), null, reply)
})

test('the same for a subject alone', () => {
  const is_reserved = (text: string) => is_for_servers(latin1_bytes(text), 0, text.length)
  assert.equal(['_GR_.x', '$NRG.', 'a', ''].map(is_reserved), [true, true, false, false])
})

test.run()
