import * as assert from 'uvu/assert'
import {
  gather_account_sums,
  gather_client_reports,
  gather_client_rows,
  type Threads,
} from '../../src/thread/all_connections.ts'
import type { ThreadApi } from '../../src/thread/worker_api.ts'
import { suite } from '../harness.ts'
import { sample_client } from '../monitor/samples.ts'

const test = suite('thread/all_connections')

const QUERY = { sort: 'cid', account: '', user: '', cid: 0 } as const

function threads(...apis: Partial<ThreadApi>[]): Threads {
  return { each: (ask) => Promise.all(apis.map((api, thread) => ask(api as ThreadApi, thread))) }
}

test('rows of all threads are put together, part by part', async () => {
  const parts = [{ rows: [0, 10, 7, 1, 11, 8], total: 3, next: 2 }, { rows: [2, 12, 9], total: 1, next: -1 }]
  const asked: number[] = []
  const first: Partial<ThreadApi> = {
    client_rows: (_, from) => {
      asked.push(from)
      return Promise.resolve(parts[from === 0 ? 0 : 1])
    },
  }
  const second: Partial<ThreadApi> = { client_rows: () => Promise.resolve({ rows: [5, 20, 1], total: 1, next: -1 }) }
  const { rows, total } = await gather_client_rows(threads(first, second), QUERY)
  assert.is(total, 5)
  assert.equal(asked, [0, 2])
  assert.equal(rows.map(({ thread, slot, cid, value }) => [thread, slot, cid, value]), [
    [0, 0, 10, 7],
    [0, 1, 11, 8],
    [0, 2, 12, 9],
    [1, 5, 20, 1],
  ])
})

test('reports are asked of the thread that has the client, a bounded number at a time', async () => {
  const calls: number[][] = [[], []]
  const api = (thread: number): Partial<ThreadApi> => ({
    client_reports: (places) => {
      calls[thread].push(places.length / 2)
      return Promise.resolve(places.filter((_, i) => i % 2 === 1).map((cid) => sample_client(cid)))
    },
  })
  const rows = Array.from({ length: 150 }, (_, i) => ({ thread: i % 3 === 0 ? 1 : 0, slot: i, cid: i + 1, value: 0 }))
  const reports = await gather_client_reports(threads(api(0), api(1)), rows)
  assert.equal(calls, [[32, 32, 32, 4], [32, 18]])
  assert.equal(reports.map(({ cid }) => cid).sort((a, b) => a - b), rows.map(({ cid }) => cid))
})

test('sums of an account on several threads and in several parts are one', async () => {
  const sums = (account: string, in_messages: number) => ({
    ...{ account, connections: 1, subscriptions: 0, pending_bytes: 0 },
    ...{ in_messages, in_bytes: 0, out_messages: 0, out_bytes: 0 },
  })
  const first: Partial<ThreadApi> = {
    account_sums: (from) => Promise.resolve({ sums: [sums('A', 1), sums('B', 2)], next: from === 0 ? 5 : -1 }),
  }
  const second: Partial<ThreadApi> = { account_sums: () => Promise.resolve({ sums: [sums('A', 10)], next: -1 }) }
  const all = await gather_account_sums(threads(first, second))
  assert.equal(all.map(({ account, connections, in_messages }) => [account, connections, in_messages]), [
    ['A', 3, 12],
    ['B', 2, 4],
  ])
})

test.run()
