import * as assert from 'uvu/assert'
import type { Family, Labels } from '../../src/monitor/metrics_text.ts'
import { own_metrics, type OwnFigures } from '../../src/monitor/own_metrics.ts'
import { suite } from '../harness.ts'
import { NOW_MS, sample_index, sample_route, sample_server, sample_totals, sample_worker } from './samples.ts'

const test = suite('monitor/own_metrics')

const figures = (change: Partial<OwnFigures> = {}): OwnFigures => ({
  server_id: 'N1',
  server: sample_server(),
  workers: [
    sample_worker(0),
    sample_worker(1, { role: 'route', answers: false }),
    sample_worker(2, { role: 'supervisor', busy: null }),
  ],
  index: sample_index(),
  routes: [sample_route(1), sample_route(2, { last_activity_ms: NOW_MS - 1000 })],
  totals: sample_totals(),
  ...change,
})

const of = (families: readonly Family[], name: string) => families.find((each) => each.name === `onehop_${name}`)!
const value = (families: readonly Family[], name: string, labels: Labels = {}) =>
  of(families, name).samples.find((each) => Object.entries(labels).every(([key, text]) => each.labels[key] === text))!
    .value

test('every name begins as ours do, occurs once, and every sample names the server', () => {
  const families = own_metrics(figures())
  assert.is(new Set(families.map(({ name }) => name)).size, families.length)
  for (const { name, type, help, samples } of families) {
    assert.ok(name.startsWith('onehop_') && help !== '', name)
    assert.is(type === 'counter', name.endsWith('_total'), name)
    assert.ok(samples.every(({ labels }) => labels.server_id === 'N1'), name)
  }
})

test('workers have their figures, and the supervisor those of its loop', () => {
  const families = own_metrics(figures())
  assert.is(value(families, 'worker_in_messages_total', { worker: '0' }), 3)
  assert.is(value(families, 'worker_ring_bytes', { worker: '1', role: 'route' }), 11)
  assert.is(value(families, 'worker_loop_delay_seconds', { worker: '2', role: 'supervisor' }), 0.0015)
  assert.equal(of(families, 'worker_connections').samples.length, 2)
  assert.equal(of(families, 'worker_up').samples.map(({ value }) => value), [1, 0, 1])
  assert.equal(
    of(families, 'worker_busy_ratio').samples.map(({ labels }) => labels.worker),
    ['0', '1'],
    'what is known',
  )
})

test('the server has its figures', () => {
  const families = own_metrics(figures())
  assert.equal(of(families, 'info').samples[0].labels.server_name, 'alpha')
  assert.is(value(families, 'process_cpu_seconds_total', { mode: 'user' }), 1.5)
  assert.is(value(families, 'slow_consumers_total', { kind: 'route' }), 2)
  assert.is(value(families, 'stale_connections_total', { kind: 'client' }), 3)
  assert.equal(
    ['index_used_bytes', 'dropped_total', 'interest_repairs_total', 'worker_restarts_total', 'stalls_total']
      .map((name) => value(families, name)),
    [1000, 2, 3, 4, 13],
  )
})

test('connections to one peer are put together: it is as silent as the one that spoke last', () => {
  const families = own_metrics(figures())
  assert.equal(of(families, 'peer_connections').samples, [
    { labels: { server_id: 'N1', remote_id: 'NPEER', remote_name: 'beta' }, value: 2 },
  ])
  assert.is(value(families, 'peer_silence_seconds'), 1)
  assert.is(of(own_metrics(figures({ routes: [] })), 'peer_connections').samples.length, 0)
})

test('round trips are a histogram, in seconds', () => {
  const { type, samples } = of(own_metrics(figures()), 'route_rtt_seconds')
  assert.is(type, 'histogram')
  const buckets = samples.filter(({ series }) => series === '_bucket')
  assert.equal(buckets.slice(0, 3).map(({ labels, value }) => [labels.le, value]), [['0.0001', 0], ['0.00025', 0], [
    '0.0005',
    2,
  ]])
  assert.equal(buckets.at(-1)!.labels.le, '+Inf')
  assert.equal(samples.slice(-2).map(({ series, value }) => [series, value]), [['_sum', 2.0006], ['_count', 3]])
})

test.run()
