import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { create_ring, ring_use, RingReader, RingWriter } from '../../src/shared/ring.ts'
import { FragmentReader, FragmentWriter } from '../../src/shared/fragments.ts'

const test = suite('shared/ring', 60_000)

/** A failed test leaves nothing open that keeps the process. */
const cleanups: (() => unknown)[] = []
test.after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

const write = (writer: RingWriter, length: number, fill: number, kind = 0): boolean => {
  const offset = writer.claim(length, kind)
  if (offset < 0) return false
  writer.bytes.fill(fill, offset, offset + length)
  writer.commit()
  return true
}

/** Starts positions near `position`, as if the ring had run for long. */
function ring_at(size: number, position: number): SharedArrayBuffer {
  const memory = create_ring(size)
  const control = new Int32Array(memory)
  control[0] = control[32] = position
  return memory
}

test('anybody sees how much waits in a ring, also behind the end of the count of bytes', () => {
  const memory = ring_at(256, 0x7ffffff8)
  const writer = new RingWriter(memory), reader = new RingReader(memory)
  write(writer, 4, 1)
  assert.equal(ring_use(memory), { bytes: 0, capacity: 256 })
  writer.publish()
  assert.is(ring_use(memory).bytes, 8)
  reader.next()
  reader.release()
  assert.is(ring_use(memory).bytes, 0)
})

test('a record comes out as it went in, after publish and not before', () => {
  const memory = create_ring(256)
  const writer = new RingWriter(memory), reader = new RingReader(memory)
  assert.ok(write(writer, 5, 7, 15))
  assert.is(reader.next(), -1)
  assert.ok(writer.publish())
  assert.not(writer.publish())
  assert.is(reader.next(), 5)
  assert.equal([...reader.bytes.subarray(reader.offset, reader.offset + 5)], [7, 7, 7, 7, 7])
  assert.is(reader.kind, 15)
  assert.is(reader.fragment, 0)
  assert.is(reader.next(), -1)
})

test('a claim that is not committed never happened', () => {
  const memory = create_ring(256)
  const writer = new RingWriter(memory), reader = new RingReader(memory)
  writer.claim(60)
  write(writer, 3, 1)
  writer.publish()
  assert.is(reader.next(), 3)
  assert.is(reader.next(), -1)
  assert.throws(() => writer.commit(), 'Nothing is claimed')
  assert.throws(() => writer.claim(65), 'quarter')
  assert.throws(() => writer.claim(-1), 'quarter')
})

test('next_seen stops at the head that has_more saw', () => {
  const memory = create_ring(256)
  const writer = new RingWriter(memory), reader = new RingReader(memory)
  write(writer, 4, 1)
  writer.publish()
  assert.ok(reader.has_more())
  write(writer, 4, 2)
  writer.publish()
  assert.is(reader.next_seen(), 4)
  assert.is(reader.next_seen(), -1)
  assert.is(reader.next(), 4)
})

test('the space signal comes once, when a quarter is free, and want_space looks again', () => {
  const memory = create_ring(256)
  const writer = new RingWriter(memory), reader = new RingReader(memory)
  for (let i = 0; i < 16; i++) assert.ok(write(writer, 12, i))
  assert.not(writer.has_room(12))
  assert.is(writer.claim(0), -1)
  writer.publish()
  assert.not(reader.space_signal_due())
  assert.not(writer.want_space(12))
  for (let i = 0; i < 3; i++) reader.next()
  reader.release()
  assert.not(reader.space_signal_due())
  reader.next()
  reader.release()
  assert.ok(reader.space_signal_due())
  assert.not(reader.space_signal_due())
  for (let i = 0; i < 4; i++) assert.ok(write(writer, 12, i))
  writer.publish()
  while (reader.next() >= 0);
  reader.release()
  assert.ok(writer.want_space(12))
})

test('against an array, at any position, with any sizes: same records, and has_room means that claims succeed', () => {
  const step = fc.oneof(
    fc.record({ op: fc.constant('write' as const), lengths: fc.array(fc.nat(64), { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constant('read' as const), count: fc.nat(12), release: fc.boolean() }),
    fc.record({ op: fc.constant('publish' as const) }),
  )
  const positions = fc.integer({ min: -0x80000000, max: 0x7fffffff }).map((n) => n & ~3)
  const near_wrap = fc.integer({ min: -64, max: 64 }).map((n) => (0x7ffffffc + n * 4) | 0)
  fc.assert(
    fc.property(fc.oneof(positions, near_wrap), fc.array(step, { maxLength: 200 }), (position, steps) => {
      const memory = ring_at(256, position)
      const writer = new RingWriter(memory), reader = new RingReader(memory)
      const queue: number[][] = []
      let readable = 0, fill = 0
      for (const s of steps) {
        if (s.op === 'write') {
          const total = s.lengths.reduce((a, b) => a + b, 0)
          if (total + 7 * s.lengths.length > 128) continue
          const room = writer.has_room(total, s.lengths.length)
          if (!room && s.lengths.length === 1) assert.is(writer.claim(total), -1)
          if (!room) continue
          for (const length of s.lengths) {
            assert.ok(write(writer, length, ++fill, fill & 15))
            queue.push([length, fill & 255, fill & 15])
          }
        } else if (s.op === 'publish') {
          assert.is(writer.publish(), readable < queue.length)
          readable = queue.length
        } else {
          for (let i = 0; i < s.count; i++) {
            const length = reader.next()
            if (readable === 0) {
              assert.is(length, -1)
              break
            }
            readable--
            const [expected, byte, kind] = queue.shift()!
            assert.is(length, expected)
            assert.is(reader.kind, kind)
            assert.ok(reader.bytes.subarray(reader.offset, reader.offset + length).every((b) => b === byte))
          }
          if (s.release) reader.release()
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('an empty ring takes the largest reservation at every position', () => {
  for (let place = 0; place < 256; place += 4) {
    const memory = ring_at(256, place)
    const writer = new RingWriter(memory)
    assert.ok(writer.has_room(124))
    assert.ok(writer.has_room(107, 3))
    for (const length of [45, 17, 45]) assert.ok(write(writer, length, 1))
  }
})

test('a long record goes through in steps, others find no room meanwhile, and it is joined', () => {
  const memory = create_ring(1024)
  const writer = new RingWriter(memory), reader = new RingReader(memory)
  const long = new FragmentWriter(writer), joined = new FragmentReader(20_000)
  for (const total of [1, 252, 253, 256, 257, 5000, 20_000]) {
    const content = new Uint8Array(total).map((_, i) => i * 7 + total)
    long.start(3, [content.subarray(0, total >> 2), content.subarray(0, 0), content.subarray(total >> 2)])
    assert.not(writer.has_room(1))
    assert.is(writer.claim(1), -1)
    let result = -1
    for (let done = false; result < 0;) {
      if (!done) done = long.step()
      writer.publish()
      if (!done) assert.not(long.want_space())
      let length
      while ((length = reader.next()) >= 0) result = joined.add(reader, length)
      reader.release()
      assert.is(reader.space_signal_due(), !done)
    }
    assert.is(result, total)
    assert.is(reader.kind, 3)
    assert.equal(joined.bytes.subarray(0, total), content)
    assert.is(joined.words[0] & 255, joined.bytes[0])
    assert.ok(writer.has_room(1))
    if (total === 257) joined.leave_buffer()
  }
  long.start(0, [new Uint8Array(20_001)])
  long.step()
  writer.publish()
  assert.throws(() => joined.add(reader, reader.next()), 'bound')
})

test('two threads: records of random sizes arrive whole and in order through a small ring', async () => {
  const records = 1_000_000
  const memory = ring_at(1 << 14, 0x7fff0000)
  const worker = await start_test_worker('./ring_worker.ts', import.meta.url, { memory, records, seed: 99, batch: 20 })
  cleanups.push(() => worker.terminate())
  const result = new Promise<any>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  const reader = new RingReader(memory)
  const joined = new FragmentReader(1 << 20)
  const random = seeded_random(99)
  for (let i = 0; i < records;) {
    let length = reader.next()
    if (length < 0) {
      reader.release()
      continue
    }
    let { bytes, words, offset } = reader
    if (reader.fragment) {
      length = joined.add(reader, length)
      if (length < 0) continue
      bytes = joined.bytes
      words = joined.words
      offset = 0
    }
    const expected = random.below(500) === 0 ? 4000 + random.below(30_000) : 4 + random.below(200)
    if (length !== expected || words[offset >> 2] !== i || reader.kind !== (i & 15)) {
      throw new Error(`Record ${i}: ${length} for ${expected} bytes, number ${words[offset >> 2]}`)
    }
    for (let k = 4; k < length; k++) if (bytes[offset + k] !== (i + k & 255)) throw new Error(`Record ${i}, byte ${k}`)
    i++
    if ((i & 63) === 0) reader.release()
  }
  await result
  await worker.terminate()
})

test.run()
