import * as assert from 'uvu/assert'
import { statsz_report } from '../../src/monitor/statsz_report.ts'
import { suite } from '../harness.ts'
import { sample_route, sample_server } from './samples.ts'

const test = suite('monitor/statsz_report')

test('what tools read of a server, its routes in their order', () => {
  const server = sample_server()
  const routes = [sample_route(9, { remote_name: 'b' }), sample_route(4, { remote_name: 'a', out_messages: 1 })]
  const statsz = statsz_report(server, routes, 3) as Record<string, any>
  assert.equal(
    [statsz.start, statsz.mem, statsz.cores, statsz.cpu, statsz.connections, statsz.total_connections],
    ['2026-01-02T02:59:43Z', 50_000_000, 2, 12.3, 1, 2],
  )
  assert.equal([statsz.active_accounts, statsz.subscriptions, statsz.active_servers], [3, 14, 5])
  assert.equal([statsz.sent, statsz.sent_to_clients], [{ msgs: 7, bytes: 8 }, { msgs: 11, bytes: 12 }])
  assert.equal([statsz.received, statsz.received_from_clients], [{ msgs: 5, bytes: 6 }, { msgs: 9, bytes: 10 }])
  assert.equal([statsz.slow_consumers, statsz.slow_consumer_stats], [3, {
    clients: 1,
    routes: 2,
    gateways: 0,
    leafs: 0,
  }])
  assert.equal(statsz.routes.map((each: any) => [each.rid, each.name, each.sent.msgs]), [[4, 'a', 1], [9, 'b', 2]])
})

test('what there is none of is left out', () => {
  const server = sample_server()
  const none = { clients: 0, routes: 0 }
  Object.assign(server.counters, { slow_consumers: none, stale_connections: none, stalled_clients: 0 })
  const statsz = statsz_report(server, [], 0)
  for (
    const name of ['slow_consumer_stats', 'stale_connections', 'stale_connection_stats', 'stalled_clients', 'routes']
  ) {
    assert.not.ok(name in statsz, name)
  }
})

test.run()
