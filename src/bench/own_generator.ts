// The load generator that comes with the program: processes of this very program, told what to do over their input.
import type { Clock } from '../base/clock.ts'
import { ChildProgram, pause } from './child_program.ts'
import { cpu_seconds } from './cpu_time.ts'
import type { Generator, LoadResult } from './generator.ts'
import { type LoadJob, type LoadNews, split_job } from './load_job.ts'
import { deliveries, type Load } from './pattern.ts'
import type { TestServers } from './test_servers.ts'

/** For interest to be known everywhere, and for what the connections cost to be over. */
const SETTLE_MS = 200
const COUNT_MS = 10
/** No message for so long, and some are missing: they are lost. */
const SILENCE_MS = 10_000

type News<Kind extends LoadNews['news']> = Extract<LoadNews, { news: Kind }>

/** One process of the load, and what it told last. */
class LoadProgram {
  readonly program: ChildProgram
  readonly job: LoadJob
  /** Resolves if it ends, which it should not. */
  readonly failed: Promise<never>
  readonly #waiting = new Map<string, (news: LoadNews) => void>()

  constructor(command: readonly string[], job: LoadJob) {
    this.job = job
    this.program = new ChildProgram([...command, JSON.stringify(job)], (line) => {
      const news = JSON.parse(line) as LoadNews
      this.#waiting.get(news.news)?.(news)
    })
    this.failed = this.program.ended.then((text) => {
      throw new Error(`the load generator: ${text}`)
    })
    // When it is stopped in the end nobody waits any more.
    this.failed.catch(() => {})
  }

  next<Kind extends LoadNews['news']>(kind: Kind): Promise<News<Kind>> {
    const told = new Promise<News<Kind>>((resolve) => this.#waiting.set(kind, (news) => resolve(news as News<Kind>)))
    return Promise.race([told, this.failed])
  }
}

/** command: what a process of the load is started with, before its job. */
export function own_generator(command: readonly string[], processes: number, clock: Clock): Generator {
  return {
    said: `our own, in ${processes === 1 ? 'one process' : `${processes} processes`}`,
    async run(load, servers) {
      const programs = split_job(job_of(load, servers), processes).map((job) => new LoadProgram(command, job))
      try {
        await Promise.all(programs.map((program) => program.next('ready')))
        await pause(clock, SETTLE_MS)
        return await (load.pattern.mode === 'rate' ? run_rate : run_timed)(programs, load, servers, clock)
      } finally {
        await Promise.all(programs.map(({ program }) => program.stop(clock)))
      }
    },
  }
}

function job_of({ pattern, size, messages, pace }: Load, { ports }: TestServers): LoadJob {
  const { mode, publishers, subscribers, queue } = pattern
  const publish_port = ports[0]
  return { mode, publishers, subscribers, queue, size, messages, pace, publish_port, subscribe_port: ports.at(-1)! }
}

const used_since = (before: number | null, pids: readonly number[]): number | null => {
  const now = cpu_seconds(pids)
  return before === null || now === null ? null : now - before
}

async function run_timed(programs: LoadProgram[], load: Load, servers: TestServers): Promise<LoadResult> {
  const [one] = programs
  const before = cpu_seconds(servers.pids)
  const told = one.next('timed')
  one.program.tell('go')
  const { seconds, latencies, cpu_seconds: used } = await told
  return {
    ...{ seconds, latencies, work: load.messages, generator_share: used / seconds },
    server_cpu_seconds: used_since(before, servers.pids),
  }
}

async function run_rate(
  programs: LoadProgram[],
  load: Load,
  servers: TestServers,
  clock: Clock,
): Promise<LoadResult> {
  const publishing = programs.filter(({ job }) => job.publishers > 0)
  const before = cpu_seconds(servers.pids)
  const told = Promise.all(publishing.map((program) => program.next('published')))
  for (const { program } of programs) program.tell('go')
  const published = await told
  const counts = await all_have_come(programs, load, clock)
  const began_ms = Math.min(...published.map((one) => one.began_ms))
  const is_counted = load.pattern.subscribers > 0
  const ends = is_counted ? counts.map(({ last_ms }) => last_ms) : published.map(({ ended_ms }) => ended_ms)
  const seconds = (Math.max(...ends) - began_ms) / 1000
  return {
    ...{ seconds, work: deliveries(load), latencies: null },
    generator_share: Math.max(...counts.map(({ cpu_seconds: used }) => used / seconds)),
    server_cpu_seconds: used_since(before, servers.pids),
  }
}

/** Asks again and again how far the subscribers are. */
async function all_have_come(programs: LoadProgram[], load: Load, clock: Clock): Promise<News<'counted'>[]> {
  const expected = load.pattern.subscribers > 0 ? deliveries(load) : 0
  let heard_ms = clock.now_ms()
  let before = 0
  for (;;) {
    const told = Promise.all(programs.map((program) => program.next('counted')))
    for (const { program } of programs) program.tell('count')
    const counts = await told
    const got = counts.reduce((sum, one) => sum + one.got, 0)
    if (got === expected) return counts
    if (got > expected) throw new Error(`${got} messages came of ${expected}`)
    if (got > before) heard_ms = clock.now_ms()
    if (clock.now_ms() - heard_ms > SILENCE_MS) throw new Error(`${expected - got} of ${expected} messages were lost`)
    before = got
    await pause(clock, COUNT_MS)
  }
}
