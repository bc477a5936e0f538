// From arguments, environment and file to options, or to a text and an exit status (reference ops.md 1.2, 1.6).
// Nothing here touches the process: what is read and printed comes in and goes out as values.
import { VERSION } from '../base/version.ts'
import { contradictions, obstacles } from './checks.ts'
import { type CommandLine, type FlagError, parse_flags } from './flags.ts'
import type { Options } from './options.ts'
import { SyntaxFailure } from './parser.ts'
import { complete_said, type Environment, read_said, type SaidFile } from './said.ts'
import { ValueError } from './values.ts'

/** What loading needs from outside: files (read throws as node:fs does) and the texts of the help. */
export interface LoadFiles {
  read(path: string): string
  help(): string
  help_tls(): string
}

export interface LoadedRun {
  readonly kind: 'run'
  readonly options: Options
  /** Lines for stderr, as they are. */
  readonly warnings: readonly string[]
  readonly config_file?: string
  /** `sha256:<hex>`. */
  readonly config_digest?: string
}

export interface LoadedPrint {
  readonly kind: 'print'
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

/** A signal for another server instead of a start: `command[=target]`. */
export interface LoadedSignal {
  readonly kind: 'signal'
  readonly signal: string
}

export type Loaded = LoadedRun | LoadedPrint | LoadedSignal

export const PROGRAM = 'nats-server'
/** nats-server exits 0 here; a broken unit file should be noticed. */
const EXIT_BAD_FLAGS = 2

/** Reads everything the server is started with. `argv`: the arguments behind the program. */
export function load(argv: readonly string[], environment: Environment, files: LoadFiles): Loaded {
  const line = parse_flags(argv)
  if ('error' in line) return bad_flags(line, files)
  const early = answer_early(line, files)
  if (early) return early
  try {
    return load_options(line, environment, files)
  } catch (error) {
    if (error instanceof ValueError || error instanceof SyntaxFailure) return failure(error.message)
    throw error
  }
}

/** Reads the file of a running server again, with the arguments of its start. Throws ValueError with what is wrong. */
export function load_again(argv: readonly string[], environment: Environment, files: LoadFiles): LoadedRun {
  const line = parse_flags(argv)
  if ('error' in line || !line.values.get('c')?.value) {
    throw new ValueError('can only reload config when a file is provided using -c or --config')
  }
  try {
    const loaded = load_options(line, environment, files)
    if (loaded.kind === 'run') return loaded
    throw new ValueError(loaded.kind === 'print' ? loaded.stderr.replace(`${PROGRAM}: `, '').trimEnd() : '')
  } catch (error) {
    throw error instanceof SyntaxFailure ? new ValueError(error.message) : error
  }
}

function bad_flags({ error, hint }: FlagError, files: LoadFiles): LoadedPrint {
  const stderr = hint === undefined ? `${error}\n` : `${error}\n${hint}\n`
  return { kind: 'print', stdout: files.help(), stderr, exit: EXIT_BAD_FLAGS }
}

const output = (stdout: string): LoadedPrint => ({ kind: 'print', stdout, stderr: '', exit: 0 })
const failure = (text: string): LoadedPrint => ({ kind: 'print', stdout: '', stderr: `${PROGRAM}: ${text}\n`, exit: 1 })

/** Version, help, and words that are neither. */
function answer_early({ values, words }: CommandLine, files: LoadFiles): LoadedPrint | null {
  const version = `${PROGRAM}: v${VERSION}\n`
  if (values.get('v')?.value === true) return output(version)
  if (values.get('h')?.value === true) return output(files.help())
  if (values.get('help_tls')?.value === true) return output(files.help_tls())
  if (words.length === 0) return null
  const word = words[0].toLowerCase()
  if (word === 'version') return output(version)
  if (word === 'help') return output(files.help())
  return failure(`unrecognized command: "${words[0]}"`)
}

function load_options(line: CommandLine, environment: Environment, files: LoadFiles): Loaded {
  const signal = line.values.get('sl')?.value
  if (signal) return { kind: 'signal', signal: String(signal) }
  const said = read_said(line, environment, files.read)
  const { file, options } = said
  const testing = line.values.get('t')?.value === true
  if (testing && file === null) {
    throw new ValueError('must specify [-c, --config] option to check configuration file syntax')
  }
  const { errors, warnings, refusals } = said.problems
  const notices = [...said.notices, ...said.problems.notices]
  const fatal = testing ? errors : [...errors, ...refusals]
  if (fatal.length > 0 || (testing && warnings.length > 0)) {
    return failure([...warnings, ...fatal].map((problem) => `${problem}\n`).join(''))
  }
  complete_said(said)
  const [first] = [...contradictions(options, said.among_blocks(options)), ...(testing ? [] : obstacles(options))]
  if (first !== undefined) throw new ValueError(first.text)
  if (testing) return valid(file!, [...notices, ...refusals.map((line) => `${line}; a start is refused`)])
  const run: LoadedRun = { kind: 'run', options, warnings: [...notices, ...warnings] }
  return file === null ? run : { ...run, config_file: file.path, config_digest: file.digest }
}

/** What `-t` says of a file without mistakes. `lines`: what a start would say, or be refused with. */
function valid({ path, digest }: SaidFile, lines: readonly string[]): LoadedPrint {
  const text = `${PROGRAM}: configuration file ${path} is valid (${digest})\n`
  return { kind: 'print', stdout: '', stderr: lines.map((line) => `${line}\n`).join('') + text, exit: 0 }
}
