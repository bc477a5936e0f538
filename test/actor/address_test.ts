import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { make_address, slot_of, thread_of } from '../../src/actor/address.ts'
import { THREADS_MAX } from '../../src/base/limits.ts'
import { suite } from '../harness.ts'

const test = suite('actor/address')

test('an address gives its thread and slot back', () => {
  const threads = fc.integer({ min: 0, max: THREADS_MAX })
  const slots = fc.oneof(fc.constant((1 << 24) - 1), fc.integer({ min: 0, max: (1 << 24) - 1 }))
  fc.assert(fc.property(threads, slots, (thread, slot) => {
    const address = make_address(thread, slot)
    assert.equal([thread_of(address), slot_of(address)], [thread, slot])
  }))
})

test('addresses of different actors differ', () => {
  const addresses = [make_address(0, 1), make_address(1, 0), make_address(1, 1), make_address(256, 0)]
  assert.is(new Set(addresses).size, 4)
})

test.run()
