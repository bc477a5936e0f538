import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { AccountTotals } from '../../src/monitor/account_totals.ts'
import { suite } from '../harness.ts'
import { sample_client } from './samples.ts'

const test = suite('monitor/account_totals')

test('who has gone is added to who is there, account by account', () => {
  const totals = new AccountTotals()
  const traffic = { in_messages: 1, in_bytes: 2, out_messages: 3, out_bytes: 4 }
  totals.add(sample_client(1, { account: 'A', reason: CloseReason.slow_consumer_pending, ...traffic }))
  totals.add(sample_client(2, { account: 'A', reason: CloseReason.client_closed, ...traffic }))
  totals.add(sample_client(3, { account: 'B', reason: CloseReason.client_closed }))
  const there = [
    { account: 'A', connections: 2, subscriptions: 5, pending_bytes: 0, ...traffic },
    { account: 'B', connections: 1, subscriptions: 1, pending_bytes: 0, ...traffic },
    { account: 'A', connections: 1, subscriptions: 1, pending_bytes: 0, ...traffic },
  ]
  assert.equal(totals.total('A', there), {
    ...{ connections: 3, total_connections: 5, subscriptions: 6, slow_consumers: 1 },
    ...{ in_messages: 4, in_bytes: 8, out_messages: 12, out_bytes: 16 },
  })
  assert.is(totals.total('C', there).total_connections, 0)
})

test.run()
