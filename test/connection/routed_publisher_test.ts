// Messages of peers (reference route.md 2 and 6).
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING, register, type RigOptions } from './actor_rig.ts'

const test = suite('connection/routed_publisher')

/** What a client with headers gets that has `SUB > 1` and `SUB a.* q 2`, for what a peer sends. */
const rows: [string, string][] = [
  ['RMSG $G b 2\r\nok\r\n', 'MSG b 1 2\r\nok\r\n'],
  ['RMSG $G b 0\r\n\r\n', 'MSG b 1 0\r\n\r\n'],
  ['RMSG $G b r 2\r\nok\r\n', 'MSG b 1 r 2\r\nok\r\n'],
  ['rmsg\t$G  b\t r  2 \nok\r\n', 'MSG b 1 r 2\r\nok\r\n'],
  ['RMSG $G a.b 2\r\nok\r\n', 'MSG a.b 1 2\r\nok\r\n'],
  ['RMSG $G a.b | q 2\r\nok\r\n', 'MSG a.b 1 2\r\nok\r\nMSG a.b 2 2\r\nok\r\n'],
  ['RMSG $G a.b + r q 2\r\nok\r\n', 'MSG a.b 1 r 2\r\nok\r\nMSG a.b 2 r 2\r\nok\r\n'],
  ['RMSG $G a.b | other more 2\r\nok\r\n', 'MSG a.b 1 2\r\nok\r\n'],
  ['RMSG $G a.b | other q 2\r\nok\r\n', 'MSG a.b 1 2\r\nok\r\nMSG a.b 2 2\r\nok\r\n'],
  // On its second hop: plain subscriptions have had it, and nobody passes it on once more.
  ['RMSG $G a.b | _onehop_again_ q 2\r\nok\r\n', 'MSG a.b 2 2\r\nok\r\n'],
  ['RMSG $G a.b + r _onehop_again_ q 2\r\nok\r\n', 'MSG a.b 2 r 2\r\nok\r\n'],
  ['RMSG $G a.b | _onehop_again_ other 2\r\nok\r\n', ''],
  ['HMSG $G b 3 5\r\nh\r\nok\r\n', 'HMSG b 1 3 5\r\nh\r\nok\r\n'],
  ['HMSG $G b r 3 5\r\nh\r\nok\r\n', 'HMSG b 1 r 3 5\r\nh\r\nok\r\n'],
  ['HMSG $G a.b + r q 3 5\r\nh\r\nok\r\n', 'HMSG a.b 1 r 3 5\r\nh\r\nok\r\nHMSG a.b 2 r 3 5\r\nh\r\nok\r\n'],
  ['HMSG $G a.b | q 3 5\r\nh\r\nok\r\n', 'HMSG a.b 1 3 5\r\nh\r\nok\r\nHMSG a.b 2 3 5\r\nh\r\nok\r\n'],
  ['HMSG $G b 0 2\r\nok\r\n', 'MSG b 1 2\r\nok\r\n'],
  ['LMSG o $G b 0 2\r\nok\r\n', 'MSG b 1 2\r\nok\r\n'],
  ['LMSG o $G b r 3 5\r\nh\r\nok\r\n', 'HMSG b 1 r 3 5\r\nh\r\nok\r\n'],
  ['RMSG X b 2\r\nok\r\nRMSG $G b 2\r\nok\r\n', 'MSG b 1 2\r\nok\r\n'],
  ['RMSG $G b 1\r\n1\r\nRMSG X b 1\r\n2\r\nRMSG $G b 1\r\n3\r\n', 'MSG b 1 1\r\n1\r\nMSG b 1 1\r\n3\r\n'],
  [
    'RMSG $G b _R_.x 0\r\n\r\nRMSG $G _GR_.x 0\r\n\r\nRMSG $G $NRG.x 0\r\n\r\n',
    'MSG b 1 _R_.x 0\r\n\r\nMSG _GR_.x 1 0\r\n\r\nMSG $NRG.x 1 0\r\n\r\n',
  ],
  ['RMSG $G b $JS.ACK.s.c.1.2.3.4.5@orders.new 2\r\nok\r\n', 'MSG orders.new 1 $JS.ACK.s.c.1.2.3.4.5 2\r\nok\r\n'],
  ['RMSG $G b $JS.ACK.s.c.1.2.3.4.5 2\r\nok\r\n', 'MSG b 1 $JS.ACK.s.c.1.2.3.4.5 2\r\nok\r\n'],
  ['HMSG $G b $JS.ACK.s.c.1.2.3.4.5@o 3 5\r\nh\r\nok\r\n', 'HMSG o 1 $JS.ACK.s.c.1.2.3.4.5 3 5\r\nh\r\nok\r\n'],
]

for (const [says, gets] of rows) {
  test(`${JSON.stringify(says)} reaches the clients, whole and byte by byte`, () => {
    for (const bytewise of [false, true]) {
      const rig = new ActorRig()
      const client = rig.client({ verbose: false, headers: true }), peer = rig.peer()
      client.send('SUB > 1\r\nSUB a.* q 2\r\n')
      peer.take()
      peer.bytewise = bytewise
      assert.is(peer.talk(`${says}PING\r\n`), 'PONG\r\n')
      assert.is(client.take(), gets)
    }
  })
}

test('what came from a peer never goes to a peer', () => {
  const rig = new ActorRig()
  const peer = rig.peer(), other = rig.peer(true, { server_id: 'NOTHER' })
  for (const each of [peer, other]) each.send('RS+ $G a\r\nRS+ $G >\r\n')
  peer.send('RMSG $G a 0\r\n\r\nRMSG $G a r 0\r\n\r\nHMSG $G b 0 0\r\n\r\n')
  assert.equal([peer.take(), other.take()], ['', ''])
})

test('only a queue whose members have all gone is passed on', () => {
  const rig = new ActorRig()
  const peer = rig.peer(), other = rig.peer(true, { server_id: 'NOTHER' }), client = rig.client()
  other.send('RS+ $G a q 1\r\n')
  client.send('SUB a q 1\r\n')
  for (const each of [peer, other]) each.take()
  peer.send('RMSG $G a | q 1\r\n1\r\n'.repeat(20))
  assert.equal([other.take(), client.take()], ['', 'MSG a 1 1\r\n1\r\n'.repeat(20)])
})

test('the second hop is told to one of our own kind, and a message on it goes no further', () => {
  const second_hop = (own_kind: boolean) => {
    const rig = new ActorRig()
    rig.supervise = (event, command) => {
      if (event.kind === 'info_received') {
        command({ ...register, own_kind: own_kind && event.info.server_id === 'NOTHER' })
      }
      if (event.kind === 'connect_received' || event.kind === 'info_received') command({ kind: 'proceed' })
    }
    const peer = rig.peer(), other = rig.peer(true, { server_id: 'NOTHER' })
    other.send('RS+ $G a q 1\r\nRS+ $G a\r\n')
    other.take()
    peer.send('RMSG $G a | q 1\r\nx\r\n')
    const told = other.take()
    peer.send('RMSG $G a | _onehop_again_ q 1\r\nx\r\n')
    assert.is(other.take(), '')
    return [told, rig.thread.counters[Counter.dropped]]
  }
  assert.equal(second_hop(false), ['RMSG $G a | q 1\r\nx\r\n', 1])
  assert.equal(second_hop(true), ['RMSG $G a | _onehop_again_ q 1\r\nx\r\n', 1])
})

test('a payload without its end is the end', () => {
  for (const body of ['okk\r\n', 'ok\n\n']) {
    const rig = new ActorRig()
    const peer = rig.peer(), client = rig.client()
    client.send('SUB a 1\r\n')
    peer.take()
    assert.is(peer.talk(`RMSG $G a 2\r\n${body}`), "-ERR 'Unknown Protocol Operation'\r\n")
    assert.is(client.take(), '')
    assert.equal(rig.events.at(-1), { kind: 'closed', rid: 1, reason: CloseReason.protocol_violation })
  }
})

test('messages are counted, those for unknown accounts are not, and said so to who debugs', () => {
  const rig = new ActorRig({ settings: (settings) => void (settings.debug = true) })
  const peer = rig.peer()
  peer.send('RMSG $G a 2\r\nok\r\nHMSG $G a 3 5\r\nh\r\nok\r\nRMSG X a 9\r\n123456789\r\n')
  const { counters } = rig.thread
  assert.equal([counters[Counter.in_route_messages], counters[Counter.in_route_bytes]], [2, 7])
  assert.is(rig.log.at(-1), 'DBG 127.0.0.1:5000 - rid:1 - Unknown account "X" for routed message on subject: "a"')
})

test('a new plan is made when interest changed, also for the same subject', () => {
  const rig = new ActorRig()
  const peer = rig.peer(), client = rig.client()
  peer.send('RMSG $G a 0\r\n\r\n')
  client.send('SUB a 1\r\n')
  peer.send('RMSG $G a 0\r\n\r\nRMSG $G b 0\r\n\r\nRMSG $G a 0\r\n\r\n')
  client.send('UNSUB 1\r\n')
  peer.send('RMSG $G a 0\r\n\r\n')
  assert.is(client.take(), 'MSG a 1 0\r\n\r\n'.repeat(2))
})

test('a message that waits for room in a ring or for the index is delivered once', () => {
  const options: RigOptions = { threads: 2, ring_bytes: 4096 }
  const rig = new ActorRig(options)
  const peer = rig.peer(), far = rig.client({ verbose: false }, 1)
  far.send('SUB a 1\r\n')
  peer.send(`RMSG $G a 500\r\n${'x'.repeat(500)}\r\n`.repeat(100))
  assert.is(far.take().length, 100 * ('MSG a 1 500\r\n'.length + 502))
  assert.ok(rig.thread.counters[Counter.ring_full] > 0)
  far.send('SUB b 2\r\n')
  const { lock } = rig.threads[1].index
  lock.acquire()
  lock.begin_write()
  peer.send('RMSG $G b 1\r\n1\r\n')
  assert.is(far.take(), '')
  lock.end_write()
  lock.release()
  rig.pass(10)
  assert.is(far.take(), 'MSG b 2 1\r\n1\r\n')
  for (const wire of [peer, far]) wire.cut()
  assert.equal(rig.left, NOTHING)
})

test.run()
