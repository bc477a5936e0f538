import * as assert from 'uvu/assert'
import { varz_report } from '../../src/monitor/varz_report.ts'
import { suite } from '../harness.ts'
import { sample_server } from './samples.ts'

const test = suite('monitor/varz_report')

// From the JSON of nats-server 2.15.2 without options; feature_flags is left out, it lists features of JetStream.
const KEYS = 'server_id server_name version proto go host port max_connections ping_interval ping_max http_host ' +
  'http_port http_base_path https_port auth_timeout max_control_line max_payload max_pending cluster gateway leaf mqtt ' +
  'websocket jetstream tls_timeout write_deadline start now uptime mem cores gomaxprocs cpu connections ' +
  'total_connections routes remotes leafnodes in_msgs in_bytes in_client_msgs in_client_bytes out_msgs out_bytes ' +
  'out_client_msgs out_client_bytes slow_consumers stale_connections stalled_clients subscriptions http_req_stats ' +
  'config_load_time config_digest slow_consumer_stats stale_connection_stats disk_io_wait_stats'

test('the keys that are always there come in the order of nats-server', () => {
  assert.equal(Object.keys(varz_report(sample_server())), KEYS.split(' '))
})

test('values have the units and types of nats-server', () => {
  const varz = varz_report(sample_server()) as Record<string, unknown>
  const expected = {
    proto: 1,
    ping_interval: 120_000_000_000,
    write_deadline: 10_000_000_000,
    auth_timeout: 2,
    tls_timeout: 2,
    https_port: 0,
    start: '2026-01-02T02:59:43Z',
    now: '2026-01-02T03:04:05.6Z',
    uptime: '4m22s',
    gomaxprocs: 1,
    cpu: 12.3,
    slow_consumers: 3,
    stale_connections: 7,
    slow_consumer_stats: { clients: 1, routes: 2, gateways: 0, leafs: 0 },
    stale_connection_stats: { clients: 3, routes: 4, gateways: 0, leafs: 0 },
    cluster: {},
    jetstream: {},
    http_req_stats: {},
    config_digest: '',
  }
  for (const [key, value] of Object.entries(expected)) assert.equal(varz[key], value, key)
})

test('optional keys stand at their places', () => {
  const varz = varz_report({
    ...sample_server(),
    git_commit: '1787eee',
    auth_required: true,
    tls_required: true,
    tls_verify: true,
    connect_urls: ['127.0.0.1:4222'],
    max_subscriptions: 10,
    tags: ['a'],
    metadata: { b: 'c' },
    system_account: '$SYS',
  })
  const keys = Object.keys(varz)
  const after = (key: string) => keys[keys.indexOf(key) + 1]
  assert.is(after('proto'), 'git_commit')
  assert.equal(keys.slice(keys.indexOf('port'), keys.indexOf('ping_interval')), [
    'port',
    'auth_required',
    'tls_required',
    'tls_verify',
    'connect_urls',
    'max_connections',
    'max_subscriptions',
  ])
  assert.equal(keys.slice(keys.indexOf('config_digest'), keys.indexOf('slow_consumer_stats')), [
    'config_digest',
    'tags',
    'metadata',
    'system_account',
  ])
})

test('the cluster block is that of nats-server', () => {
  const cluster = {
    name: 'east',
    host: '127.0.0.1',
    port: 6222,
    urls: ['127.0.0.1:1'],
    auth_timeout_s: 2,
    pool_size: 3,
  }
  const varz = varz_report({ ...sample_server(), cluster }) as { cluster: object }
  assert.is(
    JSON.stringify(varz.cluster),
    '{"name":"east","addr":"127.0.0.1","cluster_port":6222,"auth_timeout":2,"urls":["127.0.0.1:1"],"tls_timeout":2,"pool_size":3}',
  )
  const bare = varz_report({ ...sample_server(), cluster: { ...cluster, urls: [], pool_size: 0 } }) as {
    cluster: object
  }
  assert.equal(Object.keys(bare.cluster), ['name', 'addr', 'cluster_port', 'auth_timeout', 'tls_timeout'])
})

test('request counts are sorted by path', () => {
  const varz = varz_report({ ...sample_server(), http_requests: new Map([['/varz', 2], ['/', 1], ['/connz', 3]]) })
  assert.is(JSON.stringify((varz as { http_req_stats: object }).http_req_stats), '{"/":1,"/connz":3,"/varz":2}')
})

test.run()
