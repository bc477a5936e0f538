// Nothing goes to the page that is not on the list.
import * as assert from 'uvu/assert'
import {
  connections_fields,
  is_own_kind,
  mesh_fields,
  route_sums,
  subscriptions_fields,
  varz_fields,
} from '../../src/monitor/member_fields.ts'
import { connz_report } from '../../src/monitor/connz_report.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { connz_query } from '../../src/monitor/connz_report.ts'
import { routez_report } from '../../src/monitor/routez_report.ts'
import { varz_report } from '../../src/monitor/varz_report.ts'
import { suite } from '../harness.ts'
import { NOW_MS, sample_client, sample_route, sample_server } from './samples.ts'

const test = suite('monitor/member_fields')

const text = (value: unknown) => JSON.stringify(value)

test('of /varz the page gets figures and addresses, and not who may come in', () => {
  const websocket = { host: '0.0.0.0', port: 8080, advertise: '', no_auth_user: 'someone', no_tls: true }
  const rest = {
    ...{ handshake_timeout_ms: 0, auth_timeout_s: 0, tls_map: false, tls_pinned_certs: ['f'], same_origin: false },
    ...{ allowed_origins: [], compression: false },
  }
  const varz = {
    ...varz_report({ ...sample_server(), websocket: { ...websocket, ...rest }, metadata: { pet: 'cat' } }),
    trusted_operators_jwt: ['eyJ'],
    jetstream: { config: { store_dir: '/secret' } },
  } as Record<string, unknown>
  const found = varz_fields(varz) as Record<string, any>
  assert.equal([found.server_name, found.in_client_msgs, found.slow_consumer_stats], ['alpha', 9, {
    clients: 1,
    routes: 2,
  }])
  assert.equal(found.websocket, { host: '0.0.0.0', port: 8080, no_tls: true, is_open_to_all: true })
  for (const word of ['someone', 'eyJ', 'secret', 'cat', 'pinned']) assert.not.match(text(found), word)
})

test('fields of another kind than they should be are left out', () => {
  const found = varz_fields({ server_name: { x: 1 }, cpu: '7', auth_required: 1, tags: ['a', 7], cluster: 'x', mem: 5 })
  assert.equal(found, { mem: 5, cluster: {}, slow_consumer_stats: {} })
  assert.equal(varz_fields({ websocket: { port: 0 } }), { cluster: {}, slow_consumer_stats: {} })
})

test('our own kind is known by what it says it runs on', () => {
  assert.equal([{ go: 'onehop/0.1.0 node20' }, { go: 'go1.22' }, {}, { go: 7 }].map(is_own_kind), [
    true,
    false,
    false,
    false,
  ])
})

test('all connections to a peer are one entry', () => {
  const routes = [
    sample_route(1, { rtt_us: 900, is_configured: true, start_ms: NOW_MS - 5_000 }),
    sample_route(2, { rtt_us: 300, start_ms: NOW_MS - 9_000, account: 'A' }),
    sample_route(3, { remote_id: 'NOTHER', remote_name: 'gamma', rtt_us: 0 }),
  ]
  const found = route_sums(routez_report(sample_server(), routes, 'none', []) as Record<string, unknown>) as any[]
  assert.equal(
    found.map(({ remote_name, connections, rtt_ms, in_msgs }) => [remote_name, connections, rtt_ms, in_msgs]),
    [
      ['beta', 2, 0.3, 2],
      ['gamma', 1, null, 1],
    ],
  )
  assert.equal([found[0].is_configured, found[0].start], [
    true,
    new Date(NOW_MS - 9_000).toISOString().replace('.600Z', '.6Z'),
  ])
  assert.equal(route_sums({ routes: 'none' }), [])
  assert.equal(route_sums({ routes: [{ remote_id: 7 }, null, { remote_id: 'X', rtt: 'soon' }] }).length, 1)
})

test('connections come with their account and without their user', () => {
  const client = sample_client(1, {
    account: 'A',
    authorized_user: 'ann',
    claims: { jwt: 'eyJ', issuer_key: 'AKEY', account_name: 'tag', tags: ['t'] } as any,
  })
  const query = connz_query(Parameters.of({ auth: '1' }))
  const connz = connz_report(query, 'NID', NOW_MS, 1, [client]) as Record<string, unknown>
  assert.match(text(connz), 'ann')
  const found = connections_fields(connz) as any
  assert.equal([found.total, found.connections[0].cid, found.connections[0].account], [1, 1, 'A'])
  for (const word of ['ann', 'eyJ', 'AKEY', 'tag']) assert.not.match(text(found), word)
})

test("subscriptions and a member's own report are rows of what is known", () => {
  const row = { account: 'A', subject: 's', sid: '1', msgs: 2, cid: 3, more: 'x' }
  assert.equal(subscriptions_fields({ total: 1, offset: 0, limit: 10, subscriptions_list: [row] }), {
    ...{ total: 1, offset: 0, limit: 10 },
    subscriptions: [{ account: 'A', subject: 's', sid: '1', msgs: 2, cid: 3 }],
  })
  assert.equal(subscriptions_fields({ total: 0 }), { total: 0, subscriptions: [] })
  const events = Array.from({ length: 300 }, (_, i) => ({ at: `${i}`, kind: 'join', text: 't', x: 1 }))
  const found = mesh_fields({
    workers: [{ thread: 0, busy: 0.5, x: 1 }],
    index: { subscriptions: 1, x: 1 },
    events,
  }) as any
  assert.equal([found.workers, found.index, found.peers], [[{ thread: 0, busy: 0.5 }], { subscriptions: 1 }, []])
  assert.equal([found.events.length, found.events[59]], [60, { at: '299', kind: 'join', text: 't' }])
})

test.run()
