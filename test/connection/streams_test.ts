// Random streams of clients and routes, valid and damaged, whole and in pieces: nothing is thrown, what is cut
// differently is answered the same, and when all have gone nothing is left of them.
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { ActorRig, NOTHING, peer_info, type Wire } from './actor_rig.ts'

const test = suite('connection/streams', sized({ short: 60_000, full: 60_000, long: 600_000 }))

const RUNS = sized({ short: 30, full: 100, long: 1_000 })
/** Completes whatever message a stream stopped in: a wrong end of it may be seen sooner or later. */
const REST = '\r\n'.repeat(3_000)

const subject = fc.constantFrom('a', 'b', 'a.b', 'a.*', '>', 'a..b', '*', '$SYS.x', '_INBOX.1', '_R_.x')
const sid = fc.constantFrom('1', '2', '3', 'x', '007')
const queue = fc.constantFrom('', ' q', ' q2')
const reply = fc.constantFrom('', ' r', ' _INBOX.1', ' $JS.ACK.x')
const body = fc.oneof(
  fc.string({ maxLength: 20, unit: fc.constantFrom('x', '\r', '\n', '\0') }),
  fc.constantFrom('y'.repeat(4_200), 'z'.repeat(300)),
)
const text = (...parts: fc.Arbitrary<unknown>[]) => fc.tuple(...parts).map((values) => values.join(''))
const c = (value: string): fc.Arbitrary<string> => fc.constant(value)

const json = fc.record({
  verbose: fc.boolean(),
  pedantic: fc.boolean(),
  echo: fc.boolean(),
  headers: fc.boolean(),
  no_responders: fc.boolean(),
  protocol: fc.constantFrom(0, 1),
}, { requiredKeys: [] }).map((fields) => JSON.stringify({ ...fields, headers: true }))

/** Which member of a queue group gets a message is chance: who compares answers has none. */
const client_op = (queue: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 4, arbitrary: text(c('SUB '), subject, queue, c(' '), sid, c('\r\n')) },
    { weight: 2, arbitrary: text(c('UNSUB '), sid, fc.constantFrom('', ' 1', ' 3', ' x'), c('\r\n')) },
    {
      weight: 6,
      arbitrary: fc.tuple(subject, reply, body).map(([s, r, b]) => `PUB ${s}${r} ${b.length}\r\n${b}\r\n`),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(subject, reply, body).map(([s, r, b]) => `HPUB ${s}${r} 3 ${b.length + 3}\r\nh\r\n${b}\r\n`),
    },
    { weight: 2, arbitrary: fc.constantFrom('PING\r\n', 'PONG\r\n', '+OK\r\n', 'ping\n', 'INFO {}\r\n') },
    { weight: 1, arbitrary: text(c('CONNECT '), json, c('\r\n')) },
  )

const account = fc.constantFrom('$G', '$G', '$G', 'X', '$SYS')
const route_op = fc.oneof(
  {
    weight: 4,
    arbitrary: text(
      c('RS+ '),
      account,
      c(' '),
      subject,
      fc.constantFrom('', ' q 1', ' q 3', ' q2 0', ' q x'),
      c('\r\n'),
    ),
  },
  { weight: 2, arbitrary: text(c('RS- '), account, c(' '), subject, queue, c('\r\n')) },
  { weight: 1, arbitrary: text(fc.constantFrom('LS+ o ', 'LS- o '), account, c(' '), subject, c('\r\n')) },
  {
    weight: 6,
    arbitrary: fc.tuple(
      account,
      subject,
      fc.constantFrom('', ' r', ' | q', ' + r q q2', ' $JS.ACK.1.2.3.4.5.6.7.8@z'),
      body,
    )
      .map(([a, s, middle, b]) => `RMSG ${a} ${s}${middle} ${b.length}\r\n${b}\r\n`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('HMSG', 'LMSG o'), account, subject, fc.constantFrom('', ' r', ' | q'), body)
      .map(([name, a, s, middle, b]) => `${name} ${a} ${s}${middle} 3 ${b.length + 3}\r\nh\r\n${b}\r\n`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('PING\r\n', 'PONG\r\n', 'A+ x\r\n', peer_info(), peer_info({ server_id: 'NTHIRD' })),
  },
)

/** A byte put in, taken out or changed, at some place; none for a valid stream. */
const damage = fc.option(
  fc.record({ at: fc.nat(), kind: fc.constantFrom('insert', 'delete', 'change', 'cut'), byte: fc.nat(255) }),
  { freq: 2 },
)

function damaged(stream: string, how: { at: number; kind: string; byte: number } | null): string {
  if (how === null) return stream
  const at = how.at % (stream.length + 1), letter = String.fromCharCode(how.byte)
  if (how.kind === 'insert') return stream.slice(0, at) + letter + stream.slice(at)
  if (how.kind === 'cut') return stream.slice(0, at)
  return stream.slice(0, at) + (how.kind === 'change' ? letter : '') + stream.slice(at + 1)
}

const pieces_of = (stream: string, sizes: number[]) => {
  const pieces: string[] = []
  for (let at = 0, i = 0; at < stream.length; i++) pieces.push(stream.slice(at, at += sizes[i % sizes.length]))
  return pieces
}
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4_000 })), {
  minLength: 1,
  maxLength: 6,
})

const HELLO = `CONNECT {"name":"NPEER","cluster":"C"}\r\n${peer_info()}`

/** Two clients and two peers take turns in sending pieces of their streams; some lag, some are cut. */
test('whatever clients and peers send, nothing is thrown, and nothing is left of them', () => {
  const party = fc.record({
    ops: fc.array(client_op(queue), { maxLength: 25 }),
    routed: fc.array(route_op, { maxLength: 25 }),
    damage,
    sizes,
    lags: fc.boolean(),
    end: fc.constantFrom('finish', 'cut', 'close'),
  })
  fc.assert(
    fc.property(fc.tuple(party, party, party, party), fc.array(fc.nat(3), { maxLength: 60 }), (parties, order) => {
      const rig = new ActorRig({
        settings({ client }) {
          client.max_pending = 30_000
          client.max_payload = 6_000
        },
      })
      const wires = parties.map((_, i) => i < 2 ? rig.client(i === 0 ? {} : null) : rig.peer(false))
      const left = parties.map((each, i) =>
        pieces_of(damaged(i < 2 ? each.ops.join('') : HELLO + each.routed.join(''), each.damage), each.sizes)
      )
      const step = (i: number) => {
        const wire = wires[i]
        if (wire.closed) return void (left[i].length = 0)
        wire.lags = parties[i].lags && left[i].length % 3 === 1
        if (wire.holds && !wire.lags) wire.leave()
        const piece = left[i].shift()
        if (piece !== undefined) wire.send(piece)
      }
      for (const i of order) step(i)
      for (const i of [0, 1, 2, 3]) for (let n = 0; n < 200 && left[i].length > 0; n++) step(i)
      rig.pass(15)
      wires.forEach((wire, i) => end(rig, wire, parties[i].end))
      rig.pass(60_000)
      assert.equal(rig.left, NOTHING)
      assert.equal(rig.thread.sockets.reading, rig.reading)
    }),
    { numRuns: RUNS },
  )
})

function end(rig: ActorRig, wire: Wire, how: string): void {
  if (wire.closed || wire.ended) return
  if (how === 'finish') wire.finish()
  else if (how === 'cut') wire.cut()
  else {
    rig.thread.close_all('clients', 'Server Shutdown')
    rig.thread.close_all('routes', 'Server Shutdown')
    rig.settle()
  }
}

test('however a client cuts its stream, it is answered the same', () => {
  fc.assert(
    fc.property(fc.array(client_op(c('')), { maxLength: 20 }), damage, sizes, (ops, how, cuts) => {
      const stream = damaged(ops.join(''), how)
      const answers = [[stream.length || 1], cuts, [1]].map((each) => {
        const rig = new ActorRig()
        const client = rig.client({ verbose: true, headers: true, no_responders: true })
        for (const piece of pieces_of(stream, each)) client.send(piece)
        client.send(REST)
        return [client.take(), rig.ended[0]?.reason]
      })
      assert.equal(answers[1], answers[0])
      assert.equal(answers[2], answers[0])
    }),
    { numRuns: RUNS },
  )
})

test('however a peer cuts its stream, clients and peer get the same', () => {
  fc.assert(
    fc.property(fc.array(route_op, { maxLength: 20 }), damage, sizes, (ops, how, cuts) => {
      const stream = damaged(ops.join(''), how)
      const answers = [[stream.length || 1], cuts, [1]].map((each) => {
        const rig = new ActorRig()
        const client = rig.client({ verbose: false, headers: true }), peer = rig.peer()
        client.send('SUB > 1\r\nSUB a.* q 2\r\n')
        peer.take()
        for (const piece of pieces_of(stream, each)) peer.send(piece)
        peer.send(REST)
        return [client.take(), peer.take(), rig.events.at(-1)!.kind]
      })
      assert.equal(answers[1], answers[0])
      assert.equal(answers[2], answers[0])
    }),
    { numRuns: RUNS },
  )
})

test.run()
