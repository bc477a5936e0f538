// One load against fresh servers, and the middle of several such.
import type { Clock } from '../base/clock.ts'
import type { Contender } from './contender.ts'
import type { Generator, LoadResult } from './generator.ts'
import { type Busyness, usable_cores } from './limit.ts'
import { deliveries, type Load, type Pattern } from './pattern.ts'
import { type Latencies, median, median_latencies } from './percentiles.ts'
import { start_test_servers } from './test_servers.ts'

/** A load that only tells how many messages fit into the time is a tenth of one with `--scale 1`. */
const TRIAL_SHARE = 0.1
/** Payloads above so many bytes come in smaller numbers. */
const SIZE_FULL = 300

/** One pattern with one size of payloads. */
export interface Cell {
  readonly name: string
  readonly pattern: Pattern
  readonly size: number
}

export interface Sample {
  /** Per second. */
  readonly rate: number
  readonly latencies: Latencies | null
  readonly cpu_us: number | null
  readonly busyness: Busyness
}

export interface CellResult {
  readonly contender: string
  readonly workers: number | null
  /** Medians over the rounds; null if none has passed. */
  readonly rate: number | null
  readonly latencies: Latencies | null
  readonly cpu_us: number | null
  /** Of the round with the median rate. */
  readonly busyness: Busyness | null
  readonly samples: readonly Sample[]
  /** Why a round does not count. */
  readonly failures: readonly string[]
}

/** What all measurements of a run have in common. */
export interface MeasuringPlace {
  readonly clock: Clock
  readonly generator: Generator
  /** What stands in front of the servers' command. */
  readonly server_prefix: readonly string[]
  readonly server_cores: number
  /** null: scale says how many messages there are. */
  readonly seconds: number | null
  readonly scale: number
  readonly pace: number
}

export function cells_of(patterns: readonly Pattern[], sizes: readonly number[]): Cell[] {
  const suffix = (size: number) => sizes.length > 1 ? ` ${size} B` : ''
  return patterns.flatMap((pattern) => sizes.map((size) => ({ name: pattern.name + suffix(size), pattern, size })))
}

/** Messages of each publisher with a scale. */
export function scaled_messages({ pattern, size }: Cell, scale: number): number {
  return Math.max(1, Math.round(pattern.messages * scale * Math.min(1, SIZE_FULL / Math.max(1, size))))
}

/** Messages of each publisher that take so many seconds, as a trial had it. */
export function messages_for(seconds: number, trial: Load, { work, seconds: taken }: LoadResult): number {
  const per_message = deliveries({ ...trial, messages: 1 })
  return Math.max(trial.messages, Math.round(work / Math.max(taken, 1e-6) * seconds / per_message))
}

/** Measures once. Throws with the reason if that can not be or messages are lost. */
export async function measure(cell: Cell, contender: Contender, place: MeasuringPlace): Promise<Sample> {
  const { pattern, size } = cell
  const { clock, generator, seconds, pace } = place
  const servers = await start_test_servers([...place.server_prefix, ...contender.command], pattern.servers, clock)
  try {
    const load = (messages: number): Load => ({ pattern, size, messages, pace })
    let asked = load(scaled_messages(cell, place.scale))
    if (pattern.mode === 'paced') asked = load(Math.round(pace * (seconds ?? place.scale)))
    else if (seconds !== null) {
      const trial = load(scaled_messages(cell, TRIAL_SHARE))
      asked = load(messages_for(seconds, trial, await generator.run(trial, servers)))
    }
    return sample_of(await generator.run(asked, servers), contender, pattern.servers, place.server_cores)
  } finally {
    await servers.stop()
  }
}

function sample_of(result: LoadResult, { workers }: Contender, servers: number, cores: number): Sample {
  const { work, seconds, latencies, server_cpu_seconds, generator_share } = result
  return {
    rate: Math.round(work / seconds),
    latencies,
    cpu_us: server_cpu_seconds === null ? null : server_cpu_seconds * 1e6 / work,
    busyness: {
      generator: generator_share,
      server: server_cpu_seconds === null ? null : server_cpu_seconds / seconds,
      server_cores: usable_cores(workers, servers, cores),
    },
  }
}

/** What several rounds come to. */
export function cell_result({ name, workers }: Contender, samples: Sample[], failures: string[]): CellResult {
  const rate = median(samples.map((sample) => sample.rate))
  const present = <Value>(values: (Value | null)[]) => values.filter((value): value is Value => value !== null)
  return {
    ...{ contender: name, workers, rate, samples, failures },
    latencies: median_latencies(present(samples.map(({ latencies }) => latencies))),
    cpu_us: median(present(samples.map(({ cpu_us }) => cpu_us))),
    busyness: samples.find((sample) => sample.rate === rate)?.busyness ?? null,
  }
}
