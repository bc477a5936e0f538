// `bench`: throughput by number of workers, latency and processor time, side by side with another server.
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { system_clock } from '../base/clock.ts'
import { Interrupted, run_bench } from '../bench/bench_run.ts'
import { type BenchReport, failure_lines } from '../bench/bench_report.ts'
import { type BenchSettings, read_settings, UsageError } from '../bench/bench_settings.ts'
import { report_text } from '../bench/bench_tables.ts'
import { own_program } from '../bench/own_program.ts'
import type { LoadJob } from '../bench/load_job.ts'
import { run_load_process } from '../bench/load_process.ts'
import { PATTERNS } from '../bench/pattern.ts'
import { report_pictures } from '../bench/report_pictures.ts'
import type { Command, CommandCall, CommandResult } from './command.ts'

const INTERRUPTED_EXIT = 130
const JSON_FILE = 'bench.json'

const HELP = `
Usage: onehop bench [options]

Measures how much this machine's servers pass on: for each pattern of load and each number of workers, with fresh servers on
loopback and load from processes of its own. Prints tables, and writes all figures as JSON and three pictures as SVG.

Patterns:

${
  PATTERNS.map(({ name, publishers, subscribers, servers, mode }) =>
    `    ${name.padEnd(18)} ${words_of(publishers, subscribers, servers, mode)}\n`
  ).join('')
}
What is measured:

    --workers LIST      Numbers of workers (default 0, 1, 2, 4 ... up to the cores)
    --patterns REGEX    Patterns whose names match (default all)
    --sizes LIST        Bytes of a payload (default 16)
    --against LIST      Other servers to measure in turns with this one: programs, or none (default nats-server, if it is in PATH)
    --runtime WORD      Runtime of the servers: node or deno (default: the one that runs this)
    --server COMMAND    Command of the server (default: this program)
    --generator FILE    A load generator with the flags of natsload (default: our own)

How long:

    --rounds N          Rounds; of each figure the median counts (default 3)
    --seconds N         How long a load lasts, about (default 1)
    --scale N           Instead: so many times the number of messages that a load has by itself
    --pace N            Messages per second where latency is measured at a steady pace (default 10000)

What is written:

    --out FOLDER        Folder of the pictures, or none (default onehop-bench)
    --json FILE         File of all figures (default ${JSON_FILE} in that folder)

Where the load generator was the limit, figures have a star, and a line says so: the server could do more.

Status: 0, all has been measured; 1, something failed; 2, wrong usage; 130, interrupted.

`

function words_of(publishers: number, subscribers: number, servers: number, mode: string): string {
  if (mode === 'round_trip') return 'one request at a time, answered by another client: the time until the answer'
  if (mode === 'paced') return 'a steady number of messages per second: the time until each comes'
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
  const who = `${count(publishers, 'publisher')}, ${
    subscribers === 0 ? 'nobody subscribes' : count(subscribers, 'subscriber')
  }`
  return servers > 1 ? `${who} at another server of the mesh` : who
}

export const BENCH_COMMAND: Command = { help: HELP, run: run_command }

async function run_command(call: CommandCall): Promise<CommandResult> {
  const { argv } = call
  if (argv.includes('--help') || argv.includes('-h')) return { stdout: HELP, stderr: '', exit: 0 }
  // A process of the load generator, started by a run of this command.
  if (argv[0] === 'load') return await run_load(argv[1] ?? '')
  const cores = availableParallelism()
  try {
    const settings = read_settings(argv, cores)
    const surroundings = { terminal: call.terminal, clock: system_clock(), cores, own: own_program() }
    const report = await run_bench(settings, { ...surroundings, interrupted: call.interrupted() })
    const written = write_report(report, settings)
    const stdout = `${report_text(report)}\n${written.map((file) => `wrote ${file}\n`).join('')}`
    return { stdout, stderr: '', exit: failure_lines(report).length > 0 ? 1 : 0 }
  } catch (error) {
    if (error instanceof Interrupted) return { stdout: '', stderr: 'interrupted\n', exit: INTERRUPTED_EXIT }
    const is_usage = error instanceof UsageError
    const text = error instanceof Error ? error.message : String(error)
    const hint = is_usage ? 'see: onehop help bench\n' : ''
    return { stdout: '', stderr: `onehop bench: ${text}\n${hint}`, exit: is_usage ? 2 : 1 }
  }
}

async function run_load(job: string): Promise<CommandResult> {
  const tell = (news: unknown) => void process.stdout.write(`${JSON.stringify(news)}\n`)
  try {
    await run_load_process(JSON.parse(job) as LoadJob, { input: process.stdin, tell, clock: system_clock() })
    return { stdout: '', stderr: '', exit: 0 }
  } catch (error) {
    return { stdout: '', stderr: `${error instanceof Error ? error.message : error}\n`, exit: 1 }
  }
}

/** Writes the JSON file and the pictures; gives their paths. */
function write_report(report: BenchReport, { out, json }: BenchSettings): string[] {
  const files = new Map<string, string>()
  const figures = json ?? (out === null ? null : join(out, JSON_FILE))
  if (figures !== null) files.set(figures, `${JSON.stringify(report, null, 1)}\n`)
  if (out !== null) { for (const [name, svg] of report_pictures(report)) files.set(join(out, name), svg) }
  for (const [file, text] of files) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return [...files.keys()]
}
