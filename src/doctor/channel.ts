// A connection that is read by lines and by number of bytes, with one deadline for everything and a bound for what is kept: what
// comes may be anything.
import type { X509Certificate } from 'node:crypto'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connect_tls } from 'node:tls'
import type { Clock, Timer } from '../base/clock.ts'
import { system_error_code, system_error_text } from '../base/system_error.ts'
import { resolve_host } from '../net/address.ts'
import { tls_fault } from '../net/tls_fault.ts'
import { peer_certificate } from '../net/tls_certificate.ts'
import type { TlsFact, Trouble } from './facts.ts'
import { certificate_fact, tls_fact } from './tls_look.ts'

/** An INFO or a report that tells of hundreds of members fits; what is longer is none. */
const KEPT_BYTES_MAX = 1024 * 1024

/** What keeps a dial from its end. */
export class DialError extends Error {
  override name = 'DialError'
  readonly trouble: Trouble
  constructor(trouble: Trouble, message: string) {
    super(message)
    this.trouble = trouble
  }
}

export interface TlsTrust {
  /** Authorities besides the machine's own; PEM. */
  readonly ca?: string
  /** Our own certificate and key; PEM. */
  readonly cert?: string
  readonly key?: string
}

/** What lines are read from. Everything that waits rejects with a DialError. */
export interface LineChannel {
  /** Up to and without CRLF or LF. */
  line(): Promise<string>
  /** That many. */
  bytes(count: number): Promise<Uint8Array>
  write(text: string): void
  /** Another deadline from now on, by the clock's own time. */
  extend(ends_ms: number): void
  /** Says no more, and lets go soon if the other side does not. */
  end(): void
}

const TROUBLES: Readonly<Record<string, Trouble>> = Object.freeze({
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'unknown_host',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EINVAL: 'unreachable',
})

/** Resolves a name; rejects with a DialError. */
export async function addresses_of(host: string, within: <T>(answer: Promise<T>) => Promise<T>): Promise<string[]> {
  try {
    return await within(resolve_host(host))
  } catch (error) {
    if (error instanceof DialError) throw new DialError('unknown_host', 'no name server answers')
    throw new DialError('unknown_host', 'no such host')
  }
}

export class Channel implements LineChannel {
  #socket: Socket
  readonly #clock: Clock
  #ends_ms: number
  #kept: Uint8Array = new Uint8Array(0)
  #fault: DialError | null = null
  #wake: (() => void) | null = null

  private constructor(socket: Socket, clock: Clock, ends_ms: number) {
    this.#socket = socket
    this.#clock = clock
    this.#ends_ms = ends_ms
    this.#listen()
  }

  /** Rejects with a DialError. `ends_ms`: by the clock's own time. */
  static async open(ip: string, port: number, clock: Clock, ends_ms: number): Promise<Channel> {
    const socket = connect({ host: ip, port, noDelay: true })
    const channel = new Channel(socket, clock, ends_ms)
    try {
      await channel.#within(
        new Promise<void>((resolve, reject) => {
          socket.once('connect', resolve)
          socket.once('error', (error) => reject(as_dial_error(error)))
        }),
      )
    } catch (error) {
      channel.end()
      throw error
    }
    return channel
  }

  extend(ends_ms: number): void {
    this.#ends_ms = ends_ms
  }

  get time_left_ms(): number {
    return Math.max(0, this.#ends_ms - this.#clock.now_ms())
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#kept.indexOf(10)
      if (end >= 0) {
        const line = Buffer.from(this.#kept.subarray(0, end)).toString('utf8')
        this.#kept = this.#kept.subarray(end + 1)
        return line.endsWith('\r') ? line.slice(0, -1) : line
      }
      await this.#more()
    }
  }

  async bytes(count: number): Promise<Uint8Array> {
    if (count > KEPT_BYTES_MAX) throw new DialError('garbage', `${count} bytes in one piece`)
    while (this.#kept.length < count) await this.#more()
    const taken = this.#kept.subarray(0, count)
    this.#kept = this.#kept.subarray(count)
    return taken
  }

  /** All that comes until the other side ends. */
  async rest(): Promise<Uint8Array> {
    while (this.#fault === null) await this.#more().catch(throw_unless_closed)
    if (this.#fault.trouble !== 'closed') throw this.#fault
    return this.#kept
  }

  write(data: string | Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(data)
  }

  /** The same connection, now through TLS. It goes on if the certificate is not good, and says what it was. */
  async secure(name: string, trust: TlsTrust): Promise<TlsFact> {
    const raw = this.#socket
    raw.removeAllListeners('data')
    const socket = connect_tls({
      socket: raw,
      ...(isIP(name) === 0 && { servername: name }),
      ...trust,
      rejectUnauthorized: false,
    })
    this.#socket = socket
    this.#kept = new Uint8Array(0)
    let seen: X509Certificate | null = null
    socket.once('secure', () => seen = peer_certificate(socket))
    try {
      await this.#within(
        new Promise<void>((resolve, reject) => {
          socket.once('secureConnect', resolve)
          socket.once('error', reject)
          socket.once('close', () => reject(new DialError('closed', 'it ended during the TLS handshake')))
        }),
      )
    } catch (error) {
      if (error instanceof DialError && error.trouble === 'timeout') throw_silent(error)
      const { kind, cause } = tls_fault(error, seen, this.#clock.wall_ms())
      throw new TlsDialError(cause, { fault: { kind, cause }, certificate: certificate_fact(seen) })
    }
    this.#listen()
    return tls_fact(socket, name, this.#clock.wall_ms())
  }

  /** Says no more, and lets go soon if the other side does not. */
  end(last: string | Uint8Array = ''): void {
    if (this.#socket.destroyed) return
    if (last.length === 0) return void this.#socket.destroy()
    this.#socket.end(last)
    const timer = this.#clock.after(LAST_WORD_MS, () => this.#socket.destroy())
    this.#socket.once('close', () => timer.cancel())
  }

  #listen(): void {
    const socket = this.#socket
    const fail = (error: DialError) => {
      this.#fault ??= error
      this.#awaken()
    }
    socket.on('data', (chunk: Uint8Array) => {
      if (this.#kept.length + chunk.length > KEPT_BYTES_MAX) {
        fail(new DialError('garbage', `more than ${KEPT_BYTES_MAX / 1024} KiB without an end`))
        socket.destroy()
        return
      }
      this.#kept = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk])
      this.#awaken()
    })
    socket.on('error', (error) => fail(as_dial_error(error)))
    socket.on('close', () => fail(new DialError('closed', 'it closed the connection')))
    socket.on('end', () => fail(new DialError('closed', 'it closed the connection')))
  }

  #awaken(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }

  async #more(): Promise<void> {
    if (this.#fault !== null) throw this.#fault
    const before = this.#kept.length
    await this.#within(new Promise<void>((resolve) => this.#wake = resolve)).catch(throw_silent)
    if (this.#kept.length === before && this.#fault !== null) throw this.#fault
  }

  #within<T>(answer: Promise<T>): Promise<T> {
    return in_time(answer, this.#clock, this.time_left_ms)
  }
}

/** Whoever took the connection is there. */
function throw_silent(error: unknown): never {
  const is_late = error instanceof DialError && error.trouble === 'timeout'
  throw is_late ? new DialError('silent', 'it takes the connection and says nothing') : error
}

function throw_unless_closed(error: unknown): void {
  if (!(error instanceof DialError && error.trouble === 'closed')) throw error
}

const LAST_WORD_MS = 200

/** A handshake that came to nothing, with what was seen of the other side. */
export class TlsDialError extends DialError {
  readonly fact: TlsFact
  constructor(message: string, fact: TlsFact) {
    super('tls', message)
    this.fact = fact
  }
}

/** Rejects with a DialError when the time is over. */
export function in_time<T>(answer: Promise<T>, clock: Clock, ms: number): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(ms, () => reject(new DialError('timeout', 'no answer in time')))
  })
  return Promise.race([answer, late]).finally(() => timer?.cancel())
}

export function as_dial_error(error: unknown): DialError {
  if (error instanceof DialError) return error
  const code = system_error_code(error)
  // The other side has refused our certificate, or that there is none, after its own part was done.
  if (code.startsWith('ERR_SSL_')) return new DialError('tls', tls_fault(error, null, 0).cause)
  const trouble = TROUBLES[code] ?? 'closed'
  return new DialError(trouble, system_error_text(error))
}
