import * as assert from 'uvu/assert'
import { PEERS_REMEMBERED_MAX, PEERS_REMEMBERED_MS } from '../../src/base/limits.ts'
import type { PeerReport } from '../../src/cluster/membership_events.ts'
import { PeerHistory } from '../../src/cluster/peer_history.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/peer_history')

const peer = (id: string, rid: number, url = `nats-route://[user]:[pass]@${id}:1/`): PeerReport => ({
  ...{ rid, remote_id: id, remote_name: id.toUpperCase(), solicited: true, explicit: true, url },
  ...{ remote_address: '10.0.0.1:9', registered_ms: 0 },
})

function make() {
  const told: string[] = []
  return { history: new PeerHistory((kind, text) => told.push(`${kind}: ${text}`)), told }
}

test('who comes, goes and comes back', () => {
  const { history, told } = make()
  history.look([peer('a', 1), peer('b', 2, '')], 10)
  history.look([peer('a', 1), peer('b', 2, '')], 20)
  history.closed(1, 'Read Error')
  history.look([peer('b', 2, '')], 30)
  assert.equal(told, [
    ...['join: A at a:1 joined', 'join: B at 10.0.0.1:9 joined', 'loss: A at a:1 is gone: Read Error'],
  ])
  const [lost, there] = history.statuses([])
  assert.equal([lost.connected, lost.missing, lost.since_ms, lost.last_error], [false, false, 30, 'Read Error'])
  assert.equal([there.connected, there.missing, there.since_ms, there.last_error], [true, false, 10, undefined])
  history.look([peer('b', 2, ''), peer('a', 3)], 40)
  assert.is(told.at(-1), 'join: A at a:1 is back')
  const back = history.statuses([]).find(({ server_id }) => server_id === 'a')!
  assert.equal([back.connected, back.reconnects, back.since_ms], [true, 1, 40])
})

test('who is looked for is missing, known or not', () => {
  const { history } = make()
  history.look([peer('a', 1)], 10)
  history.look([], 20)
  const of_a = { address: 'x:9', configured: true, server_id: 'a', attempts: 3, error: 'refused' }
  const unknown = { address: 'new:1', configured: true, attempts: 1, error: '' }
  const [a, other, ...rest] = history.statuses([of_a, unknown])
  assert.equal([a.missing, a.last_error], [true, 'refused'])
  assert.equal(other, { address: 'new:1', configured: true, connected: false, missing: true, reconnects: 0 })
  assert.equal(rest, [])
  const by_address = { address: 'a:1', configured: true, attempts: 1, error: '' }
  assert.is(history.statuses([by_address]).length, 1)
})

test('the lost are forgotten after a while, and when there are too many', () => {
  const { history } = make()
  history.look([peer('a', 1)], 0)
  history.look([], 10)
  history.look([], 10 + PEERS_REMEMBERED_MS)
  assert.is(history.statuses([]).length, 1)
  history.look([], 11 + PEERS_REMEMBERED_MS)
  assert.is(history.statuses([]).length, 0)
  for (let i = 0; i < PEERS_REMEMBERED_MAX + 50; i++) history.look([peer(`p${i}`, i)], i)
  assert.is(history.statuses([]).length, PEERS_REMEMBERED_MAX)
})

test.run()
