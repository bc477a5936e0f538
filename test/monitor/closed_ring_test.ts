import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { ClosedRing } from '../../src/monitor/closed_ring.ts'
import { suite } from '../harness.ts'
import { sample_client } from './samples.ts'

const test = suite('monitor/closed_ring')

test('the ring keeps the newest, oldest first', () => {
  fc.assert(fc.property(fc.nat(10), fc.nat(40), (capacity, count) => {
    const ring = new ClosedRing(capacity)
    const cids = Array.from({ length: count }, (_, i) => i + 1)
    for (const cid of cids) ring.push(sample_client(cid, { stop_ms: cid }))
    const kept = capacity === 0 ? [] : cids.slice(-capacity)
    assert.equal(ring.list().map((report) => report.cid), kept)
    assert.is(ring.length, kept.length)
  }))
})

test('an open connection is a mistake of the program', () => {
  assert.throws(() => new ClosedRing().push(sample_client(1)), 'Only a connection that ended')
})

test.run()
