import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { FragmentReader, FragmentWriter } from '../../src/shared/fragments.ts'
import { create_ring, RingReader, RingWriter } from '../../src/shared/ring.ts'
import { suite } from '../harness.ts'

const test = suite('shared/fragments')

function make(size = 512, bytes_max = 1 << 20) {
  const memory = create_ring(size)
  const writer = new RingWriter(memory), ring = new RingReader(memory)
  return { writer, ring, fragments: new FragmentWriter(writer), joiner: new FragmentReader(bytes_max) }
}

test('a record of any length in any pieces is joined to what it was', () => {
  const piece = fc.uint8Array({ maxLength: 700 })
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.nat(15), (pieces, kind) => {
      const want = pieces.flatMap((each) => [...each])
      if (want.length === 0) return
      const { writer, ring, fragments, joiner } = make()
      fragments.start(kind, pieces)
      for (let turn = 0;; turn++) {
        assert.ok(turn < 100, 'It never ends')
        const all = !fragments.is_open || fragments.step()
        writer.publish()
        let length = -1
        for (let next = ring.next(); next >= 0; next = ring.next()) {
          assert.is(ring.kind, kind)
          length = joiner.add(ring, next)
        }
        ring.release()
        if (length < 0) continue
        assert.ok(all)
        assert.equal([...joiner.bytes.subarray(0, length)], want)
        assert.not(fragments.is_open || writer.open_fragment)
        return
      }
    }),
    { numRuns: 100 },
  )
})

test('while a record is open nobody else writes, and no second one begins', () => {
  const { writer, fragments } = make()
  fragments.start(1, [new Uint8Array(5000)])
  assert.not(fragments.step())
  assert.equal([writer.claim(4), writer.has_room(4), fragments.is_open], [-1, false, true])
  assert.throws(() => fragments.start(1, [new Uint8Array(1)]), 'One long record at a time')
})

test('a record without content is a mistake, and so is one that is longer than may be', () => {
  const { writer, ring, fragments } = make()
  assert.throws(() => fragments.start(1, []), 'has content')
  fragments.start(1, [new Uint8Array(100)])
  fragments.step()
  writer.publish()
  assert.throws(() => new FragmentReader(99).add(ring, ring.next()), 'within its bound')
})

test('a writer that waits is told whether there is room for its next piece', () => {
  const { writer, ring, fragments } = make()
  fragments.start(1, [new Uint8Array(5000)])
  fragments.step()
  writer.publish()
  assert.not(fragments.want_space())
  while (ring.next() >= 0);
  ring.release()
  assert.ok(ring.space_signal_due())
  assert.ok(fragments.want_space())
})

test('a record whose writer died is given up for the next one', () => {
  const { writer, ring, fragments, joiner } = make()
  fragments.start(1, [new Uint8Array(5000)])
  fragments.step()
  writer.publish()
  for (let length = ring.next(); length >= 0; length = ring.next()) assert.is(joiner.add(ring, length), -1)
  const anew = make()
  anew.fragments.start(2, [Uint8Array.of(1, 2, 3)])
  anew.fragments.step()
  anew.writer.publish()
  assert.is(joiner.add(anew.ring, anew.ring.next()), 3)
  assert.equal([...joiner.bytes.subarray(0, 3)], [1, 2, 3])
})

test('a buffer that was left to somebody is not filled again', () => {
  const { writer, ring, fragments, joiner } = make()
  const send = (fill: number) => {
    fragments.start(1, [new Uint8Array(20).fill(fill)])
    fragments.step()
    writer.publish()
    assert.is(joiner.add(ring, ring.next()), 20)
    ring.release()
    return joiner.bytes
  }
  const first = send(1)
  joiner.leave_buffer()
  assert.ok(send(2) !== first)
  assert.is(first[0], 1)
})

test.run()
