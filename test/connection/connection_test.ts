// How a connection holds, writes and ends, seen through a client.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { READ_DELIVERIES_MAX } from '../../src/base/limits.ts'
import { Client } from '../../src/connection/client.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING, type RigOptions } from './actor_rig.ts'

const test = suite('connection/connection')

const small: RigOptions = {
  settings({ client }) {
    client.max_pending = 10_000
    client.max_payload = 5_000
    client.write_deadline_ms = 5_000
  },
}
const message = (size: number, letter = 'x') => `PUB a ${size}\r\n${letter.repeat(size)}\r\n`

test('(163) who sends its last words and then its end is still answered', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.send('PING\r\n')
  client.finish()
  assert.equal([client.take(), client.ended, client.closed], ['PONG\r\n', true, true])
  assert.is(rig.ended[0].reason, CloseReason.client_closed)
  assert.equal(rig.left, NOTHING)
})

test('what is queued when a connection ends is still written, and what comes then is dropped', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.lags = true
  client.send('PING\r\n')
  client.send('PING\r\nZZZ\r\nPING\r\n')
  assert.equal([client.take(), client.ended, client.closed], ['', false, false])
  assert.is(rig.left.closing, 1)
  client.leave()
  client.leave()
  assert.is(client.take(), "PONG\r\nPONG\r\n-ERR 'Unknown Protocol Operation'\r\n")
  assert.ok(client.ended && client.closed)
  assert.equal(rig.left, NOTHING)
})

test('a peer that neither reads nor ends is cut after a while', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.lags = true
  client.send('PING\r\n')
  client.send('ZZZ\r\n')
  rig.pass(9_999)
  assert.not(client.closed)
  rig.pass(1)
  assert.ok(client.closed)
  assert.equal(rig.left, NOTHING)
})

test('a write that does not leave in time is the end, and counts as a slow consumer', () => {
  const rig = new ActorRig(small)
  const client = rig.client()
  client.lags = true
  client.send('PING\r\n')
  rig.pass(4_999)
  assert.not(client.closed)
  rig.pass(1)
  assert.ok(client.closed)
  assert.equal([client.take(), rig.ended[0].reason], ['', CloseReason.slow_consumer_deadline])
  assert.is(rig.thread.counters[Counter.slow_consumers], 1)
  assert.match(
    rig.log.at(-1)!,
    /^INF .* - Slow Consumer Detected: WriteDeadline of 5s exceeded with 1 chunks of 12 total bytes\.$/,
  )
  assert.equal(rig.left, NOTHING)
})

test('a write that leaves in time starts the deadline anew', () => {
  const rig = new ActorRig(small)
  const client = rig.client()
  client.lags = true
  for (let i = 0; i < 3; i++) {
    client.send('PING\r\nPING\r\n')
    rig.pass(4_000)
    client.leave()
  }
  assert.not(client.closed)
})

test('(161) more pending than allowed is the end of that client alone, without a word', () => {
  const rig = new ActorRig(small)
  const slow = rig.client(), fast = rig.client(), publisher = rig.client()
  for (const each of [slow, fast]) each.send('SUB a 1\r\n')
  slow.lags = true
  for (let i = 0; i < 4; i++) publisher.send(message(4_000))
  rig.pass(100)
  assert.equal([slow.take(), slow.closed, rig.ended[0].reason], ['', true, CloseReason.slow_consumer_pending])
  assert.is(rig.thread.counters[Counter.slow_consumers], 1)
  assert.is(fast.take().length, 4 * ('MSG a 1 4000\r\n'.length + 4_002))
  assert.is(publisher.talk('PING\r\n'), 'PONG\r\n')
  for (const each of [fast, publisher]) each.cut()
  assert.equal(rig.left, NOTHING)
})

test('a publisher waits for a consumer that lags, but not longer than its time', () => {
  const rig = new ActorRig(small)
  const slow = rig.client(), publisher = rig.client()
  slow.send('SUB a 1\r\n')
  slow.lags = true
  publisher.send(message(4_000))
  assert.not(publisher.stopped)
  publisher.send(message(4_000))
  assert.ok(publisher.stopped)
  assert.is(publisher.talk('PING\r\n'), '')
  rig.pass(10)
  assert.is(publisher.take(), 'PONG\r\n')
  assert.equal([rig.thread.counters[Counter.stalled], rig.left.held_back], [1, 0])
})

test('it goes on at once when the consumer has caught up', () => {
  const rig = new ActorRig(small)
  const slow = rig.client(), publisher = rig.client()
  slow.send('SUB a 1\r\n')
  slow.lags = true
  publisher.send(message(4_000))
  publisher.send(message(4_000))
  assert.is(publisher.talk('PING\r\n'), '')
  while (slow.holds) slow.leave()
  assert.is(publisher.take(), 'PONG\r\n')
})

test('it goes on when the consumer has gone', () => {
  const rig = new ActorRig(small)
  const slow = rig.client(), publisher = rig.client()
  slow.send('SUB a 1\r\n')
  slow.lags = true
  publisher.send(message(4_000))
  publisher.send(message(4_000))
  assert.is(publisher.talk('PING\r\n'), '')
  slow.cut()
  assert.is(publisher.take(), 'PONG\r\n')
  publisher.cut()
  assert.equal(rig.left, NOTHING)
})

test('(162) where publishers must not wait the consumer loses messages', () => {
  const rig = new ActorRig({
    settings: (settings) => (small.settings!(settings), settings.client.no_stall = true, undefined),
  })
  const slow = rig.client(), publisher = rig.client()
  slow.send('SUB a 1\r\n')
  slow.lags = true
  for (const letter of 'abcd') assert.is(publisher.talk(message(4_000, letter) + 'PING\r\n'), 'PONG\r\n')
  while (slow.holds) slow.leave()
  const got = slow.take().match(/MSG/g)!.length
  assert.ok(got > 0 && got < 4, String(got))
  publisher.send(message(4_000, 'e'))
  slow.leave()
  assert.ok(slow.take() === 'MSG a 1 4000\r\n' + 'e'.repeat(4_000) + '\r\n')
})

test('a publisher of large messages may read on while its former ones are still being written', () => {
  const rig = new ActorRig()
  const slow = rig.client(), publisher = rig.client()
  slow.send('SUB a 1\r\n')
  publisher.send(message(20_000, 'a'))
  slow.lags = true
  for (const letter of 'bcdef') publisher.send(message(20_000, letter))
  while (slow.holds) slow.leave()
  const expected = [...'abcdef'].map((letter) => `MSG a 1 20000\r\n${letter.repeat(20_000)}\r\n`).join('')
  assert.ok(slow.take() === expected)
  for (const each of [slow, publisher]) each.cut()
  assert.equal(rig.left, NOTHING)
})

test('one read that costs too many deliveries lets the others in between', () => {
  const rig = new ActorRig()
  const publisher = rig.client(), other = rig.client(), many = rig.client()
  many.send(Array.from({ length: 1000 }, (_, i) => `SUB a ${i}\r\n`).join(''))
  const start = rig.thread.outboxes.deliveries
  let before = 0
  rig.later(() => {
    before = rig.thread.outboxes.deliveries - start
    other.send('PING\r\n')
  })
  publisher.send(message(1).repeat(100) + 'PING\r\n')
  assert.ok(before > READ_DELIVERIES_MAX && before <= READ_DELIVERIES_MAX + 1000, String(before))
  assert.equal([other.take(), publisher.take(), many.take().match(/MSG/g)!.length], ['PONG\r\n', 'PONG\r\n', 100_000])
})

test('many subscriptions of a client that ends are removed a part at a time', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.send(Array.from({ length: 3000 }, (_, i) => `SUB a.${i} ${i}\r\n`).join(''))
  let between = 0
  rig.later(() => between = rig.thread.index.subscription_count)
  client.cut()
  assert.ok(between > 0 && between < 3000)
  assert.equal(rig.left, NOTHING)
})

test('all connections of a kind are ended without a word', () => {
  const rig = new ActorRig()
  const client = rig.client(), peer = rig.peer()
  rig.thread.close_all('clients', CloseReason.server_shutdown)
  rig.settle()
  assert.equal([client.take(), client.closed, peer.closed], ['', true, false])
  rig.thread.close_all('routes', CloseReason.server_shutdown)
  rig.settle()
  assert.ok(peer.closed)
  assert.equal(rig.left, NOTHING)
})

test('an error of the socket is the end, and nothing more is written', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.lags = true
  client.send('PING\r\n')
  client.send('PING\r\n')
  const { connection } = rig.newest(Client)
  assert.is(connection.outbox.pending, 12)
  client.cut()
  assert.equal([connection.outbox.pending, rig.ended[0].reason], [0, CloseReason.read_error])
  connection.resume()
  connection.close(CloseReason.kicked)
  assert.equal([rig.ended.length, rig.left], [1, NOTHING])
})

test.run()
