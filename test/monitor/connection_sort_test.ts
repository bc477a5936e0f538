import * as assert from 'uvu/assert'
import {
  closed_key,
  compare_connections,
  type ConnectionSort,
  open_key,
  parse_sort,
  sort_value,
} from '../../src/monitor/connection_sort.ts'
import { ParameterError } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'
import { NOW_MS, sample_client } from './samples.ts'

const test = suite('monitor/connection_sort')

const CLIENTS = [
  sample_client(2, { subscriptions: 5, pending_bytes: 1, out_messages: 9, in_messages: 4, out_bytes: 3, in_bytes: 8 }),
  sample_client(1, { subscriptions: 7, pending_bytes: 3, out_messages: 2, in_messages: 6, out_bytes: 7, in_bytes: 1 }),
  sample_client(3, { subscriptions: 5, pending_bytes: 2, out_messages: 4, in_messages: 5, out_bytes: 5, in_bytes: 4 }),
]
/** Open ones by the figure that threads tell, others by their reports. */
const order = (sort: ConnectionSort, clients = CLIENTS) =>
  clients.map((client) => ({
    cid: client.cid,
    key: client.stop_ms === undefined
      ? open_key(sort, client[sort_value(sort)] ?? 0, NOW_MS)
      : closed_key(sort, client, NOW_MS),
  })).sort(compare_connections(sort)).map(({ cid }) => cid)

test('counts put the largest first, and equal ones stay in the order of the connections', () => {
  assert.equal(order('cid'), [1, 2, 3])
  assert.equal(order('start'), [1, 2, 3])
  assert.equal(order('subs'), [1, 2, 3])
  assert.equal(order('pending'), [1, 3, 2])
  assert.equal(order('msgs_to'), [2, 3, 1])
  assert.equal(order('msgs_from'), [1, 3, 2])
  assert.equal(order('bytes_to'), [1, 3, 2])
  assert.equal(order('bytes_from'), [2, 3, 1])
})

test('times: the last active, the longest idle, the slowest and the youngest come first', () => {
  const clients = [
    sample_client(1, { last_activity_ms: NOW_MS - 10, rtt_us: 5, start_ms: NOW_MS - 300 }),
    sample_client(2, { last_activity_ms: NOW_MS - 30, start_ms: NOW_MS - 100 }),
    sample_client(3, { last_activity_ms: NOW_MS - 20, rtt_us: 9, start_ms: NOW_MS - 200 }),
  ]
  assert.equal(order('last', clients), [1, 3, 2])
  assert.equal(order('idle', clients), [2, 3, 1])
  assert.equal(order('rtt', clients), [3, 1, 2])
  assert.equal(order('uptime', clients), [2, 3, 1])
})

test('closed connections are measured up to their end', () => {
  const clients = [
    sample_client(1, { start_ms: 0, stop_ms: 500, last_activity_ms: 400, reason: 'b' }),
    sample_client(2, { start_ms: 0, stop_ms: 900, last_activity_ms: 890, reason: 'a' }),
    sample_client(3, { start_ms: 0, stop_ms: 700, last_activity_ms: 100 }),
  ]
  assert.equal(order('stop', clients), [2, 3, 1])
  assert.equal(order('uptime', clients), [1, 3, 2])
  assert.equal(order('idle', clients), [3, 1, 2])
  assert.equal(order('reason', clients), [3, 2, 1])
})

test('only known orders are taken, and some for closed connections only', () => {
  assert.is(parse_sort('', 'open'), 'cid')
  for (const name of ['cid', 'start', 'subs', 'pending', 'msgs_to', 'msgs_from', 'bytes_to', 'bytes_from', 'last']) {
    assert.is(parse_sort(name, 'open'), name)
  }
  for (const name of ['stop', 'reason']) {
    assert.is(parse_sort(name, 'closed'), name)
    for (const state of ['open', 'all'] as const) {
      assert.throws(() => parse_sort(name, state), (error: unknown) => error instanceof ParameterError)
    }
  }
  for (const name of ['constructor', 'toString', 'CID', 'x']) {
    assert.throws(() => parse_sort(name, 'closed'), `invalid sorting option: ${name}`)
  }
})

test.run()
