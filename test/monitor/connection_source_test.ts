import * as assert from 'uvu/assert'
import { client_reports, client_rows, route_reports } from '../../src/monitor/connection_source.ts'
import type { ScanContext } from '../../src/monitor/subscription_scan.ts'
import { SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import type { ThreadApi } from '../../src/thread/worker_api.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { entry_of } from '../shared/index_oracle.ts'
import { sample_client, sample_route } from './samples.ts'

const test = suite('monitor/connection_source')

/** One thread: clients 11 and 12 in slots 1 and 2, of the accounts A and B, and a route in slot 3. */
function make() {
  const options = { subscriptions: 100, edges: 256, log: false, log_bytes: 4096 }
  const index = new SubjectIndex(SubjectIndex.reserve(options), 0)
  index.insert(entry_of({ subject: 'a.*', account: 1 }, 1))
  index.insert(entry_of({ subject: 'b', account: 1 }, 1))
  index.insert(entry_of({ subject: 'a.*', account: 2 }, 2))
  index.insert(entry_of({ subject: 'far', account: 1, kind: SubscriberKind.route }, 3))
  const clients = [sample_client(11, { account: 'A' }), sample_client(12, { account: 'B' })]
  const api: Partial<ThreadApi> = {
    client_rows: () => Promise.resolve({ rows: [1, 11, 0, 2, 12, 0], total: 2, next: -1 }),
    client_reports: (places) => Promise.resolve(clients.filter(({ cid }) => places.includes(cid))),
    routes: () => Promise.resolve([{ slot: 3, report: sample_route(7) }]),
  }
  const context: ScanContext = {
    clock: new ManualClock(),
    crew: { index, each: async (ask) => [await ask(api as ThreadApi, 0)] },
    account_name: (account) => ['$G', 'A', 'B'][account],
    next_turn: queueMicrotask,
  }
  return { context }
}

const QUERY = { sort: 'cid', account: '', user: '', cid: 0, filter_subject: '' } as const

test('clients are narrowed to those with a subscription in the account that a subject matches', async () => {
  const { context } = make()
  const cids = async (account: string, filter_subject: string) =>
    (await client_rows(context, { ...QUERY, account, filter_subject })).rows.map(({ cid }) => cid)
  assert.equal(await cids('', ''), [11, 12])
  assert.equal(await cids('A', 'a.x'), [11])
  assert.equal(await cids('B', 'a.*'), [12])
  assert.equal(await cids('A', 'c'), [])
})

test('reports of clients have their subscriptions when those are asked for', async () => {
  const { context } = make()
  const { rows } = await client_rows(context, QUERY)
  const plain = await client_reports(context, rows, false)
  assert.equal(plain.map(({ subscriptions_list }) => subscriptions_list), [undefined, undefined])
  const full = await client_reports(context, rows, true)
  assert.equal(full.map(({ cid, subscriptions_list }) => [cid, subscriptions_list!.map(({ subject }) => subject)]), [
    [11, ['a.*', 'b']],
    [12, ['a.*']],
  ])
})

test('reports of routes have what the peer wants when that is asked for', async () => {
  const { context } = make()
  assert.is((await route_reports(context, false))[0].subscriptions_list, undefined)
  const [{ cid, subscriptions_list }] = await route_reports(context, true)
  assert.equal([cid, subscriptions_list!.map(({ account, subject }) => `${account} ${subject}`)], [7, ['A far']])
})

test.run()
