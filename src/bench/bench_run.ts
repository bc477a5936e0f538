// A run of the bench: for each cell, round by round, every contender in turn, so that what else the machine does hits all of them.
import { loadavg } from 'node:os'
import type { Clock } from '../base/clock.ts'
import { ONEHOP_VERSION } from '../base/version.ts'
import { machine_text } from './bench_machine.ts'
import type { BenchReport } from './bench_report.ts'
import type { BenchSettings } from './bench_settings.ts'
import { significant } from './bench_tables.ts'
import { kill_programs, output_of } from './child_program.ts'
import { all_contenders, type Contender, server_command, version_name } from './contender.ts'
import { foreign_generator } from './foreign_generator.ts'
import {
  type Cell,
  cell_result,
  type CellResult,
  cells_of,
  measure,
  type MeasuringPlace,
  type Sample,
} from './measurement.ts'
import { own_generator } from './own_generator.ts'
import { type OwnProgram, start_command } from './own_program.ts'
import { own_pinning, type Pinning } from './pinning.ts'
import { Progress, type ProgressTerminal } from './progress.ts'

/** What a load takes besides its messages: a server that starts and ends, and connections that settle. */
const AROUND_MS = 1500
/** A mesh has to form as well. */
const MESH_MS = 700

export interface BenchSurroundings {
  readonly terminal: ProgressTerminal
  readonly clock: Clock
  /** Cores that this process may use. */
  readonly cores: number
  readonly own: OwnProgram
  readonly interrupted: AbortSignal
}

/** Ctrl-C: there is nothing to report. */
export class Interrupted extends Error {}

/** Measures all that was asked for. Throws an Interrupted, or what keeps it from beginning. */
export async function run_bench(settings: BenchSettings, surroundings: BenchSurroundings): Promise<BenchReport> {
  const { clock, cores, own, interrupted } = surroundings
  const date = new Date(clock.wall_ms()).toISOString()
  const began_ms = clock.now_ms()
  const [load_before] = loadavg()
  const pinning = own_pinning(cores)
  const server = server_command(settings, own)
  const contenders = await all_contenders(settings, server)
  const runtime = await output_of([server[0], '--version'])
  if (runtime === null) throw new Error(`can not start ${server[0]}`)
  const generator = generator_of(settings, pinning, own, clock)
  const { seconds, scale, pace } = settings
  const place = {
    clock,
    generator,
    server_prefix: pinning.server,
    server_cores: pinning.server_cores,
    seconds,
    scale,
    pace,
  }
  const cells = cells_of(settings.patterns, settings.sizes)
  interrupted.addEventListener('abort', kill_programs)
  const results = await measure_all(cells, contenders, place, settings.rounds, surroundings)
  return {
    ...{ date, machine: machine_text(), cores, load_before, runtime: version_name(runtime), version: ONEHOP_VERSION },
    ...{ generator: generator.said, pinning: pinning.said, rounds: settings.rounds, seconds, scale, pace, contenders },
    seconds_taken: Math.round((clock.now_ms() - began_ms) / 1000),
    cells: cells.map(({ name, size, pattern }, i) => {
      const { mode, unit, servers, publishers, subscribers, queue } = pattern
      return { name, mode, unit, size, servers, publishers, subscribers, queue, results: results[i] }
    }),
  }
}

function generator_of({ generator }: BenchSettings, pinning: Pinning, own: OwnProgram, clock: Clock) {
  if (generator !== null) return foreign_generator([...pinning.load, generator], generator, clock)
  const command = [...pinning.load, ...start_command(own.runtime, own.binary, own.script), 'bench', 'load']
  return own_generator(command, pinning.load_processes, clock)
}

/** What a load is thought to take. */
export function planned_ms({ pattern }: Cell, seconds: number | null): number {
  const load_ms = (seconds ?? 1) * 1000 * (seconds === null || pattern.mode === 'paced' ? 1 : 1.2)
  return AROUND_MS + load_ms + (pattern.servers > 1 ? MESH_MS : 0)
}

async function measure_all(
  cells: readonly Cell[],
  contenders: readonly Contender[],
  place: MeasuringPlace,
  rounds: number,
  { terminal, clock, interrupted }: BenchSurroundings,
): Promise<CellResult[][]> {
  const total_ms = cells.reduce((sum, cell) => sum + planned_ms(cell, place.seconds) * contenders.length * rounds, 0)
  const progress = new Progress(terminal, clock, total_ms)
  interrupted.addEventListener('abort', () => progress.end())
  const all: CellResult[][] = []
  for (const cell of cells) {
    const found = contenders.map((contender) => ({ contender, samples: [] as Sample[], failures: [] as string[] }))
    for (let round = 1; round <= rounds; round++) {
      for (const { contender, samples, failures } of found) {
        const label = `${cell.name}, ${contender.name}, round ${round} of ${rounds}`
        progress.begin(label)
        let result = 'FAILED'
        try {
          const sample = await measure(cell, contender, place)
          samples.push(sample)
          result = sample_text(cell, sample)
        } catch (error) {
          if (interrupted.aborted) throw new Interrupted('interrupted')
          failures.push(error instanceof Error ? error.message : String(error))
        }
        progress.done(label, result, planned_ms(cell, place.seconds))
      }
    }
    all.push(found.map(({ contender, samples, failures }) => cell_result(contender, samples, failures)))
  }
  progress.end()
  return all
}

/** A measurement in few words. */
function sample_text({ pattern }: Cell, { rate, latencies }: Sample): string {
  if (latencies === null) return `${rate.toLocaleString('en-US')} ${pattern.unit} per second`
  return `p50 ${significant(latencies.p50_us)} us, p99 ${significant(latencies.p99_us)} us`
}
