import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import {
  client_info_line,
  type ClientInfo,
  parse_route_info,
  route_info_line,
  type RouteInfo,
} from '../../src/wire/info.ts'

const test = suite('wire/info')

const text_of = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

const CLIENT: ClientInfo = {
  max_payload: 1048576,
  client_id: 7,
  server_id: 'NID',
  server_name: 'one',
  version: '2.10.0',
  proto: 1,
  go: 'onehop/0.1',
  host: '0.0.0.0',
  port: 4222,
  headers: true,
}

test('the first INFO of a client has the fields of the table in its order', () => {
  assert.is(
    text_of(client_info_line(CLIENT)),
    'INFO {"server_id":"NID","server_name":"one","version":"2.10.0","proto":1,"go":"onehop/0.1","host":"0.0.0.0",' +
      '"port":4222,"headers":true,"max_payload":1048576,"client_id":7} \r\n',
  )
})

test('fields that are zero, false or empty are left out unless they are always there', () => {
  const empty: ClientInfo = {
    ...CLIENT,
    headers: false,
    port: 0,
    max_payload: 0,
    client_id: 0,
    nonce: '',
    cluster: '',
    auth_required: false,
    connect_urls: [],
    ldm: false,
  }
  assert.is(
    text_of(client_info_line(empty)),
    'INFO {"server_id":"NID","server_name":"one","version":"2.10.0","proto":1,"go":"onehop/0.1","host":"0.0.0.0",' +
      '"port":0,"headers":false,"max_payload":0} \r\n',
  )
})

test('a full client INFO keeps the order, and names are UTF-8', () => {
  const full: ClientInfo = {
    ...CLIENT,
    xkey: 'X',
    api_lvl: 1,
    acc_is_sys: true,
    remote_account: '$SYS',
    connect_info: true,
    ldm: true,
    connect_urls: ['a:1', 'b:2'],
    domain: 'd',
    cluster_dynamic: true,
    cluster: 'é',
    nonce: 'n',
    client_ip: '::1',
    jetstream: true,
    tls_available: true,
    tls_verify: true,
    tls_required: true,
    auth_required: true,
    git_commit: 'abc',
  }
  const line = text_of(client_info_line(full))
  assert.equal(Object.keys(JSON.parse(line.slice(5))), [
    ...['server_id', 'server_name', 'version', 'proto', 'git_commit', 'go', 'host', 'port', 'headers'],
    ...['auth_required', 'tls_required', 'tls_verify', 'tls_available', 'max_payload', 'jetstream', 'client_id'],
    ...['client_ip', 'nonce', 'cluster', 'cluster_dynamic', 'domain', 'connect_urls', 'ldm', 'connect_info'],
    ...['remote_account', 'acc_is_sys', 'api_lvl', 'xkey'],
  ])
  assert.is(JSON.parse(line.slice(5)).cluster, 'é')
})

const ROUTE: RouteInfo = {
  server_id: 'NID',
  server_name: 'one',
  version: '2.9.10',
  proto: 2,
  go: 'onehop/0.1',
  host: '10.0.0.7',
  port: 6222,
  headers: true,
  max_payload: 1048576,
  nonce: 'AAAAAAAAAAAAAAA',
  cluster: 'c1',
  connect_urls: ['10.0.0.7:4222'],
  lnoc: true,
  lnocu: true,
}

test('a route INFO survives writing and parsing', () => {
  const line = text_of(route_info_line(ROUTE, false))
  assert.ok(line.startsWith('INFO {"server_id":"NID",') && line.endsWith('} \r\n'))
  assert.equal(parse_route_info(line.slice(5)), ROUTE)
})

test('a gossip INFO leaves out what concerns one connection', () => {
  const own = { route_pool_size: 3, route_pool_idx: 1, compression: 's2_fast', onehop: 'leaving' }
  const told = { ip: 'nats-route://10.0.0.7:6222/', gossip_mode: 2, route_account: 'A' }
  const line = text_of(route_info_line({ ...ROUTE, ...own, ...told }, true))
  assert.ok(line.endsWith('}\r\n') && !line.endsWith(' \r\n'))
  const { nonce: _, ...kept } = ROUTE
  assert.equal(parse_route_info(line.slice(5)), { ...kept, ...told })
})

test("a real server's INFO is read, unknown fields are dropped", () => {
  const info = parse_route_info(
    '{"server_id":"NX","proto":3,"Port":6222,"max_payload":1048576,"api_lvl":5,"xkey":1,"gossip_mode":1,' +
      '"import":{"allow":["a"]},"export":null,"connect_urls":null,"route_pool_size":3,"ldm":true} ',
  )
  assert.equal(info, {
    ...{ server_id: 'NX', server_name: '', version: '', proto: 3, go: '', host: '', port: 6222, headers: false },
    ...{ max_payload: 1048576, gossip_mode: 1, import: { allow: ['a'] }, route_pool_size: 3, ldm: true },
  })
})

test('a wrong type of a known field or broken JSON is refused', () => {
  const texts = [
    '{"port":"x"}',
    '{"port":1.5}',
    '{"headers":1}',
    '{"connect_urls":"a"}',
    '{"connect_urls":["a",1]}',
    '{"max_payload":2147483648}',
    '{"cluster":{}}',
    '{',
    '',
    '[]',
  ]
  for (const text of texts) assert.is(parse_route_info(text), null, text)
})

test.run()
