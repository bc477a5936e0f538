// Requests in the system account reach the supervisor, whatever thread they come in by.
import * as assert from 'uvu/assert'
import { SYSTEM_ANSWER_BYTES_MAX, SYSTEM_REQUEST_BYTES_MAX } from '../../src/base/limits.ts'
import { request_subjects, type RequestsContext, SystemRequests } from '../../src/connection/system_requests.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { ActorRig, peer_info } from './actor_rig.ts'

const test = suite('connection/system_requests')

const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

function make(threads = 1) {
  const rig = new ActorRig({
    threads,
    options(options) {
      options.accounts = [
        { name: '$SYS', users: [{ user: 's', password: 's', nkey: '', account: '$SYS' }], limits },
      ]
    },
  })
  rig.thread.residents.requests!.renew([])
  rig.settle()
  return { rig, client: rig.client({ verbose: false, user: 's', pass: 's' }, threads - 1) }
}

for (const threads of [1, 2]) {
  test(`what is asked comes with its reply and body, on ${threads} threads`, () => {
    const { rig, client } = make(threads)
    client.send('PUB $SYS.REQ.SERVER.PING.VARZ r 2\r\n{}\r\nPUB $SYS.REQ.SERVER.NOWN.KICK r 0\r\n\r\n')
    client.send('PUB $SYS.REQ.SERVER.NOTHER.VARZ r 0\r\n\r\nPUB $SYS.REQ.ACCOUNT.A.CONNZ 0\r\n\r\n')
    assert.equal(rig.requests.map(({ subject, reply, body }) => [subject, reply, body.length]), [
      ['$SYS.REQ.SERVER.PING.VARZ', 'r', 4],
      ['$SYS.REQ.SERVER.NOWN.KICK', 'r', 2],
      ['$SYS.REQ.ACCOUNT.A.CONNZ', '', 2],
    ])
  })
}

test('peers are told what can be asked here', () => {
  const { rig } = make()
  const peer = rig.peer(false)
  peer.take()
  const told = peer.talk(`CONNECT {"name":"NPEER","cluster":"C"}\r\n${peer_info()}`)
  for (const subject of request_subjects('NOWN')) assert.ok(told.includes(`RS+ $SYS ${subject}\r\n`), subject)
  peer.send('RMSG $SYS $SYS.REQ.SERVER.PING reply 0\r\n\r\n')
  assert.equal(rig.requests.map(({ subject, reply }) => [subject, reply]), [['$SYS.REQ.SERVER.PING', 'reply']])
})

test('a body that is too long is not passed on', () => {
  const { rig, client } = make()
  client.send(`PUB $SYS.REQ.SERVER.PING r ${SYSTEM_REQUEST_BYTES_MAX}\r\n${'x'.repeat(SYSTEM_REQUEST_BYTES_MAX)}\r\n`)
  assert.equal([rig.requests.length, rig.thread.counters[Counter.dropped]], [0, 1])
})

test('the answer of another server may be longer, up to a bound of its own', () => {
  const { rig, client } = make()
  for (const size of [SYSTEM_REQUEST_BYTES_MAX, SYSTEM_ANSWER_BYTES_MAX - 2, SYSTEM_ANSWER_BYTES_MAX - 1]) {
    client.send(`PUB $SYS._INBOX.NOWN.1 ${size}\r\n`)
    // As sockets do, in pieces.
    const bytes = `${'x'.repeat(size)}\r\n`
    for (let at = 0; at < bytes.length; at += 65_536) client.send(bytes.slice(at, at + 65_536))
  }
  const lengths = rig.requests.map(({ body }) => body.length - 2)
  assert.equal(lengths, [SYSTEM_REQUEST_BYTES_MAX, SYSTEM_ANSWER_BYTES_MAX - 2])
  assert.is(rig.thread.counters[Counter.dropped], 1)
})

test('a busy index is tried again', () => {
  const clock = new ManualClock()
  let busy = 3, inserted = 0
  const index = { insert: () => busy-- > 0 ? -1 : ++inserted }
  const context = { clock, index, counters: new Float64Array(64), outboxes: { client_totals: {} }, finish_turn() {} }
  const requests = new SystemRequests(
    context as unknown as RequestsContext,
    0,
    { account: 1, server_id: 'N' },
    () => {},
  )
  requests.renew([])
  assert.is(inserted, 0)
  clock.pass(10)
  assert.is(inserted, request_subjects('N').length)
})

test.run()
