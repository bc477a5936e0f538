import * as assert from 'uvu/assert'
import { default_options } from '../../src/config/options.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { AccountTotals } from '../../src/monitor/account_totals.ts'
import { ClosedRing } from '../../src/monitor/closed_ring.ts'
import { EventRing } from '../../src/monitor/event_ring.ts'
import { make_monitor_source, type MonitorContext } from '../../src/monitor/source.ts'
import { Counter, Counters, create_counters } from '../../src/shared/counters.ts'
import { SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import type { ThreadApi } from '../../src/thread/worker_api.ts'
import { ManualClock } from '../manual_clock.ts'
import { entry_of } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { sample_client, sample_peer, sample_route } from './samples.ts'

const test = suite('monitor/source')

/** A clock whose timers are due at once. */
class HurriedClock extends ManualClock {
  override after(_delay_ms: number, f: () => void) {
    queueMicrotask(f)
    return { cancel() {} }
  }
}

function make(cluster_port = 0) {
  const options = default_options()
  options.cluster.port = cluster_port
  options.accounts = [{
    name: 'A',
    users: [],
    limits: { max_connections: -1, max_subscriptions: -1, max_payload: -1 },
  }]
  const identity = { server_id: 'NID', server_name: 'alpha', cluster_name: 'mesh', cluster_name_dynamic: false }
  const settings = make_settings(options, identity)
  const index = new SubjectIndex(
    SubjectIndex.reserve({ subscriptions: 100, edges: 256, log: false, log_bytes: 4096 }),
    0,
  )
  const counters = new Counters(create_counters(2))
  const clock = new HurriedClock(5000)
  const apis = [
    {
      client_rows: () => Promise.resolve({ rows: [4, 44, 1], total: 1, next: -1 }),
      client_reports: (places: number[]) => Promise.resolve(places[1] === 44 ? [sample_client(44)] : []),
      client_cids: (slots: number[]) => Promise.resolve(slots.map((slot) => slot === 4 ? 44 : 0)),
      routes: () => Promise.resolve([]),
    },
    {
      client_rows: () => Promise.resolve({ rows: [], total: 0, next: -1 }),
      client_reports: () => Promise.resolve([]),
      client_cids: (slots: number[]) => Promise.resolve(slots.map(() => 0)),
      routes: () => Promise.resolve([{ slot: 9, report: sample_route(3) }]),
    },
  ] as unknown as ThreadApi[]
  const context: MonitorContext = {
    server: {
      identity,
      options,
      start_ms: 1234,
      config: { digest: 'sha256:x', load_ms: 1234 },
      ports: { client: { host: 'h', port: 4333 } },
    },
    crew: {
      ...{ index, counters, workers: 2, client_threads: 2, threads: [0, 1], budget: { restarts: 3 } },
      rings_to: () => [],
      each: (ask) => Promise.all(apis.map((api, thread) => ask(api, thread))),
    },
    settings,
    closed: new ClosedRing(10),
    account_totals: new AccountTotals(),
    clock,
    missing: () => ['peer'],
    remotes: () => 7,
    events: new EventRing(() => 5),
    peers: () => [sample_peer()],
  }
  return { context, source: make_monitor_source(context), index, counters, settings, clock }
}

test('the server report has the options, the ports in use and the sums over all threads', async () => {
  const { source, counters } = make()
  for (const thread of [0, 1]) {
    const row = counters.row(thread)
    row[Counter.in_client_messages] = 10
    row[Counter.in_route_messages] = 1
    row[Counter.out_client_bytes] = 100
    row[Counter.out_route_bytes] = 5
    row[Counter.connections] = 3
    row[Counter.slow_consumers] = 1
  }
  const report = await source.server()
  assert.equal([report.server_id, report.server_name, report.port, report.workers], ['NID', 'alpha', 4333, 2])
  assert.equal([report.start_ms, report.config_digest, report.cluster], [1234, 'sha256:x', undefined])
  const counts = report.counters
  assert.equal([counts.in_client_messages, counts.in_messages, counts.out_bytes], [20, 22, 210])
  assert.equal([counts.connections, counts.remotes, counts.slow_consumers], [6, 7, { clients: 2, routes: 0 }])
  assert.ok(report.memory_bytes > 1e6 && report.cores >= 1)
})

test('a cluster is shown with its name, which may have changed since the start', async () => {
  const { source, settings } = make(6222)
  settings.client_infos.clients.cluster = 'adopted'
  const { cluster } = await source.server()
  assert.equal([cluster?.name, cluster?.port, cluster?.urls], ['adopted', 6222, []])
})

test('the share of cpu is that of the time between two looks', async () => {
  const { source, clock } = make()
  assert.is((await source.server()).cpu_percent, 0)
  clock.pass(1e9)
  const { cpu_percent } = await source.server()
  assert.ok(cpu_percent >= 0 && cpu_percent < 1)
})

test('connections and routes are those of all threads', async () => {
  const { source } = make()
  const { rows } = await source.client_rows({ sort: 'cid', account: '', user: '', cid: 0, filter_subject: '' })
  assert.equal(rows, [{ thread: 0, slot: 4, cid: 44, value: 1 }])
  assert.equal((await source.client_reports(rows, { subscriptions: false })).map(({ cid }) => cid), [44])
  assert.equal((await source.routes({ subscriptions: false })).map((route) => route.cid), [3])
  assert.equal(source.health(), ['peer'])
})

test('subscriptions of clients are listed, of all accounts or one; the interest of peers is not', async () => {
  const { source, index } = make()
  const id = index.insert(entry_of({ subject: 'a.*', queue: 'q', sid: '5' }, 3))
  index.set_max(id, 9)
  index.add_delivered(id)
  index.insert(entry_of({ subject: 'b', account: 1, sid: '6' }, 4))
  index.insert(entry_of({ subject: 'c', kind: SubscriberKind.route }))
  const page = { offset: 0, limit: 10 }
  const { total, reports } = await source.subscriptions({}, page)
  const [a, b] = reports.sort((x, y) => x.subject < y.subject ? -1 : 1)
  assert.is(total, 2)
  assert.equal([a.account, a.subject, a.queue, a.sid, a.messages, a.max], ['$G', 'a.*', 'q', '5', 1, 9])
  assert.equal([b.account, b.subject, b.cid, 'queue' in b, 'max' in b], ['A', 'b', 44, false, false])
  assert.equal((await source.subscriptions({ account: 'A' }, page)).reports.map((each) => each.subject), ['b'])
})

test('counts of the index come with the share of plans that were found', async () => {
  const { source, index, counters } = make()
  assert.is((await source.subscription_counts()).cache_hit_rate, 0)
  index.remove(index.insert(entry_of({ subject: 'a' })))
  index.insert(entry_of({ subject: 'b' }))
  counters.row(0)[Counter.plan_hits] = 2
  counters.row(1)[Counter.plan_hits] = 1
  counters.row(1)[Counter.plan_misses] = 1
  const { subscriptions, inserts, removes, matches, cache_hit_rate } = await source.subscription_counts()
  assert.equal([subscriptions, inserts, removes, matches, cache_hit_rate], [1, 2, 1, 4, 0.75])
})

test.run()
