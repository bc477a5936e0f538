import * as assert from 'uvu/assert'
import { default_options } from '../../src/config/options.ts'
import { account_reports } from '../../src/monitor/account_source.ts'
import { AccountTotals } from '../../src/monitor/account_totals.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/account_source')
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

test('accounts are shown as they are configured', () => {
  const options = default_options()
  options.mappings = [{ source: 'a', destinations: [{ subject: 'b', weight: 100 }] }]
  options.accounts = [{
    name: 'A',
    users: [],
    limits,
    exports: [
      ...[{ kind: 'service' as const, subject: 'q', accounts: ['B'] }, { kind: 'stream' as const, subject: 's' }].map(
        (each) => ({
          response_type: 'chunked' as const,
          response_threshold_ms: 1,
          account_token_position: 0,
          ...each,
        }),
      ),
    ],
    imports: [{ kind: 'stream', account: 'B', subject: 'x', local: 'y', share: true }],
  }]
  const settings = ['$G', 'A', '$SYS'].map((name) => ({ name, ...limits }))
  const [global, a, system] = account_reports(settings, options, [], new AccountTotals())
  assert.equal(global.mappings, { a: [{ subject: 'b', weight: 100 }] })
  assert.equal(a.exports, [
    { subject: 'q', type: 'service', response_type: 'Chunked', approved_accounts: ['B'] },
    { subject: 's', type: 'stream' },
  ])
  assert.equal(a.imports, [
    { subject: 'x', account: 'B', type: 'stream', local_subject: 'y', invalid: false, share: true, tracking: false },
  ])
  assert.equal([system.name, system.exports, system.mappings, system.connections], ['$SYS', [], {}, 0])
})

test.run()
