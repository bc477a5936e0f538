// The address of a route: nats-route://user:pass@host:port, as configuration, gossip and logs write it.
import { isIP } from 'node:net'

/** A parsed route URL. `host` has no brackets, whatever it is; user and password are percent-decoded. */
export interface RouteUrl {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly user?: string
  readonly password?: string
  /** Whom the certificate of the server there must be for, if that is not the host. */
  readonly tls_name?: string
}

/** Why a text is no route URL. */
export interface RouteUrlError {
  readonly error: string
}

const SHAPE = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?(\[[^\]/?#@]*\]|[^:/?#@[\]]*)(?::([0-9]*))?(?:[/?#].*)?$/i

/** Whether a host is the name of a service, which stands for hosts and their ports (SRV): its first label begins with `_`. */
export function is_service_name(host: string): boolean {
  return host.startsWith('_')
}

/** Parses `scheme://[user[:password]@]host:port[/]`. Any scheme will do; a port is needed (route.md 4.8). */
export function parse_route_url(text: string): RouteUrl | RouteUrlError {
  const fail = (why: string) => ({ error: `parse "${mask_password(text)}": ${why}` })
  const parts = SHAPE.exec(text)
  // deno-lint-ignore no-control-regex
  if (!parts || /[\x00-\x20\x7f]/.test(text)) return fail('not of the form scheme://host:port')
  const [, scheme, user_info, host_part, port_text] = parts
  const host = bare_host(host_part)
  if (host === null) return fail('invalid host')
  const port = Number(port_text || NaN)
  if (!(port >= 1 && port <= 65535)) return fail('invalid port')
  const url = { scheme, host, port }
  if (user_info === undefined) return url
  const colon = user_info.indexOf(':')
  const user = percent_decoded(colon < 0 ? user_info : user_info.slice(0, colon))
  const password = colon < 0 ? undefined : percent_decoded(user_info.slice(colon + 1))
  if (user === null || password === null) return fail('invalid user information')
  return password === undefined ? { ...url, user } : { ...url, user, password }
}

/** The URL with its password shown as `xxxxx`, for logs. */
export function route_url_text(url: RouteUrl): string {
  const user = url.user === undefined ? '' : encodeURIComponent(url.user)
  const user_info = url.password === undefined ? user : `${user}:xxxxx`
  const place = is_service_name(url.host) ? url.host : host_port(url.host, url.port)
  return `${url.scheme}://${user_info && `${user_info}@`}${place}`
}

/** The same entry of the configuration: all but the scheme and the case of the host must agree, user information too. */
export function same_route_url(a: RouteUrl, b: RouteUrl): boolean {
  return same_address(a, b.host, b.port) && a.user === b.user && a.password === b.password
}

/** Whether the URL leads to host and port, compared as text without asking any name server. */
export function same_address(url: RouteUrl, host: string, port: number): boolean {
  return url.port === port && url.host.toLowerCase() === host.toLowerCase()
}

/** `host:port`, with an IPv6 host in brackets. */
export function host_port(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** `::ffff:10.0.0.1`, which Node reports on a dual stack listener, as `10.0.0.1`; other addresses unchanged. */
export function unmapped_ip(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}

/** Whether the host needs no name server. */
export function is_ip(host: string): boolean {
  return isIP(host) !== 0
}

/**
 * Whom the certificate of the server there must be for: the host of the URL. Gossip tells IP addresses only; then it is
 * the first name among the configured routes, if there is one (route.md 1.2).
 */
export function verified_name(url: RouteUrl, configured: readonly RouteUrl[]): string {
  if (url.tls_name !== undefined) return url.tls_name
  if (!is_ip(url.host)) return url.host
  return configured.find(({ host }) => !is_ip(host) && !is_service_name(host))?.host ?? url.host
}

function bare_host(part: string): string | null {
  const bracketed = part.startsWith('[')
  const host = percent_decoded(bracketed ? part.slice(1, -1) : part)
  if (!host || (bracketed && isIP(host) !== 6)) return null
  return host
}

function percent_decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function mask_password(text: string): string {
  return text.replace(/(:\/\/[^/?#]*?:)[^/?#]*@/, '$1xxxxx@')
}
