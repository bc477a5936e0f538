// What a server is started with besides its options, and what it tells of itself.
import type { ResourceLimits } from 'node:worker_threads'
import type { WriteLine } from './base/log.ts'
import type { Options } from './config/options.ts'
import type { ClientChange } from './connection/client_news.ts'
import type { Hooks } from './connection/hooks.ts'
import type { ServerEvent } from './monitor/event_ring.ts'

/** What a start needs besides the options. */
export interface ServerStart {
  /** Where log lines go. */
  write_log: WriteLine
  /** As logs show it; absent: no file. */
  config_file?: string
  config_digest?: string
  /** As monitoring shows it: without secrets. Absent: the server is a part of another program. */
  command_line?: readonly string[]
  /** What an embedding program decides and sees. */
  hooks?: Hooks
  /** Limits of each worker thread. */
  resource_limits?: ResourceLimits
  /** The server can not go on: it has been stopped. */
  on_fatal?(cause: string): void
  /** Reads the configuration again. Throws an Error with what is wrong. Absent: it can not be. */
  load_again?(): Configuration
  /** What happens, as it happens. */
  happened?(event: ServerEvent): void
  client_changed?(change: ClientChange): void
  /** Options are taken over; what is outside of the server follows. The log is the new one before `say` is called. */
  reloaded?(before: Options, now: Options, ports: ServerPorts): void
}

export interface Configuration {
  readonly options: Options
  /** '' without a file. */
  readonly digest: string
}

/** A start that failed; the message is the line that the operator gets. */
export class StartError extends Error {
  override name = 'StartError'
}

export interface ServerPorts {
  client: { host: string; port: number }
  websocket?: { host: string; port: number }
  cluster?: { host: string; port: number }
  monitor?: { scheme: 'http' | 'https'; host: string; port: number }
  profile?: { host: string; port: number }
}
