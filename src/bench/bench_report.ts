// All that a run has found, with what is needed to repeat it: one object, which is the JSON file, and its words.
import { type Busyness, generator_was_limit, limit_text } from './limit.ts'
import type { CellResult } from './measurement.ts'
import type { LoadMode } from './pattern.ts'

export interface ReportedCell {
  readonly name: string
  readonly mode: LoadMode
  readonly unit: string
  readonly size: number
  readonly servers: number
  readonly publishers: number
  readonly subscribers: number
  readonly queue: string
  readonly results: readonly CellResult[]
}

export interface ReportedContender {
  readonly name: string
  readonly workers: number | null
  readonly command: readonly string[]
}

export interface BenchReport {
  /** When it began, as ISO 8601. */
  readonly date: string
  readonly machine: string
  readonly cores: number
  /** Mean number of busy threads of the machine in the minute before; 0 where the system does not tell. */
  readonly load_before: number
  /** Of the servers. */
  readonly runtime: string
  readonly version: string
  readonly generator: string
  readonly pinning: string
  readonly rounds: number
  readonly seconds: number | null
  readonly scale: number
  readonly pace: number
  readonly seconds_taken: number
  readonly contenders: readonly ReportedContender[]
  readonly cells: readonly ReportedCell[]
}

/** From so many busy threads per core on, what else the machine does is told. */
const BUSY_SHARE = 0.75

/** True if a figure says how fast the load generator is. */
export const is_limited = (mode: LoadMode, { busyness }: Pick<CellResult, 'busyness'>): boolean =>
  mode === 'rate' && busyness !== null && generator_was_limit(busyness)

/** How it was measured, a line each. */
export function head_lines(report: BenchReport): string[] {
  const { seconds, scale, rounds, pace } = report
  const length = seconds === null ? `--scale ${scale}` : `about ${seconds} s each`
  const others = report.contenders.filter(({ workers }) => workers === null).map(({ name }) => name)
  return [
    `${report.date.slice(0, 16).replace('T', ' ')} UTC, ${report.machine}, ${report.cores} usable`,
    [`onehop ${report.version} on ${report.runtime}`, ...others].join('; '),
    `load: ${report.generator}; ${report.pinning}`,
    `median of ${rounds} ${
      rounds === 1 ? 'round' : 'rounds'
    } in turns, fresh servers each, ${length}; latency at ${pace} messages/s`,
    ...busy_lines(report),
  ]
}

function busy_lines({ load_before, cores }: BenchReport): string[] {
  if (load_before < BUSY_SHARE * cores) return []
  return [
    `the machine was busy with other things when this began (load ${load_before.toFixed(1)}): do not trust the figures`,
  ]
}

/** One line for each contender whose figures are those of the load generator, by the cell where that is plainest. */
export function limit_warnings(report: BenchReport): string[] {
  return report.contenders.flatMap(({ name }) => {
    const limited = report.cells.flatMap(({ name: cell, mode, results }) =>
      results.filter((result) => result.contender === name && is_limited(mode, result)).map((result) => ({
        ...{ cell, busyness: result.busyness as Busyness },
      }))
    )
    if (limited.length === 0) return []
    const share = ({ busyness }: { busyness: Busyness }) => (busyness.server ?? 0) / busyness.server_cores
    const [plainest] = [...limited].sort((a, b) => share(a) - share(b))
    const where = limited.map(({ cell }) => cell).join(', ')
    return [`* ${limit_text(`${name}, in ${where}`, plainest.busyness)}`]
  })
}

/** What did not count, and why. */
export function failure_lines(report: BenchReport): string[] {
  return report.cells.flatMap(({ name, results }) =>
    results.flatMap(({ contender, failures }) => failures.map((text) => `FAILED ${name}, ${contender}: ${text}`))
  )
}

/** How to repeat it: the commands of the servers. */
export const command_lines = (report: BenchReport): string[] =>
  report.contenders.map(({ name, command }) => `  ${name}: ${command.join(' ')} -c FILE`)
