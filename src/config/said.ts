// What is said of a server: by its command line and by its file, read into options before anybody judges it. A start takes the
// options alone; whoever wants to know where they came from finds the rest beside them.
import { complete, type Contradiction, contradictions, obstacles } from './checks.ts'
import { type FileResult, read_entries } from './config_file.ts'
import { config_digest } from './digest.ts'
import { apply_flags, apply_tls, type CommandLine, drops_tls, unserved_notices } from './flags.ts'
import { default_options, type Options } from './options.ts'
import { type Entries, parse_file, SyntaxFailure } from './parser.ts'
import { Problems } from './problems.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface SaidFile {
  /** As the command line has it. */
  readonly path: string
  readonly entries: Entries
  /** `sha256:<hex>`. */
  readonly digest: string
}

export interface Said {
  readonly line: CommandLine
  /** Null: there is no file. */
  readonly file: SaidFile | null
  /** Those of the file only, until the flags are put over it. */
  readonly options: Options
  /** Of the file. */
  readonly problems: Problems
  /** About flags without effect. */
  readonly notices: readonly string[]
  /** What the cluster block said itself. */
  readonly cluster_set: ReadonlySet<string>
  /** What blocks contradict that are not options. */
  readonly among_blocks: FileResult['among_blocks']
}

/** Reads the file, if there is one. `read` throws as node:fs does. Throws ValueError and SyntaxFailure. */
export function read_said(line: CommandLine, environment: Environment, read: (path: string) => string): Said {
  const notices = unserved_notices(line)
  const options = default_options()
  const path = String(line.values.get('c')?.value ?? '')
  if (path === '') return { line, file: null, options, notices, ...NO_FILE() }
  const entries = parse_file(path, { environment, read: go_reader(read) })
  const result = read_entries(path, entries, options, drops_tls(line) ? ['tls'] : [])
  return { line, file: { path, entries, digest: config_digest(entries) }, options, notices, ...result }
}

const NO_FILE = (): FileResult => ({ problems: new Problems(), cluster_set: new Set(), among_blocks: () => [] })

/** Puts the flags over the options, and fills in what depends on others. Throws ValueError. */
export function complete_said({ line, options, cluster_set }: Said): void {
  apply_flags(line, options)
  apply_tls(line, options)
  complete(options, cluster_set)
}

/** All that a server can not start with, once the flags are put over the options; what `-t` looks for comes first. */
export function all_contradictions({ options, among_blocks }: Said): Contradiction[] {
  const found = contradictions(options, among_blocks(options))
  return [...found, ...obstacles(options).filter(({ text }) => !found.some((other) => other.text === text))]
}

const READ_ERRORS: Readonly<Record<string, string>> = Object.freeze({
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'not a directory',
})

/** A reader whose failures read as Go's: `open <path>: no such file or directory`. */
function go_reader(read: (path: string) => string): (path: string) => string {
  return (path) => {
    try {
      return read(path)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (code === 'EISDIR') throw new SyntaxFailure(`read ${path}: is a directory`)
      if (Object.hasOwn(READ_ERRORS, code)) throw new SyntaxFailure(`open ${path}: ${READ_ERRORS[code]}`)
      throw new SyntaxFailure(`open ${path}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
