// The command line: flags as Go's flag package reads them (reference ops.md 1.1 to 1.5).
import { read_tls_files } from '../net/tls_material.ts'
import { default_tls } from './tls_options.ts'
import { CLUSTER_TABLE } from './cluster_options.ts'
import { nearest } from './nearest.ts'
import { OPTION_GROUPS, OPTION_TABLE, type Options } from './options.ts'
import type { Row } from './rows.ts'
import { parse_cluster_listen, parse_routes } from './url.ts'
import { parse_go_boolean, parse_go_integer, quote, ValueError } from './values.ts'

export type FlagValue = string | number | boolean

/** One flag. The first name identifies it. */
export interface Flag {
  readonly names: readonly string[]
  readonly type: 'string' | 'int' | 'bool'
  readonly group: FlagGroup
  readonly help: string
  /** Known to nats-server, and without effect here. */
  readonly unserved?: true
}

export const FLAG_GROUPS = [
  ...['Server', 'Logging', 'JetStream', 'Authorization', 'TLS', 'Cluster', 'Profiling', 'Common'] as const,
] as const
export type FlagGroup = (typeof FLAG_GROUPS)[number]

const flag = (
  group: FlagGroup,
  names: string,
  type: Flag['type'],
  help: string,
  unserved?: Flag['unserved'],
): Flag => ({
  ...{ names: names.split(' '), type, group, help },
  ...(unserved && { unserved }),
})

function table_flags(group: FlagGroup, table: Readonly<Record<string, Row<any>>>): Flag[] {
  return Object.values(table)
    .filter(({ flags }) => flags.length > 0)
    .map(({ flags, kind, help }) => ({ names: flags, type: kind.flag, group, help }))
}

/** Every flag, in the order of the help. */
export const FLAGS: readonly Flag[] = Object.freeze([
  ...table_flags('Server', OPTION_GROUPS.Server),
  flag('Server', 'c config', 'string', 'Read this configuration file'),
  flag('Server', 't', 'bool', 'Check the configuration file and exit'),
  flag(
    'Server',
    'sl signal',
    'string',
    'Send a running server stop, quit, term, ldm, reload or reopen; =PID or =FILE says which one',
  ),
  flag('JetStream', 'js jetstream', 'bool', 'Streams that are kept', true),
  flag('JetStream', 'sd store_dir', 'string', 'Keep them in this directory', true),
  ...table_flags('Logging', OPTION_GROUPS.Logging),
  flag('Logging', 'VV', 'bool', 'Trace, the system account too'),
  flag('Logging', 'DV', 'bool', 'Debug and trace'),
  flag('Logging', 'DVV', 'bool', 'Debug and trace, the system account too'),
  flag('Authorization', 'user', 'string', 'User that clients have to give'),
  flag('Authorization', 'pass', 'string', 'Password that clients have to give'),
  flag('Authorization', 'auth', 'string', 'Token that clients have to give'),
  flag('TLS', 'tls', 'bool', "TLS for clients; --tls=false drops the file's tls block"),
  flag('TLS', 'tlscert', 'string', 'Certificate of the server'),
  flag('TLS', 'tlskey', 'string', 'Private key of the server'),
  flag('TLS', 'tlsverify', 'bool', 'Ask clients for certificates'),
  flag('TLS', 'tlscacert', 'string', "Authorities of clients' certificates"),
  flag('Cluster', 'routes', 'string', 'Comma separated URLs of servers to connect to'),
  flag(
    'Cluster',
    'cluster cluster_listen',
    'string',
    'URL to listen on for other servers, such as nats://0.0.0.0:6222',
  ),
  ...table_flags('Cluster', CLUSTER_TABLE),
  ...table_flags('Profiling', OPTION_GROUPS.Profiling),
  flag('Common', 'h help', 'bool', 'Show this text'),
  flag('Common', 'help_tls', 'bool', 'Show help about TLS'),
  flag('Common', 'v version', 'bool', 'Show the version'),
])

type FlagsByName = ReadonlyMap<string, Flag>
const by_name = (flags: readonly Flag[]): FlagsByName =>
  new Map(flags.flatMap((f) => f.names.map((name) => [name, f] as const)))
const FLAG_BY_NAME = by_name(FLAGS)

/** A flag's name as it is shown: short ones and those of capitals with one dash; either way of writing works. */
export function dashed(name: string): string {
  return name.length <= 2 || name === name.toUpperCase() ? `-${name}` : `--${name}`
}

/** What the command line said: values by the flag's first name, and the words behind the flags. */
export interface CommandLine {
  readonly values: ReadonlyMap<string, { readonly value: FlagValue; readonly name: string }>
  readonly words: readonly string[]
}

/** A line for stderr that says why the flags make no sense, and the nearest known flag if there is one. */
export interface FlagError {
  readonly error: string
  readonly hint?: string
}

/** Takes the arguments apart. The last of repeated flags counts, also across aliases. `more`: flags beside the server's. */
export function parse_flags(argv: readonly string[], more: readonly Flag[] = []): CommandLine | FlagError {
  const known = more.length === 0 ? FLAG_BY_NAME : by_name([...FLAGS, ...more])
  const values = new Map<string, { value: FlagValue; name: string }>()
  let i = 0
  for (; i < argv.length; i++) {
    const argument = argv[i]
    if (argument.length < 2 || argument[0] !== '-') break
    if (argument === '--') {
      i++
      break
    }
    const body = argument.slice(argument[1] === '-' ? 2 : 1)
    if (body === '' || body[0] === '-' || body[0] === '=') return { error: `bad flag syntax: ${argument}` }
    const equals = body.indexOf('=', 1)
    const name = equals < 0 ? body : body.slice(0, equals)
    const found = known.get(name)
    if (!found) return unknown_flag(name, known)
    let given = equals < 0 ? undefined : body.slice(equals + 1)
    if (given === undefined && found.type === 'bool') given = 'true'
    // The next argument is taken as it is, even if it looks like a flag: -p -1.
    if (given === undefined && i + 1 < argv.length) given = argv[++i]
    if (given === undefined) return { error: `flag needs an argument: -${name}` }
    const value = parse_value(found, name, given)
    if (typeof value === 'object') return value
    values.set(found.names[0], { value, name })
  }
  return { values, words: argv.slice(i) }
}

function parse_value(found: Flag, name: string, given: string): FlagValue | FlagError {
  if (found.type === 'string') return given
  try {
    return found.type === 'int' ? parse_go_integer(given) : parse_go_boolean(given)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    const what = found.type === 'int' ? `value ${quote(given)} for flag` : `boolean value ${quote(given)} for`
    return { error: `invalid ${what} -${name}: ${error.message}` }
  }
}

function unknown_flag(name: string, known: FlagsByName): FlagError {
  const error = `flag provided but not defined: -${name}`
  const meant = nearest(name, known.keys())
  return meant === null ? { error } : { error, hint: `did you mean -${meant}?` }
}

/** Puts what the command line said over options. Throws ValueError with nats-server's text. */
export function apply_flags({ values }: CommandLine, options: Options): void {
  apply_table(OPTION_TABLE, values, options as unknown as Record<string, unknown>)
  apply_table(CLUSTER_TABLE, values, options.cluster as unknown as Record<string, unknown>)
  const user = values.get('user')
  const password = values.get('pass')
  const token = values.get('auth')
  if (user) options.authorization.user = String(user.value)
  if (password) options.authorization.password = String(password.value)
  if (token) options.authorization.token = String(token.value)
  apply_combined(values, options)
  apply_cluster(values, options)
}

function apply_table(
  table: Readonly<Record<string, Row<any>>>,
  values: CommandLine['values'],
  target: Record<string, unknown>,
) {
  for (const [option, { flags, kind, default: initial }] of Object.entries(table)) {
    const given = flags.length > 0 ? values.get(flags[0]) : undefined
    if (!given) continue
    const value = kind.from_flag ? kind.from_flag(given.value, given.name) : given.value
    target[option] = kind.zero_is_default && (value === 0 || value === '') ? initial : value
  }
}

/** Flags that stand for several, in the order nats-server applies them: -DV=false beats -D. */
function apply_combined(values: CommandLine['values'], options: Options): void {
  const debug_and_trace = values.get('DV')
  const all = values.get('DVV')
  const trace = values.get('VV')
  if (debug_and_trace) options.debug = options.trace = Boolean(debug_and_trace.value)
  if (all) options.debug = options.trace = options.trace_verbose = Boolean(all.value)
  if (trace) options.trace = options.trace_verbose = Boolean(trace.value)
}

function apply_cluster(values: CommandLine['values'], options: Options): void {
  const { cluster } = options
  const url = values.get('cluster')
  if (url?.value === '') cluster.port = 0
  else if (url) {
    const listen = parse_cluster_listen(String(url.value))
    cluster.host = listen.host === '' ? CLUSTER_TABLE.host.default : listen.host
    cluster.port = listen.port
    // A URL without user means that nobody has to give one, whatever the file says.
    const { timeout_ms } = cluster.authorization
    cluster.authorization = listen.user === undefined || listen.password === undefined
      ? { timeout_ms }
      : { user: listen.user, password: listen.password, timeout_ms }
  }
  const routes = values.get('routes')
  if (!routes) return
  cluster.routes = parse_routes(String(routes.value))
  if (cluster.routes.length > 0 && cluster.port === 0) {
    throw new ValueError('solicited routes require cluster capabilities, e.g. --cluster')
  }
}

const TLS_FLAGS = ['tls', 'tlscert', 'tlskey', 'tlsverify', 'tlscacert']

/** Whether -tls=false drops the tls block of the file. */
export function drops_tls({ values }: CommandLine): boolean {
  return values.get('tls')?.value === false
}

/** Puts the flags of TLS in the place of the file's block. Throws ValueError for what is missing or wrong. */
export function apply_tls({ values }: CommandLine, options: Options): void {
  if (drops_tls({ values } as CommandLine)) options.tls = null
  if (!TLS_FLAGS.some((name) => values.get(name)?.value)) return
  const text = (name: string) => String(values.get(name)?.value ?? '')
  const tls = {
    ...default_tls('clients'),
    cert_file: text('tlscert'),
    key_file: text('tlskey'),
    ca_file: text('tlscacert'),
  }
  if (tls.cert_file === '') throw new ValueError('TLS Server certificate must be present and valid')
  if (tls.key_file === '') throw new ValueError('TLS Server private key must be present and valid')
  tls.verify = values.get('tlsverify')?.value === true
  try {
    read_tls_files(tls)
  } catch (error) {
    throw new ValueError((error as Error).message)
  }
  options.tls = tls
}

/** What is said of flags without effect that ask for something. */
export function unserved_notices({ values }: CommandLine): string[] {
  const notices: string[] = []
  for (const { names, unserved } of FLAGS) {
    const given = values.get(names[0])
    if (!unserved || !given) continue
    if (given.value === false || given.value === 0 || given.value === '') continue
    notices.push(`"-${given.name}" is not served by this version and has no effect`)
  }
  return notices
}
