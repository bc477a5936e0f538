import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { BY_REFERENCE_BYTES_MIN, OUT_BUFFER_BYTES, PRESSURE_SHARE } from '../../src/base/limits.ts'
import { BufferPool } from '../../src/broker/buffer_pool.ts'
import { Outbox, OutboxContext } from '../../src/broker/outbox.ts'
import { suite } from '../harness.ts'
import { FakeSink } from './broker_rig.ts'

const test = suite('broker/outbox')

function make(max_pending = 1 << 20) {
  const crossings: boolean[] = []
  const pool = new BufferPool()
  const context = new OutboxContext(pool, (slot, pressed) => {
    assert.is(slot, 7)
    crossings.push(pressed)
  })
  const sink = new FakeSink()
  const outbox = new Outbox(7, context, sink, max_pending)
  sink.on_overflow = () => outbox.discard()
  return { crossings, pool, context, sink, outbox }
}
const big = (fill: string, length = BY_REFERENCE_BYTES_MIN) => latin1_bytes(fill.repeat(length))

test('what is appended in a turn goes out as one write, in order', () => {
  const { outbox, sink, context } = make()
  for (const text of ['a', 'bc', '', 'def']) outbox.append(latin1_bytes(text))
  assert.is(outbox.pending, 6)
  assert.equal(sink.written, [])
  assert.is(context.dirty.length, 1)
  context.flush()
  assert.equal(sink.written, ['abcdef'])
  assert.equal([outbox.pending, context.dirty.length, context.bytes_out], [0, 0, 6])
  context.flush()
  outbox.flush()
  assert.is(sink.written.length, 1)
})

test('a buffer whose bytes were taken at once is used again, and an idle outbox holds none', () => {
  const { outbox, context, pool } = make()
  const first = pool.take()
  pool.give(first)
  for (let turn = 0; turn < 3; turn++) {
    outbox.append(latin1_bytes('x'))
    assert.ok(outbox.target === first.bytes && outbox.view === first.view)
    context.flush()
    assert.ok(pool.take() === first)
    pool.give(first)
  }
})

test('a buffer that the socket still holds is not given to anybody', () => {
  const { outbox, context, pool, sink } = make()
  sink.lags = true
  outbox.append(latin1_bytes('held'))
  const held = outbox.target
  context.flush()
  for (const other of [pool.take(), pool.take()]) assert.ok(other.bytes !== held)
  outbox.append(latin1_bytes('more'))
  assert.ok(outbox.target !== held)
  sink.lags = false
  sink.leave(outbox)
  assert.is(sink.text, 'heldmore')
})

test('room for a part that does not fit any more begins another buffer', () => {
  const { outbox, context, sink } = make()
  outbox.append(big('a', OUT_BUFFER_BYTES - 3))
  const offset = outbox.room(4)
  assert.is(offset, 0)
  outbox.target.set(latin1_bytes('wxyz'), offset)
  outbox.wrote(offset + 4)
  context.flush()
  assert.equal(sink.sizes, [OUT_BUFFER_BYTES - 3, 4])
  assert.ok(sink.text.endsWith('awxyz'))
})

test('bytes longer than a buffer are cut into several', () => {
  const { outbox, context, sink } = make()
  const text = 'start' + 'm'.repeat(2 * OUT_BUFFER_BYTES + 10) + 'end'
  outbox.append(latin1_bytes(text))
  context.flush()
  assert.ok(sink.text === text)
})

test('a lagging outbox keeps everything back, and sends it as one write when the sink is free', () => {
  const { outbox, context, sink } = make()
  sink.lags = true
  outbox.append(latin1_bytes('first'))
  context.flush()
  assert.ok(outbox.lagging)
  let later = ''
  for (let i = 0; i < 5; i++) {
    const text = String(i).repeat(OUT_BUFFER_BYTES / 2 + 1)
    outbox.append(latin1_bytes(text))
    later += text
    context.flush()
  }
  assert.is(sink.sizes.length, 1)
  assert.is(outbox.pending, 5 + later.length)
  sink.lags = false
  sink.leave(outbox)
  assert.not(outbox.lagging)
  assert.ok(sink.text === 'first' + later)
  assert.is(outbox.pending, 0)
})

test('buffers that waited go back to the pool when they have left', () => {
  const { outbox, context, sink, pool } = make(1 << 26)
  sink.lags = true
  outbox.append(latin1_bytes('first'))
  context.flush()
  const waited: Uint8Array[] = []
  for (let i = 0; i < 3; i++) {
    outbox.append(big(String(i), OUT_BUFFER_BYTES))
    waited.push(outbox.target)
  }
  sink.leave(outbox)
  sink.leave(outbox)
  sink.lags = false
  if (sink.holds) sink.leave(outbox)
  const free = new Set<Uint8Array>()
  for (let i = 0; i < 5; i++) free.add(pool.take().bytes)
  assert.ok(waited.every((bytes) => free.has(bytes)))
})

test('references go out where they were appended, without a copy', () => {
  const { outbox, context, sink } = make()
  const body = big('r')
  outbox.append(latin1_bytes('<'))
  outbox.append_reference(body, 0, body.length)
  outbox.append(latin1_bytes('|'))
  outbox.append_reference(body, body.length - 5, body.length)
  outbox.append(latin1_bytes('>'))
  // Only the short one is a copy: a change of the source before the flush is not seen there.
  body[body.length - 1] = 83
  context.flush()
  assert.ok(sink.text === `<${'r'.repeat(body.length - 1)}S|rrrrr>`)
  assert.is(sink.written.length, 1)
  assert.equal([context.pins, context.pinned, outbox.pending], [0, false, 0])
})

test('a write with references that is not taken pins the read buffer until it has left', () => {
  const { outbox, context, sink } = make()
  const body = big('r')
  sink.lags = true
  outbox.append_reference(body, 0, body.length)
  context.flush()
  assert.equal([context.pins, context.pinned], [1, true])
  sink.lags = false
  sink.leave(outbox)
  assert.is(context.pins, 0)
})

test('while it lags references are copied: one socket pins one write at most', () => {
  const { outbox, context, sink } = make()
  const [first, second] = [big('a'), big('b')]
  sink.lags = true
  outbox.append_reference(first, 0, first.length)
  context.flush()
  outbox.append_reference(second, 0, second.length)
  second.fill(0)
  context.flush()
  assert.is(context.pins, 1)
  sink.leave(outbox)
  assert.is(context.pins, 0)
  assert.ok(sink.holds)
  sink.leave(outbox)
  assert.ok(sink.text === 'a'.repeat(first.length) + 'b'.repeat(second.length))
})

test('more than max_pending is told to the sink once, and the rest is forgotten', () => {
  const { outbox, context, sink } = make(10_000)
  sink.lags = true
  outbox.append(big('a', 6000))
  context.flush()
  outbox.append(big('b', 4000))
  context.flush()
  assert.is(sink.overflows, 0)
  outbox.append(latin1_bytes('c'))
  context.flush()
  assert.is(sink.overflows, 1)
  assert.ok(outbox.closed)
  outbox.append(big('d', 20_000))
  context.flush()
  outbox.append(big('e', 5 * OUT_BUFFER_BYTES))
  context.flush()
  assert.is(sink.overflows, 1)
})

test('a write with references counts once against max_pending', () => {
  const { outbox, context, sink, crossings } = make(100_000_000)
  const body = big('r', 6000)
  sink.lags = true
  outbox.append_reference(body, 0, body.length)
  context.flush()
  assert.equal([sink.overflows, outbox.pending, crossings], [0, 6000, []])
})

test('a write that the sink takes at once may be larger than max_pending', () => {
  const { outbox, context, sink } = make(1000)
  outbox.append(big('a', 5000))
  context.flush()
  assert.equal([sink.overflows, sink.text.length], [0, 5000])
})

test('pressure is told once per crossing of three quarters of max_pending', () => {
  const max = 16 * 1024 * 1024, mark = max * PRESSURE_SHARE
  const { outbox, context, sink, crossings } = make(max)
  sink.lags = true
  outbox.append(big('a', mark))
  context.flush()
  assert.equal(crossings, [])
  for (let i = 0; i < 3; i++) {
    outbox.append(latin1_bytes('b'))
    context.flush()
    assert.equal(crossings, [true])
    assert.ok(outbox.pressed)
  }
  while (outbox.pending > 0) sink.leave(outbox)
  assert.equal(crossings, [true, false])
  outbox.append(big('c', mark + 1))
  context.flush()
  assert.equal(crossings, [true, false, true])
  outbox.discard()
  outbox.discard()
  assert.equal(crossings, [true, false, true, false])
})

test('discard while a write is under way forgets the rest, and the late end of that write harms nobody', () => {
  const { outbox, context, sink, crossings } = make(50_000)
  const body = big('r', 45_000)
  sink.lags = true
  outbox.append_reference(body, 0, body.length)
  context.flush()
  outbox.append(latin1_bytes('waits'))
  outbox.discard()
  assert.equal([context.pins, outbox.pending, outbox.closed, outbox.pressed], [0, 0, true, false])
  context.flush()
  sink.leave(outbox)
  assert.equal([context.pins, outbox.pending], [0, 0])
  assert.is(sink.text.length, body.length)
  assert.is(crossings.filter((pressed) => pressed).length, crossings.filter((pressed) => !pressed).length)
})

test('against a list of texts: any appends, references, flushes and lagging give the same bytes in the same order', () => {
  const step = fc.oneof(
    fc.record({ op: fc.constant('append' as const), length: fc.nat(300) }),
    fc.record({ op: fc.constant('append' as const), length: fc.nat(OUT_BUFFER_BYTES + 500) }),
    fc.record({ op: fc.constant('reference' as const), length: fc.nat(3 * BY_REFERENCE_BYTES_MIN) }),
    fc.constant({ op: 'flush' as const, length: 0 }),
    fc.constant({ op: 'lag' as const, length: 0 }),
    fc.constant({ op: 'leave' as const, length: 0 }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { outbox, context, sink, crossings } = make(1 << 26)
      let want = '', fill = 0
      for (const { op, length } of steps) {
        const letter = String.fromCharCode(97 + fill++ % 26)
        if (op === 'append') outbox.append(big(letter, length))
        else if (op === 'reference') outbox.append_reference(big(letter, length), 0, length)
        else if (op === 'flush') context.flush()
        else if (op === 'lag') sink.lags = true
        else if (sink.holds) sink.leave(outbox)
        if (op === 'append' || op === 'reference') want += letter.repeat(length)
        assert.is(context.pins <= 1 && (context.pins === 0 || sink.holds), true)
      }
      sink.lags = false
      context.flush()
      while (sink.holds) sink.leave(outbox)
      assert.ok(sink.text === want, `${sink.text.length} bytes of ${want.length}`)
      assert.equal([outbox.pending, context.pins, sink.overflows, crossings], [0, 0, 0, []])
      assert.is(context.bytes_out, want.length)
    }),
    { numRuns: 60 },
  )
})

test.run()
