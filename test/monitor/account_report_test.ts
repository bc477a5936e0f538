import * as assert from 'uvu/assert'
import { account_detail, account_statz_report, accountz_report } from '../../src/monitor/account_report.ts'
import { ParameterError } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'
import { sample_account, SAMPLE_COUNTS, sample_server } from './samples.ts'

const test = suite('monitor/account_report')
const server = { ...sample_server(), system_account: '$SYS' }
const NO_TRAFFIC = { msgs: 0, bytes: 0 }

test('the list names them, the system account apart', () => {
  const accounts = [sample_account('$G'), sample_account('$SYS')]
  assert.equal(accountz_report(server, accounts, '', SAMPLE_COUNTS), {
    ...{ server_id: 'NID', now: '2026-01-02T03:04:05.6Z', system_account: '$SYS', accounts: ['$G', '$SYS'] },
  })
})

test('one of them is shown with what it has', () => {
  const mappings = { a: [{ subject: 'b', weight: 100 }] }
  const accounts = [sample_account('A', { mappings, tag: 'ours' }), sample_account('$SYS')]
  const detail = account_detail(server, accounts, 'A', SAMPLE_COUNTS) as Record<string, unknown>
  assert.equal([detail.account_name, detail.client_connections, detail.subscriptions], ['A', 1, 3])
  assert.equal([detail.mappings, detail.name_tag, detail.is_system], [mappings, 'ours', undefined])
  assert.not.ok('exports' in detail || 'imports' in detail)
  assert.is((account_detail(server, accounts, '$SYS', SAMPLE_COUNTS) as { is_system: boolean }).is_system, true)
  assert.throws(
    () => accountz_report(server, accounts, 'X', SAMPLE_COUNTS),
    (error: Error) => error instanceof ParameterError && error.message === 'Account X does not exist',
  )
})

test('figures of accounts that are used, of all, or of those that are named', () => {
  const accounts = [sample_account('A', { tag: 'ours' }), sample_account('B', { connections: 0 })]
  const names = (wanted: { unused: boolean; names: string[] }) =>
    account_statz_report(server, accounts, wanted).account_statz.map((each) => (each as { acc: string }).acc)
  assert.equal(names({ unused: false, names: [] }), ['A'])
  assert.equal(names({ unused: true, names: [] }), ['A', 'B'])
  assert.equal(names({ unused: true, names: ['B'] }), ['B'])
  assert.equal(account_statz_report(server, accounts, { unused: false, names: [] }).account_statz[0], {
    ...{ acc: 'A', name: 'ours', conns: 1, leafnodes: 0, total_conns: 2, num_subscriptions: 3, slow_consumers: 8 },
    sent: { msgs: 6, bytes: 7, gateways: NO_TRAFFIC, routes: NO_TRAFFIC, leafs: NO_TRAFFIC },
    received: { msgs: 4, bytes: 5, gateways: NO_TRAFFIC, routes: NO_TRAFFIC, leafs: NO_TRAFFIC },
  })
})

test.run()
