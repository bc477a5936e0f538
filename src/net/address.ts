// Hosts and ports as texts. Where they are shown, IPv6 stands in brackets and an IPv4 address is never mapped.
import { lookup } from 'node:dns/promises'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

export interface Address {
  /** A name or an IP address, without brackets. */
  host: string
  port: number
}

const PORT_MAX = 65535

/** `host:port`, `[::1]:port`, `:port`, and without a port if there is a default one. Null: not an address. */
export function parse_address(text: string, default_port?: number): Address | null {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed) {
    const [, host, port] = bracketed
    if (!is_ipv6(host)) return null
    return with_port(host, port, default_port)
  }
  const colon = text.lastIndexOf(':')
  // More than one colon and no brackets: a bare IPv6 address, which can not carry a port.
  if (colon !== text.indexOf(':')) return is_ipv6(text) ? with_port(text, undefined, default_port) : null
  if (colon < 0) return /[\s/\[\]]/.test(text) ? null : with_port(text, undefined, default_port)
  const host = text.slice(0, colon)
  return /[\s/\[\]]/.test(host) ? null : with_port(host, text.slice(colon + 1), default_port)
}

/** `host:port`, with brackets where the host is an IPv6 address. */
export function format_address(host: string, port: number): string {
  return `${bracketed_host(host)}:${port}`
}

/** The host as it stands before `:port`. */
export function bracketed_host(host: string): string {
  return is_ipv6(host) ? `[${host}]` : host
}

/** The host without the brackets an operator may have written. */
export function bare_host(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

/** `::ffff:10.0.0.1`, as a dual-stack socket calls an IPv4 peer, is `10.0.0.1`; anything else stays. */
export function unmap(address: string): string {
  if (!/^::ffff:/i.test(address)) return address
  const rest = address.slice(7)
  return isIPv4(rest) ? rest : address
}

/** Whether a host to listen on means every address of the machine. */
export function is_any_host(host: string): boolean {
  const bare = bare_host(host)
  return bare === '' || bare === '0.0.0.0' || bare === '::'
}

export function is_loopback(host: string): boolean {
  const address = unmap(bare_host(host))
  return address === '::1' || isIPv4(address) && address.startsWith('127.')
}

/**
 * Addresses of this machine that others may reach: no loopback, no link-local ones (they need a zone), each once.
 * `read` gives the interfaces as os.networkInterfaces does.
 */
export function interface_addresses(read: () => NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces): string[] {
  const addresses = new Set<string>()
  for (const list of Object.values(read())) {
    for (const { address, internal } of list ?? []) {
      if (internal || is_loopback(address) || is_link_local(address)) continue
      addresses.add(unmap(address))
    }
  }
  return [...addresses]
}

/** The addresses a host stands for, those of IPv4 first; one for an IP address. Rejects with ENOTFOUND and the like. */
export async function resolve_host(host: string): Promise<string[]> {
  const bare = bare_host(host)
  if (is_ip(bare)) return [bare]
  // Name servers say that it is this machine, which whoever told of a server without a host did not mean.
  if (bare === '') throw new Error('no such host')
  const found = await lookup(bare, { all: true })
  const addresses = found.map(({ address }) => unmap(address))
  return [...new Set([...addresses.filter((a) => isIPv4(a)), ...addresses.filter((a) => !isIPv4(a))])]
}

/** The one address to listen on: any-address and IP addresses as they are, a name by its first IPv4 address if any. */
export async function resolve_listen_host(host: string): Promise<string> {
  const bare = bare_host(host)
  if (bare === '') return '0.0.0.0'
  return (await resolve_host(bare))[0]
}

function with_port(host: string, text: string | undefined, default_port: number | undefined): Address | null {
  if (text === undefined) return default_port === undefined ? null : { host, port: default_port }
  if (!/^\d{1,5}$/.test(text) || Number(text) > PORT_MAX) return null
  return { host, port: Number(text) }
}

function is_ip(text: string): boolean {
  return isIP(text) !== 0
}

function is_ipv6(text: string): boolean {
  return isIPv6(text)
}

function is_link_local(address: string): boolean {
  return /^fe[89ab]/i.test(address) || address.startsWith('169.254.')
}
