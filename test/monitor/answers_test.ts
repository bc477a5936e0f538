// The source is asked for what an answer needs, and no more.
import * as assert from 'uvu/assert'
import { Answers } from '../../src/monitor/answers.ts'
import { connz_query } from '../../src/monitor/connz_report.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import type { MonitorSource } from '../../src/monitor/reports.ts'
import { subsz_query } from '../../src/monitor/subsz_report.ts'
import { suite } from '../harness.ts'
import { fake_source } from './fake_source.ts'
import { sample_client, sample_route } from './samples.ts'

const test = suite('monitor/answers')

function make() {
  const asked: string[] = []
  const lists = {
    open: [sample_client(1)],
    closed: [sample_client(3, { stop_ms: 5 })],
    routes: [sample_route(4)],
  }
  const source: MonitorSource = { ...fake_source(lists, (what) => void asked.push(what)), health: () => ['server'] }
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
  assert.equal(asked, ['client rows by cid', '1 clients false', 'client rows by cid', '1 clients true'])
})

test('of ten thousand connections only those of the page are asked for what they are', async () => {
  const asked: string[] = []
  const open = Array.from({ length: 10_000 }, (_, i) => sample_client(i + 1, { in_bytes: (i * 7919) % 10_000 }))
  const answers = new Answers(fake_source({ open }, (what) => void asked.push(what)))
  const { total, connections } = await answers.connz(
    connz_query(new Parameters('sort=bytes_from&offset=2&limit=3')),
  ) as { total: number; connections: { in_bytes: number }[] }
  assert.equal([total, connections.map(({ in_bytes }) => in_bytes)], [10_000, [9997, 9996, 9995]])
  assert.equal(asked, ['client rows by in_bytes', '3 clients false'])
})

test('a connection that goes between the two questions is left out', async () => {
  const source = { ...fake_source({ open: [sample_client(1), sample_client(2)] }) }
  source.client_reports = () => Promise.resolve([sample_client(2)])
  const gone = await new Answers(source).connz(connz_query(new Parameters(''))) as { num_connections: number }
  assert.is(gone.num_connections, 1)
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
