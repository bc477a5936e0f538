import * as assert from 'uvu/assert'
import { PRIVATE_READ_BUFFERS_MAX, READ_BUFFER_BYTES } from '../../src/base/limits.ts'
import { ConnectionBuffer, ReadBuffers } from '../../src/thread/read_buffers.ts'
import { suite } from '../harness.ts'

const test = suite('thread/read_buffers')

const outcome = (large_copied: boolean, pinned: boolean, pins = 0) => ({ large_copied, pinned, pins })

/** A connection that has a buffer of its own, since it published something large. */
function with_own(buffers: ReadBuffers) {
  const connection = new ConnectionBuffer(buffers)
  connection.settle(outcome(true, false))
  return connection
}

test('connections share one buffer, which must not be referred to', () => {
  const buffers = new ReadBuffers()
  const [one, other] = [new ConnectionBuffer(buffers), new ConnectionBuffer(buffers)]
  assert.is(one.next(), buffers.shared)
  assert.is(other.next(), buffers.shared)
  assert.is(buffers.shared.length, READ_BUFFER_BYTES)
  assert.not(one.is_referable(buffers.shared))
  one.settle(outcome(false, false))
  assert.is(one.next(), buffers.shared)
})

test('who publishes large payloads gets a buffer of its own and keeps it', () => {
  const buffers = new ReadBuffers()
  const [one, other] = [with_own(buffers), with_own(buffers)]
  const own = one.next()
  assert.is.not(own, buffers.shared)
  assert.is.not(own, other.next())
  assert.is(own.length, READ_BUFFER_BYTES)
  assert.ok(one.is_referable(own))
  for (const each of [outcome(true, false), outcome(false, false)]) one.settle(each)
  assert.is(one.next(), own)
})

test('settling takes note of the outcome once', () => {
  const once = outcome(true, true)
  new ConnectionBuffer(new ReadBuffers()).settle(once)
  assert.equal(once, outcome(false, false))
})

test('a buffer that a slow socket holds is left to it', () => {
  const buffers = new ReadBuffers()
  const connection = with_own(buffers)
  const held = connection.next()
  connection.settle(outcome(false, true, 1))
  const next = connection.next()
  assert.is.not(next, held)
  assert.is.not(next, buffers.shared)
  connection.release()
  // Only the one that nobody holds is lent again.
  assert.is(buffers.lend(), next)
  assert.is.not(buffers.lend(), held)
})

test('with too many held, payloads are copied again, and the place among the lent is free', () => {
  const buffers = new ReadBuffers()
  const connections = Array.from({ length: PRIVATE_READ_BUFFERS_MAX }, () => with_own(buffers))
  assert.is(buffers.lend(), null)
  const [connection] = connections
  const held = connection.next()
  connection.settle(outcome(false, true, PRIVATE_READ_BUFFERS_MAX))
  assert.is(connection.next(), buffers.shared)
  const lent = buffers.lend()
  assert.ok(lent !== null && lent !== held)
  assert.is(buffers.lend(), null)
})

test('what is pinned of the shared buffer changes nothing', () => {
  const buffers = new ReadBuffers()
  const connection = new ConnectionBuffer(buffers)
  connection.settle(outcome(false, true, 1))
  assert.is(connection.next(), buffers.shared)
})

test('only so many are lent; those given back serve again', () => {
  const buffers = new ReadBuffers()
  const connections = Array.from({ length: PRIVATE_READ_BUFFERS_MAX }, () => with_own(buffers))
  assert.is(new Set(connections.map((each) => each.next())).size, PRIVATE_READ_BUFFERS_MAX)
  const late = with_own(buffers)
  assert.is(late.next(), buffers.shared)
  const own = connections[5].next()
  connections[5].release()
  connections[5].release()
  assert.is(connections[5].next(), buffers.shared)
  late.settle(outcome(true, false))
  assert.is(late.next(), own)
  assert.is(buffers.lend(), null)
})

test.run()
