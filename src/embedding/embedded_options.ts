// From the configuration that a program gives to the options of a server inside it.
import { complete, contradictions, obstacles } from '../config/checks.ts'
import { read_entries } from '../config/config_file.ts'
import { object_entries } from '../config/object_entries.ts'
import { default_options, OPTION_TABLE, type Options } from '../config/options.ts'
import { ValueError } from '../config/values.ts'
import type { Configuration } from './configuration.ts'

/** What errors call the object. */
const PATH = 'configuration'
const LOOPBACK = '127.0.0.1'
/** What only a program of its own has: this one has its own process id, and gets the lines of the log. */
export const PROGRAM_ONLY: readonly (keyof typeof OPTION_TABLE)[] = [
  ...['pid_file', 'ports_file_dir', 'log_file', 'log_size_limit', 'log_max_num', 'syslog', 'remote_syslog'] as const,
  ...['log_format', 'logtime', 'logtime_utc'] as const,
]
/** In a file, 0 stands for the default. */
const FREE_PORT = -1

export interface EmbeddedOptions {
  readonly options: Options
  /** What has no effect, or may not be what was meant. */
  readonly warnings: readonly string[]
}

/**
 * Reads a configuration. Where nothing is said, a server inside a program listens on loopback and runs in the calling thread; port 0
 * is a free one. Throws ValueError with all that is wrong, a line each.
 */
export function embedded_options(configuration: Configuration): EmbeddedOptions {
  const options = default_options()
  const { problems, cluster_set, among_blocks } = read_entries(
    PATH,
    object_entries(with_defaults(configuration), PATH),
    options,
  )
  const fatal = [...problems.errors, ...problems.refusals, ...program_only(configuration)]
  if (fatal.length > 0) throw new ValueError(fatal.map(in_plain_words).join('\n'))
  complete(options, cluster_set)
  const faults = [...contradictions(options, among_blocks(options)), ...obstacles(options)]
  if (faults.length > 0) throw new ValueError([...new Set(faults.map(({ text }) => `${PATH}: ${text}`))].join('\n'))
  return { options, warnings: [...problems.warnings, ...problems.notices].map(in_plain_words) }
}

function with_defaults({ cluster, websocket, ...top }: Configuration): Configuration {
  return {
    workers: 0,
    ...listening(top),
    ...free_ports(top),
    ...(cluster && { cluster: listening(cluster) }),
    ...(websocket && { websocket: listening(websocket) }),
  }
}

interface Listener {
  host?: string
  port?: number
  listen?: string | number
}

/** Where a block listens when it does not say so. */
function listening<Block extends Listener>(block: Block): Block {
  if (block.listen !== undefined) return block
  return { ...block, host: block.host ?? LOOPBACK, port: block.port || FREE_PORT }
}

/** Ports that are off unless they are asked for. */
function free_ports(top: Configuration): Configuration {
  const free: Configuration = {}
  for (const name of ['http_port', 'https_port', 'prof_port'] as const) if (top[name] === 0) free[name] = FREE_PORT
  return free
}

function program_only(configuration: object): string[] {
  const keys = PROGRAM_ONLY.flatMap((name) => OPTION_TABLE[name].keys)
  return Object.keys(configuration).filter((key) => keys.includes(key.toLowerCase())).map((key) =>
    `${PATH}.${key}: is for a program of its own; leave it out, and take the lines of the log from the second argument`
  )
}

const KINDS: Readonly<Record<string, string>> = Object.freeze({
  'string': 'a text',
  'int64': 'a whole number',
  'float64': 'a number with a fraction',
  'bool': 'true or false',
  '[]interface {}': 'a list',
  'map[string]interface {}': 'an object',
})

/** Where nats-server's words name types of Go. */
const in_plain_words = (line: string): string =>
  line.replace(
    /interface conversion: interface \{\} is (.+), not (.+)$/,
    (_, is: string, wanted: string) => `is ${KINDS[is] ?? is}, and has to be ${KINDS[wanted] ?? wanted}`,
  )
