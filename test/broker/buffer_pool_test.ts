import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import { OUT_BUFFER_BYTES, OUT_BUFFERS_POOLED_MAX } from '../../src/base/limits.ts'
import { BufferPool } from '../../src/broker/buffer_pool.ts'
import { suite } from '../harness.ts'

const test = suite('broker/buffer_pool')

test('the buffer given back last is the next one taken: it is still hot', () => {
  const pool = new BufferPool()
  const a = pool.take(), b = pool.take()
  assert.is.not(a, b)
  assert.equal([a.bytes.length, a.view.byteLength], [OUT_BUFFER_BYTES, OUT_BUFFER_BYTES])
  pool.give(a)
  pool.give(b)
  assert.is(pool.take(), b)
  assert.is(pool.take(), a)
  assert.is.not(pool.take(), a)
})

test('the view of a buffer is of the same bytes', () => {
  const { bytes, view } = new BufferPool().take()
  view.setInt32(OUT_BUFFER_BYTES - 4, 0x64636261, true)
  assert.is(latin1_text(bytes, OUT_BUFFER_BYTES - 4), 'abcd')
})

test('no more than the limit is kept', () => {
  const pool = new BufferPool()
  const one = pool.take()
  // The same buffer stands for many: only the number counts here.
  for (let i = 0; i < OUT_BUFFERS_POOLED_MAX + 10; i++) pool.give(one)
  let kept = 0
  while (pool.take() === one) kept++
  assert.is(kept, OUT_BUFFERS_POOLED_MAX)
})

test.run()
