// The block websocket { } (reference client.md 6.1).
import type { TlsSettings } from '../net/tls_settings.ts'
import { parse_origin } from '../wire/ws_upgrade.ts'
import { type Block, read_block, read_fields } from './block.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, type_error } from './problems.ts'
import {
  boolean,
  defaults,
  duration,
  type Filled,
  integer,
  type Kind,
  row,
  string_of,
  strings_of,
  text,
} from './rows.ts'
import { read_tls } from './tls_options.ts'
import { parse_duration_ms, quote, ValueError } from './values.ts'

const origins: Kind<string[]> = { flag: 'string', read: (value) => strings_of(value, 'allowed origins') }

/** Seconds as a number, or a duration. */
const handshake_timeout: Kind<number> = {
  flag: 'string',
  zero_is_default: true,
  read(value) {
    if (value.kind === 'int') return Number(value.value) * 1000
    if (value.kind === 'string') return parse_duration_ms(value.value)
    throw new ValueError(`error parsing handshake timeout: unsupported type ${go_type(value)}`)
  },
}

export const WEBSOCKET_TABLE = Object.freeze({
  host: row('0.0.0.0', { ...text, zero_is_default: true }, 'host net', '', 'Listen on this address'),
  /** 0: no listener; -1: a random port. */
  port: row(0, integer, 'port', '', 'Listen on this port, -1 for a random one; 0: no such listener'),
  /** host[:port] told to clients instead. */
  advertise: row('', text, 'advertise', '', 'host[:port] told to WebSocket clients of the whole mesh'),
  no_tls: row(false, boolean, 'no_tls', '', 'Serve without TLS; has to be said where there is no tls block'),
  same_origin: row(
    false,
    boolean,
    'same_origin',
    '',
    'Pages must come from the scheme, host and port that they connect to',
  ),
  /** Empty: pages of every origin may connect. */
  allowed_origins: row<string[]>(
    [],
    origins,
    'allowed_origins allowed_origin allow_origins allow_origin origins origin',
    '',
    'URLs of the sites whose pages may connect; those of all sites without it',
  ),
  compression: row(
    false,
    boolean,
    'compression compress',
    '',
    'Compress for clients that ask for it, messages above 64 bytes',
  ),
  /** Of the HTTP request; 0: WEBSOCKET_HANDSHAKE_MS. */
  handshake_timeout_ms: row(
    0,
    handshake_timeout,
    'handshake_timeout',
    '',
    'Time for the HTTP request; 10 s without it',
  ),
  /** Cookies that say what CONNECT does not; empty: none. */
  jwt_cookie: row('', text, 'jwt_cookie', '', 'Cookie with the token of the user; needs an operator'),
  user_cookie: row('', text, 'user_cookie', '', 'Cookie with the user, if CONNECT has none'),
  pass_cookie: row('', text, 'pass_cookie', '', 'Cookie with the password, if CONNECT has none'),
  token_cookie: row('', text, 'token_cookie', '', 'Cookie with the token, if CONNECT has none'),
  no_auth_user: row('', text, 'no_auth_user', '', 'User that clients without credentials are here'),
  /** 0: that of the other clients. */
  ping_interval_ms: row(0, duration, 'ping_interval', '', 'Time between PINGs; else that of the other clients'),
})

/** Who may come in here, if others than at the client port: one user or a token. */
export interface SimpleAuthorization {
  user?: string
  password?: string
  token?: string
  /** Absent: that of the other clients. */
  timeout_ms?: number
}

export interface WebsocketOptions extends Filled<typeof WEBSOCKET_TABLE> {
  authorization: SimpleAuthorization
  /** Null: plain text. */
  tls: TlsSettings | null
  /** Further headers of the answer to an upgrade. */
  headers: [name: string, value: string][]
}

export function default_websocket(): WebsocketOptions {
  return { ...defaults(WEBSOCKET_TABLE), authorization: {}, tls: null, headers: [] }
}

export function read_websocket(value: Value, websocket: WebsocketOptions, problems: Problems): void {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected websocket to be a map, got ${go_type(value)}`)
  }
  const block: Block = {
    table: WEBSOCKET_TABLE,
    target: websocket as unknown as Record<string, unknown>,
    listen: { listen: ['host', 'port'] },
    special: {
      tls: (entry) => void (websocket.tls = read_tls(entry, 'clients', problems)),
      'authorization authentication': (entry) => read_simple_authorization(entry, websocket.authorization, problems),
      headers: (entry) => void (websocket.headers = read_headers(entry, problems)),
    },
  }
  read_block(value.value, block, problems)
}

export function read_simple_authorization(value: Value, into: SimpleAuthorization, problems: Problems): void {
  if (value.kind !== 'map') throw type_error(value, 'map')
  const special: Block['special'] = {
    'user username': (entry) => void (into.user = string_of(entry)),
    'password pass': (entry) => void (into.password = string_of(entry)),
    token: (entry) => void (into.token = string_of(entry)),
    timeout: (entry) => void (into.timeout_ms = timeout_of(entry, problems)),
  }
  read_fields(value.value, special, problems)
}

/** Anything may stand here; what is neither a number of seconds nor a duration is one second, as in nats-server. */
function timeout_of(value: Value, problems: Problems): number {
  if (value.kind === 'int' || value.kind === 'float') return Number(value.value) * 1000
  try {
    return parse_duration_ms(string_of(value))
  } catch {
    problems.notice(value.position, '"timeout" is neither a number of seconds nor a duration, so it is 1s')
    return 1000
  }
}

function read_headers(value: Value, problems: Problems): [string, string][] {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `error parsing headers: unsupported type ${go_type(value)}`)
  }
  const headers: [string, string][] = []
  for (const [name, entry] of value.value) {
    problems.collect(entry.position, () => {
      if (entry.kind !== 'string') {
        throw new FieldError(entry.position, `error parsing header key ${name}: unsupported type ${go_type(entry)}`)
      }
      headers.push([name, entry.value])
    })
  }
  return headers
}

const RESERVED_HEADERS = ['host', 'content-length', 'connection', 'upgrade', 'nats-no-masking']
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** The first contradiction within the block, in nats-server's words; null: there is none. `has_users`, `has_operator`: the server has some. */
export function websocket_contradiction(
  websocket: WebsocketOptions,
  has_users: boolean,
  has_operator: boolean,
): string | null {
  const { port, tls, no_tls, allowed_origins, authorization: { user, token }, jwt_cookie, headers } = websocket
  if (port === 0) return null
  if (tls === null && !no_tls) return 'websocket requires TLS configuration'
  for (const origin of allowed_origins) {
    if (!/^(\/|[a-z][a-z0-9+.-]*:)/i.test(origin)) {
      return `unable to parse allowed origin: parse ${quote(origin)}: invalid URI for request`
    }
    try {
      parse_origin(origin)
    } catch (error) {
      return `unable to parse allowed origin ${(error as Error).message}`
    }
  }
  if (has_users && user) return 'websocket authentication username not compatible with presence of users/nkeys'
  if (has_users && token) return 'websocket authentication token not compatible with presence of users/nkeys'
  if (jwt_cookie !== '' && !has_operator) {
    const needed = 'trusted operators or trusted keys configuration is required for JWT authentication'
    return `${needed} via cookie ${quote(jwt_cookie)}`
  }
  return headers.map(header_fault).find((fault) => fault !== null) ?? null
}

function header_fault([name, value]: readonly [string, string]): string | null {
  const key = name.toLowerCase()
  if (RESERVED_HEADERS.includes(key)) return `websocket: invalid header ${quote(name)} not allowed`
  if (key.startsWith('sec-websocket-')) {
    return `websocket: invalid header ${quote(name)}, "Sec-WebSocket-" prefix not allowed`
  }
  if (HEADER_NAME.test(name) && HEADER_VALUE.test(value)) return null
  return `websocket: invalid header ${quote(name)}: no line of HTTP can say that`
}
