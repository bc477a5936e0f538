import * as assert from 'uvu/assert'
import { routez_report } from '../../src/monitor/routez_report.ts'
import { suite } from '../harness.ts'
import { sample_peer, sample_route, sample_server } from './samples.ts'

const test = suite('monitor/routez_report')

test('no route is an empty list', () => {
  assert.is(
    JSON.stringify(routez_report(sample_server(), [], 'none', [])),
    '{"server_id":"NID","server_name":"alpha","now":"2026-01-02T03:04:05.6Z","num_routes":0,"routes":[]}',
  )
})

test('a route has its keys in order, and routes are ordered by number', () => {
  const list = [{ account: '$G', subject: 'a.>', queue: 'q', sid: 'x', messages: 2, cid: 5 }]
  const routes = [sample_route(6), sample_route(5, { subscriptions: 1, subscriptions_list: list })]
  const report = routez_report(sample_server(), routes, 'detail', []) as { num_routes: number; routes: object[] }
  assert.is(report.num_routes, 2)
  assert.is(
    JSON.stringify(report.routes[0]),
    '{"rid":5,"remote_id":"NPEER","remote_name":"beta","did_solicit":true,"is_configured":false,"ip":"127.0.0.1",' +
      '"port":6222,"start":"2026-01-02T03:03:55.6Z","last_activity":"2026-01-02T03:04:00.6Z","rtt":"281µs",' +
      '"uptime":"10s","idle":"5s","pending_size":0,"in_msgs":1,"out_msgs":2,"in_bytes":3,"out_bytes":4,' +
      '"subscriptions":1,"subscriptions_list_detail":[{"subject":"a.>","qgroup":"q","sid":"x","msgs":2,"cid":5}]}',
  )
  assert.match(JSON.stringify(routez_report(sample_server(), routes, 'subjects', [])), '"subscriptions_list":["a.>"]')
})

test('permissions of the cluster stand before the routes', () => {
  const cluster = { name: '', host: '', port: 0, urls: [], auth_timeout_s: 2, import: { allow: ['a.>'] }, export: {} }
  const report = routez_report({ ...sample_server(), cluster }, [], 'none', [])
  assert.equal(Object.keys(report), ['server_id', 'server_name', 'now', 'import', 'export', 'num_routes', 'routes'])
})

test('servers that should be there stand behind the routes', () => {
  const lost = sample_peer({ connected: false, missing: true, last_error: 'Read Error' })
  const report = routez_report(sample_server(), [], 'none', [lost]) as { peers: Record<string, unknown>[] }
  const [{ address, missing, last_error, connections }] = report.peers
  assert.equal([address, missing, last_error, connections], ['127.0.0.1:6222', true, 'Read Error', 0])
})

test.run()
