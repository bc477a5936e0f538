import * as assert from 'uvu/assert'
import { cell_result, cells_of, messages_for, type Sample, scaled_messages } from '../../src/bench/measurement.ts'
import { PATTERNS } from '../../src/bench/pattern.ts'
import { suite } from '../harness.ts'

const test = suite('bench/measurement')
const [, one_to_one, fan_out] = PATTERNS
const cell = (size: number) => cells_of([one_to_one], [size])[0]

test('a cell is a pattern with a size, which is named if there are several', () => {
  assert.equal(cells_of([one_to_one], [16]).map(({ name }) => name), ['1:1'])
  assert.equal(cells_of([one_to_one, fan_out], [16, 1024]).map(({ name }) => name), [
    ...['1:1 16 B', '1:1 1024 B', 'fan-out 1:10 16 B', 'fan-out 1:10 1024 B'],
  ])
})

test('large payloads come in smaller numbers', () => {
  assert.is(scaled_messages(cell(16), 1), 2_000_000)
  assert.is(scaled_messages(cell(300), 0.1), 200_000)
  assert.is(scaled_messages(cell(3000), 1), 200_000)
  assert.is(scaled_messages(cell(0), 1e-9), 1)
})

test('a trial tells how many messages fit into the time', () => {
  const trial = { pattern: fan_out, size: 16, messages: 1000, pace: 1 }
  const took = (seconds: number) => ({
    ...{ seconds, work: 10_000, latencies: null, server_cpu_seconds: null, generator_share: null },
  })
  assert.is(messages_for(2, trial, took(0.1)), 20_000)
  // Never fewer than the trial had, and no division by nothing.
  assert.is(messages_for(0.001, trial, took(1)), 1000)
  assert.ok(Number.isFinite(messages_for(1, trial, took(0))))
})

test('of several rounds medians count, and how busy it was in the middle one', () => {
  const sample = (rate: number, cpu_us: number | null): Sample => ({
    ...{ rate, cpu_us, latencies: null, busyness: { generator: rate / 100, server: 1, server_cores: 1 } },
  })
  const result = cell_result({ name: '1 worker', workers: 1, command: [] }, [
    ...[sample(30, 2), sample(10, null), sample(20, 1)],
  ], ['lost'])
  assert.equal([result.rate, result.cpu_us, result.busyness?.generator, result.failures], [20, 2, 0.2, ['lost']])
  const none = cell_result({ name: '1 worker', workers: 1, command: [] }, [], ['lost'])
  assert.equal([none.rate, none.latencies, none.cpu_us, none.busyness], [null, null, null, null])
})

test.run()
