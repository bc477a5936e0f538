// The source is asked for what an answer needs, and no more.
import * as assert from 'uvu/assert'
import { Answers } from '../../src/monitor/answers.ts'
import { connz_query } from '../../src/monitor/connz_report.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import type { MonitorSource } from '../../src/monitor/reports.ts'
import { subsz_query } from '../../src/monitor/subsz_report.ts'
import { suite } from '../harness.ts'
import {
  sample_account,
  sample_client,
  SAMPLE_COUNTS,
  sample_index,
  sample_route,
  sample_server,
  sample_worker,
} from './samples.ts'

const test = suite('monitor/answers')

function make() {
  const asked: string[] = []
  const say = <Value>(what: string, value: Value): Promise<Value> => {
    asked.push(what)
    return Promise.resolve(value)
  }
  const source: MonitorSource = {
    server: () => Promise.resolve(sample_server()),
    connections: ({ subscriptions }) => say(`connections ${subscriptions}`, [sample_client(1)]),
    closed: () => [sample_client(3, { stop_ms: 5 })],
    routes: ({ subscriptions }) => say(`routes ${subscriptions}`, [sample_route(4)]),
    subscriptions: () => say('subscriptions', []),
    subscription_counts: (account) => say(`counts ${account}`, SAMPLE_COUNTS),
    accounts: () => say('accounts', [sample_account('A')]),
    workers: () => Promise.resolve([sample_worker(0)]),
    index: sample_index,
    health: () => ['server'],
    peers: () => [],
    events: () => [],
  }
  return { answers: new Answers(source, new Map([['/varz', 1]])), asked }
}

test('connections are asked for as the state and the list need them', async () => {
  const { answers, asked } = make()
  const connz = async (query: string) => {
    const { connections } = await answers.connz(connz_query(new Parameters(query))) as {
      connections: { cid: number }[]
    }
    return connections.map(({ cid }) => cid)
  }
  assert.equal([await connz(''), await connz('state=closed'), await connz('state=all&subs=1')], [[1], [3], [1, 3]])
  assert.equal(asked, ['connections false', 'connections true'])
})

test('the rest', async () => {
  const { answers, asked } = make()
  assert.equal((await answers.varz() as { http_req_stats: object }).http_req_stats, { '/varz': 1 })
  await answers.routez('none')
  await answers.subsz(subsz_query(new Parameters('acc=A')))
  assert.equal((await answers.accountz('') as { accounts: string[] }).accounts, ['A'])
  assert.is((await answers.account_info('A') as { account_name: string }).account_name, 'A')
  assert.is((await answers.statsz() as { active_accounts: number }).active_accounts, 1)
  assert.is(answers.healthz(new Parameters('')).status, 500)
  assert.equal(asked, [
    ...['routes false', 'counts A', 'accounts', 'counts undefined', 'accounts', 'counts A'],
    ...['routes false', 'accounts'],
  ])
})

test.run()
