import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { Inbox, type Parser } from '../../src/connection/inbox.ts'
import { ClientParser } from '../../src/wire/client_parser.ts'
import { Op, Parsed } from '../../src/wire/op.ts'
import { cut } from '../wire/parser_feed.ts'
import { suite } from '../harness.ts'

const test = suite('connection/inbox', 60_000)

/** A client's actor as far as its inbox is concerned: it notes operations, and holds where it is told to. */
class Actor implements Parser {
  readonly inbox = new Inbox(this)
  readonly operations: string[] = []
  /** Operations taken until it holds, again and again; 0: never. */
  hold_every = 0
  /** Operations after which the connection ends; 0: never. */
  close_after = 0
  holds = 0
  parses = 0
  /** Told by parse: that its bytes stay. */
  readonly referable: boolean[] = []
  #parser = new ClientParser(4096)
  #taken = 0

  parse(bytes: Uint8Array, start: number, end: number, referable: boolean): number {
    this.parses++
    this.referable.push(referable)
    assert.not(this.inbox.held)
    assert.not(this.inbox.closed)
    let position = start
    while (position < end) {
      const kind = this.#parser.next(bytes, position, end)
      if (kind === Parsed.need_more) return this.#parser.position
      if (kind < 0) throw new Error(`Refused: ${kind}`)
      const { op } = this.#parser
      let behind = this.#parser.position
      if (kind === Op.pub || kind === Op.hpub) {
        behind = op.body_start + op.total_size + 2
        if (behind > end) {
          this.inbox.needed = behind - position
          this.#parser.forget_subject()
          return position
        }
      }
      // As the real actors do: SUB, UNSUB and messages come again, behind everything else it may stop as well.
      const comes_again = kind === Op.pub || kind === Op.hpub || kind === Op.sub || kind === Op.unsub
      if (this.hold_every > 0 && this.#taken >= this.hold_every && comes_again) return this.#hold(position)
      this.#taken++
      const args = latin1_text(bytes, op.args_start, op.args_end)
      const body = kind === Op.pub || kind === Op.hpub ? latin1_text(bytes, op.body_start, behind) : ''
      this.operations.push(`${kind} ${args} ${body}`)
      position = behind
      if (this.operations.length === this.close_after) {
        this.inbox.closed = true
        return position
      }
      if (this.hold_every > 0 && this.#taken >= this.hold_every && !comes_again) return this.#hold(position)
    }
    return position
  }

  #hold(position: number): number {
    this.inbox.held = true
    this.#taken = 0
    this.holds++
    return position
  }

  /** Gives the pieces one by one, in one buffer that is used again, as the thread's read buffer is. */
  feed(pieces: Uint8Array[], resume_between = true): this {
    const buffer = new Uint8Array(1 << 16)
    for (const piece of pieces) {
      buffer.fill(35)
      buffer.set(piece, 7)
      this.inbox.receive(buffer, 7, 7 + piece.length, false)
      buffer.fill(35)
      if (resume_between) { while (this.inbox.held) this.inbox.resume() }
    }
    while (this.inbox.held) this.inbox.resume()
    return this
  }
}

const STREAM = [
  'CONNECT {"verbose":false}\r\n',
  'PING\r\n',
  'SUB foo.* 1\r\n',
  'sub  bar\tq  22 \r\n',
  'PUB foo.bar 5\r\nhello\r\n',
  'PUB foo.bar reply.to 0\r\n\r\n',
  'PUB foo.bar 12\r\nPING\r\nPUB x 1\r\n\r\n'.replace('12', '15'),
  'HPUB h 12 14\r\nNATS/1.0\r\n\r\nhi\r\n',
  'PUB   big   300\r\n' + 'b\n'.repeat(150) + '\r\n',
  'UNSUB 1 5\n',
  'PONG\r\n',
  'PUB last 1\r\nx\r\n',
]
const BYTES = latin1_bytes(STREAM.join(''))
const WHOLE = new Actor().feed([BYTES]).operations

test('a stream that comes whole is all its operations', () => {
  assert.is(WHOLE.length, STREAM.length)
  assert.is(WHOLE[4], `${Op.pub} foo.bar 5 hello\r\n`)
})

test('one byte at a time gives the same operations', () => {
  const actor = new Actor().feed(cut(BYTES, Array.from(BYTES, (_, i) => i)))
  assert.equal(actor.operations, WHOLE)
  assert.is(actor.inbox.waiting, 0)
})

test('every split in two gives the same operations', () => {
  for (let place = 0; place <= BYTES.length; place++) {
    const actor = new Actor().feed(cut(BYTES, [place]))
    assert.equal(actor.operations, WHOLE, `split at ${place}`)
    assert.is(actor.inbox.waiting, 0)
  }
})

test('any splits, held and resumed anywhere, give the same operations in the same order', () => {
  const places = fc.array(fc.nat(BYTES.length), { maxLength: 30 })
  fc.assert(
    fc.property(places, fc.nat(5), fc.boolean(), (at, hold_every, between) => {
      const actor = new Actor()
      actor.hold_every = hold_every
      actor.feed(cut(BYTES, at), between)
      assert.equal(actor.operations, WHOLE)
      assert.equal([actor.inbox.waiting, actor.inbox.held], [0, false])
      if (hold_every > 0) assert.ok(actor.holds > 0)
    }),
    { numRuns: 200 },
  )
})

test('any streams of operations survive any splits', () => {
  const operation = fc.oneof(
    fc.constantFrom('PING\r\n', '+OK\r\n', 'SUB a 1\n', 'PUB a 0\r\n\r\n'),
    fc.tuple(fc.constantFrom('PUB a ', 'PUB  a ', 'PUB a r '), fc.nat(200)).map(([line, size]) =>
      `${line}${size}\r\n${'\r\nPUB'.repeat(50).slice(0, size)}\r\n`
    ),
    fc.nat(60).map((n) => `SUB ${'long.'.repeat(n)}x 9\r\n`),
  )
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 15 }), fc.array(fc.nat(2000), { maxLength: 20 }), (list, places) => {
      const bytes = latin1_bytes(list.join(''))
      const pieces = cut(bytes, places.map((place) => place % (bytes.length + 1)))
      const actor = new Actor()
      actor.hold_every = 3
      assert.equal(actor.feed(pieces).operations, new Actor().feed([bytes]).operations)
      assert.is(actor.operations.length, list.length)
    }),
    { numRuns: 150 },
  )
})

test('a message whose size is known is parsed again only once it is whole', () => {
  const actor = new Actor()
  const bytes = latin1_bytes('PUB a 1000\r\n' + 'x'.repeat(1000) + '\r\n')
  actor.feed(cut(bytes, Array.from({ length: 99 }, (_, i) => 12 + i * 10)))
  assert.is(actor.operations.length, 1)
  assert.is(actor.parses, 2)
  assert.equal(actor.referable, [false, true])
})

test('what waits is counted: the beginning of a line, of a message, and what is held', () => {
  const actor = new Actor()
  const give = (text: string) => actor.inbox.receive(latin1_bytes(text), 0, text.length, false)
  give('PIN')
  assert.is(actor.inbox.waiting, 3)
  give('G\r\nPUB a 5\r\nhe')
  assert.is(actor.inbox.waiting, 11)
  give('llo\r\n')
  assert.is(actor.inbox.waiting, 0)
  actor.hold_every = 2
  give('PING\r\nPING\r\n')
  assert.is(actor.inbox.waiting, 6)
  give('PONG\r\n')
  assert.is(actor.inbox.waiting, 12)
  while (actor.inbox.held) actor.inbox.resume()
  assert.equal([actor.inbox.waiting, actor.operations.length], [0, 5])
})

test('while it is held nothing is parsed', () => {
  const actor = new Actor()
  actor.inbox.held = true
  actor.inbox.receive(latin1_bytes('PING\r\nPI'), 0, 8, false)
  actor.inbox.receive(latin1_bytes('NG\r\n'), 0, 4, false)
  assert.is(actor.parses, 0)
  actor.inbox.resume()
  assert.is(actor.operations.length, 2)
})

test('after the end whatever comes is dropped, also what was held or split', () => {
  for (let place = 0; place <= BYTES.length; place += 3) {
    const actor = new Actor()
    actor.close_after = 3
    actor.feed(cut(BYTES, [place]))
    assert.equal(actor.operations, WHOLE.slice(0, 3))
    actor.inbox.receive(BYTES, 0, BYTES.length, false)
    assert.is(actor.operations.length, 3)
  }
  const held = new Actor()
  held.hold_every = 2
  held.inbox.receive(BYTES, 0, BYTES.length, false)
  held.inbox.closed = true
  held.inbox.resume()
  assert.is(held.operations.length, 2)
})

test.run()
