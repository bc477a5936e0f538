// The monitoring port: what tools like nats-top and the Prometheus exporter read, over HTTP or HTTPS (reference ops.md 5.1).
import { Buffer } from 'node:buffer'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, createServer as create_net_server, type Server as NetServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { system_error_code, system_error_text } from '../base/system_error.ts'
import { format_address } from '../net/address.ts'
import type { TlsMaterial } from '../net/tls_material.ts'
import { type Answer, type Endpoint, redirect_answer, text_answer } from './http_answer.ts'
import { ParameterError, Parameters } from './parameters.ts'
import { clean_path, parse_target } from './request_target.ts'

const HEADER_BYTES_MAX = 1024 * 1024
const HEADER_TIMEOUT_MS = 5000
const HEADER_CHECK_INTERVAL_MS = 1000
/** Longer than the usual scrape interval of an exporter, so that its connection lives on. */
const KEEP_ALIVE_MS = 75_000

export interface MonitorOptions {
  /** '' or a clean path without a slash at its end: see `monitor_base_path`. */
  readonly base_path: string
  /** What is at a path below that; undefined: nothing. */
  at(path: string): Endpoint | undefined
  /** Whose certificate it shows; null: plain HTTP. Nobody is asked for one in turn. */
  readonly tls: TlsMaterial | null
  /** Null: whoever comes is served. */
  readonly doorkeeper: Doorkeeper | null
  readonly clock: Clock
}

/** Who may ask. */
export interface Doorkeeper {
  /** `authorization`: the header of that name. */
  admits(path: string, authorization: string | undefined): Promise<boolean>
}

/** The option http_base_path, '' or '/' for none, as MonitorOptions has it. */
export const monitor_base_path = (option: string): string => clean_path(option).replace(/\/$/, '')

/** Serves endpoints over HTTP. */
export class MonitorServer {
  readonly #options: MonitorOptions
  readonly #log: Log
  /** Null before it listens: only who monitors needs the module. */
  #server: Server | null = null
  /** In front of it where there is TLS: whatever has finished its handshake is given to it. */
  #door: NetServer | null = null
  #handshaking: Set<Socket> = new Set()

  constructor(options: MonitorOptions, log: Log) {
    this.#options = options
    this.#log = log
  }

  /**
   * Listens and returns the actual port; a port below 1 is a free one.
   * Rejects with an Error whose message is the line for the log.
   */
  async listen(host: string, port: number): Promise<number> {
    const { createServer } = await import('node:http')
    const server = this.#server = createServer({
      maxHeaderSize: HEADER_BYTES_MAX,
      requestTimeout: 0,
      connectionsCheckingInterval: HEADER_CHECK_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    }, (request, response) => void this.#serve(request, response))
    server.headersTimeout = HEADER_TIMEOUT_MS
    const { tls } = this.#options
    this.#door = tls === null ? null : create_net_server((socket) => this.#shake_hands(socket, tls, server))
    return await listen_on(this.#door ?? server, host, Math.max(0, port), (error) => this.#complain(error))
  }

  /** Stops listening and ends the connections; resolves when that is done, also if it never listened. */
  async close(): Promise<void> {
    const listening = [this.#door, this.#server].filter((server) => server?.listening)
    const closed = listening.map((server) => new Promise((resolve) => server!.close(resolve)))
    for (const socket of this.#handshaking) socket.destroy()
    this.#server?.closeAllConnections()
    await Promise.all(closed)
  }

  #complain(error: Error): void {
    this.#log.error(`monitoring: ${system_error_text(error)}`)
  }

  #shake_hands(socket: Socket, material: TlsMaterial, server: Server): void {
    const { context: secureContext } = material.credentials()
    this.#handshaking.add(socket)
    const late = this.#options.clock.after(material.settings.timeout_ms, () => socket.destroy())
    const done = () => {
      late.cancel()
      this.#handshaking.delete(socket)
    }
    socket.once('close', done)
    const secured = new TLSSocket(socket, { isServer: true, secureContext, requestCert: false })
    secured.on('error', (error) => {
      this.#log.debug(`monitoring: TLS handshake error: ${system_error_text(error)}`)
      socket.destroy()
    })
    secured.once('secure', () => {
      done()
      server.emit('connection', secured)
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    let answer: Answer
    try {
      answer = await this.#answer(request)
    } catch (error) {
      this.#complain(error as Error)
      answer = text_answer(500, 'Internal Server Error\n')
    }
    // "Not modified" has no body, and its length would be taken for that of what the browser has.
    const length = answer.status === 304 ? {} : { 'Content-Length': Buffer.byteLength(answer.body) }
    response.writeHead(answer.status, { ...answer.headers, ...length })
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  }

  async #answer({ url = '/', headers }: IncomingMessage): Promise<Answer> {
    const { doorkeeper, at } = this.#options
    const target = parse_target(url)
    if (target === null) return text_answer(400, '400 Bad Request')
    if (target.is_unclean) {
      return redirect_answer(encodeURI(target.path) + (target.query === '' ? '' : '?' + target.query))
    }
    const path = this.#path_below_base(target.path)
    if (doorkeeper !== null && !await doorkeeper.admits(path ?? '', headers.authorization)) return unauthorized()
    const endpoint = path === null ? undefined : at(path)
    if (endpoint === undefined) return not_found()
    try {
      return await endpoint(new Parameters(target.query), headers)
    } catch (error) {
      if (error instanceof ParameterError) return text_answer(400, error.message)
      throw error
    }
  }

  /** The path of an endpoint; the root of /nats is /nats, not /nats/. */
  #path_below_base(path: string): string | null {
    const { base_path } = this.#options
    if (base_path === '') return path
    if (path === base_path) return '/'
    if (!path.startsWith(base_path + '/')) return null
    const below = path.slice(base_path.length)
    return below === '/' ? null : below
  }
}

function not_found(): Answer {
  const answer = text_answer(404, '404 page not found\n')
  answer.headers['X-Content-Type-Options'] = 'nosniff'
  return answer
}

function unauthorized(): Answer {
  const answer = text_answer(401, 'A user and a password are needed here\n')
  answer.headers['WWW-Authenticate'] = 'Basic realm="monitoring", charset="UTF-8"'
  return answer
}

/** Resolves with the actual port; from then on errors are `complain`ed of. */
function listen_on(server: NetServer, host: string, port: number, complain: (error: Error) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listen_error(cause, format_address(host, port))))
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      server.on('error', complain)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function listen_error(cause: Error, address: string): Error {
  const operation = system_error_code(cause) === 'ENOTFOUND' ? '' : 'bind: '
  return new Error(
    `Can't start monitoring: can't listen to the monitor port: listen tcp ${address}: ${operation}${
      system_error_text(cause)
    }`,
    { cause },
  )
}
