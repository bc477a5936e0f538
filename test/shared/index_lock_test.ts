import * as assert from 'uvu/assert'
import { SYNC_WORDS } from '../../src/shared/index_layout.ts'
import { IndexLock, READ_BUSY } from '../../src/shared/index_lock.ts'
import { suite } from '../harness.ts'

const test = suite('shared/index_lock')

function make() {
  const sync = new Int32Array(new SharedArrayBuffer(SYNC_WORDS * 4))
  return [new IndexLock(sync, 0), new IndexLock(sync, 5)]
}
const write = (lock: IndexLock) => {
  lock.begin_write()
  lock.end_write()
}

test('one thread has the lock at a time, and everybody sees which', () => {
  const [a, b] = make()
  assert.is(a.owner(), -1)
  assert.ok(b.acquire())
  assert.equal([a.owner(), a.acquire()], [5, false])
  b.release()
  assert.ok(a.acquire())
  assert.is(b.owner(), 0)
})

test('only the holder gives the lock back', () => {
  const [a, b] = make()
  assert.throws(() => a.release(), 'The lock is ours')
  b.acquire()
  assert.throws(() => a.release(), 'The lock is ours')
  assert.is(a.owner(), 5)
})

test('the lock of a dead thread can be taken over, that of another can not', () => {
  const [a, b] = make()
  b.acquire()
  assert.not(a.take_over(4))
  assert.ok(a.take_over(5))
  assert.is(a.owner(), 0)
})

test('a read is good if nobody wrote meanwhile', () => {
  const [a, b] = make()
  assert.ok(a.end_read(a.begin_read()))
  const sequence = a.begin_read()
  write(b)
  assert.not(a.end_read(sequence))
  assert.ok(a.end_read(a.begin_read()))
})

test('a reader whose reads are spoiled again and again takes the lock for one, and gives it back', () => {
  const [a, b] = make()
  let failed = 0
  for (; a.owner() !== 0; failed++) {
    assert.ok(failed < 20, 'It never takes the lock')
    const sequence = a.begin_read()
    if (a.owner() === 0) break
    write(b)
    assert.not(a.end_read(sequence))
  }
  assert.is(a.owner(), 0)
  assert.not(b.acquire())
  assert.ok(a.end_read(a.sequence()))
  assert.is(a.owner(), -1)
  a.end_read(a.begin_read())
  assert.is(a.owner(), -1)
})

test('while a holder is stuck in the middle of a write a reader hears so', () => {
  const [a, b] = make()
  b.acquire()
  b.begin_write()
  assert.is(a.begin_read(), READ_BUSY)
  assert.not(a.end_read(READ_BUSY))
  assert.ok(a.take_over(5))
  a.mend_sequence()
  a.release()
  assert.ok(b.end_read(b.begin_read()))
})

test('a mended sequence is even and another one than any reader holds', () => {
  const [a, b] = make()
  const before = a.sequence()
  a.mend_sequence()
  assert.ok(a.sequence() % 2 === 0 && a.sequence() !== before)
  b.begin_write()
  const odd = a.sequence()
  a.mend_sequence()
  assert.ok(a.sequence() % 2 === 0 && a.sequence() !== odd)
})

test.run()
