import * as assert from 'uvu/assert'
import * as limits from '../../src/base/limits.ts'
import { suite } from '../harness.ts'

const test = suite('base/limits')

test('every limit is a number above zero', () => {
  for (const [name, value] of Object.entries(limits)) assert.ok(typeof value === 'number' && value > 0, name)
})

test('the defaults that clients are told are those of nats-server', () => {
  assert.equal([limits.MAX_CONTROL_LINE, limits.MAX_PAYLOAD, limits.MAX_PENDING], [4096, 1 << 20, 1 << 26])
  assert.equal([limits.PING_INTERVAL_MS, limits.PING_MAX, limits.MAX_CONNECTIONS], [120_000, 2, 65536])
})

test('the longest line with a message that is copied fits into one out buffer', () => {
  const line = limits.MAX_CONTROL_LINE * limits.ROUTE_CONTROL_LINE_FACTOR + limits.MAX_CONTROL_LINE
  assert.ok(limits.OUT_BUFFER_BYTES >= line + limits.BY_REFERENCE_BYTES_MIN + 64)
})

test.run()
