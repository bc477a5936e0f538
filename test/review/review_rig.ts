// Configurations for the tests of what is found out about them.
import { parse_flags } from '../../src/config/flags.ts'
import { all_contradictions, complete_said, read_said, type Said } from '../../src/config/said.ts'
import type { Judged, Machine } from '../../src/review/judged.ts'
import { sources_of } from '../../src/review/place.ts'

export type Environment = Record<string, string>

/** What the file `f` and flags say, the flags put over it. Without a text there is no file. */
export function said_by(text: string | null, argv: string[] = [], environment: Environment = {}): Said {
  const said = raw_said(text, argv, environment)
  const { errors, refusals } = said.problems
  if (errors.length + refusals.length > 0) throw new Error(`${[...errors, ...refusals].join('\n')}\n${text}`)
  complete_said(said)
  return said
}

/** The same before anything is judged. */
export function raw_said(text: string | null, argv: string[] = [], environment: Environment = {}): Said {
  const line = parse_flags([...(text === null ? [] : ['-c', 'f']), ...argv])
  if ('error' in line) throw new Error(line.error)
  return read_said(line, environment, () => text!)
}

/** A machine where everything is as it should be, but for what `more` says. */
export function machine(more: Partial<Machine> = {}): Machine {
  return {
    now_ms: Date.UTC(2026, 0, 1),
    open_files_limit: null,
    addresses: ['127.0.0.1', '10.0.0.5', '::1'],
    resolve: (host) => Promise.resolve([host === 'localhost' ? '127.0.0.1' : host]),
    services: () => Promise.resolve([]),
    listen: () => Promise.resolve(),
    reach_syslog: () => Promise.resolve(),
    port_owner: () => null,
    ...more,
  }
}

export function judged(text: string | null, argv: string[] = [], more: Partial<Machine> = {}): Judged {
  const said = said_by(text, argv)
  return {
    options: said.options,
    contradictions: all_contradictions(said),
    sources: sources_of(said.line, said.file?.entries),
    machine: machine(more),
  }
}
