// Files that tell scripts where the server is (reference ops.md 1.8).
import * as fs from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { system_error_text } from '../base/system_error.ts'

const PID_FILE_MODE = 0o600

/** Writes the decimal pid without a line end, readable only to the owner. Throws an Error with Go's text. */
export function write_pid_file(path: string, pid: number): void {
  write_file(path, String(pid), PID_FILE_MODE)
}

/** One listener as it was bound. */
export interface ListenerAddress {
  scheme: 'nats' | 'tls' | 'http' | 'https' | 'ws' | 'wss'
  host: string
  port: number
}

/** Listeners by kind; those that do not exist are left out. */
export interface ServerPorts {
  nats?: ListenerAddress
  monitoring?: ListenerAddress
  cluster?: ListenerAddress
  profile?: ListenerAddress
  websocket?: ListenerAddress
}

const KINDS = Object.freeze(['nats', 'monitoring', 'cluster', 'profile', 'websocket'] as const)

/** Writes the ports file into a folder and returns its path. Throws an Error with Go's text. */
export function write_ports_file(
  folder: string,
  pid: number,
  ports: ServerPorts,
  addresses: readonly string[] = interface_addresses(),
): string {
  const path = join(folder, `nats-server_${pid}.ports`)
  write_file(path, ports_text(ports, addresses), 0o666)
  return path
}

/** Removes the ports file at the orderly end of the server. Throws an Error whose message is the line for the log. */
export function remove_ports_file(path: string): void {
  try {
    fs.unlinkSync(path)
  } catch (cause) {
    const text = `Error cleaning up ports file ${path}: remove ${path}: ${system_error_text(cause)}`
    throw new Error(text, { cause })
  }
}

/** The JSON of the ports file: for each kind the URLs; a wildcard host becomes one URL per address. */
export function ports_text(ports: ServerPorts, addresses: readonly string[]): string {
  const urls: Record<string, string[]> = {}
  for (const kind of KINDS) {
    const listener = ports[kind]
    if (listener === undefined) continue
    const hosts = is_wildcard(listener.host) ? addresses : [listener.host]
    urls[kind] = hosts.map((host) => `${listener.scheme}://${host.includes(':') ? `[${host}]` : host}:${listener.port}`)
  }
  return JSON.stringify(urls)
}

function is_wildcard(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::'
}

/** The addresses of this machine, loopback and IPv6 included. */
function interface_addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list ?? []).map(({ address }) => address)
}

function write_file(path: string, text: string, mode: number): void {
  try {
    fs.writeFileSync(path, text, { mode })
  } catch (cause) {
    throw new Error(`open ${path}: ${system_error_text(cause)}`, { cause })
  }
}
