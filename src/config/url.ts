// URLs of the cluster flags and of routes, refused with Go's texts (reference ops.md 1.5).
import { quote, split_host_port, ValueError } from './values.ts'

/** The parts of a URL that a route has. `address` is `host:port` as written; user and password are decoded. */
export interface Url {
  readonly scheme: string
  readonly address: string
  readonly user?: string
  readonly password?: string
}

/** A route to dial: the shape the cluster uses. */
export interface RouteAddress {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly user?: string
  readonly password?: string
}

/** Where to listen for routes, as a URL says it. An empty host is any address; port -1 is any port. */
export interface ClusterListen {
  readonly host: string
  readonly port: number
  readonly user?: string
  readonly password?: string
}

/** Takes a URL apart. Throws a ValueError `parse "<text>": <why>`. */
export function parse_url(text: string): Url {
  const fail = (why: string) => new ValueError(`parse ${quote(text)}: ${why}`)
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) throw fail('net/url: invalid control character in URL')
  if (text.startsWith(':')) throw fail('missing protocol scheme')
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1] ?? ''
  const rest = scheme === '' ? text : text.slice(scheme.length + 1)
  if (!rest.startsWith('//')) {
    if (scheme === '' && /^[^/]*:/.test(rest)) throw fail('first path segment in URL cannot contain colon')
    return { scheme, address: '' }
  }
  const authority = rest.slice(2).split(/[/?#]/, 1)[0]
  const at = authority.lastIndexOf('@')
  const address = authority.slice(at + 1)
  check_address(address, fail)
  if (at < 0) return { scheme, address }
  const [, user_text, password_text] = /^([^:]*)(?::([\s\S]*))?$/.exec(authority.slice(0, at))!
  const user = unescape(user_text, fail)
  if (password_text === undefined) return { scheme, address, user }
  return { scheme, address, user, password: unescape(password_text, fail) }
}

function check_address(address: string, fail: (why: string) => ValueError): void {
  const bad_escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(address)
  if (bad_escape) throw fail(`invalid URL escape ${quote(bad_escape[0])}`)
  const bad = /[ "<>\\^`{|}]/.exec(address)
  if (bad) throw fail(`invalid character ${quote(bad[0])} in host name`)
  const bracket_end = address.lastIndexOf(']')
  if (address.startsWith('[') && bracket_end < 0) throw fail("missing ']' in host")
  const colon = address.startsWith('[') ? bracket_end + 1 : address.lastIndexOf(':')
  const port = colon < 0 ? '' : address.slice(colon)
  if (port !== '' && !/^:\d*$/.test(port)) throw fail(`invalid port ${quote(port)} after host`)
}

function unescape(text: string, fail: (why: string) => ValueError): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw fail('net/url: invalid userinfo')
  }
}

/** Whether a text of the file is a URL at all. `what`: for the error. Throws ValueError. */
export function check_url(text: string, what: string): Url {
  const trimmed = text.trim()
  try {
    return parse_url(trimmed)
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(`error parsing ${what} url [${quote(trimmed)}]`)
    throw error
  }
}

/**
 * A route URL. Unlike nats-server, one that could never be dialled is refused here and not at every attempt. The name of a
 * service (SRV, its first label begins with `_`) has no port, since name servers tell the ports: it is 0.
 */
export function parse_route(text: string): RouteAddress {
  const refusal = `error parsing route url [${quote(text)}]`
  const { host, port, ...url } = route_parts(text, refusal)
  if (!host.startsWith('_')) {
    if (host === '' || !(Number(port) >= 1 && Number(port) <= 65535)) throw new ValueError(refusal)
    return { ...url, host, port: Number(port) }
  }
  if (port !== '') throw new ValueError(`${refusal}: name servers tell the ports of a service, leave out ":${port}"`)
  return { ...url, host, port: 0 }
}

function route_parts(text: string, refusal: string) {
  try {
    const { address, ...url } = parse_url(text)
    const is_bare_service = address.startsWith('_') && !address.includes(':')
    return { ...url, ...(is_bare_service ? { host: address, port: '' } : split_host_port(address)) }
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(refusal)
    throw error
  }
}

/** The comma separated list of `-routes`; an empty text is an empty list. */
export function parse_routes(text: string): RouteAddress[] {
  return text === '' ? [] : text.split(',').map((url) => parse_route(url.trim()))
}

/** The URL of `-cluster`: scheme, port, and either no user or user and password (reference ops.md 1.5). */
export function parse_cluster_listen(text: string): ClusterListen {
  // A port can not be negative in a URL, yet `:-1` asks for any port.
  const any_port = text.endsWith(':-1')
  const { address, user, password } = parse_url(any_port ? `${text.slice(0, -2)}0` : text)
  const { host, port } = split_host_port(address)
  if (port === '') throw new ValueError(`could not parse port ${quote(port)}`)
  if (Number(port) > 65535) throw new ValueError(`address ${port}: invalid port`)
  if (user !== undefined && password === undefined) throw new ValueError('expected cluster password to be set')
  const listen = { host, port: any_port ? -1 : Number(port) }
  return user === undefined || password === undefined ? listen : { ...listen, user, password }
}

/** Whether two entries of a list of routes are the same one. */
export function same_route(a: RouteAddress, b: RouteAddress): boolean {
  const same_host = a.host.toLowerCase() === b.host.toLowerCase() && a.port === b.port
  return same_host && a.user === b.user && a.password === b.password && a.scheme === b.scheme
}
