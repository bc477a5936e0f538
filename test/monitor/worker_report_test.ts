import * as assert from 'uvu/assert'
import { index_report, worker_reports, type WorkerContext } from '../../src/monitor/worker_report.ts'
import { Counter, Counters, create_counters } from '../../src/shared/counters.ts'
import { create_ring, RingWriter } from '../../src/shared/ring.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { LoopWatch } from '../../src/thread/loop_watch.ts'
import type { ThreadApi } from '../../src/thread/worker_api.ts'
import { ManualClock } from '../manual_clock.ts'
import { entry_of } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/worker_report')

const FIGURES = { busy: 0.5, delay_ms: 3, mean_delay_ms: 1 }

function make(change: Partial<WorkerContext['crew']> = {}, loops: (() => Promise<typeof FIGURES>)[] = []) {
  const clock = new ManualClock()
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 100, edges: 256, log_bytes: 4096 }), 0)
  const counters = new Counters(create_counters(4))
  const ring = create_ring(1024)
  const crew: WorkerContext['crew'] = {
    ...{ index, counters, workers: 2, client_threads: 2, threads: [0, 1, 2] },
    budget: { restarts: 0 },
    rings_to: (thread) => thread === 1 ? [ring, create_ring(512)] : [],
    each: (ask) =>
      Promise.all([0, 1, 2].map((thread) => {
        const loop = loops[thread] ?? (() => Promise.resolve(FIGURES))
        return ask({ loop } as unknown as ThreadApi, thread)
      })),
    ...change,
  }
  const watch = new LoopWatch(clock, () => ({ active: 1, idle: 3 }))
  return { context: { clock, watch, crew }, counters, ring, index, clock }
}

test('every thread has its report, with its role, and the supervisor comes last', async () => {
  const { context } = make()
  const reports = await worker_reports(context)
  assert.equal(reports.map(({ thread, role }) => [thread, role]), [
    [0, 'client'],
    [1, 'client'],
    [2, 'route'],
    [3, 'supervisor'],
  ])
  assert.ok(reports.every(({ answers }) => answers))
  assert.equal(reports.map(({ loop_delay_ms }) => loop_delay_ms), [3, 3, 3, 0])
  assert.equal(reports.map(({ busy }) => busy), [0.5, 0.5, 0.5, null])
})

test('where everything runs in one thread there is one report', async () => {
  const { context } = make({ workers: 0, client_threads: 1, threads: [0] })
  assert.equal((await worker_reports(context)).map(({ role }) => role), ['client'])
})

test('figures are those of the thread: messages of clients and routes together', async () => {
  const { context, counters } = make()
  const row = counters.row(1)
  row[Counter.in_client_messages] = 1
  row[Counter.in_route_messages] = 2
  row[Counter.in_client_bytes] = 10
  row[Counter.in_route_bytes] = 20
  row[Counter.out_client_messages] = 3
  row[Counter.out_route_messages] = 4
  row[Counter.out_client_bytes] = 30
  row[Counter.out_route_bytes] = 40
  row[Counter.connections] = 5
  row[Counter.routes] = 6
  row[Counter.plan_hits] = 7
  row[Counter.plan_misses] = 8
  row[Counter.doorbells] = 9
  row[Counter.ring_full] = 10
  const [idle, report] = await worker_reports(context)
  assert.equal([report.in_messages, report.in_bytes, report.out_messages, report.out_bytes], [3, 30, 7, 70])
  assert.equal([report.connections, report.routes, report.plan_hits, report.plan_misses], [5, 6, 7, 8])
  assert.equal([report.doorbells, report.ring_full], [9, 10])
  assert.equal([idle.in_messages, idle.out_bytes, idle.connections], [0, 0, 0])
})

test('what waits in the rings that lead to a thread is told with their size', async () => {
  const { context, ring } = make()
  const writer = new RingWriter(ring)
  writer.claim(20)
  writer.commit()
  writer.publish()
  const [other, report] = await worker_reports(context)
  assert.equal([report.ring_bytes, report.ring_capacity], [24, 1536])
  assert.equal([other.ring_bytes, other.ring_capacity], [0, 0])
})

test('a thread that does not answer in time holds nobody up', async () => {
  const { context, clock } = make({}, [() => new Promise(() => {})])
  const asked = worker_reports(context)
  clock.pass(500)
  const [stuck, other] = await asked
  assert.equal([stuck.answers, stuck.busy, stuck.loop_delay_ms], [false, null, 500])
  assert.is(other.answers, true)
})

test('what subscriptions use of the index grows with them, within what there is', () => {
  const { context, index } = make()
  const before = index_report(context)
  assert.is(before.subscriptions, 0)
  index.insert(entry_of({ subject: 'a.long.subject', sid: '1' }))
  const after = index_report(context)
  assert.is(after.subscriptions, 1)
  assert.ok(after.bytes_used > before.bytes_used && after.bytes_used < after.bytes_capacity)
  assert.is(after.bytes_capacity, before.bytes_capacity)
})

test.run()
