// /subsz: the subject index and what is in it (reference ops.md 5.6).
import { Buffer } from 'node:buffer'
import { is_valid_publish_subject, matches } from '../wire/subject.ts'
import { rfc3339 } from '../base/go_time.ts'
import { type Page, page_of, ParameterError, type Parameters } from './parameters.ts'
import type { SubscriptionCounts, SubscriptionQuery } from './reports.ts'
import { subscription_entry } from './subscription_entry.ts'
import type { SubscriptionPage } from './subscription_scan.ts'

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
  { total, reports }: SubscriptionPage,
): object {
  return {
    server_id,
    now: rfc3339(now_ms),
    ...subscription_counts_entry(counts),
    total,
    offset: query.page.offset,
    limit: query.page.limit,
    ...(reports.length && { subscriptions_list: reports.map((report) => subscription_entry(report, true)) }),
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

/** Whether a subscription is meant. */
export function is_asked_for({ account, test }: SubscriptionQuery, of: string, subject: string): boolean {
  return (account === undefined || of === account) && (test === undefined || matches(test, subject))
}
