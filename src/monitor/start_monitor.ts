// The monitoring port, put together: what the options ask for, and what it answers.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Options } from '../config/options.ts'
import { bare_host, format_address } from '../net/address.ts'
import { logged_material } from '../net/tls_material.ts'
import { make_basic_auth } from './basic_auth.ts'
import type { Dashboard } from './dashboard.ts'
import { Endpoints } from './endpoints.ts'
import { monitor_base_path, MonitorServer } from './http.ts'
import { profile_endpoint, type ProfileContext } from './profile_endpoints.ts'
import type { MonitorSource } from './reports.ts'

interface PortContext {
  readonly options: Options
  readonly log: Log
  readonly clock: Clock
}

export interface MonitorContext extends PortContext {
  readonly source: MonitorSource
  /** The page of the mesh. */
  readonly dashboard: Pick<Dashboard, 'at'>
  /** Without its secrets. */
  readonly command_line: readonly string[]
  /** Whether a password is that of a bcrypt hash. */
  check_hash(password: string, hash: string): Promise<boolean>
}

export interface RunningMonitor {
  readonly server: MonitorServer
  readonly address: { scheme: 'http' | 'https'; host: string; port: number }
}

/** Null: the options ask for none. Rejects with an Error whose message is the line for the log. */
export async function start_monitor(context: MonitorContext): Promise<RunningMonitor | null> {
  const { options, log, clock, check_hash } = context
  const { http_port, https_port, http_host: host } = options
  if (http_port === 0 && https_port === 0) return null
  const fault = (why: string) => new Error(`Can't start monitoring: ${why}`)
  if (http_port !== 0 && https_port !== 0) {
    throw fault(`can't specify both HTTP (${http_port}) and HTTPs (${https_port}) ports`)
  }
  if (https_port !== 0 && options.tls === null) throw fault('TLS cert and key required for HTTPS')
  const base_path = monitor_base_path(options.http_base_path)
  const endpoints = new Endpoints({ ...context, base_path, metrics_prefix: () => options.metrics_prefix })
  const server = new MonitorServer({
    base_path,
    at: (path) => endpoints.at(path) ?? context.dashboard.at(path),
    tls: https_port === 0 ? null : logged_material(options.tls!, 'monitoring', log),
    doorkeeper: make_basic_auth({ options, check_hash }),
    clock,
  }, log)
  const scheme = https_port === 0 ? 'http' : 'https'
  const port = await server.listen(bare_host(host), http_port || https_port)
  log.info(`Starting ${scheme} monitor on ${format_address(bare_host(host), port)}`)
  return { server, address: { scheme, host, port } }
}

/** Null: the options ask for none. Rejects as start_monitor does. */
export async function start_profiling(
  { options: { prof_port, host }, log, clock }: PortContext,
  profiles: ProfileContext,
): Promise<RunningMonitor | null> {
  if (prof_port === 0) return null
  const at = (path: string) => profile_endpoint(profiles, path)
  const server = new MonitorServer({ base_path: '', at, tls: null, doorkeeper: null, clock }, log)
  const port = await server.listen(bare_host(host), prof_port)
  log.info(`profiling port: ${port}`)
  return { server, address: { scheme: 'http', host, port } }
}
