// Connections as monitoring lists them: where they are and what they tell from their threads, what they want from the index.
import { Buffer } from 'node:buffer'
import { latin1_text } from '../base/bytes.ts'
import { is_within } from '../auth/import_pattern.ts'
import type { ClientReport, RouteReport } from '../connection/report.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import {
  type ClientRow,
  type ClientRowList,
  gather_client_reports,
  gather_client_rows,
} from '../thread/all_connections.ts'
import type { ClientQuery } from '../thread/connection_lists.ts'
import { address_of, type Owner, type ScanContext, subscribers, subscription_lists_of } from './subscription_scan.ts'

/** Open clients; `filter_subject`: only those of the account with a subscription that it matches, '': all. */
export async function client_rows(
  context: ScanContext,
  { filter_subject, ...query }: ClientQuery & { filter_subject: string },
): Promise<ClientRowList> {
  const list = await gather_client_rows(context.crew, query)
  if (filter_subject === '') return list
  const tokens = latin1_text(Buffer.from(filter_subject)).split('.')
  const found = await subscribers(
    context,
    (account, subject) => account === query.account && is_within(tokens, subject.split('.')),
  )
  return { ...list, rows: list.rows.filter((row) => found.has(address_of(row))) }
}

export async function client_reports(
  context: ScanContext,
  rows: readonly ClientRow[],
  with_subscriptions: boolean,
): Promise<ClientReport[]> {
  const reports = await gather_client_reports(context.crew, rows)
  if (!with_subscriptions) return reports
  const by_cid = new Map(reports.map((report) => [report.cid, report]))
  const owners = rows.flatMap(({ thread, slot, cid }): Owner[] => {
    const report = by_cid.get(cid)
    return report === undefined ? [] : [{ thread, slot, cid, account: report.account }]
  })
  const lists = await subscription_lists_of(context, SubscriberKind.client, owners)
  return reports.map((report) => ({ ...report, subscriptions_list: lists.get(report.cid) ?? [] }))
}

export async function route_reports(context: ScanContext, with_subscriptions: boolean): Promise<RouteReport[]> {
  const answers = await context.crew.each(async (api, thread) =>
    (await api.routes()).map(({ slot, report }) => ({ thread, slot, report }))
  )
  const routes = answers.flat()
  if (!with_subscriptions) return routes.map(({ report }) => report)
  const owners = routes.map(({ thread, slot, report }) => ({ thread, slot, cid: report.cid }))
  const lists = await subscription_lists_of(context, SubscriberKind.route, owners)
  return routes.map(({ report }) => ({ ...report, subscriptions_list: lists.get(report.cid) ?? [] }))
}
