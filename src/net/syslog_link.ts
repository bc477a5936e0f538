// Ways to a syslog: a socket to one elsewhere, or the system's program `logger` as a child.
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns'
import { connect, type NetConnectOpts } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { system_error_code, system_error_text } from '../base/system_error.ts'
import { parse_address } from './address.ts'

export interface SyslogLink {
  /** Whether each line has to be sent by itself, and how long it may be; 0: a stream, of lines of any length. */
  readonly datagram_bytes_max: number
  /** Once it is open. `left` is called when the bytes have left, not if they can not. */
  send(bytes: Uint8Array, left: () => void): void
  /** Ends it behind what was sent. */
  close(): void
  /** Ends it at once. */
  destroy(): void
}

export interface LinkEvents {
  open(): void
  /** It has ended, or could not be opened. May be called more than once. */
  lost(cause: string): void
}

/** Begins to open a link. */
export type DialSyslog = (events: LinkEvents) => SyslogLink

/** Where a syslog is: what stands in `remote_syslog`. */
export interface SyslogAddress {
  readonly network: 'udp' | 'tcp' | 'unix'
  /** A host with its port, or a path. */
  readonly address: string
}

/** Of UDP over IPv4, less the heads of the packets, rounded. */
const UDP_BYTES_MAX = 65_000
const KEEPALIVE_MS = 30_000
/** A logger that finds no syslog ends before that. */
const LOGGER_SETTLE_MS = 200

/** Throws an Error with what is wrong, in nats-server's words. */
export function parse_syslog_url(url: string): SyslogAddress {
  const [, scheme = '', host = '', path = ''] = /^(?:([A-Za-z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)/.exec(url)!
  const network = scheme.toLowerCase()
  if (network === 'unix') return { network, address: path }
  if (network === 'udp' || network === 'tcp') return { network, address: host.slice(host.lastIndexOf('@') + 1) }
  throw new Error(`error invalid network type: ${JSON.stringify(network)}`)
}

/** A syslog elsewhere, or one behind a socket file. */
export function remote_syslog({ network, address }: SyslogAddress): DialSyslog {
  const name = `dial ${network} ${address}`
  if (network === 'unix') {
    return address === ''
      ? refuse('dial unix: missing address')
      : (events) => dial_stream({ path: address }, name, events)
  }
  const found = parse_address(address)
  if (found === null) return refuse(`dial ${network}: address ${address}: missing port in address`)
  const { port } = found, host = found.host || '127.0.0.1'
  if (network === 'tcp') return (events) => dial_stream({ host, port }, name, events)
  return (events) => dial_datagrams(host, port, name, events)
}

/** The one of this machine. `pid`: whose lines they are. */
export function local_syslog(program: string, pid: number, clock: Pick<Clock, 'after'>): DialSyslog {
  // In a session of its own: what ends the server from its terminal must not end the logger before the last line.
  const flags = ['--prio-prefix', '--socket-errors=on', '--size=64KiB', `--tag=${program}`, `--id=${pid}`]
  return ({ open, lost }) => {
    const child = spawn('logger', flags, { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
    let said = ''
    child.once('spawn', () => void clock.after(LOGGER_SETTLE_MS, open))
    child.once('error', (error) => lost(logger_text(error)))
    child.once(
      'close',
      (status, signal) => lost(said.trim() || `logger has ended with ${signal ?? `status ${status}`}`),
    )
    child.stderr.on('data', (bytes) => said = (said + bytes).slice(0, 200))
    // The end of the child says the same.
    child.stdin.on('error', () => {})
    return {
      datagram_bytes_max: 0,
      send: (bytes, left) => void child.stdin.write(bytes, (error) => error ? undefined : left()),
      close: () => void child.stdin.end(),
      destroy: () => void child.kill('SIGKILL'),
    }
  }
}

function logger_text(error: Error): string {
  if (system_error_code(error) !== 'ENOENT') return `logger: ${system_error_text(error)}`
  return 'there is no "logger" in PATH: install it (util-linux), or name a syslog with remote_syslog, such as udp://127.0.0.1:514'
}

/** What can never be opened. */
function refuse(cause: string): DialSyslog {
  return ({ lost }) => {
    queueMicrotask(() => lost(cause))
    return { datagram_bytes_max: 0, send() {}, close() {}, destroy() {} }
  }
}

function dial_stream(to: NetConnectOpts, name: string, { open, lost }: LinkEvents): SyslogLink {
  const socket = connect(to)
  let was_open = false
  socket.once('connect', () => {
    was_open = true
    if ('port' in to) socket.setKeepAlive(true, KEEPALIVE_MS)
    open()
  })
  socket.on('error', (error) => lost(was_open ? system_error_text(error) : `${name}: ${dial_text(error)}`))
  socket.once('close', () => lost('it has closed the connection'))
  // What it says is of no interest, but its end is not noticed otherwise.
  socket.resume()
  return {
    datagram_bytes_max: 0,
    send: (bytes, left) => void socket.write(bytes, (error) => error ? undefined : left()),
    close: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}

function dial_datagrams(host: string, port: number, name: string, { open, lost }: LinkEvents): SyslogLink {
  let socket: ReturnType<typeof createSocket> | null = null
  let is_closed = false, is_ending = false
  /** One after the other: Deno does not keep the order of several that are under way. */
  const waiting: { bytes: Uint8Array; left: () => void }[] = []
  const fail = (error: Error) => lost(`${name}: ${dial_text(error)}`)
  const send_first = () => {
    socket!.send(waiting[0].bytes, (error) => {
      if (is_closed) return
      if (error) return fail(error)
      const { left } = waiting.shift()!
      if (waiting.length > 0) send_first()
      // It may have the next one sent, which is then the first.
      left()
      if (waiting.length === 0 && is_ending) close()
    })
  }
  // The family of the socket has to be known before there is one.
  lookup(host, (error, address, family) => {
    if (error !== null) return fail(error)
    if (is_closed) return
    const made = socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    made.on('error', fail)
    made.connect(port, address, (error?: Error) => error ? fail(error) : open())
  })
  const close = () => {
    if (!is_closed) socket?.close()
    is_closed = true
  }
  return {
    datagram_bytes_max: UDP_BYTES_MAX,
    send: (bytes, left) => {
      if (waiting.push({ bytes, left }) === 1) send_first()
    },
    close: () => {
      is_ending = true
      if (waiting.length === 0) close()
    },
    destroy: close,
  }
}

function dial_text(error: Error): string {
  if (system_error_code(error) === 'ENOTFOUND') return 'no such host'
  return `connect: ${system_error_text(error)}`
}
