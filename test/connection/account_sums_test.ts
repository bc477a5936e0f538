import * as assert from 'uvu/assert'
import { add_client, type Countable } from '../../src/connection/account_sums.ts'
import type { AccountSums } from '../../src/connection/report.ts'
import { suite } from '../harness.ts'

const test = suite('connection/account_sums')

const client = (account_name: string, reason: string | null = null, identity: object | null = {}): Countable => ({
  session: { identity, account_name },
  subscriptions: { count: 2 },
  connection: { reason, in_messages: 1, in_bytes: 10, outbox: { pending: 5, out_messages: 3, out_bytes: 30 } },
})

test('clients that are in are summed, by account', () => {
  const all = new Map<string, AccountSums>()
  const clients = [
    client('A'),
    client('A'),
    client('B'),
    client('B', 'Client Closed'),
    client('$G', null, null),
  ]
  for (const each of clients) add_client(all, each)
  assert.equal([...all.values()], [
    {
      ...{ account: 'A', connections: 2, subscriptions: 4, pending_bytes: 10 },
      ...{ in_messages: 2, in_bytes: 20, out_messages: 6, out_bytes: 60 },
    },
    {
      ...{ account: 'B', connections: 1, subscriptions: 2, pending_bytes: 5 },
      ...{ in_messages: 1, in_bytes: 10, out_messages: 3, out_bytes: 30 },
    },
  ])
})

test.run()
