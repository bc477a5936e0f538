// Reports for tests: made up, with as many workers and other servers as are asked for.
import type { BenchReport, ReportedCell } from '../../src/bench/bench_report.ts'
import { workers_name } from '../../src/bench/contender.ts'
import type { CellResult } from '../../src/bench/measurement.ts'
import { PATTERNS } from '../../src/bench/pattern.ts'

export interface Made {
  readonly workers?: readonly number[]
  readonly others?: readonly string[]
  readonly failures?: readonly string[]
  /** Of the busiest process of the generator. */
  readonly generator?: number
}

/** Rates grow by two thirds with each worker; other servers are as fast as two. */
export function made_report(
  { workers = [0, 1, 2], others = ['nats-server 2.9.10'], failures = [], generator = 0.5 }: Made = {},
): BenchReport {
  const contenders = [
    ...workers.map((count) => ({
      name: workers_name(count),
      workers: count,
      command: ['node', 'main.js', '--workers', String(count)],
    })),
    ...others.map((name) => ({ name, workers: null, command: [name.split(' ')[0]] })),
  ]
  const result =
    (mode: string, base: number) => ({ name, workers: count }: (typeof contenders)[number]): CellResult => ({
      ...{ contender: name, workers: count, failures, samples: [] },
      rate: failures.length > 0 ? null : Math.round(base * (1 + (count ?? 2) * 2 / 3)),
      latencies: mode === 'rate' || failures.length > 0
        ? null
        : { p50_us: 40 + base % 7, p90_us: 77.7, p99_us: 312, p999_us: 4096 },
      cpu_us: failures.length > 0 ? null : base > 100_000 ? 0.1423 : 43.21,
      busyness: failures.length > 0 ? null : { generator, server: 0.6, server_cores: 1 },
    })
  const cells = PATTERNS.map(({ name, mode, unit, servers, publishers, subscribers, queue }, i): ReportedCell => ({
    ...{ name, mode, unit, servers, publishers, subscribers, queue, size: 16 },
    results: contenders.map(result(mode, mode === 'rate' ? 1_234_567 * (i + 1) : 10_000 + i)),
  }))
  return {
    ...{
      date: '2026-11-29T00:39:12.345Z',
      machine: 'Intel Xeon Processor, 2 cores, 24 GiB, linux 6.18 x64',
      cores: 2,
      load_before: 0.1,
    },
    ...{
      runtime: 'Node 20.20.2',
      version: '0.1.0',
      generator: 'our own, in one process',
      pinning: 'not pinned: as a test',
    },
    ...{ rounds: 3, seconds: 1, scale: 1, pace: 10_000, seconds_taken: 240, contenders, cells },
  }
}
