// /subsz: the subject index and what is in it (reference ops.md 5.6).
import { Buffer } from 'node:buffer'
import type { SubscriptionReport } from '../connection/report.ts'
import { is_valid_publish_subject, matches } from '../wire/subject.ts'
import { rfc3339 } from '../base/go_time.ts'
import { type Page, page_of, ParameterError, type Parameters } from './parameters.ts'
import type { SubscriptionCounts, SubscriptionQuery } from './reports.ts'
import { subscription_entry } from './subscription_entry.ts'

export interface SubszQuery extends SubscriptionQuery {
  /** Whether the subscriptions are listed. */
  list: boolean
  page: Page
}

/** Reads the parameters. Throws ParameterError, also for a test subject that nobody could publish to. */
export function subsz_query(parameters: Parameters): SubszQuery {
  const list = parameters.bool('subs')
  const page = page_of(parameters.int('offset'), parameters.int('limit'))
  const account = parameters.text('acc')
  const test = parameters.text('test')
  const bytes = Buffer.from(test, 'utf8')
  if (test !== '' && !is_valid_publish_subject(bytes, 0, bytes.length)) {
    throw new ParameterError(`invalid test subject, must be valid publish subject: ${test}`)
  }
  return {
    list,
    page,
    ...(account !== '' && { account }),
    ...(test !== '' && { test: bytes.toString('latin1') }),
  }
}

/** The object of /subsz. The total is 0 unless subscriptions are listed, then their number before paging. */
export function subsz_report(
  query: SubszQuery,
  server_id: string,
  now_ms: number,
  counts: SubscriptionCounts,
  subscriptions: SubscriptionReport[],
): object {
  const found = query.list ? subscriptions.filter((report) => is_asked_for(report, query)) : []
  const { offset, limit } = query.page
  const page = found.slice(offset, offset + limit)
  return {
    server_id,
    now: rfc3339(now_ms),
    ...subscription_counts_entry(counts),
    total: found.length,
    offset,
    limit,
    ...(page.length && { subscriptions_list: page.map((report) => subscription_entry(report, true)) }),
  }
}

/** The counts as they stand in the object. */
export const subscription_counts_entry = (counts: SubscriptionCounts): object => ({
  num_subscriptions: counts.subscriptions,
  num_cache: counts.cache_entries,
  num_inserts: counts.inserts,
  num_removes: counts.removes,
  num_matches: counts.matches,
  cache_hit_rate: counts.cache_hit_rate,
  max_fanout: counts.fanout_max,
  avg_fanout: counts.fanout_average,
})

function is_asked_for(report: SubscriptionReport, query: SubscriptionQuery): boolean {
  if (query.account !== undefined && report.account !== query.account) return false
  return query.test === undefined || matches(query.test, report.subject)
}
