// What monitoring answers, whoever asks: the objects of the endpoints from the source's reports.
import type { ClientReport } from '../connection/report.ts'
import { account_detail, account_statz_report, accountz_report } from './account_report.ts'
import { client_query, connz_page, connz_report, type ConnzQuery } from './connz_report.ts'
import { healthz_query, healthz_report } from './healthz_report.ts'
import { ipqueuesz_report, type IpqueueszQuery } from './ipqueuesz_report.ts'
import { meshz_report } from './meshz_report.ts'
import type { Parameters, SubscriptionDetail } from './parameters.ts'
import type { MonitorSource } from './reports.ts'
import { routez_report } from './routez_report.ts'
import { statsz_report } from './statsz_report.ts'
import { subsz_report, type SubszQuery } from './subsz_report.ts'
import { gatewayz_report, jsz_report, leafz_report } from './unserved_reports.ts'
import { varz_report } from './varz_report.ts'

export class Answers {
  readonly #source: MonitorSource
  /** Requests per path, where there are paths. */
  readonly #requests: ReadonlyMap<string, number>

  constructor(source: MonitorSource, requests: ReadonlyMap<string, number> = new Map()) {
    this.#source = source
    this.#requests = requests
  }

  async varz(): Promise<object> {
    return varz_report({ ...await this.#source.server(), http_requests: this.#requests })
  }

  async connz(query: ConnzQuery): Promise<object> {
    const wanted = client_query(query)
    const [server, open] = await Promise.all([
      this.#source.server(),
      query.state === 'closed' ? { rows: [], total: 0 } : this.#source.client_rows(wanted),
    ])
    const { server_id, now_ms } = server
    const { total, connections } = connz_page(query, now_ms, open, query.state === 'open' ? [] : this.#source.closed())
    const rows = connections.filter((each) => 'value' in each)
    const subscriptions = query.subscriptions !== 'none'
    const reports = new Map<number, ClientReport>()
    if (rows.length > 0) {
      for (const report of await this.#source.client_reports(rows, { subscriptions })) reports.set(report.cid, report)
    }
    const shown = connections.map((each) => 'value' in each ? reports.get(each.cid) : each)
    return connz_report(query, server_id, now_ms, total, shown.filter((report) => report !== undefined))
  }

  async routez(detail: SubscriptionDetail): Promise<object> {
    const [server, routes] = await Promise.all([
      this.#source.server(),
      this.#source.routes({ subscriptions: detail !== 'none' }),
    ])
    return routez_report(server, routes, detail, this.#source.peers())
  }

  async meshz(): Promise<object> {
    const [server, workers, routes] = await Promise.all([
      this.#source.server(),
      this.#source.workers(),
      this.#source.routes({ subscriptions: false }),
    ])
    const [index, peers, events] = [this.#source.index(), this.#source.peers(), this.#source.events()]
    return meshz_report({ server, workers, index, peers, routes, events })
  }

  async ipqueuesz(query: IpqueueszQuery): Promise<object> {
    return ipqueuesz_report(query, await this.#source.workers())
  }

  async subsz(query: SubszQuery): Promise<object> {
    const [server, counts, subscriptions] = await Promise.all([
      this.#source.server(),
      this.#source.subscription_counts(query.account),
      query.list ? this.#source.subscriptions(query, query.page) : { total: 0, reports: [] },
    ])
    return subsz_report(query, server.server_id, server.now_ms, counts, subscriptions)
  }

  /** `name`: '' for the list of them. */
  async accountz(name: string): Promise<object> {
    const [server, accounts, counts] = await this.#accounts(name)
    return accountz_report(server, accounts, name, counts)
  }

  async account_info(name: string): Promise<object> {
    const [server, accounts, counts] = await this.#accounts(name)
    return account_detail(server, accounts, name, counts)
  }

  async account_statz(wanted: { unused: boolean; names: readonly string[] }): Promise<{ account_statz: object[] }> {
    const [server, accounts] = await Promise.all([this.#source.server(), this.#source.accounts()])
    return account_statz_report(server, accounts, wanted)
  }

  async gatewayz(): Promise<object> {
    return gatewayz_report(await this.#source.server())
  }

  async leafz(): Promise<object> {
    return leafz_report(await this.#source.server())
  }

  async jsz(): Promise<object> {
    return jsz_report(await this.#source.server())
  }

  /** With what it would be over HTTP: the status, and the line for the log. */
  healthz(parameters: Parameters) {
    const missing_peers = this.#source.peers().filter(({ missing }) => missing).map(({ address }) => address)
    return healthz_report(healthz_query(parameters), this.#source.health(), missing_peers)
  }

  async statsz(): Promise<object> {
    const [server, routes, accounts] = await Promise.all([
      this.#source.server(),
      this.#source.routes({ subscriptions: false }),
      this.#source.accounts(),
    ])
    return statsz_report(server, routes, accounts.filter(({ connections }) => connections > 0).length)
  }

  #accounts(account: string) {
    return Promise.all([
      this.#source.server(),
      this.#source.accounts(),
      this.#source.subscription_counts(account === '' ? undefined : account),
    ])
  }
}
