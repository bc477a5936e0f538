// Every option of the server: its default, its config keys, its flags and its check side by side.
// The tables fill the type Options, read the file, parse the command line and print the help.
import type { MappingSettings } from '../auth/subject_mapping.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import {
  type AccountOptions,
  type AuthorizationOptions,
  default_authorization,
  SYSTEM_ACCOUNT,
} from './auth_options.ts'
import { type ClusterOptions, default_cluster } from './cluster_options.ts'
import { LIMIT_TABLE } from './limit_options.ts'
import type { OperatorOptions } from './operator_options.ts'
import { default_websocket, type WebsocketOptions } from './websocket_options.ts'
import {
  base_path,
  boolean,
  boolean_or_auto,
  choice,
  count,
  defaults,
  type Filled,
  integer,
  metric_prefix,
  row,
  system_account,
  tags,
  text,
  texts,
  threads,
  without_spaces,
} from './rows.ts'

export type { AccountOptions, AuthorizationOptions, UserOptions } from './auth_options.ts'
export type { ClusterOptions } from './cluster_options.ts'
export type { RouteAddress } from './url.ts'

export const DEFAULT_PORT = 4222
const DEFAULT_HOST = '0.0.0.0'

/** row(default, kind, config keys, flags, help): an empty text or undefined as default means "not set". */
const SERVER_TABLE = {
  host: row(
    DEFAULT_HOST,
    { ...text, zero_is_default: true },
    'host net',
    'a addr net',
    'Listen for clients on this address',
  ),
  /** -1 is a random port. */
  port: row(DEFAULT_PORT, count, 'port', 'p port', 'Listen for clients on this port, -1 for a random one'),
  server_name: row('', without_spaces, 'server_name', 'n name server_name', 'Name of this server, without blanks'),
  client_advertise: row('', text, 'client_advertise', 'client_advertise', 'host[:port] told to clients and peers'),
  pid_file: row('', text, 'pid_file pidfile', 'P pid', 'Write the process id to this file'),
  ports_file_dir: row(
    '',
    text,
    'ports_file_dir',
    'ports_file_dir',
    'Write a file with the ports in use into this directory',
  ),
  /** Empty in the file and on the command line: the client host. */
  http_host: row('', text, ''),
  /** 0 is off, -1 is a random port. */
  http_port: row(
    0,
    integer,
    'http_port monitor_port',
    'm http_port',
    'Serve monitoring on this port, -1 for a random one',
  ),
  /** As http_port, over TLS with the clients' certificate. */
  https_port: row(0, integer, 'https_port', 'ms https_port', 'Serve monitoring over TLS on this port'),
  http_base_path: row('/', base_path, 'http_base_path', '', 'Path in front of all endpoints of monitoring'),
  /** Who looks at monitoring has to give these; empty: nobody has to. */
  http_user: row('', text, 'http_user', '', 'User that whoever looks at monitoring has to give'),
  http_password: row('', text, 'http_password', '', 'Password of that user, or a bcrypt hash of it'),
  metrics_prefix: row('gnatsd', metric_prefix, 'metrics_prefix', '', 'What names of metrics begin with'),
  server_tags: row([], tags, 'server_tags', '', 'Words shown in /varz, by which requests to all servers choose some'),
  server_metadata: row({}, texts, 'server_metadata', '', 'Names and texts shown in /varz'),
  /** Client worker threads; undefined: decided at start, 0: everything on the calling thread. */
  workers: row<number | undefined>(
    undefined,
    threads,
    'workers',
    'workers',
    'Threads that serve clients, 0 for none of their own',
  ),
  route_workers: row<number | undefined>(
    undefined,
    threads,
    'route_workers',
    '',
    'Above 0: routes have a thread of their own, if clients have some',
  ),
  busy_poll: row<boolean | 'auto'>(
    true,
    boolean_or_auto,
    'busy_poll',
    '',
    'Threads look for work for up to 50 us before they sleep; auto is the same as true',
  ),
  listener: row(
    'auto',
    choice('auto', 'reuse_port', 'shared_fd', 'single'),
    'listener',
    'listener',
    'How threads share the client port: auto, reuse_port, shared_fd or single',
  ),
}

const LOGGING_TABLE = {
  /** Empty: one of the two below, or the standard error output. */
  log_file: row('', text, 'log_file logfile', 'l log', 'Write the log to this file'),
  /** Of a log file, in bytes; 0 and below: no limit. */
  log_size_limit: row(
    0,
    integer,
    'log_size_limit logfile_size_limit',
    'log_size_limit',
    'Begin a new log file after this many bytes',
  ),
  /** The file in use and those that it was before; 0 and below: all. */
  log_max_num: row(
    0,
    integer,
    'log_max_num logfile_max_num',
    '',
    'Log files that are kept, with the one in use; 0 for all',
  ),
  syslog: row(false, boolean, 'syslog', 's syslog', 'Log to the syslog of this machine'),
  remote_syslog: row(
    '',
    text,
    'remote_syslog',
    'r remote_syslog',
    'Log to a syslog elsewhere: udp://host:port, tcp://host:port or unix://path',
  ),
  log_format: row(
    'text',
    choice('text', 'json'),
    'log_format logformat',
    'log_format',
    'Lines of the log as text, or as one JSON object each: text or json',
  ),
  logtime: row(true, boolean, 'logtime', 'T logtime', 'Put the time on log lines (default true)'),
  logtime_utc: row(false, boolean, 'logtime_utc', 'logtime_utc', 'Time of log lines in UTC'),
  debug: row(false, boolean, 'debug', 'D debug', 'Log what the server does'),
  trace: row(false, boolean, 'trace', 'V trace', 'Log every protocol operation'),
  /** Also trace the system account; -VV, -DVV. */
  trace_verbose: row(false, boolean, 'trace_verbose', '', 'Trace, the system account too; sets trace'),
  /** Of messages, trace lines show the headers only. */
  trace_headers: row(false, boolean, 'trace_headers', '', 'Of messages, trace the headers only; sets trace'),
  /** Bytes of a payload in trace lines, 0: all. */
  max_traced_msg_len: row(
    0,
    integer,
    'max_traced_msg_len',
    'max_traced_msg_len',
    'Bytes of a payload shown in trace lines, 0 for all',
  ),
}

const PROFILING_TABLE = {
  /** For profiles of this process; 0 is off, -1 is a random port. */
  prof_port: row(0, integer, 'prof_port', 'profile', 'Serve profiles of this process on this port'),
}

const CLIENT_TABLE = {
  /** Clients may come by a proxy that says for whom it speaks. */
  proxy_protocol: row(false, boolean, 'proxy_protocol', '', 'Clients may come by a proxy that says for whom it speaks'),
  /** Clients may also come in plain text where there is TLS. */
  allow_non_tls: row(false, boolean, 'allow_non_tls', '', 'Serve plain text to clients where there is TLS, too'),
  no_auth_user: row('', text, 'no_auth_user', '', 'User that clients without credentials are'),
  /** Made by the server itself if it is `$SYS`. */
  system_account: row(
    SYSTEM_ACCOUNT,
    system_account,
    'system_account system',
    '',
    'Account that is told of events and may ask servers',
  ),
  /** Nobody is told of events, and the server answers no requests. */
  no_system_account: row(
    false,
    boolean,
    'no_system_account no_system no_sys_acc',
    '',
    'Nobody is told of events, and no server answers requests',
  ),
}

/** All options that are a single value. */
export const OPTION_TABLE = Object.freeze({
  ...SERVER_TABLE,
  ...LIMIT_TABLE,
  ...LOGGING_TABLE,
  ...PROFILING_TABLE,
  ...CLIENT_TABLE,
})

/** The same by what they are about. The help shows the flags of those that have some. */
export const OPTION_GROUPS = Object.freeze({
  Server: SERVER_TABLE,
  Limits: LIMIT_TABLE,
  Logging: LOGGING_TABLE,
  Clients: CLIENT_TABLE,
  Profiling: PROFILING_TABLE,
})

type SingleOptions = Filled<typeof OPTION_TABLE>

/** What the server is started with: complete, checked, all defaults filled in. Durations are milliseconds. */
export interface Options extends SingleOptions {
  /** Of clients; null: plain text. */
  tls: TlsSettings | null
  cluster: ClusterOptions
  websocket: WebsocketOptions
  authorization: AuthorizationOptions
  accounts: AccountOptions[]
  /** Who signs accounts and users; null: the file itself says who they are. */
  operator: OperatorOptions | null
  /** Of everybody who has no other account. */
  mappings: MappingSettings[]
  /** Public keys of proxies that are trusted. */
  proxies: string[]
}

/** Options nobody has touched. A fresh object: the caller may change it. */
export function default_options(): Options {
  return {
    ...defaults(OPTION_TABLE),
    tls: null,
    cluster: default_cluster(),
    websocket: default_websocket(),
    authorization: default_authorization(),
    accounts: [],
    operator: null,
    mappings: [],
    proxies: [],
  }
}
