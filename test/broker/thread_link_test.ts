import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { ThreadLink } from '../../src/broker/thread_link.ts'
import { FragmentReader } from '../../src/shared/fragments.ts'
import { create_ring, RingReader, RingWriter } from '../../src/shared/ring.ts'
import { suite } from '../harness.ts'

const test = suite('broker/thread_link')

const SIZE = 1024
function make() {
  const memory = create_ring(SIZE)
  const ring = new RingReader(memory), fragments = new FragmentReader(1 << 20)
  const link = new ThreadLink(5, new RingWriter(memory))
  const write = (text: string, kind = 1) => {
    const offset = link.open(text.length, kind)
    assert.is(offset % 4, 0)
    link.bytes.set(latin1_bytes(text), offset)
    link.close()
  }
  /** All whole records that are published. */
  const read = () => {
    const texts: string[] = []
    for (let length = ring.next(); length >= 0; length = ring.next()) {
      if (ring.fragment === 0) texts.push(latin1_text(ring.bytes, ring.offset, ring.offset + length))
      else {
        const whole = fragments.add(ring, length)
        if (whole >= 0) texts.push(latin1_text(fragments.bytes, 0, whole))
      }
    }
    ring.release()
    return texts
  }
  return { link, write, read, ring }
}

test('records arrive in order, once they are published', () => {
  const { link, write, read } = make()
  write('one')
  write('two')
  assert.equal(read(), [])
  assert.ok(link.publish())
  assert.not(link.publish())
  assert.equal(read(), ['one', 'two'])
})

test('there is room for a record until the ring is full, and again when it was read', () => {
  const { link, write, read } = make()
  let count = 0
  while (link.has_room(100)) {
    write('x'.repeat(100))
    if (++count > 20) throw new Error('The ring has no end')
  }
  assert.ok(count >= 8)
  assert.not(link.want_space(100))
  assert.is(read().length, count)
  assert.ok(link.want_space(100))
  assert.ok(link.has_room(100))
})

test('a long record needs no room before: it travels as room comes, and nothing comes between its pieces', () => {
  const { link, write, read } = make()
  const long = Array.from({ length: 800 }, (_, i) => `${i};`).join('')
  assert.ok(link.has_room(long.length))
  write('before')
  write(long)
  assert.ok(link.is_open)
  assert.not(link.has_room(4))
  assert.not(link.has_room(long.length))
  const got: string[] = []
  for (let turn = 0; got.length < 2; turn++) {
    assert.ok(turn < 100, 'It never ends')
    link.publish()
    got.push(...read())
  }
  assert.ok(got[0] === 'before' && got[1] === long)
  assert.not(link.is_open)
  write('after')
  link.publish()
  assert.equal(read(), ['after'])
})

test('a long record for which there is room at once is closed at once', () => {
  const { link, write, read } = make()
  const text = 'y'.repeat(SIZE / 4 + 1)
  write(text)
  assert.not(link.is_open)
  link.publish()
  assert.equal(read(), [text])
})

test('who waits for space is told when the other side made some', () => {
  const { link, write, read, ring } = make()
  while (link.has_room(60)) write('z'.repeat(60))
  assert.not(link.want_space(60))
  assert.ok(ring.has_more())
  assert.not(ring.space_signal_due())
  read()
  assert.ok(ring.space_signal_due())
  assert.not(ring.space_signal_due())
})

test('waiting in the middle of a long record writes on as soon as there is space', () => {
  const { link, write, read } = make()
  const long = 'l'.repeat(3 * SIZE)
  write(long)
  assert.not(link.want_space(0))
  const got: string[] = []
  for (let turn = 0; got.length === 0; turn++) {
    assert.ok(turn < 100, 'It never ends')
    got.push(...read())
    if (link.is_open) link.want_space(0)
    link.publish()
  }
  assert.ok(got[0] === long)
})

test.run()
