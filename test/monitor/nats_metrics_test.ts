// Names, labels and types are those that the exporter of NATS shows of a nats-server 2.14 (its version 0.20.2, and for the
// single routes the one after).
import * as assert from 'uvu/assert'
import type { Family } from '../../src/monitor/metrics_text.ts'
import {
  accstatz_metrics,
  connz_metrics,
  healthz_metrics,
  leafz_metrics,
  object_metrics,
  routez_metrics,
} from '../../src/monitor/nats_metrics.ts'
import { varz_report } from '../../src/monitor/varz_report.ts'
import { suite } from '../harness.ts'
import { NOW_MS, sample_account, sample_client, sample_route, sample_server } from './samples.ts'

const test = suite('monitor/nats_metrics')

const NAMING = { prefix: 'gnatsd', server_id: 'N1' }

const names = (families: readonly Family[]) => families.map(({ name }) => name)
const sample = (families: readonly Family[], name: string) => families.find((each) => each.name === name)!.samples[0]
const labels_of = (families: readonly Family[], name: string) => Object.keys(sample(families, name).labels).sort()

/** Of a server in a cluster; the exporter shows pages of the monitor as they were asked for. */
const VARZ_NAMES = 'auth_timeout cluster_name cluster_pool_size config_load_time connections cores cpu ' +
  'disk_io_wait_stats_max_wait_time disk_io_wait_stats_wait_time disk_io_wait_stats_waiters disk_io_wait_stats_waits ' +
  'gomaxprocs http_port http_req_stats_connz http_req_stats_varz https_port in_bytes in_client_bytes in_client_msgs ' +
  'in_msgs leafnodes max_connections max_control_line max_payload max_pending mem out_bytes out_client_bytes ' +
  'out_client_msgs out_msgs ping_interval ping_max port proto remotes routes server_id server_name ' +
  'slow_consumer_stats_clients slow_consumer_stats_gateways slow_consumer_stats_leafs slow_consumer_stats_routes ' +
  'slow_consumers stale_connection_stats_clients stale_connection_stats_gateways stale_connection_stats_leafs ' +
  'stale_connection_stats_routes stale_connections stalled_clients start subscriptions tls_timeout total_connections ' +
  'version write_deadline'

test('of /varz every number is shown, those in its parts too, and some texts', () => {
  const cluster = { name: 'east', host: 'h', port: 6222, urls: [], auth_timeout_s: 2, pool_size: 3 }
  const http_requests = new Map([['/varz', 5], ['/connz', 3], ['/', 1]])
  const report = varz_report({ ...sample_server(), cluster, http_requests, config_load_ms: NOW_MS })
  const families = object_metrics(NAMING, 'varz', report)
  const shown = names(families).filter((name) => name !== 'gnatsd_varz_http_req_stats')
  assert.is(shown.join(' '), VARZ_NAMES.split(' ').map((name) => `gnatsd_varz_${name}`).join(' '))
  assert.ok(families.every(({ type }) => type === 'gauge'))
  assert.equal(sample(families, 'gnatsd_varz_in_msgs'), { labels: { server_id: 'N1' }, value: 5 })
  assert.equal(sample(families, 'gnatsd_varz_write_deadline').value, 1e10)
  assert.equal(sample(families, 'gnatsd_varz_cluster_name'), { labels: { server_id: 'N1', value: 'east' }, value: 1 })
  assert.equal(sample(families, 'gnatsd_varz_version').labels, { server_id: 'N1', value: '2.9.10' })
  assert.is(sample(families, 'gnatsd_varz_config_load_time').value, NOW_MS)
  assert.is(sample(families, 'gnatsd_varz_http_req_stats_varz').value, 5)
})

test('the prefix is another one where that is wished', () => {
  assert.equal(names(object_metrics({ ...NAMING, prefix: 'nats' }, 'subsz', { total: 1 })), ['nats_subsz_total'])
})

test('two keys that make one name are one metric, and what is no figure is none', () => {
  const families = object_metrics(NAMING, 'varz', { 'a/b': 1, a_b: 2, list: [1], yes: true, text: 'x', none: null })
  assert.equal(families.map(({ name, samples }) => [name, samples.length]), [['gnatsd_varz_a_b', 1]])
})

test('health is 0 where all is well', () => {
  const [status, value] = healthz_metrics(NAMING, 'healthz', 'ok')
  assert.equal([status.name, status.samples[0].value], ['gnatsd_healthz_status', 0])
  assert.equal([value.name, value.samples[0]], [
    'gnatsd_healthz_status_value',
    { labels: { server_id: 'N1', value: 'ok' }, value: 1 },
  ])
  assert.equal(healthz_metrics(NAMING, 'healthz', 'error').map(({ samples }) => samples[0].value), [1, 0])
})

test('that there are no leaf nodes is shown', () => {
  assert.equal(names(leafz_metrics(NAMING)), ['gnatsd_leafz_conn_nodes_total'])
})

test('routes have their number, and each its figures', () => {
  const families = routez_metrics(NAMING, sample_server(), [sample_route(7, { account: 'A' })])
  assert.equal(names(families).map((name) => name.replace('gnatsd_routez_', '')), [
    ...['num_routes', 'server_id', 'server_name', 'route_info', 'route_rtt_seconds', 'route_subscriptions'],
    ...['route_uptime_seconds', 'route_in_msgs', 'route_out_msgs', 'route_in_bytes', 'route_out_bytes'],
  ])
  const info = ['account', 'compression', 'ip', 'remote_id', 'remote_name', 'rid', 'server_id']
  assert.equal(labels_of(families, 'gnatsd_routez_route_info'), info)
  assert.equal(labels_of(families, 'gnatsd_routez_route_in_msgs'), ['rid', 'server_id'])
  assert.is(sample(families, 'gnatsd_routez_route_rtt_seconds').value, 0.000281)
  assert.is(sample(families, 'gnatsd_routez_route_uptime_seconds').value, 10)
})

test('accounts have their figures', () => {
  const families = accstatz_metrics(NAMING, [sample_account('A', { tag: 'Team' }), sample_account('B')])
  assert.equal(names(families).map((name) => name.replace('gnatsd_accstatz_', '')), [
    ...['current_connections', 'total_connections', 'subscriptions', 'leaf_nodes', 'sent_messages', 'sent_bytes'],
    ...['received_messages', 'received_bytes', 'slow_consumers'],
  ])
  assert.equal(sample(families, 'gnatsd_accstatz_sent_bytes'), {
    labels: { server_id: 'N1', account: 'A', account_id: 'A', account_name: 'Team' },
    value: 7,
  })
  assert.ok(families.every(({ type, samples }) => type === 'gauge' && samples.length === 2))
})

const SUMS = [1, 2].map((n) => ({
  ...{ account: `${n}`, connections: n, subscriptions: n, pending_bytes: 10 * n },
  ...{ in_messages: n, in_bytes: 100 * n, out_messages: 2 * n, out_bytes: 200 * n },
}))

test('of connections there are sums, without a list', () => {
  const families = connz_metrics(NAMING, { connections: 3000, sums: SUMS, clients: null, now_ms: NOW_MS })
  const shown = Object.fromEntries(families.map(({ name, samples }) => [name.slice(13), samples[0].value]))
  assert.equal(shown, {
    ...{ num_connections: 1024, total: 3000, offset: 0, limit: 1024, pending_bytes: 30, subscriptions: 3 },
    ...{ in_bytes: 300, out_bytes: 600, in_msgs: 3, out_msgs: 6 },
  })
  const counters = families.filter(({ type }) => type === 'counter').map(({ name }) => name.slice(13))
  assert.equal(counters, ['in_bytes', 'out_bytes', 'in_msgs', 'out_msgs'])
})

test('of single connections there are figures with who they are', () => {
  const clients = [
    sample_client(5, { account: 'A', name: 'app', rtt_us: 250, in_bytes: 9, is_websocket: true }),
    sample_client(6),
  ]
  const families = connz_metrics(NAMING, { connections: 2, sums: SUMS, clients, now_ms: NOW_MS })
  const of = (name: string) => families.find((each) => each.name === `gnatsd_connz_${name}`)!
  assert.equal(Object.keys(of('rtt').samples[0].labels).sort(), [
    ...['account', 'account_id', 'cid', 'ip', 'kind', 'lang', 'name', 'name_tag', 'port', 'server_id'],
    ...['tls_cipher_suite', 'tls_version', 'type', 'version'],
  ])
  const [first, second] = of('rtt').samples.map(({ labels }) => labels)
  assert.equal([first.account, first.name_tag, first.type, first.cid], ['A', 'A', 'websocket', '5'])
  assert.equal([second.account, second.name_tag, second.type], ['', '$G', 'nats'])
  assert.equal([of('rtt').samples[0].value, of('uptime').samples[0].value, of('idle').samples[0].value], [
    250,
    9000,
    5000,
  ])
  assert.equal([of('start').type, of('last_activity').type, of('uptime').type, of('idle').type], [
    ...['untyped', 'untyped', 'untyped', 'gauge'],
  ])
  assert.equal(of('in_bytes').samples.map(({ value }) => value), [300, 9, 0], 'the sum, then each')
})

test.run()
