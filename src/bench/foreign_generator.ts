// A load generator that is a program of somebody else: it takes the flags of scripts/load/natsload.c and prints one line of JSON.
import { basename } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { ChildProgram } from './child_program.ts'
import type { Generator, LoadResult } from './generator.ts'
import { LOAD_SUBJECT } from './load_job.ts'
import { deliveries, type Load } from './pattern.ts'
import type { TestServers } from './test_servers.ts'

const SETTLE_MS = 200
const TIMEOUT_SECONDS = 60

/** command: the program, with what stands in front of it. */
export function foreign_generator(command: readonly string[], path: string, clock: Clock): Generator {
  return {
    said: generator_name(path),
    async run(load, servers) {
      const lines: string[] = []
      const program = new ChildProgram([...command, ...generator_flags(load, servers)], (line) => lines.push(line))
      const timer = clock.after((TIMEOUT_SECONDS + 10) * 1000, () => void program.child.kill('SIGKILL'))
      const end = await program.ended
      timer.cancel()
      const json = lines.find((line) => line.startsWith('{'))
      if (program.child.exitCode !== 0 || json === undefined) {
        throw new Error(`the load generator: ${end} ${json ?? ''}`)
      }
      return generator_result(JSON.parse(json), load)
    },
  }
}

/** Its file's name, without the digest that a build may have put behind it. */
export const generator_name = (path: string): string => basename(path).replace(/-[0-9a-f]{16}$/, '')

/** The flags for one load. */
export function generator_flags(load: Load, { ports, pids }: Pick<TestServers, 'ports' | 'pids'>): string[] {
  const { pattern, size, messages, pace } = load
  const addresses = ['--pub-addr', `127.0.0.1:${ports[0]}`, '--sub-addr', `127.0.0.1:${ports.at(-1)}`]
  const common = [...addresses, '--pid', pids.join(','), '--settle', SETTLE_MS, '--timeout', TIMEOUT_SECONDS]
  const kind = {
    rate: ['--mode', 'tput', '--pubs', pattern.publishers, '--subs', pattern.subscribers, '--msgs', messages],
    round_trip: ['--mode', 'rtt', '--msgs', messages],
    paced: ['--mode', 'lat', '--rate', pace, '--dur', messages / pace],
  }[pattern.mode]
  const queue = pattern.queue === '' ? [] : ['--queue', pattern.queue]
  return [...kind, ...queue, '--size', size, '--subject', LOAD_SUBJECT, ...common].map(String)
}

/** What its JSON says of a load. What it does not say is null. */
export function generator_result(json: Record<string, unknown>, load: Load): LoadResult {
  const number = (...names: string[]) => {
    const value = names.map((name) => json[name]).find((value) => typeof value === 'number')
    return typeof value === 'number' ? value : null
  }
  const { mode } = load.pattern
  const work = mode === 'rate' ? deliveries(load) : number('n', 'got') ?? load.messages
  const per_second = number('rps')
  const seconds = number('sec') ?? (per_second ? work / per_second : load.messages / load.pace)
  const cpu_us = number('cpu_us_per_msg', 'cpu_us_per_req')
  const load_cpu_seconds = number('load_cpu_sec')
  const us = (name: string) => number(name) ?? 0
  return {
    ...{ seconds, work, server_cpu_seconds: cpu_us === null ? null : cpu_us * work / 1e6 },
    // At a steady pace it looks for messages without a pause, and for some time after the last: that says nothing.
    generator_share: load_cpu_seconds === null || mode === 'paced' ? null : load_cpu_seconds / seconds,
    latencies: mode === 'rate'
      ? null
      : { p50_us: us('p50_us'), p90_us: us('p90_us'), p99_us: us('p99_us'), p999_us: us('p999_us') },
  }
}
