// An address to dial: which door of a server it is, and who has told of it.
import { parse_url } from '../config/url.ts'
import { ValueError } from '../config/values.ts'
import { format_address, is_any_host, parse_address } from '../net/address.ts'

/** The ports of a server, by what is spoken there; `system`: none, it answered a message in the system account. */
export type Door = 'client' | 'websocket' | 'route' | 'monitor' | 'system'

export interface Target {
  readonly door: Door
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** The handshake comes first, as somebody has said; a door for clients may ask for one later. */
  readonly tls: boolean
  /** `server "a"`, or COMMAND_LINE. */
  readonly told_by: string
  /** Nobody has told of it: it may be there, as it is at another member. */
  readonly is_guess: boolean
}

/** `user` without a password is a token. */
export interface UrlCredentials {
  readonly user: string
  readonly password?: string
}

export interface GivenUrl {
  readonly target: Target
  readonly credentials: UrlCredentials | null
}

export const COMMAND_LINE = 'the command line'

interface Scheme {
  readonly door: Door
  readonly tls: boolean
  readonly port: number
}

const SCHEMES: Readonly<Record<string, Scheme>> = Object.freeze({
  nats: { door: 'client', tls: false, port: 4222 },
  tls: { door: 'client', tls: true, port: 4222 },
  ws: { door: 'websocket', tls: false, port: 80 },
  wss: { door: 'websocket', tls: true, port: 443 },
  http: { door: 'monitor', tls: false, port: 8222 },
  https: { door: 'monitor', tls: true, port: 8222 },
  'nats-route': { door: 'route', tls: false, port: 6222 },
})

/** Reads a URL of the command line; a text without a scheme is for clients. Throws ValueError. */
export function parse_given(text: string): GivenUrl {
  const { scheme, address, user, password } = parse_url(text.includes('://') ? text : `nats://${text}`)
  const known = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined
  if (known === undefined) {
    throw new ValueError(`"${scheme}://" is not known; there are ${Object.keys(SCHEMES).join(', ')}`)
  }
  const place = parse_address(address, known.port)
  if (place === null || place.host === '' || place.port === 0) throw new ValueError(`"${address}" is no address`)
  const { door, tls } = known
  const credentials = user === undefined ? null : { user, ...(password !== undefined && { password }) }
  return { target: { door, ...place, tls, told_by: COMMAND_LINE, is_guess: false }, credentials }
}

/** An address that a server has told, null if it is none. `seen_at`: what stands for "any address" of that server. */
export function told_target(
  text: string,
  about: Omit<Target, 'host' | 'port' | 'is_guess'>,
): Target | null {
  // Gossip writes plain addresses, configured routes may be URLs.
  const place = parse_address(text.replace(/^[a-z-]+:\/\//i, '').replace(/^[^@/]*@/, '').replace(/\/.*$/, ''))
  return place === null || place.port === 0 ? null : { ...about, ...place, is_guess: false }
}

/** Where a server that listens on all its addresses is: where it was seen. */
export const reachable_host = (host: string, seen_at: string): string => is_any_host(host) ? seen_at : host

/** The same for the same door, whoever has told of it. */
export const target_key = ({ door, host, port }: Target): string =>
  `${door} ${address_of({ host, port })}`.toLowerCase()

export const address_of = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  format_address(host, port)
