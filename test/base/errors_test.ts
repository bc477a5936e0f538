import * as assert from 'uvu/assert'
import {
  CloseReason,
  DISCARDING_REASONS,
  go_quote,
  Refuse,
  refuse_cluster_name,
  refuse_gateway,
  refuse_publish,
  refuse_reply,
  refuse_subscription,
  refuse_tokens,
} from '../../src/base/errors.ts'
import { suite } from '../harness.ts'

const test = suite('base/errors')

test('text is quoted as Go quotes it', () => {
  assert.is(go_quote('foo.*.>'), '"foo.*.>"')
  assert.is(go_quote('a"b\\c'), '"a\\"b\\\\c"')
  assert.is(go_quote('\r\n\t'), '"\\r\\n\\t"')
  assert.is(go_quote('\x00\x1f\x7f\xe9'), '"\\x00\\x1f\\x7f\\xe9"')
  assert.is(go_quote(''), '""')
})

test('refusals that name a subject keep the connection', () => {
  assert.equal(refuse_publish('a.b'), { text: 'Permissions Violation for Publish to "a.b"', close: null })
  assert.equal(refuse_reply('r'), { text: 'Permissions Violation for Publish with Reply of "r"', close: null })
  assert.is(refuse_subscription('s', '').text, 'Permissions Violation for Subscription to "s"')
  assert.is(refuse_subscription('s', 'q').text, 'Permissions Violation for Subscription to "s" using queue "q"')
  assert.is(refuse_tokens('a.b').text, 'Permissions Violation for Subscription to "a.b", too many tokens')
  assert.is(refuse_subscription('s', 'q').close, null)
})

test('refusals of peers close the connection and name both sides', () => {
  assert.equal(refuse_cluster_name('theirs', 'ours'), {
    text: 'Rejecting connection, cluster name "theirs" does not match "ours"',
    close: CloseReason.cluster_name_conflict,
  })
  assert.equal(refuse_gateway('g'), {
    text: 'Rejecting connection from gateway "g" on the Route port',
    close: CloseReason.wrong_gateway,
  })
})

test('the fixed refusals either say something or end the connection', () => {
  for (const [name, { text, close }] of Object.entries(Refuse)) {
    assert.ok(text !== null || close !== null, name)
    if (text !== null) assert.not.match(text, /['\r\n]/, name)
    if (close !== null) assert.ok(Object.values<string>(CloseReason).includes(close), name)
  }
  assert.is(Refuse.invalid_subject.close, null)
  assert.is(Refuse.max_subscriptions.close, null)
  assert.is(Refuse.payload.close, CloseReason.max_payload)
  assert.is(Refuse.peer_error.text, null)
})

test('only where writing is pointless is output discarded', () => {
  assert.equal([...DISCARDING_REASONS].sort(), [
    'Read Error',
    'Slow Consumer (Pending Bytes)',
    'Slow Consumer (Write Deadline)',
    'Write Error',
  ])
})

test('close reasons are told apart by their names', () => {
  const names = Object.values(CloseReason)
  assert.is(new Set(names).size, names.length)
})

test.run()
