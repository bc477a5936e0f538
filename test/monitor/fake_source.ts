// A source that answers from lists, as the threads of a server would.
import type { ClientReport, RouteReport, SubscriptionReport } from '../../src/connection/report.ts'
import type { AccountReport, MonitorSource } from '../../src/monitor/reports.ts'
import { is_asked_for } from '../../src/monitor/subsz_report.ts'
import type { ClientRowList } from '../../src/thread/all_connections.ts'
import type { ClientQuery } from '../../src/thread/connection_lists.ts'
import { sample_account, SAMPLE_COUNTS, sample_index, sample_server, sample_totals, sample_worker } from './samples.ts'

export interface FakeLists {
  open: readonly ClientReport[]
  closed: ClientReport[]
  routes: RouteReport[]
  subscriptions: SubscriptionReport[]
  accounts: AccountReport[]
}

/** What threads tell of these clients. */
export function rows_of(clients: readonly ClientReport[], query: ClientQuery): ClientRowList {
  const in_account = clients.filter(({ account }) => query.account === '' || account === query.account)
  const found = in_account.filter(({ cid, authorized_user }) =>
    (query.cid === 0 || cid === query.cid) && (query.user === '' || authorized_user === query.user)
  )
  const rows = found.map((each) => ({ thread: 0, slot: each.cid, cid: each.cid, value: each[query.sort] ?? 0 }))
  return { rows, total: in_account.length }
}

/** `say` hears what is asked for that costs something. */
export function fake_source(
  { open = [], closed = [], routes = [], subscriptions = [], accounts = [sample_account('A')] }: Partial<FakeLists> =
    {},
  say: (what: string) => void = () => {},
): MonitorSource {
  const answer = <Value>(what: string, value: Value): Promise<Value> => {
    say(what)
    return Promise.resolve(value)
  }
  return {
    server: () => Promise.resolve(sample_server()),
    client_rows: (query) => answer(`client rows by ${query.sort}`, rows_of(open, query)),
    client_reports: (rows, { subscriptions }) =>
      answer(`${rows.length} clients ${subscriptions}`, open.filter(({ cid }) => rows.some((row) => row.cid === cid))),
    closed: () => closed,
    client_sums: () => answer('client sums', []),
    routes: ({ subscriptions }) => answer(`routes ${subscriptions}`, routes),
    subscriptions: (query, { offset, limit }) => {
      const found = subscriptions.filter(({ account, subject }) => is_asked_for(query, account, subject))
      const page = { total: found.length, reports: found.slice(offset, offset + limit) }
      return answer(`subscriptions ${query.account} ${query.test}`, page)
    },
    count_subscriptions: (takes) =>
      answer(
        'count subscriptions',
        subscriptions.filter(({ account, subject, queue = '' }) => takes(account, subject, queue)).length,
      ),
    accounts: () => answer('accounts', accounts),
    subscription_counts: (account) => answer(`counts ${account}`, SAMPLE_COUNTS),
    workers: () => answer('workers', [sample_worker(0)]),
    index: sample_index,
    totals: sample_totals,
    health: () => [],
    peers: () => [],
    events: () => [],
  }
}
