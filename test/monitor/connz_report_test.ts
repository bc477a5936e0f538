import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ClientReport } from '../../src/connection/report.ts'
import { client_query, connz_page, connz_query, connz_report } from '../../src/monitor/connz_report.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'
import { rows_of } from './fake_source.ts'
import { NOW_MS, sample_client } from './samples.ts'

const test = suite('monitor/connz_report')

interface Connz {
  num_connections: number
  total: number
  offset: number
  limit: number
  connections: Record<string, unknown>[]
}

function connz(query: string, open: ClientReport[], closed: ClientReport[] = []): Connz {
  const asked = connz_query(new Parameters(query))
  const rows = asked.state === 'closed' ? { rows: [], total: 0 } : rows_of(open, client_query(asked))
  const { total, connections } = connz_page(asked, NOW_MS, rows, asked.state === 'open' ? [] : closed)
  const shown = connections.map((each) => 'value' in each ? open.find(({ cid }) => cid === each.cid)! : each)
  return connz_report(asked, 'NID', NOW_MS, total, shown) as Connz
}

const cids = (report: Connz) => report.connections.map((entry) => entry.cid)

test('no connection is an empty list', () => {
  assert.is(
    JSON.stringify(connz('', [])),
    '{"server_id":"NID","now":"2026-01-02T03:04:05.6Z","num_connections":0,"total":0,"offset":0,"limit":1024,"connections":[]}',
  )
})

test('a connection that says nothing has the keys that are always there', () => {
  assert.is(
    JSON.stringify(connz('', [sample_client(1)]).connections[0]),
    '{"cid":1,"kind":"Client","type":"nats","ip":"127.0.0.1","port":40001,"start":"2026-01-02T03:03:55.601Z",' +
      '"last_activity":"2026-01-02T03:04:00.6Z","rtt":"0s","uptime":"9s","idle":"5s","pending_bytes":0,"in_msgs":0,' +
      '"out_msgs":0,"in_bytes":0,"out_bytes":0,"subscriptions":0}',
  )
})

const FULL = sample_client(9, {
  rtt_us: 254,
  stalls: 3,
  subscriptions: 1,
  name: 'app',
  lang: 'go',
  version: '1.2',
  authorized_user: 'bob',
  account: 'B',
  stop_ms: NOW_MS - 4_900,
  reason: 'Client Closed',
  subscriptions_list: [{ account: 'B', subject: 'x', queue: 'q', sid: '1', messages: 0, max: 5, cid: 9 }],
})

test('a closed connection with everything has the keys in order', () => {
  const [entry] = connz('state=closed&auth=1&subs=detail', [], [FULL]).connections
  assert.is(
    Object.keys(entry).join(' '),
    'cid kind type ip port start last_activity stop reason rtt uptime idle pending_bytes in_msgs out_msgs in_bytes ' +
      'out_bytes stalls subscriptions name lang version authorized_user account subscriptions_list_detail name_tag',
  )
  assert.equal([entry.stop, entry.rtt, entry.uptime, entry.idle], ['2026-01-02T03:04:00.7Z', '254µs', '5s', '0s'])
  assert.is(
    JSON.stringify(entry.subscriptions_list_detail),
    '[{"account":"B","account_tag":"B","subject":"x","qgroup":"q","sid":"1","msgs":0,"max":5,"cid":9}]',
  )
})

test('identity is shown with auth only, and the global account only as tag', () => {
  const global = sample_client(1, { authorized_user: 'ann' })
  const keys = ['authorized_user', 'account', 'name_tag']
  assert.equal(keys.map((key) => connz('auth=1', [global]).connections[0][key]), ['ann', undefined, '$G'])
  assert.equal(keys.map((key) => connz('', [global]).connections[0][key]), [undefined, undefined, undefined])
})

test('subscriptions are left out, subjects or details', () => {
  const client = sample_client(1, {
    subscriptions_list: [{ account: '$G', subject: 'é', sid: '7', messages: 1, cid: 1 }],
  })
  client.subscriptions_list![0].subject = '\u00c3\u00a9'
  const entry = (query: string) => connz(query, [client]).connections[0]
  assert.not.ok('subscriptions_list' in entry(''))
  assert.equal(entry('subs=1').subscriptions_list, ['é'])
  assert.not.ok('subscriptions_list' in entry('subs=detail'))
  assert.equal(entry('subs=detail').subscriptions_list_detail, [{ subject: 'é', sid: '7', msgs: 1, cid: 1 }])
  assert.not.ok('subscriptions_list' in connz('subs=1', [sample_client(1, { subscriptions_list: [] })]).connections[0])
})

const open = [1, 2, 3].map((cid) => sample_client(cid, { account: cid === 2 ? 'B' : 'A', authorized_user: `u${cid}` }))

test('state chooses open, closed or both', () => {
  assert.equal(cids(connz('', open, [FULL])), [1, 2, 3])
  assert.equal(cids(connz('state=closed', open, [FULL])), [9])
  assert.equal(cids(connz('state=any', open, [FULL])), [1, 2, 3, 9])
})

test('filters by number and user leave the total, that by account does not', () => {
  const one = connz('cid=2&limit=7&offset=3', open)
  assert.equal([cids(one), one.num_connections, one.total, one.offset, one.limit], [[2], 1, 3, 0, 1])
  const none = connz('cid=99', open)
  assert.equal([none.connections, none.total], [[], 3])
  const user = connz('user=u3', open)
  assert.equal([cids(user), user.total], [[3], 3])
  const account = connz('acc=A', open)
  assert.equal([cids(account), account.total], [[1, 3], 2])
  assert.equal(connz('acc=nope', open).connections, [])
  assert.equal(cids(connz('acc=B&user=bob&state=all', open, [FULL])), [9])
})

test('pages are consecutive parts and the total stays', () => {
  const clients = Array.from({ length: 20 }, (_, i) => sample_client(i + 1, { in_bytes: i % 3 }))
  const sorts = fc.constantFrom('', 'cid', 'bytes_from', 'idle', 'rtt', 'uptime', 'msgs_to')
  fc.assert(fc.property(sorts, fc.integer({ min: 1, max: 25 }), fc.shuffledSubarray(clients), (sort, limit, some) => {
    const seen: unknown[] = []
    for (let offset = 0; offset <= some.length; offset += limit) {
      const page = connz(`sort=${sort}&limit=${limit}&offset=${offset}`, some.toSorted(() => seen.length % 2 - 0.5))
      assert.is(page.total, some.length)
      assert.is(page.num_connections, page.connections.length)
      assert.ok(page.num_connections <= limit)
      seen.push(...cids(page))
    }
    assert.equal(seen, cids(connz(`sort=${sort}`, some)))
  }))
})

test('every order orders', () => {
  const clients = [1, 2, 3].map((cid) =>
    sample_client(cid, {
      start_ms: NOW_MS - 10_000 + cid,
      last_activity_ms: NOW_MS - 5_000 + cid,
      rtt_us: cid,
      pending_bytes: cid,
      in_messages: cid,
      out_messages: -cid,
      in_bytes: cid,
      out_bytes: -cid,
      subscriptions: cid,
    })
  )
  const rising = ['cid', 'start', 'msgs_to', 'bytes_to', 'idle']
  const falling = ['subs', 'pending', 'msgs_from', 'bytes_from', 'last', 'rtt', 'uptime']
  for (const sort of rising) assert.equal(cids(connz(`sort=${sort}`, clients)), [1, 2, 3], sort)
  for (const sort of falling) assert.equal(cids(connz(`sort=${sort}`, clients)), [3, 2, 1], sort)
})

test('closed connections are also ordered by stop and reason', () => {
  const reasons = ['Stale Connection', 'Client Closed', 'Write Error']
  const closed = [1, 2, 3].map((cid) => sample_client(cid, { stop_ms: NOW_MS + cid, reason: reasons[cid - 1] }))
  assert.equal(cids(connz('state=closed&sort=stop', [], closed)), [3, 2, 1])
  assert.equal(cids(connz('state=closed&sort=reason', [], closed)), [2, 1, 3])
})

test('orders that do not exist or do not fit are refused', () => {
  const refused = (query: string, text: string) =>
    assert.throws(() => client_query(connz_query(new Parameters(query))), (e: Error) => e.message === text)
  refused('sort=foo', 'invalid sorting option: foo')
  refused('sort=constructor', 'invalid sorting option: constructor')
  refused('sort=stop', 'sort by stop only valid on closed connections')
  refused('sort=reason&state=any', 'sort by reason only valid on closed connections')
})

test.run()
