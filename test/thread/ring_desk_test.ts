import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import type { ThreadLink } from '../../src/broker/thread_link.ts'
import type { Connection } from '../../src/connection/connection.ts'
import type { Doorbell } from '../../src/shared/doorbell.ts'
import { create_ring } from '../../src/shared/ring.ts'
import { RingDesk } from '../../src/thread/ring_desk.ts'
import { suite } from '../harness.ts'

const test = suite('thread/ring_desk')

/** Two threads with rings between them. */
function make(ring_bytes = 1024) {
  const there = create_ring(ring_bytes), back = create_ring(ring_bytes)
  const [a, b] = [new RingDesk(), new RingDesk()]
  const link = a.connect({ thread: 1, in: back, out: there })
  const link_back = b.connect({ thread: 0, in: there, out: back })
  return { a, b, link, link_back }
}

function bell() {
  const rung: number[] = []
  return { rung, bell: { ring: (thread: number) => rung.push(thread) > 0 } as unknown as Doorbell }
}

const write = (link: ThreadLink, text: string) => {
  const offset = link.open(text.length + 4, 1)
  link.words[offset >> 2] = text.length
  link.bytes.set(latin1_bytes(text), offset + 4)
  link.close()
}

function drain(desk: RingDesk, doorbell: Doorbell): string[] {
  const texts: string[] = []
  desk.drain(
    (bytes, words, start) => texts.push(latin1_text(bytes, start + 4, start + 4 + words[start >> 2])),
    doorbell,
  )
  return texts
}

const waiting = () => {
  const connection = { resumed: 0, resume: () => void connection.resumed++ }
  return connection as unknown as Connection & { resumed: number }
}

test('what is written goes over when it is published, and the other thread is rung once', () => {
  const { a, b, link } = make()
  const { rung, bell: doorbell } = bell()
  write(link, 'one')
  write(link, 'two')
  assert.not(b.look())
  a.publish(doorbell)
  a.publish(doorbell)
  assert.equal(rung, [1])
  assert.ok(b.look())
  assert.equal(drain(b, doorbell), ['one', 'two'])
  assert.not(b.look())
  assert.equal(drain(b, doorbell), [])
})

test('drain takes what look saw, and nothing later', () => {
  const { a, b, link } = make()
  const { bell: doorbell } = bell()
  write(link, 'seen')
  a.publish(doorbell)
  b.look()
  write(link, 'later')
  a.publish(doorbell)
  assert.equal(drain(b, doorbell), ['seen'])
  b.look()
  assert.equal(drain(b, doorbell), ['later'])
})

test('a long record arrives whole, in its place', () => {
  const { a, b, link } = make()
  const { bell: doorbell } = bell()
  const long = 'long'.repeat(1000)
  write(link, 'before')
  write(link, long)
  const got: string[] = []
  for (let turn = 0; got.length < 2; turn++) {
    assert.ok(turn < 50, 'It never ends')
    a.publish(doorbell)
    b.look()
    got.push(...drain(b, doorbell))
  }
  assert.ok(got[0] === 'before' && got[1] === long)
})

test('a thread in the middle of a long record does not sleep while the other one has nothing to read', () => {
  const { a, b, link } = make()
  const { bell: doorbell } = bell()
  write(link, 'long'.repeat(1000))
  a.publish(doorbell)
  // The reader makes room after the writer's turn and before it looks once more.
  b.look()
  drain(b, doorbell)
  const goes_on = a.ask_for_space()
  assert.ok(goes_on || b.look(), 'Both would sleep for ever')
})

test('who waits for room is resumed when there is some, and the reader rings for it', () => {
  const { a, b, link } = make()
  const { rung, bell: doorbell } = bell()
  while (link.has_room(100)) write(link, 'x'.repeat(96))
  const connection = waiting()
  a.wait(connection, 1, 100)
  assert.equal([a.resume(false), a.resume(true), connection.resumed], [0, 0, 0])
  b.look()
  drain(b, doorbell)
  assert.equal(rung, [0])
  assert.equal([a.resume(false), a.resume(false), connection.resumed], [1, 0, 1])
})

test('a connection that waits again while it is resumed waits on', () => {
  const { a, b, link } = make()
  const { bell: doorbell } = bell()
  while (link.has_room(100)) write(link, 'x'.repeat(96))
  let resumed = 0
  const greedy = {
    resume() {
      resumed++
      while (link.has_room(100)) write(link, 'x'.repeat(96))
      a.wait(greedy as unknown as Connection, 1, 100)
    },
  }
  a.wait(greedy as unknown as Connection, 1, 100)
  for (let turn = 1; turn <= 3; turn++) {
    a.publish(doorbell)
    b.look()
    drain(b, doorbell)
    assert.equal([a.resume(true), resumed], [1, turn])
  }
})

test('when the other thread has ended who waited for it goes on, and its rings are looked at no more', () => {
  const { a, b, link, link_back } = make()
  const { bell: doorbell } = bell()
  while (link.has_room(100)) write(link, 'x'.repeat(96))
  write(link_back, 'from the dead')
  b.publish(doorbell)
  const connection = waiting()
  a.wait(connection, 1, 100)
  a.disconnect(1)
  assert.is(connection.resumed, 1)
  assert.equal([a.links.length, a.look(), a.resume(true)], [0, false, 0])
  a.disconnect(1)
  a.wait(connection, 1, 100)
  assert.is(a.resume(true), 0)
})

test('a thread that is started anew gets new rings in place of the old ones', () => {
  const { a } = make()
  const { bell: doorbell } = bell()
  const there = create_ring(1024), back = create_ring(1024)
  const link = a.connect({ thread: 1, in: back, out: there })
  assert.equal([a.links.length, a.links[0] === link], [1, true])
  const anew = new RingDesk()
  anew.connect({ thread: 0, in: there, out: back })
  write(link, 'hello')
  a.publish(doorbell)
  anew.look()
  assert.equal(drain(anew, doorbell), ['hello'])
})

test('a long record is under way until all of it is in the ring', () => {
  const { a, b, link } = make()
  const { bell: doorbell } = bell()
  write(link, 'x'.repeat(100))
  assert.not(a.has_open_record)
  write(link, 'x'.repeat(3000))
  let turns = 0
  while (a.has_open_record && turns < 20) {
    a.publish(doorbell)
    b.look()
    assert.equal(drain(b, doorbell).filter((text) => text.length > 100), [])
    turns++
    a.publish(doorbell)
  }
  assert.ok(turns > 0 && turns < 20, `${turns} turns`)
  b.look()
  assert.is(drain(b, doorbell).at(-1)!.length, 3000)
})

test.run()
