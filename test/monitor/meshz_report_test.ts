import * as assert from 'uvu/assert'
import { meshz_report, peer_entries } from '../../src/monitor/meshz_report.ts'
import { suite } from '../harness.ts'
import { sample_index, sample_peer, sample_route, sample_server, sample_worker } from './samples.ts'

const test = suite('monitor/meshz_report')

test('the whole in order', () => {
  const report = meshz_report({
    server: sample_server(),
    workers: [sample_worker(0), sample_worker(1, { busy: null })],
    index: sample_index(),
    peers: [sample_peer()],
    routes: [],
    events: [{ at_ms: 0, kind: 'join', text: 'beta joined' }],
  }) as Record<string, any>
  assert.equal(Object.keys(report), [
    ...['server_id', 'server_name', 'now', 'workers', 'index', 'peers', 'events'],
  ])
  assert.equal(report.events, [{ at: '1970-01-01T00:00:00Z', kind: 'join', text: 'beta joined' }])
  assert.equal(report.index, { subscriptions: 14, bytes_used: 1000, bytes_capacity: 4000 })
  assert.equal([report.workers[0].in_msgs, report.workers[0].busy, 'busy' in report.workers[1]], [3, 0.25, false])
})

test('a peer with the connections it has, the quickest of them, and what was wrong', () => {
  const routes = [
    sample_route(1, { rtt_us: 900 }),
    sample_route(2, { rtt_us: 400 }),
    sample_route(3, { remote_id: 'X' }),
  ]
  assert.equal(peer_entries([sample_peer()], routes), [{
    ...{ server_id: 'NPEER', name: 'beta', address: '127.0.0.1:6222', configured: true, connected: true },
    ...{ missing: false, connections: 2, reconnects: 1, since: '1970-01-01T00:00:01Z', rtt: '400µs' },
  }])
  const sought = { address: 'h:1', configured: true, connected: false, missing: true, reconnects: 0, last_error: 'no' }
  assert.equal(peer_entries([sought], routes), [{ ...sought, connections: 0 }])
})

test.run()
