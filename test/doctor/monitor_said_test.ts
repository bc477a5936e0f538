import * as assert from 'uvu/assert'
import { monitor_said, server_of, told_targets } from '../../src/doctor/monitor_said.ts'
import { suite } from '../harness.ts'

const test = suite('doctor/monitor_said')
const asked = { health: '', asked_ms: 1, slack_ms: 1 }
const varz = {
  ...{ server_id: 'N', server_name: 'a', version: '2', go: 'go', host: '0.0.0.0', port: 4222, max_payload: 5 },
  ...{ now: '2026-06-01T12:00:00.5Z', slow_consumers: 2, http_host: '0.0.0.0', connect_urls: ['b:4222'] },
  cluster: { name: 'c', addr: '10.0.0.1', cluster_port: 6222, urls: ['seed:6222'], pool_size: 3, tls_required: true },
  websocket: { host: '', port: 8080 },
}

test('/varz says who it is; without an id it does not', () => {
  assert.equal(server_of(varz)?.cluster, 'c')
  assert.is(server_of({}), null)
})

test('connections to one peer are one; the quickest round trip counts', () => {
  const routes = [
    { remote_id: 'B', rtt: '2ms', compression: 's2_fast' },
    { remote_id: 'B', remote_name: 'b', rtt: '500µs' },
    { remote_id: 'C', rtt: 'soon' },
    { remote_id: 7 },
  ]
  const peers = [{ name: 'd', address: 'd:1', missing: true, last_error: 'no' }, { name: 'b', missing: false }]
  const said = monitor_said(varz, { routes, peers }, asked)
  assert.equal(said.peers, [
    { id: 'B', name: 'b', connections: 2, rtt_ms: 0.5, compression: 's2_fast' },
    { id: 'C', name: '', connections: 1, rtt_ms: null, compression: '' },
  ])
  assert.equal(said.missing, [{ name: 'd', address: 'd:1', last_error: 'no' }])
  assert.equal([said.now_ms, said.pool_size, said.slow_consumers], [Date.parse('2026-06-01T12:00:00.5Z'), 3, 2])
  assert.equal([said.has_cluster, said.listens_on], [true, '0.0.0.0'])
})

test('what is missing or of a wrong type is nothing', () => {
  const said = monitor_said({ cluster: [], slow_consumers: 'x', now: 5 }, null, asked)
  assert.equal([said.peers, said.missing, said.has_cluster, said.slow_consumers], [null, [], false, 0])
  assert.ok(Number.isNaN(said.now_ms))
  assert.equal(told_targets('h', { port: -1, cluster: { cluster_port: 1e9 }, connect_urls: 7 }, null), [])
})

test('every address that is told; "any" is where the server was seen', () => {
  const routez = {
    routes: [{ did_solicit: true, ip: '10.0.0.2', port: 6222 }, { did_solicit: false, ip: '10.0.0.3', port: 40000 }],
    peers: [{ address: '10.0.0.4:6222' }],
  }
  const list = (seen_at: string | null) =>
    told_targets(seen_at, varz, routez).map(({ door, host, port, tls }) =>
      `${door} ${host}:${port}${tls ? ' tls' : ''}`
    )
  const told = ['client b:4222', 'route seed:6222 tls', 'route 10.0.0.4:6222 tls', 'route 10.0.0.2:6222 tls']
  assert.equal(list('seen'), ['client seen:4222', 'websocket seen:8080 tls', 'route 10.0.0.1:6222 tls', ...told])
  assert.equal(list(null), ['route 10.0.0.1:6222 tls', ...told], 'nobody knows where')
})

test.run()
