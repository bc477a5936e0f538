// The monitoring port: what tools like nats-top and the Prometheus exporter read (reference ops.md 5).
import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../base/log.ts'
import { system_error_code, system_error_text } from '../base/system_error.ts'
import { Answers } from './answers.ts'
import { connz_query } from './connz_report.ts'
import { json_text } from './json_text.ts'
import { ParameterError, Parameters } from './parameters.ts'
import type { MonitorSource } from './reports.ts'
import { clean_path, parse_target, type RequestTarget } from './request_target.ts'
import { root_page } from './root_page.ts'
import { subsz_query } from './subsz_report.ts'

const HEADER_BYTES_MAX = 1024 * 1024
const HEADER_TIMEOUT_MS = 5000
const HEADER_CHECK_INTERVAL_MS = 1000
/** Longer than the usual scrape interval of an exporter, so that its connection lives on. */
const KEEP_ALIVE_MS = 75_000

const TEXT_TYPE = 'text/plain; charset=utf-8'
const HTML_TYPE = 'text/html; charset=utf-8'

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

type Endpoint = (parameters: Parameters) => Promise<Answer>

const text_answer = (status: number, body: string): Answer => ({ status, headers: { 'Content-Type': TEXT_TYPE }, body })
const json_answer = (body: object, status = 200, compact = false): Answer => ({
  status,
  headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/json' },
  body: json_text(body, compact),
})

export interface MonitorOptions {
  /** The option http_base_path as given; '' or '/' for none. */
  base_path: string
}

/** Serves a source over HTTP. */
export class MonitorServer {
  readonly #source: MonitorSource
  readonly #answers: Answers
  readonly #log: Log
  /** '' or a clean path without a slash at its end. */
  readonly #base_path: string
  readonly #requests: Map<string, number> = new Map()
  readonly #endpoints: ReadonlyMap<string, Endpoint>
  readonly #server: Server

  constructor(source: MonitorSource, options: MonitorOptions, log: Log) {
    this.#source = source
    this.#answers = new Answers(source, this.#requests)
    this.#log = log
    this.#base_path = clean_path(options.base_path).replace(/\/$/, '')
    this.#endpoints = new Map<string, Endpoint>([
      ['/', () => this.#root()],
      ['/varz', () => this.#varz()],
      ['/connz', (parameters) => this.#connz(parameters)],
      ['/routez', (parameters) => this.#routez(parameters)],
      ['/subsz', (parameters) => this.#subsz(parameters)],
      ['/subscriptionsz', (parameters) => this.#subsz(parameters)],
      ['/accountz', (parameters) => this.#accountz(parameters)],
      ['/accstatz', (parameters) => this.#account_statz(parameters)],
      ['/gatewayz', () => this.#plain('/gatewayz', () => this.#answers.gatewayz())],
      ['/leafz', () => this.#plain('/leafz', () => this.#answers.leafz())],
      ['/jsz', () => this.#plain('/jsz', () => this.#answers.jsz())],
      ['/healthz', (parameters) => this.#healthz(parameters)],
    ])
    this.#server = createServer({
      maxHeaderSize: HEADER_BYTES_MAX,
      requestTimeout: 0,
      connectionsCheckingInterval: HEADER_CHECK_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    }, (request, response) => void this.#serve(request, response))
    this.#server.headersTimeout = HEADER_TIMEOUT_MS
  }

  /** Requests per path without the base path, for /varz. */
  get requests(): ReadonlyMap<string, number> {
    return this.#requests
  }

  /**
   * Listens and returns the actual port; a port below 1 is a free one. Logs the start.
   * Rejects with an Error whose message is the line for the log.
   */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const server = this.#server
      const address = host.includes(':') ? `[${host}]` : host
      server.once('error', (cause) => reject(listen_error(cause, `${address}:${Math.max(0, port)}`)))
      server.listen(Math.max(0, port), host, () => {
        server.removeAllListeners('error')
        server.on('error', (error) => this.#log.error(`monitoring: ${system_error_text(error)}`))
        const actual = (server.address() as AddressInfo).port
        this.#log.info(`Starting http monitor on ${address}:${actual}`)
        resolve(actual)
      })
    })
  }

  /** Stops listening and ends the connections; resolves when that is done, also if it never listened. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#server.listening) return resolve()
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    let answer: Answer
    try {
      answer = await this.#answer(request.url ?? '/')
    } catch (error) {
      this.#log.error(`monitoring: ${system_error_text(error)}`)
      answer = text_answer(500, 'Internal Server Error\n')
    }
    response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) })
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  }

  async #answer(url: string): Promise<Answer> {
    const target = parse_target(url)
    if (target === null) return text_answer(400, '400 Bad Request')
    if (target.is_unclean) return redirect_answer(target)
    const path = this.#path_below_base(target.path)
    const endpoint = path === null ? undefined : this.#endpoints.get(path)
    if (endpoint === undefined) {
      const answer = text_answer(404, '404 page not found\n')
      answer.headers['X-Content-Type-Options'] = 'nosniff'
      return answer
    }
    try {
      return await endpoint(new Parameters(target.query))
    } catch (error) {
      if (error instanceof ParameterError) return text_answer(400, error.message)
      throw error
    }
  }

  /** The path of an endpoint; the root of /nats is /nats, not /nats/. */
  #path_below_base(path: string): string | null {
    if (this.#base_path === '') return path
    if (path === this.#base_path) return '/'
    if (!path.startsWith(this.#base_path + '/')) return null
    const below = path.slice(this.#base_path.length)
    return below === '/' ? null : below
  }

  #count(path: string): void {
    this.#requests.set(path, (this.#requests.get(path) ?? 0) + 1)
  }

  async #root(): Promise<Answer> {
    this.#count('/')
    const { version, server_name } = await this.#source.server()
    return {
      status: 200,
      headers: { 'Content-Type': HTML_TYPE },
      body: root_page(version, server_name, this.#base_path),
    }
  }

  async #varz(): Promise<Answer> {
    this.#count('/varz')
    return json_answer(await this.#answers.varz())
  }

  async #connz(parameters: Parameters): Promise<Answer> {
    const query = connz_query(parameters)
    // Counted here: a wrong sort order is a request, parameters that can not be read are none.
    this.#count('/connz')
    return json_answer(await this.#answers.connz(query))
  }

  async #routez(parameters: Parameters): Promise<Answer> {
    const detail = parameters.subscriptions()
    this.#count('/routez')
    return json_answer(await this.#answers.routez(detail))
  }

  async #subsz(parameters: Parameters): Promise<Answer> {
    this.#count('/subsz')
    return json_answer(await this.#answers.subsz(subsz_query(parameters)))
  }

  async #accountz(parameters: Parameters): Promise<Answer> {
    this.#count('/accountz')
    return json_answer(await this.#answers.accountz(parameters.text('acc')))
  }

  async #account_statz(parameters: Parameters): Promise<Answer> {
    this.#count('/accstatz')
    return json_answer(await this.#answers.account_statz({ unused: parameters.bool('unused'), names: [] }))
  }

  /** One without parameters. */
  async #plain(path: string, answer: () => Promise<object>): Promise<Answer> {
    this.#count(path)
    return json_answer(await answer())
  }

  #healthz(parameters: Parameters): Promise<Answer> {
    this.#count('/healthz')
    if (parameters.bool('js-enabled')) {
      this.#log.warn('Healthcheck: js-enabled deprecated, use js-enabled-only instead')
    }
    const { status, body, warning } = this.#answers.healthz(parameters)
    if (warning !== '') this.#log.warn(warning)
    return Promise.resolve(json_answer(body, status, true))
  }
}

function redirect_answer(target: RequestTarget): Answer {
  const location = encodeURI(target.path) + (target.query === '' ? '' : '?' + target.query)
  const shown = location.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return {
    status: 307,
    headers: { 'Content-Type': HTML_TYPE, Location: location },
    body: `<a href="${shown}">Temporary Redirect</a>.\n\n`,
  }
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
