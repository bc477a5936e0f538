import * as assert from 'uvu/assert'
import type { AccountSettings } from '../../src/connection/settings.ts'
import { AccountTable } from '../../src/thread/account_table.ts'
import { suite } from '../harness.ts'

const test = suite('thread/account_table')

const account = (name: string, more: Partial<AccountSettings> = {}): AccountSettings => (
  { name, max_connections: -1, max_subscriptions: -1, max_payload: -1, ...more }
)
const mappings = [{ source: 'a', destinations: [{ subject: 'b', weight: 100 }] }]
const imports = [{
  ...{ kind: 'stream' as const, account: 0, remote: 's', local: 's', share: false },
  ...{ response_type: 'single' as const, response_threshold_ms: 1 },
}]

test('what has not changed stays the same, what has is made anew', () => {
  const table = new AccountTable([account('A', { mappings, imports }), account('B')])
  const before = [table.mappings(0), table.imports(0)]
  assert.equal([table.mappings(1), table.imports(1)], [null, null])
  table.renew([account('A', { mappings: structuredClone(mappings), imports }), account('B', { imports }), account('C')])
  assert.ok(table.mappings(0) === before[0] && table.imports(0) === before[1])
  assert.is(table.imports(1)!.streams.length, 1)
  table.renew([account('A', { imports }), account('B'), account('C')])
  assert.equal([table.mappings(0), table.imports(1)], [null, null])
  assert.ok(table.imports(0) === before[1])
})

test("an account that is gone has no name any more, its number is nobody else's", () => {
  const table = new AccountTable([account('A'), account('B')])
  table.renew([account('A', { is_gone: true }), account('B'), account('C')])
  assert.equal([...table.numbers], [['B', 1], ['C', 2]])
  table.renew([account('A'), account('B'), account('C')])
  assert.is(table.numbers.get('A'), 0)
})

test.run()
