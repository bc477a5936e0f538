import * as assert from 'uvu/assert'
import { SubjectFilter } from '../../src/auth/subject_filter.ts'
import { BufferPool } from '../../src/broker/buffer_pool.ts'
import { InterestForwarder } from '../../src/broker/interest.ts'
import { Outbox, OutboxContext } from '../../src/broker/outbox.ts'
import { CarriedAccounts, WHOLE_SHARE } from '../../src/broker/route_share.ts'
import { InterestLogReader } from '../../src/shared/interest_log.ts'
import { SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import { entry_of } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { FakeSink } from './broker_rig.ts'

const test = suite('broker/interest')

const ALL = new CarriedAccounts(WHOLE_SHARE, { size: 0, accounts: [] }, () => '')

function make(imports: SubjectFilter | null = null) {
  const buffers = SubjectIndex.reserve({ subscriptions: 6000, edges: 16384, log: true, log_bytes: 1 << 20 })
  const index = new SubjectIndex(buffers, 0)
  const outboxes = new OutboxContext(new BufferPool(), () => {})
  const names = (account: number) => account ? 'ACC' : '$G'
  const forwarder = new InterestForwarder(index, new InterestLogReader(buffers), names, imports)
  const route = () => {
    const sink = new FakeSink()
    return { sink, outbox: new Outbox(1, outboxes, sink, 1 << 26) }
  }
  const subscribe = (subject: string, queue = '', account = 0) => index.insert(entry_of({ subject, queue, account }))
  /** Lines that the route got since the last call. */
  const lines = (sink: FakeSink) => {
    outboxes.flush()
    return sink.written.splice(0).join('').split('\r\n').slice(0, -1)
  }
  const turns: (() => void)[] = []
  const add = (outbox: Outbox, accounts = ALL) => {
    let told = -1
    forwarder.add({ outbox, accounts }, (f) => void turns.push(f), (count) => told = count)
    return () => told
  }
  return { index, forwarder, route, subscribe, lines, turns, add }
}

test('a connection is told of the accounts that it carries, and does not hear the name of the only one', () => {
  const { index, forwarder, route, subscribe, lines, add } = make()
  const pool = { size: 2, accounts: ['ACC'] }
  const share = (slot: number, account = '') =>
    new CarriedAccounts({ slot, account, pooled: true }, pool, (number) => number ? 'ACC' : '$G')
  const [here, other, alone] = [route(), route(), route()]
  alone.outbox.leaves_account_out = true
  subscribe('a')
  const gone = subscribe('b', 'q', 1)
  add(here.outbox, share(0))
  add(other.outbox, share(1))
  add(alone.outbox, share(0, 'ACC'))
  assert.equal([here, other, alone].map(({ sink }) => lines(sink)), [['RS+ $G a'], [], ['RS+ b q 1']])
  subscribe('c')
  subscribe('d', '', 1)
  index.remove(gone)
  forwarder.forward()
  assert.equal([here, other, alone].map(({ sink }) => lines(sink)), [['RS+ $G c'], [], ['RS+ d', 'RS- b q']])
})

test('a route that registers gets all that is wanted, then every change in its order', () => {
  const { index, forwarder, route, subscribe, lines, add } = make()
  const first = subscribe('a.*')
  subscribe('a.*')
  subscribe('b', 'q')
  const last = subscribe('b', 'q')
  subscribe('c', '', 1)
  const { outbox, sink } = route()
  const told = add(outbox)
  assert.is(told(), 3)
  assert.equal(lines(sink).sort(), ['RS+ $G a.*', 'RS+ $G b q 2', 'RS+ ACC c'])
  forwarder.forward()
  assert.equal(lines(sink), [])
  index.remove(last)
  index.remove(first)
  const again = subscribe('d')
  index.remove(again)
  forwarder.forward()
  assert.equal(lines(sink), ['RS+ $G b q 1', 'RS+ $G d', 'RS- $G d'])
})

test('the interest of peers is not passed on', () => {
  const { index, forwarder, route, lines, add } = make()
  const { outbox, sink } = route()
  add(outbox)
  index.insert(entry_of({ subject: 'x', kind: SubscriberKind.route }))
  forwarder.forward()
  assert.equal(lines(sink), [])
})

test('every route hears the same, until it is removed', () => {
  const { forwarder, route, subscribe, lines, add } = make()
  const [a, b] = [route(), route()]
  add(a.outbox)
  add(b.outbox)
  subscribe('x')
  forwarder.forward()
  assert.equal([lines(a.sink), lines(b.sink)], [['RS+ $G x'], ['RS+ $G x']])
  forwarder.remove(a.outbox)
  subscribe('y')
  forwarder.forward()
  assert.equal([lines(a.sink), lines(b.sink)], [[], ['RS+ $G y']])
})

test('what changed while nobody listened is not told twice', () => {
  const { route, subscribe, lines, forwarder, add } = make()
  for (let i = 0; i < 20; i++) subscribe(`s.${i}`)
  forwarder.forward()
  subscribe('late')
  const { outbox, sink } = route()
  add(outbox)
  forwarder.forward()
  assert.is(lines(sink).length, 21)
})

test('a large dump takes several turns; what changes meanwhile comes out right in the end', () => {
  const { index, forwarder, route, subscribe, lines, turns, add } = make()
  const ids = Array.from({ length: 5000 }, (_, i) => subscribe(`s.${i}`))
  const { outbox, sink } = route()
  const told = add(outbox)
  assert.is(told(), -1)
  assert.is(turns.length, 1)
  index.remove(ids[10])
  index.remove(ids[4900])
  subscribe('new')
  forwarder.forward()
  while (turns.length > 0) turns.shift()!()
  assert.ok(told() > 4900)
  forwarder.forward()
  const wanted = new Set<string>()
  for (const line of lines(sink)) {
    const [verb, , subject] = line.split(' ')
    if (verb === 'RS+') wanted.add(subject)
    else wanted.delete(subject)
  }
  assert.is(wanted.size, 4999)
  assert.ok(wanted.has('new') && !wanted.has('s.10') && !wanted.has('s.4900') && wanted.has('s.4999'))
})

test('a route that ends during its dump gets no more of it', () => {
  const { route, subscribe, turns, add } = make()
  for (let i = 0; i < 5000; i++) subscribe(`s.${i}`)
  const { outbox } = route()
  const told = add(outbox)
  outbox.discard()
  turns.shift()!()
  assert.is(turns.length, 0)
  assert.ok(told() < 5000)
  assert.is(outbox.pending, 0)
})

test('trace is told each line', () => {
  const { forwarder, route, subscribe, add } = make()
  const told: string[] = []
  forwarder.trace = (slot, line) => told.push(`${slot} ${line.trimEnd()}`)
  subscribe('a')
  add(route().outbox)
  subscribe('b', 'q')
  forwarder.forward()
  assert.equal(told, ['1 RS+ $G a', '1 RS+ $G b q 1'])
})

test('interest that may not be told is left out, at the beginning and later', () => {
  const filter = new SubjectFilter({ allow: ['a.>', 'q'], deny: ['a.secret'] })
  const { index, forwarder, route, subscribe, lines, add } = make(filter)
  for (const subject of ['a.open', 'a.secret', 'b']) subscribe(subject)
  const { outbox, sink } = route()
  const told = add(outbox)
  assert.equal([told(), lines(sink)], [1, ['RS+ $G a.open']])
  const ids = ['a.x', 'b.x', 'a.secret', 'a.*'].map((subject) => subscribe(subject))
  subscribe('q', 'b')
  subscribe('b', 'q')
  for (const id of ids) index.remove(id)
  forwarder.forward()
  assert.equal(lines(sink), ['RS+ $G a.x', 'RS+ $G a.*', 'RS+ $G q b 1', 'RS- $G a.x', 'RS- $G a.*'])
})

test('a peer that lets in more is told of that, with the present numbers, and of nothing else', () => {
  const { forwarder, route, subscribe, lines, turns, add } = make(new SubjectFilter({ deny: ['b.secret'] }))
  for (const subject of ['a.x', 'b.x', 'b.secret']) subscribe(subject)
  subscribe('b.y', 'q')
  subscribe('b.y', 'q')
  const [peer, other] = [route(), route()]
  add(peer.outbox)
  add(other.outbox)
  lines(peer.sink)
  lines(other.sink)
  let done = 0
  forwarder.tell_again(
    { outbox: peer.outbox, accounts: ALL },
    (f) => void turns.push(f),
    (subject) => subject.startsWith('b.'),
    () => done++,
  )
  assert.equal([lines(peer.sink).sort(), lines(other.sink), done], [['RS+ $G b.x', 'RS+ $G b.y q 2'], [], 1])
})

test.run()
