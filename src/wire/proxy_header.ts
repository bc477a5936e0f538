// The header that a proxy puts in front of a connection it passes on: PROXY protocol, versions 1 and 2, as HAProxy has defined it.
import { latin1_text } from '../base/bytes.ts'

export type ProxyHeader =
  /** The bytes begin with something else: they are the client's. */
  | { readonly kind: 'none' }
  /** They may become one. */
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly reason: string }
  /** `length`: of the header. Without `source` the proxy speaks for itself. */
  | {
    readonly kind: 'header'
    readonly length: number
    readonly source?: { readonly ip: string; readonly port: number }
  }

const PREFIX = 'PROXY '
const LINE_BYTES_MAX = 107
const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n'
const HEAD_BYTES = 16
const NONE: ProxyHeader = { kind: 'none' }
const MORE: ProxyHeader = { kind: 'more' }
const LOCAL_COMMAND = 0x20
const PROXY_COMMAND = 0x21
const STREAM_4 = 0x11
const STREAM_6 = 0x21
const ADDRESSES_4 = 12
const ADDRESSES_6 = 36

const bad = (reason: string): ProxyHeader => ({ kind: 'bad', reason: `invalid PROXY protocol header: ${reason}` })

/** What a connection begins with. */
export function read_proxy_header(bytes: Uint8Array): ProxyHeader {
  const start = latin1_text(bytes, 0, Math.min(bytes.length, SIGNATURE.length))
  if (start.startsWith(PREFIX)) return read_version_1(bytes)
  if (start === SIGNATURE) return read_version_2(bytes)
  return PREFIX.startsWith(start) || SIGNATURE.startsWith(start) ? MORE : NONE
}

function read_version_1(bytes: Uint8Array): ProxyHeader {
  const text = latin1_text(bytes, 0, Math.min(bytes.length, LINE_BYTES_MAX))
  const end = text.indexOf('\r\n')
  if (end < 0) return bytes.length < LINE_BYTES_MAX ? MORE : bad('the line is too long')
  const length = end + 2
  const [, protocol, ip, to_ip, port, to_port, ...rest] = text.slice(0, end).split(' ')
  if (protocol === 'UNKNOWN') return { kind: 'header', length }
  const is_right = protocol === 'TCP4' ? is_ipv4 : protocol === 'TCP6' ? is_ipv6 : null
  if (is_right === null) return bad('neither TCP4 nor TCP6')
  if (rest.length > 0 || !is_right(ip) || !is_right(to_ip)) return bad('its addresses are none')
  if (!is_port(port) || !is_port(to_port)) return bad('its ports are none')
  return { kind: 'header', length, source: { ip, port: Number(port) } }
}

function read_version_2(bytes: Uint8Array): ProxyHeader {
  if (bytes.length < HEAD_BYTES) return MORE
  const command = bytes[12], family = bytes[13], size = bytes[14] << 8 | bytes[15]
  if (command !== LOCAL_COMMAND && command !== PROXY_COMMAND) return bad('unknown version or command')
  const length = HEAD_BYTES + size
  if (command === PROXY_COMMAND && family === STREAM_4 && size < ADDRESSES_4) return bad('it is too short')
  if (command === PROXY_COMMAND && family === STREAM_6 && size < ADDRESSES_6) return bad('it is too short')
  if (bytes.length < length) return MORE
  if (command === LOCAL_COMMAND) return { kind: 'header', length }
  if (family === STREAM_4) {
    const ip = bytes.subarray(HEAD_BYTES, HEAD_BYTES + 4).join('.')
    return { kind: 'header', length, source: { ip, port: port_at(bytes, HEAD_BYTES + 8) } }
  }
  if (family !== STREAM_6) return bad('neither TCP over IPv4 nor over IPv6')
  return { kind: 'header', length, source: { ip: ipv6_at(bytes, HEAD_BYTES), port: port_at(bytes, HEAD_BYTES + 32) } }
}

const port_at = (bytes: Uint8Array, at: number) => bytes[at] << 8 | bytes[at + 1]

/** An IPv4 address in an IPv6 one is shown as itself, another one with its longest row of zeros left out. */
function ipv6_at(bytes: Uint8Array, at: number): string {
  const mapped = bytes.subarray(at, at + 12)
  if (mapped.subarray(0, 10).every((byte) => byte === 0) && mapped[10] === 255 && mapped[11] === 255) {
    return bytes.subarray(at + 12, at + 16).join('.')
  }
  return ipv6_text(Array.from({ length: 8 }, (_, i) => port_at(bytes, at + 2 * i)))
}

function ipv6_text(groups: readonly number[]): string {
  let zeros = 1, zeros_at = -1
  for (let i = 0; i < groups.length;) {
    let end = i
    while (end < groups.length && groups[end] === 0) end++
    if (end - i > zeros) [zeros, zeros_at] = [end - i, i]
    i = end + 1
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  return zeros_at < 0 ? text(groups) : `${text(groups.slice(0, zeros_at))}::${text(groups.slice(zeros_at + zeros))}`
}

const is_port = (text: string | undefined) => text !== undefined && /^\d{1,5}$/.test(text) && Number(text) < 65_536
const is_ipv4 = (text: string | undefined) =>
  text !== undefined && /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)
const is_ipv6 = (text: string | undefined) =>
  text !== undefined && text.includes(':') && /^[0-9a-f:.]{2,45}$/i.test(text)
