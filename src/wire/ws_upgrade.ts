// From an HTTP request to a WebSocket: what is asked of the request, and the answer to it (RFC 6455, section 4; reference
// client.md 6.2, 6.3).
import { createHash } from 'node:crypto'
import { latin1_bytes } from '../base/bytes.ts'
import { cookies, header, header_has, type HttpHead } from './http_head.ts'

/** Where a page may come from. `host` in lower case. */
export interface Origin {
  readonly scheme: string
  readonly host: string
  readonly port: number
}

export interface UpgradeRules {
  /** Pages of other origins than the server's own are refused. */
  readonly same_origin: boolean
  /** Empty: all of them. */
  readonly allowed_origins: readonly Origin[]
  readonly compression: boolean
  /** Further headers of the answer. */
  readonly headers: readonly (readonly [string, string])[]
}

/** What the request says of the client. */
export interface Upgraded {
  readonly answer: Uint8Array
  readonly masked: boolean
  readonly compressed: boolean
  /** Payload of one frame, at most; 0: no bound. */
  readonly frame_max: number
  /** Whom a proxy forwards, as it says; empty: nobody. */
  readonly forwarded_for: string
  readonly cookies: ReadonlyMap<string, string>
}

/** Why it is refused, for the log, and the answer. */
export interface UpgradeRefusal {
  readonly reason: string
  readonly answer: Uint8Array
}

const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const KEY = /^[A-Za-z0-9+/]{22}==$/
const BROWSER_FRAME_BYTES = 4096
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** Judges the request for an upgrade in the order of reference client.md 6.2. `secure`: it came over TLS. */
export function upgrade(head: HttpHead, rules: UpgradeRules, secure: boolean): Upgraded | UpgradeRefusal {
  if (head.path.endsWith('/mqtt')) return refuse_upgrade(404, 'mqtt websocket endpoint not enabled')
  if (head.path.endsWith('/leafnode')) return refuse_upgrade(404, 'Not configured to accept leaf node connections')
  if (head.method !== 'GET') return refuse_upgrade(405, 'request method must be GET')
  if (header(head, 'host') === '') return refuse_upgrade(400, "'Host' missing in request")
  if (!header_has(head, 'upgrade', 'websocket')) return refuse_upgrade(400, "invalid value for header 'Upgrade'")
  if (!header_has(head, 'connection', 'upgrade')) return refuse_upgrade(400, "invalid value for header 'Connection'")
  const key = header(head, 'sec-websocket-key')
  if (key === '') return refuse_upgrade(400, 'key missing')
  if (!KEY.test(key)) return refuse_upgrade(400, 'invalid websocket key')
  if (!header_has(head, 'sec-websocket-version', '13')) return refuse_upgrade(400, 'invalid version')
  const foreign = foreign_origin(head, rules, secure)
  return foreign === '' ? welcome(head, rules, key) : refuse_upgrade(403, `origin not allowed: ${foreign}`)
}

export function refuse_upgrade(status: number, reason: string): UpgradeRefusal {
  const text = STATUS_TEXTS[status]
  const lines = [
    `HTTP/1.1 ${status} ${text}`,
    'Content-Type: text/plain; charset=utf-8',
    'Sec-Websocket-Version: 13',
    'Connection: close',
    `Content-Length: ${text.length + 1}`,
    '',
    `${text}\n`,
  ]
  return { reason, answer: latin1_bytes(lines.join('\r\n')) }
}

/** The origin of an absolute http or https URL. Throws an Error that says what is wrong with it. */
export function parse_origin(text: string): Origin {
  const [, scheme, authority] = text.match(/^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i) ?? []
  if (scheme === undefined || !/^https?$/i.test(scheme)) {
    throw new Error(`${JSON.stringify(text)}: allowed origins must be absolute URLs with http or https scheme`)
  }
  if (authority === '') throw new Error(`${JSON.stringify(text)}: host is required`)
  const place = split_authority(authority, scheme.toLowerCase())
  if (place === null) throw new Error(`${JSON.stringify(text)}: invalid host or port`)
  return place
}

function split_authority(authority: string, scheme: string): Origin | null {
  const [, host, port] = authority.match(/^(\[[^\]]*\]|[^:\[\]]*)(?::(\d*))?$/) ?? []
  if (host === undefined || host === '') return null
  return { scheme, host: host.toLowerCase(), port: Number(port || (scheme === 'https' ? 443 : 80)) }
}

/** Why the page that asks may not come in; empty: it may. A request without an origin is no page's. */
function foreign_origin(head: HttpHead, rules: UpgradeRules, secure: boolean): string {
  const { same_origin, allowed_origins } = rules
  if (!same_origin && allowed_origins.length === 0) return ''
  const text = header(head, 'origin') || header(head, 'sec-websocket-origin')
  if (text === '') return ''
  const [, scheme = '', authority = ''] = text.match(/^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)$/i) ?? []
  const origin = split_authority(authority, scheme.toLowerCase())
  if (origin === null) return `invalid origin ${JSON.stringify(text)}`
  const is = (other: Origin | null) =>
    other !== null && other.scheme === origin.scheme && other.host === origin.host && other.port === origin.port
  if (same_origin && !is(split_authority(header(head, 'host'), secure ? 'https' : 'http'))) return 'not same origin'
  return allowed_origins.length === 0 || allowed_origins.some(is) ? '' : 'not in the allowed list'
}

function welcome(head: HttpHead, rules: UpgradeRules, key: string): Upgraded {
  const compressed = rules.compression && offers_compression(head)
  const masked = header(head, 'nats-no-masking') !== 'true'
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${createHash('sha1').update(key + KEY_SUFFIX).digest('base64')}`,
  ]
  if (compressed) {
    lines.push('Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover')
  }
  if (!masked) lines.push('Nats-No-Masking: true')
  for (const [name, value] of rules.headers) lines.push(`${name}: ${value}`)
  return {
    answer: latin1_bytes(`${lines.join('\r\n')}\r\n\r\n`),
    masked,
    compressed,
    frame_max: frame_max(header(head, 'user-agent'), compressed),
    forwarded_for: header(head, 'x-forwarded-for'),
    cookies: cookies(head),
  }
}

function offers_compression({ headers }: HttpHead): boolean {
  const offers = (headers.get('sec-websocket-extensions') ?? []).join(',').split(',')
  return offers.some((offer) => offer.split(';', 1)[0].trim().toLowerCase() === 'permessage-deflate')
}

/** Browsers want small frames; only Safari reads no compressed message that comes in several (reference client.md 6.5). */
function frame_max(user_agent: string, compressed: boolean): number {
  if (!user_agent.startsWith('Mozilla/')) return 0
  const is_safari = user_agent.includes('Version/') && user_agent.includes('Safari/')
  return compressed && is_safari ? 0 : BROWSER_FRAME_BYTES
}
