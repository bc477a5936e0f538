// What a run of the bench was asked for.
import { parseArgs } from 'node:util'
import { CLIENT_WORKERS_MAX } from '../base/limits.ts'
import { chosen_patterns, type Pattern, PATTERNS } from './pattern.ts'

export type Runtime = 'node' | 'deno'

export interface BenchSettings {
  /** Numbers of workers, each once. */
  readonly workers: readonly number[]
  readonly patterns: readonly Pattern[]
  /** Bytes of payloads. */
  readonly sizes: readonly number[]
  readonly rounds: number
  /** How long a load lasts, about; null: `scale` says how many messages it has. */
  readonly seconds: number | null
  readonly scale: number
  /** Messages per second where latency is measured at a steady pace. */
  readonly pace: number
  /** Programs of other servers; null: nats-server, if there is one. */
  readonly against: readonly string[] | null
  /** The folder of the pictures; null: none are drawn. */
  readonly out: string | null
  /** The file of all figures; null: `bench.json` beside the pictures. */
  readonly json: string | null
  /** The runtime of the servers; null: the one that runs this. */
  readonly runtime: Runtime | null
  /** The command of the server, as a list; null: this very program. */
  readonly server: readonly string[] | null
  /** A load generator with the flags of natsload; null: our own. */
  readonly generator: string | null
}

const OPTIONS = {
  workers: { type: 'string' },
  patterns: { type: 'string', default: '.' },
  sizes: { type: 'string', default: '16' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string' },
  scale: { type: 'string' },
  pace: { type: 'string', default: '10000' },
  against: { type: 'string' },
  out: { type: 'string', default: 'onehop-bench' },
  json: { type: 'string' },
  runtime: { type: 'string' },
  server: { type: 'string' },
  generator: { type: 'string' },
} as const

const SECONDS_DEFAULT = 1
const SIZE_MAX = 1 << 20

/** Wrong usage; the message says what is wrong. */
export class UsageError extends Error {}

/** Reads the arguments behind `bench`. Throws a UsageError. */
export function read_settings(argv: readonly string[], cores: number): BenchSettings {
  const given = read_flags(argv)
  if (given.seconds !== undefined && given.scale !== undefined) throw new UsageError('say --seconds or --scale')
  const has_scale = given.scale !== undefined
  return {
    workers: given.workers === undefined
      ? default_workers(cores)
      : numbers('workers', given.workers, 0, CLIENT_WORKERS_MAX),
    patterns: patterns_of(given.patterns),
    sizes: numbers('sizes', given.sizes, 0, SIZE_MAX),
    rounds: whole('rounds', given.rounds, 1, 1000),
    seconds: has_scale ? null : positive('seconds', given.seconds ?? String(SECONDS_DEFAULT)),
    scale: positive('scale', given.scale ?? '1'),
    pace: whole('pace', given.pace, 1, 1_000_000),
    against: given.against === undefined ? null : given.against === 'none' ? [] : given.against.split(','),
    out: given.out === 'none' ? null : given.out,
    json: given.json ?? null,
    runtime: runtime_of(given.runtime),
    server: given.server?.split(' ') ?? null,
    generator: given.generator ?? null,
  }
}

function read_flags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true }).values
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    // The first sentence says what is wrong, the rest how such a thing is quoted.
    throw new UsageError(text.split('. ')[0])
  }
}

/** 0, 1, 2, 4 and so on up to the cores, which come last. */
export function default_workers(cores: number): number[] {
  const last = Math.min(cores, CLIENT_WORKERS_MAX)
  const counts = [0]
  for (let count = 1; count < last; count *= 2) counts.push(count)
  return [...counts, last]
}

function patterns_of(text: string): Pattern[] {
  let words: RegExp
  try {
    words = new RegExp(text)
  } catch (error) {
    throw new UsageError(`--patterns: ${error instanceof Error ? error.message : error}`)
  }
  const chosen = chosen_patterns(words)
  if (chosen.length > 0) return chosen
  throw new UsageError(`no pattern matches ${text}; there are: ${PATTERNS.map(({ name }) => name).join(', ')}`)
}

function runtime_of(text: string | undefined): Runtime | null {
  if (text === undefined || text === 'node' || text === 'deno') return text ?? null
  throw new UsageError(`--runtime is node or deno, not ${text}`)
}

const numbers = (name: string, text: string, low: number, high: number): number[] =>
  [...new Set(text.split(',').map((part) => whole(name, part, low, high)))].sort((a, b) => a - b)

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isInteger(value) && value >= low && value <= high) return value
  throw new UsageError(`--${name}: ${JSON.stringify(text)} is no whole number from ${low} to ${high}`)
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new UsageError(`--${name}: ${JSON.stringify(text)} is no number above 0`)
}
