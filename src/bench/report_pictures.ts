import type { BenchReport } from './bench_report.ts'
export function report_pictures(_report: BenchReport): [string, string][] {
  return []
}
