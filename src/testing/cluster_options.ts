// What a cluster of a test, and what is done to it, can be told.
import type { Level } from '../base/log.ts'
import type { Configuration } from '../embedding/configuration.ts'
import type { EmbeddedServer } from '../embedding/embedded_server.ts'

/** A member by its number, beginning with 0, or by its name. */
export type MemberId = number | string

/** One server of the cluster. */
export interface ClusterMember {
  /** Its name: a, b, c where nothing else was said. */
  readonly name: string
  /** Where clients connect; it is the same after a restart. */
  readonly url: string
  /** The server itself. Throws while it is stopped; after a restart it is another one. */
  readonly server: EmbeddedServer
  /** Whether it runs, stands still, or has ended. */
  readonly state: 'running' | 'frozen' | 'stopped'
}

/** How a cluster is started. */
export interface ClusterOptions {
  /** What is lost, and how long something takes, follows from it: with the same seed the same happens. */
  seed?: number
  /** `virtual`: time stands still for the servers until `advance`, or whoever waits, moves it on. */
  clock?: 'real' | 'virtual'
  /** Of all servers, with the names of a configuration file; a function gives it for each by name. */
  configuration?: Configuration | ((name: string) => Configuration)
  /** Names of the servers; else a, b, c and so on. */
  names?: readonly string[]
  /** Gets every line that a server would write to its log. */
  log?(member: string, level: Level, text: string): void
}

/** What kind of partition it is. */
export interface PartitionOptions {
  /** What the first side sends is lost, what the second sends arrives. Nobody is told, as with `silent`. */
  oneWay?: boolean
  /** Nothing arrives and nobody is told, as with a broken cable. Otherwise connections end, and dials are refused. */
  silent?: boolean
}

/** What a mesh is waited for. */
export interface MeshWait {
  /** Milliseconds; 10,000 where nothing is said. */
  deadline?: number
  /** Only these; else all that run. */
  members?: readonly MemberId[]
}

/** Who has to know of a subscription. */
export interface InterestWait {
  /** Milliseconds; 10,000 where nothing is said. */
  deadline?: number
  /** Whose servers have to know; else all that run. */
  at?: MemberId | readonly MemberId[]
  /** Where the subscriber is; else anywhere. */
  from?: MemberId
  /** Its account; else that of clients without one. */
  account?: string
}

/** A client as `slow` knows it. */
export interface SlowClient {
  /** What it calls itself; '' without a name, or before it has said it. */
  readonly name: string
  /** The address that it comes from. */
  readonly host: string
  /** The port there. */
  readonly port: number
}
