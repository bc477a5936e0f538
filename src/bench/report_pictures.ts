// The pictures of a report, by the names of their files.
import type { BenchReport } from './bench_report.ts'
import { cpu_picture } from './cpu_picture.ts'
import { latency_picture } from './latency_picture.ts'
import { throughput_picture } from './throughput_picture.ts'

/** Those that there is something for. */
export function report_pictures(report: BenchReport): [file: string, svg: string][] {
  const all: [string, string | null][] = [
    ['throughput.svg', throughput_picture(report)],
    ['latency.svg', latency_picture(report)],
    ['cpu.svg', cpu_picture(report)],
  ]
  return all.filter((one): one is [string, string] => one[1] !== null)
}
