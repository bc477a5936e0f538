import * as assert from 'uvu/assert'
import { command_lines, failure_lines, head_lines, is_limited, limit_warnings } from '../../src/bench/bench_report.ts'
import { suite } from '../harness.ts'
import { made_report } from './made_report.ts'

const test = suite('bench/bench_report')

test('the head names date, machine, cores, runtime, versions and parameters', () => {
  assert.equal(head_lines(made_report()), [
    '2026-11-29 00:39 UTC, Intel Xeon Processor, 2 cores, 24 GiB, linux 6.18 x64, 2 usable',
    'onehop 0.1.0 on Node 20.20.2; nats-server 2.9.10',
    'load: our own, in one process; not pinned: as a test',
    'median of 3 rounds in turns, fresh servers each, about 1 s each; latency at 10000 messages/s',
  ])
  assert.is(
    head_lines({ ...made_report(), load_before: 12.66 }).at(-1),
    'the machine was busy with other things when this began (load 12.7): do not trust the figures',
  )
  const scaled = head_lines({ ...made_report({ others: [] }), seconds: null, scale: 0.1, rounds: 1 })
  assert.is(scaled[1], 'onehop 0.1.0 on Node 20.20.2')
  assert.match(scaled[3], /^median of 1 round in turns, fresh servers each, --scale 0\.1; /)
})

test('where the generator was the limit each contender has one line, by its plainest case', () => {
  assert.equal(limit_warnings(made_report()), [])
  const lines = limit_warnings(made_report({ workers: [1], generator: 0.97, others: [] }))
  assert.is(lines.length, 1)
  assert.match(
    lines[0],
    /^\* 1 worker, in publish only, 1:1, .*one hop 1:1: the load generator was the limit \(97 % of a core;/,
  )
  assert.not.match(lines[0], /request-reply|one-way/)
})

test('latency is not limited by a generator that waits', () => {
  const busy = { busyness: { generator: 1, server: 0.1, server_cores: 1 } }
  assert.is(is_limited('rate', busy), true)
  assert.is(is_limited('paced', busy), false)
  assert.is(is_limited('round_trip', busy), false)
  assert.is(is_limited('rate', { busyness: null }), false)
})

test('failures are told with their place, and how to repeat it', () => {
  const lines = failure_lines(made_report({ workers: [0], others: [], failures: ['5 of 10 messages were lost'] }))
  assert.is(lines[1], 'FAILED 1:1, 0 workers: 5 of 10 messages were lost')
  assert.equal(failure_lines(made_report()), [])
  assert.equal(command_lines(made_report({ workers: [2] })), [
    '  2 workers: node main.js --workers 2 -c FILE',
    '  nats-server 2.9.10: nats-server -c FILE',
  ])
})

test.run()
