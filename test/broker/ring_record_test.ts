import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { Envelope, Origin } from '../../src/actor/envelope.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { Dispatch, record_bytes, RecordReader, write_record } from '../../src/broker/ring_record.ts'
import { ThreadLink } from '../../src/broker/thread_link.ts'
import { create_ring, RingReader, RingWriter } from '../../src/shared/ring.ts'
import { FragmentReader } from '../../src/shared/fragments.ts'
import { suite } from '../harness.ts'
import { envelope_of, type MessageText } from './broker_rig.ts'

const test = suite('broker/ring_record', 30_000)

interface Names {
  plain: boolean
  hops: number
  picks: [number, string][]
  routes: [number, string][]
}

/** Through a ring that is small, so that long records travel in fragments; what the reader finds. */
function through(message: MessageText, names: Names) {
  const memory = create_ring(16 * 1024)
  const link = new ThreadLink(1, new RingWriter(memory)), ring = new RingReader(memory)
  const fragments = new FragmentReader(1 << 20)
  const dispatch = new Dispatch(link)
  dispatch.plain = names.plain
  dispatch.hops = names.hops
  for (const [subscription, name] of names.picks) dispatch.picks.add(subscription, latin1_bytes(name))
  for (const [slot, name] of names.routes) dispatch.routes.add(slot, latin1_bytes(name))
  const envelope = envelope_of(message)
  const bound = record_bytes(envelope, dispatch)
  assert.ok(link.has_room(bound))
  write_record(envelope, dispatch)
  for (;;) {
    link.publish()
    for (let length = ring.next(); length >= 0; length = ring.next()) {
      if (ring.fragment === 0) return read(ring.bytes, ring.words, ring.offset)
      if (fragments.add(ring, length) >= 0) return read(fragments.bytes, fragments.words, 0)
    }
    ring.release()
  }
}

function read(bytes: Uint8Array, words: Int32Array, start: number) {
  const envelope = new Envelope(), record = new RecordReader()
  record.read(envelope, bytes, words, start)
  const pairs = (count: number) =>
    Array.from({ length: count }, () => {
      const value = record.next_value()
      return [value, latin1_text(record.bytes, record.name_start, record.name_end)] as [number, string]
    })
  const names: Names = {
    plain: record.plain,
    hops: record.hops,
    picks: pairs(record.pick_count),
    routes: pairs(record.route_count),
  }
  return { envelope, names }
}

const text = (envelope: Envelope, start: number, end: number) => latin1_text(envelope.bytes, start, end)

const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\xff'), minLength: 1, maxLength: 40 })
const numbers = fc.integer({ min: 0, max: 0x7fffffff })
const names_of: fc.Arbitrary<Names> = fc.record({
  plain: fc.boolean(),
  hops: fc.integer({ min: 0, max: 8 }),
  picks: fc.array(fc.tuple(numbers, name), { maxLength: 4 }),
  routes: fc.array(fc.tuple(numbers, fc.oneof(fc.constant(''), name)), { maxLength: 4 }),
}, { noNullPrototype: true })
const messages: fc.Arbitrary<MessageText> = fc.record({
  subject: name,
  reply: fc.oneof(fc.constant(''), name),
  header: fc.oneof(fc.constant(''), fc.constant('NATS/1.0\r\n\r\n')),
  payload: fc.oneof(fc.constant(''), fc.string({ unit: 'binary-ascii' }), fc.nat(9000).map((n) => 'x'.repeat(n))),
  origin: fc.constantFrom(Origin.client, Origin.route),
  account: fc.nat(4095),
  canonical: fc.boolean(),
  has_stream_reply: fc.boolean(),
}, { noNullPrototype: true })

test('a message comes out of the ring as it went in, with whom it is for', () => {
  fc.assert(
    fc.property(messages, names_of, (message, names) => {
      const { envelope, names: read_names } = through(message, names)
      const { subject, reply = '', header = '', payload = '', origin, account, has_stream_reply } = message
      assert.equal(read_names, names)
      assert.equal([envelope.origin, envelope.account, envelope.has_stream_reply], [origin, account, has_stream_reply])
      assert.equal([envelope.header_size, envelope.total_size], [header.length, header.length + payload.length])
      assert.is(text(envelope, envelope.subject_start, envelope.subject_end), subject)
      assert.is(text(envelope, envelope.reply_start, envelope.reply_end), reply)
      assert.ok(text(envelope, envelope.body_start, envelope.end) === `${header}${payload}\r\n`)
      const sizes = header === '' ? `${payload.length}` : `${header.length} ${header.length + payload.length}`
      assert.is(text(envelope, envelope.size_start, envelope.body_start), `${sizes}\r\n`)
      // The tail is canonical again, whatever it was.
      assert.is(
        text(envelope, envelope.tail_start, envelope.body_start),
        `${reply === '' ? '' : reply + ' '}${sizes}\r\n`,
      )
    }),
    { numRuns: 200 },
  )
})

test('what only the publishing thread knows does not cross: the publisher, and whether bytes stay', () => {
  const { envelope } = through(
    { subject: 's', publisher: 4, referable: true, payload: 'x' },
    { plain: true, hops: 0, picks: [], routes: [] },
  )
  assert.equal([envelope.publisher, envelope.referable, envelope.queues_start, envelope.queues_end], [-1, false, 0, 0])
})

test('a dispatch that is cleared names nobody', () => {
  const dispatch = new Dispatch(new ThreadLink(1, new RingWriter(create_ring(256))))
  dispatch.plain = true
  dispatch.hops = 1
  dispatch.picks.add(1, latin1_bytes('q'))
  dispatch.routes.add(1, latin1_bytes('q'))
  dispatch.clear()
  assert.equal([dispatch.plain, dispatch.hops, dispatch.picks.count, dispatch.routes.count], [false, 0, 0, 0])
})

test.run()
