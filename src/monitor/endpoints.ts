// The endpoints of the monitoring port by their paths (reference ops.md 5.2), and how often each was asked.
import type { Log } from '../base/log.ts'
import { Answers } from './answers.ts'
import { connz_query } from './connz_report.ts'
import { expvar_report } from './expvar_report.ts'
import { type Answer, type Endpoint, html_answer, json_answer, text_answer } from './http_answer.ts'
import { ipqueuesz_query } from './ipqueuesz_report.ts'
import { metrics_answer, metrics_query } from './metrics.ts'
import type { Parameters } from './parameters.ts'
import type { MonitorSource } from './reports.ts'
import { root_page } from './root_page.ts'
import { subsz_query } from './subsz_report.ts'

export interface EndpointContext {
  readonly source: MonitorSource
  readonly log: Log
  /** '' or a clean path without a slash at its end. */
  readonly base_path: string
  /** The command line without its secrets. */
  readonly command_line: readonly string[]
  /** What names of metrics begin with if nobody says; it may change. */
  metrics_prefix(): string
}

export class Endpoints {
  readonly #context: EndpointContext
  readonly #answers: Answers
  /** By path without the base path. */
  readonly #requests: Map<string, number> = new Map()
  readonly #by_path: ReadonlyMap<string, Endpoint>

  constructor(context: EndpointContext) {
    this.#context = context
    const answers = this.#answers = new Answers(context.source, this.#requests)
    this.#by_path = new Map<string, Endpoint>([
      ['/', () => this.#root()],
      ['/varz', () => this.#counted('/varz', () => answers.varz())],
      ['/connz', (parameters) => this.#connz(parameters)],
      ['/routez', (parameters) => this.#routez(parameters)],
      ['/subsz', (parameters) => this.#subsz(parameters)],
      ['/subscriptionsz', (parameters) => this.#subsz(parameters)],
      ['/accountz', (parameters) => this.#counted('/accountz', () => answers.accountz(parameters.text('acc')))],
      ['/accstatz', (parameters) => this.#account_statz(parameters)],
      ['/gatewayz', () => this.#counted('/gatewayz', () => answers.gatewayz())],
      ['/leafz', () => this.#counted('/leafz', () => answers.leafz())],
      ['/jsz', (parameters) => this.#jsz(parameters)],
      ['/metrics', (parameters) => this.#metrics(parameters)],
      ['/meshz', async () => json_answer(await answers.meshz())],
      ['/ipqueuesz', async (parameters) => json_answer(await answers.ipqueuesz(ipqueuesz_query(parameters)))],
      ['/raftz', () => Promise.resolve(text_answer(404, 'No Raft nodes registered'))],
      ['/healthz', (parameters) => this.#healthz(parameters)],
      ['/debug/vars', () => Promise.resolve(json_answer(expvar_report(context.command_line)))],
    ])
  }

  /** Undefined: there is nothing at that path. */
  at(path: string): Endpoint | undefined {
    return this.#by_path.get(path)
  }

  #count(path: string): void {
    this.#requests.set(path, (this.#requests.get(path) ?? 0) + 1)
  }

  async #counted(path: string, answer: () => Promise<object>): Promise<Answer> {
    this.#count(path)
    return json_answer(await answer())
  }

  async #root(): Promise<Answer> {
    this.#count('/')
    const { version, server_name } = await this.#context.source.server()
    return html_answer(root_page(version, server_name, this.#context.base_path))
  }

  #connz(parameters: Parameters): Promise<Answer> {
    // Read before it is counted: a wrong sort order is a request, parameters that can not be read are none.
    const query = connz_query(parameters)
    return this.#counted('/connz', () => this.#answers.connz(query))
  }

  #routez(parameters: Parameters): Promise<Answer> {
    const detail = parameters.subscriptions()
    return this.#counted('/routez', () => this.#answers.routez(detail))
  }

  #subsz(parameters: Parameters): Promise<Answer> {
    return this.#counted('/subsz', () => this.#answers.subsz(subsz_query(parameters)))
  }

  #account_statz(parameters: Parameters): Promise<Answer> {
    return this.#counted(
      '/accstatz',
      () => this.#answers.account_statz({ unused: parameters.bool('unused'), names: [] }),
    )
  }

  /** There is no leader of what is not served. */
  async #jsz(parameters: Parameters): Promise<Answer> {
    const answer = await this.#counted('/jsz', () => this.#answers.jsz())
    return parameters.bool('leader-only') ? text_answer(400, 'filtered response: not leader') : answer
  }

  #metrics(parameters: Parameters): Promise<Answer> {
    const query = metrics_query(parameters, this.#context.metrics_prefix())
    this.#count('/metrics')
    return metrics_answer(this.#context.source, this.#answers, query)
  }

  #healthz(parameters: Parameters): Promise<Answer> {
    this.#count('/healthz')
    const { log } = this.#context
    if (parameters.bool('js-enabled')) log.warn('Healthcheck: js-enabled deprecated, use js-enabled-only instead')
    const { status, body, warning } = this.#answers.healthz(parameters)
    if (warning !== '') log.warn(warning)
    return Promise.resolve(json_answer(body, status, true))
  }
}
