// A configuration that is judged, and what the judges ask of the machine that it is for.
import type { Contradiction } from '../config/checks.ts'
import type { OPTION_TABLE, Options } from '../config/options.ts'
import { option_place } from './option_place.ts'
import { entries_under, type Place, place_in, type Sources } from './place.ts'

export interface PortOwner {
  readonly pid: number
  /** As the system calls the program. */
  readonly name: string
}

/** What the machine tells. */
export interface Machine {
  readonly now_ms: number
  /** Null: nobody tells, or there is none. */
  readonly open_files_limit: number | null
  /** Its own, loopback too. */
  readonly addresses: readonly string[]
  /** The addresses of a host. Rejects with the reason. */
  resolve(host: string): Promise<string[]>
  /** The hosts of a service. Rejects with the reason. */
  services(name: string): Promise<{ name: string; port: number }[]>
  /** Listens there for a moment; 0 is any port. Rejects as node:net does. */
  listen(address: string, port: number): Promise<void>
  /** Opens a syslog, '' that of this machine, and closes it again. Rejects with the reason. */
  reach_syslog(url: string): Promise<void>
  /** Who listens on a port; null: unknown. */
  port_owner(port: number): PortOwner | null
}

export interface Judged {
  readonly options: Options
  /** What among them does not go together. */
  readonly contradictions: readonly Contradiction[]
  readonly sources: Sources
  readonly machine: Machine
}

/** Where an option of the top level was said. */
export function top_place({ sources }: Judged, name: keyof typeof OPTION_TABLE): string {
  return option_place(name, sources).text
}

/** Where it stands in the file: names from the top down, each with its aliases behind blanks. The innermost that is there counts. */
export function file_place({ sources }: Judged, ...path: string[]): string {
  let blocks = sources.file
  let place: Place = place_in([])
  for (const names of path) {
    blocks = entries_under(blocks, names)
    if (blocks.length === 0) break
    place = place_in(blocks)
  }
  return place.text
}
