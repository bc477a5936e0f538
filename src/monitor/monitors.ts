// What a server tells over HTTP, put together: monitoring and profiles, each on a port of its own. What monitoring tells can be asked
// without a port, too.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Options } from '../config/options.ts'
import type { Crew } from '../thread/crew.ts'
import type { MatcherPool } from '../thread/matcher_pool.ts'
import { Endpoints } from './endpoints.ts'
import type { Answer } from './http_answer.ts'
import { make_dashboard } from './mesh_desk.ts'
import { Parameters } from './parameters.ts'
import { crew_profiles } from './profile_endpoints.ts'
import type { MonitorSource } from './reports.ts'
import { parse_target } from './request_target.ts'
import { type RunningMonitor, start_monitor, start_profiling } from './start_monitor.ts'
import type { SystemDesk } from './system_desk.ts'

export interface MonitorsContext {
  readonly clock: Clock
  readonly log: Log
  readonly options: Options
  readonly source: MonitorSource
  readonly crew: Crew
  readonly pool: MatcherPool
  readonly server_id: string
  /** Without its secrets. */
  readonly command_line: readonly string[]
  /** Null: there is no system account. */
  readonly inbox: SystemDesk['inbox'] | null
  peers(): number
}

export interface MonitorPorts {
  monitor?: RunningMonitor['address']
  profile?: { host: string; port: number }
}

export class Monitors {
  #context: MonitorsContext
  #running: RunningMonitor[] = []

  constructor(context: MonitorsContext) {
    this.#context = context
  }

  /** Rejects with an Error whose message is the line for the log. */
  async start(): Promise<MonitorPorts> {
    const { clock, crew, pool, source, server_id, inbox } = this.#context
    const profile = this.#note(await start_profiling(this.#context, crew_profiles(crew, clock)))
    const monitor = this.#note(
      await start_monitor({
        ...this.#context,
        dashboard: make_dashboard({ clock, server_id, source, inbox, peers: () => this.#context.peers() }),
        check_hash: (password, hash) => pool.check_password(password, hash),
      }),
    )
    return { ...(profile && { profile }), ...(monitor && { monitor }) }
  }

  /** What monitoring answers at a path with parameters; null: there is nothing at that path. */
  async answer(target: string): Promise<Answer | null> {
    const { options, source, log, command_line } = this.#context
    const { path = '', query = '' } = parse_target(target) ?? {}
    const metrics_prefix = () => options.metrics_prefix
    const endpoints = new Endpoints({ source, log, command_line, base_path: '', metrics_prefix })
    return await endpoints.at(path)?.(new Parameters(query), {}) ?? null
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map(({ server }) => server.close()))
  }

  #note(running: RunningMonitor | null): RunningMonitor['address'] | undefined {
    if (running !== null) this.#running.push(running)
    return running?.address
  }
}
