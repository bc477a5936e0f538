// The report as tables of text.
import {
  type BenchReport,
  command_lines,
  failure_lines,
  head_lines,
  is_limited,
  limit_warnings,
} from './bench_report.ts'
import type { CellResult } from './measurement.ts'
import { PERCENTILES } from './percentiles.ts'

const NOTHING = '-'

/** Everything, as it is printed. */
export function report_text(report: BenchReport): string {
  const parts = [
    head_lines(report),
    rate_table(report),
    latency_table(report),
    cpu_table(report),
    limit_warnings(report),
    failure_lines(report),
    ['servers:', ...command_lines(report)],
  ]
  return parts.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function rate_table(report: BenchReport): string[] {
  const cells = report.cells.filter(({ mode }) => mode !== 'paced')
  if (cells.length === 0) return []
  const names = report.contenders.map(({ name }) => name)
  const rows = cells.map(({ name, mode, unit, results }) => [
    `${name}, ${unit}`,
    ...in_order(
      names,
      results,
      (result) =>
        result.rate === null ? NOTHING : result.rate.toLocaleString('en-US') + (is_limited(mode, result) ? '*' : ''),
    ),
  ])
  return aligned([['per second', ...names], ...rows])
}

function latency_table(report: BenchReport): string[] {
  const rows = report.cells.filter(({ mode }) => mode !== 'rate').flatMap(({ name, results }) =>
    results.map(({ contender, latencies }) => [
      `${name}, ${contender}`,
      ...PERCENTILES.map(([, field]) => latencies === null ? NOTHING : latencies[field].toFixed(0)),
    ])
  )
  return rows.length === 0 ? [] : aligned([['latency, us', ...PERCENTILES.map(([name]) => name)], ...rows])
}

function cpu_table(report: BenchReport): string[] {
  const names = report.contenders.map(({ name }) => name)
  const rows = report.cells.map(({ name, results }) => [
    name,
    ...in_order(names, results, ({ cpu_us }) => cpu_us === null ? NOTHING : significant(cpu_us)),
  ])
  return aligned([['server cpu, us each', ...names], ...rows])
}

function in_order(names: string[], results: readonly CellResult[], text: (result: CellResult) => string): string[] {
  return names.map((name) => {
    const result = results.find(({ contender }) => contender === name)
    return result === undefined ? NOTHING : text(result)
  })
}

/** Three digits that matter: `0.142`, `1.25`, `43.1`, `1234`. */
export function significant(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))))
  return value.toFixed(digits)
}

/** Rows as lines: the first column to the left, all others to the right, each as wide as its widest word. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row.map((word, column) => column === 0 ? word.padEnd(widths[0]) : word.padStart(widths[column])).join('  ')
      .trimEnd()
  )
}
