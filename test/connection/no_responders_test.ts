import * as assert from 'uvu/assert'
import { send_no_responders } from '../../src/connection/no_responders.ts'
import { Subscriptions } from '../../src/connection/subscriptions.ts'
import type { ThreadContext } from '../../src/connection/context.ts'
import { Rig } from '../broker/broker_rig.ts'
import { suite } from '../harness.ts'
import { client_op } from './connection_rig.ts'

const test = suite('connection/no_responders')

function make() {
  const rig = new Rig(2)
  const [thread] = rig.threads
  const client = thread.connect()
  const subscriptions = new Subscriptions(thread.index, client.outbox)
  const sub = (line: string, account = 0) => {
    const { bytes, op } = client_op(`SUB ${line}`)
    assert.ok(subscriptions.add(account, bytes, op, false) > 0)
  }
  const answer = (line: string) => {
    const { bytes, op } = client_op(`PUB ${line}`)
    send_no_responders(thread as unknown as ThreadContext, 0, subscriptions, client.outbox, bytes, op, null)
    thread.flush()
    return client.sink.written.splice(0).join('')
  }
  return { rig, thread, client, sub, answer }
}

test('the requester gets a status message on its reply subject, with the sid that matches', () => {
  const { sub, answer, client } = make()
  sub('_INBOX.a.* 17')
  const header = 'NATS/1.0 503\r\nNats-Subject: svc.echo\r\n\r\n'
  assert.is(
    answer('svc.echo _INBOX.a.1 5'),
    `HMSG _INBOX.a.1 17 ${header.length} ${header.length}\r\n${header}\r\n`,
  )
  assert.is(client.outbox.out_messages, 1)
})

test('without a plain subscription of its own the requester gets nothing', () => {
  const { sub, answer, thread } = make()
  assert.is(answer('svc r 5'), '')
  sub('r q 1')
  sub('r 2', 1)
  thread.subscribe(thread.connect(), 'r')
  assert.is(answer('svc r 5'), '')
  sub('r 3')
  assert.match(answer('svc r 5'), /^HMSG r 3 /)
})

test('it is found among many others', () => {
  const { sub, answer, thread } = make()
  sub('r mine')
  const other = thread.connect()
  for (let i = 0; i < 300; i++) thread.subscribe(other, 'r', '', String(i))
  assert.match(answer('svc r 5'), /^HMSG r mine /)
})

/** Reads of this thread fail until the next one takes the lock. */
function spoil_reads(rig: Rig): void {
  const [thread, other] = rig.threads
  for (let i = 0; i < 4; i++) {
    const sequence = thread.index.begin_read()
    other.index.remove(other.subscribe(other.connect(), 'spoils'))
    assert.not(thread.index.end_read(sequence))
  }
}

test('a read under the lock gives it back', () => {
  const { rig, sub, answer, thread } = make()
  sub('r mine')
  spoil_reads(rig)
  assert.match(answer('svc r 5'), /^HMSG r mine /)
  assert.is(thread.index.lock_owner(), -1)
})

test('a read under the lock that needs more room gives the lock back too', () => {
  const { rig, sub, answer, thread } = make()
  sub('r mine')
  const other = thread.connect()
  // More than any test before had, so that the room is not there yet.
  for (let i = 0; i < 1200; i++) thread.subscribe(other, 'r', '', String(i))
  spoil_reads(rig)
  assert.match(answer('svc r 5'), /^HMSG r mine /)
  assert.is(thread.index.lock_owner(), -1)
})

test.run()
