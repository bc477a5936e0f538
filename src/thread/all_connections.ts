// The connections of all threads, gathered part by part: what connection_lists.ts makes, put together for whoever asks.
import type { AccountSums, ClientReport } from '../connection/report.ts'
import type { ClientQuery } from './connection_lists.ts'
import type { ThreadApi } from './worker_api.ts'

export interface Threads {
  each<Answer>(ask: (api: ThreadApi, thread: number) => Promise<Answer>): Promise<Answer[]>
}

/** Where a client is, and what it is sorted by. */
export interface ClientRow {
  readonly thread: number
  readonly slot: number
  readonly cid: number
  readonly value: number
}

export interface ClientRowList {
  rows: ClientRow[]
  /** Clients of the account that was asked for. */
  total: number
}

/** In one answer: made and packed within half a millisecond, on a machine that has other things to do within one. */
const REPORTS_PER_CALL = 32

/** Clients that have not ended; a thread that dies meanwhile is left out. */
export async function gather_client_rows(threads: Threads, query: ClientQuery): Promise<ClientRowList> {
  const answers = await threads.each(async (api, thread) => {
    const rows: ClientRow[] = []
    let total = 0
    for (let from = 0; from >= 0;) {
      const part = await api.client_rows(query, from)
      for (let i = 0; i < part.rows.length; i += 3) {
        rows.push({ thread, slot: part.rows[i], cid: part.rows[i + 1], value: part.rows[i + 2] })
      }
      total += part.total
      from = part.next
    }
    return { rows, total }
  })
  return { rows: answers.flatMap(({ rows }) => rows), total: answers.reduce((sum, { total }) => sum + total, 0) }
}

/** The reports of these, in any order, without those that have gone. */
export async function gather_client_reports(threads: Threads, rows: readonly ClientRow[]): Promise<ClientReport[]> {
  const answers = await threads.each(async (api, thread) => {
    const reports: ClientReport[] = []
    const own = rows.filter((row) => row.thread === thread)
    for (let i = 0; i < own.length; i += REPORTS_PER_CALL) {
      const places = own.slice(i, i + REPORTS_PER_CALL).flatMap(({ slot, cid }) => [slot, cid])
      reports.push(...await api.client_reports(places))
    }
    return reports
  })
  return answers.flat()
}

/** Of the clients that are in, one for each account. */
export async function gather_account_sums(threads: Threads): Promise<AccountSums[]> {
  const all = new Map<string, AccountSums>()
  await threads.each(async (api) => {
    for (let from = 0; from >= 0;) {
      const part = await api.account_sums(from)
      for (const sums of part.sums) add_sums(all, sums)
      from = part.next
    }
  })
  return [...all.values()]
}

function add_sums(all: Map<string, AccountSums>, { account, ...figures }: AccountSums): void {
  const sums = all.get(account)
  if (sums === undefined) return void all.set(account, { account, ...figures })
  for (const name of Object.keys(figures) as (keyof typeof figures)[]) sums[name] += figures[name]
}
