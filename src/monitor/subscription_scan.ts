// The subscriptions in the index as monitoring lists them. The supervisor reads them out of shared memory by itself, for a
// moment per turn: threads are only asked what connections are called. What changes meanwhile may be in it or not.
import { make_address, slot_of, thread_of } from '../actor/address.ts'
import type { Clock } from '../base/clock.ts'
import type { SubscriptionReport } from '../connection/report.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { type OwnerFilter, scan_subscriptions, type SubscriptionRow } from '../shared/index_scan.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { Threads } from '../thread/all_connections.ts'
import type { Page } from './parameters.ts'

export interface ScanContext {
  readonly clock: Clock
  readonly crew: Threads & { readonly index: SubjectIndex }
  account_name(account: number): string
  next_turn(f: () => void): void
}

export interface SubscriptionPage {
  /** All that the filter takes. */
  total: number
  reports: SubscriptionReport[]
}

/** A connection whose subscriptions are wanted. */
export interface Owner {
  readonly thread: number
  readonly slot: number
  readonly cid: number
  /** Only those of this account: what it gets from others by imports is not its own. Absent: all. */
  readonly account?: string
}

const TURN_MS = 0.5
const ROWS_PER_LOOK = 128
const SLOTS_PER_CALL = 1024
const is_client: OwnerFilter = (kind) => kind === SubscriberKind.client

/** Those of clients, and of the server itself. `takes`: null takes all, and what is behind the page is not looked at. */
export async function subscription_page(
  context: ScanContext,
  takes: ((account: string, subject: string) => boolean) | null,
  { offset, limit }: Page,
): Promise<SubscriptionPage> {
  const rows: SubscriptionRow[] = []
  let found = 0
  await scan(context, is_client, (row) => {
    if (takes !== null && !takes(context.account_name(row.account), row.subject)) return
    if (found >= offset && rows.length < limit) rows.push(row)
    found++
    if (takes === null && rows.length === limit) return END
  })
  const total = takes === null ? context.crew.index.subscription_count : found
  const cids = await cids_at(context, new Set(rows.map(address_of)))
  return { total, reports: rows.map((row) => report_of(context, row, cids.get(address_of(row)) ?? 0)) }
}

/** How many of clients there are; those of the server itself do not count. */
export async function count_subscriptions(
  context: ScanContext,
  takes: (account: string, subject: string, queue: string) => boolean,
): Promise<number> {
  const found = new Map<number, number>()
  await scan(context, is_client, (row) => {
    if (!takes(context.account_name(row.account), row.subject, row.queue)) return
    found.set(address_of(row), (found.get(address_of(row)) ?? 0) + 1)
  })
  const cids = await cids_at(context, new Set(found.keys()))
  let count = 0
  for (const [address, subscriptions] of found) if ((cids.get(address) ?? 0) > 0) count += subscriptions
  return count
}

/** The lists of these connections, by their numbers. */
export async function subscription_lists_of(
  context: ScanContext,
  kind: number,
  owners: readonly Owner[],
): Promise<Map<number, SubscriptionReport[]>> {
  const by_address = new Map(owners.map((owner) => [make_address(owner.thread, owner.slot), owner]))
  const lists = new Map<number, SubscriptionReport[]>(owners.map(({ cid }) => [cid, []]))
  if (owners.length === 0) return lists
  const is_owner: OwnerFilter = (of, thread, slot) => of === kind && by_address.has(make_address(thread, slot))
  await scan(context, is_owner, (row) => {
    const { cid, account } = by_address.get(address_of(row))!
    const report = report_of(context, row, cid)
    if (account === undefined || report.account === account) lists.get(cid)!.push(report)
  })
  return lists
}

/** The connections that have a subscription which the filter takes, as addresses. */
export async function subscribers(
  context: ScanContext,
  takes: (account: string, subject: string) => boolean,
): Promise<Set<number>> {
  const found = new Set<number>()
  await scan(context, is_client, (row) => {
    if (takes(context.account_name(row.account), row.subject)) found.add(address_of(row))
  })
  return found
}

export const address_of = ({ thread, slot }: { thread: number; slot: number }): number => make_address(thread, slot)

/** What `visit` returns when it has seen enough. */
const END = Symbol('end')

async function scan(
  context: ScanContext,
  is_owner: OwnerFilter,
  visit: (row: SubscriptionRow) => typeof END | void,
): Promise<void> {
  const { clock, crew: { index }, next_turn } = context
  let end_ms = clock.now_ms() + TURN_MS
  for (let from = 1; from !== 0;) {
    const { next, rows } = scan_subscriptions(index, from, ROWS_PER_LOOK, undefined, is_owner)
    for (const row of rows) if (visit(row) === END) return
    from = next
    if (clock.now_ms() < end_ms) continue
    await new Promise<void>((resolve) => next_turn(resolve))
    end_ms = clock.now_ms() + TURN_MS
  }
}

async function cids_at({ crew }: ScanContext, addresses: ReadonlySet<number>): Promise<Map<number, number>> {
  const cids = new Map<number, number>()
  await crew.each(async (api, thread) => {
    const slots = [...addresses].filter((address) => thread_of(address) === thread).map(slot_of)
    for (let i = 0; i < slots.length; i += SLOTS_PER_CALL) {
      const part = slots.slice(i, i + SLOTS_PER_CALL)
      const found = await api.client_cids(part)
      part.forEach((slot, n) => cids.set(make_address(thread, slot), found[n]))
    }
  })
  return cids
}

function report_of(context: ScanContext, row: SubscriptionRow, cid: number): SubscriptionReport {
  return {
    account: context.account_name(row.account),
    subject: row.subject,
    ...(row.queue !== '' && { queue: row.queue }),
    sid: row.sid,
    messages: row.delivered,
    ...(row.max > 0 && { max: row.max }),
    cid,
  }
}
