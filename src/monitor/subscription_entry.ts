// One subscription in the lists of /connz, /routez and /subsz.
import type { SubscriptionReport } from '../connection/report.ts'
import { wire_text } from './json_text.ts'
import type { SubscriptionDetail } from './parameters.ts'

/** The entry; with_account as in /subsz and for closed connections. Keys without a value are left out. */
export function subscription_entry(report: SubscriptionReport, with_account: boolean): object {
  return {
    ...(with_account && { account: report.account, account_tag: report.account }),
    subject: wire_text(report.subject),
    ...(report.queue && { qgroup: wire_text(report.queue) }),
    sid: wire_text(report.sid),
    msgs: report.messages,
    ...(report.max && { max: report.max }),
    cid: report.cid,
  }
}

/** The lists of a connection: subjects or details, as asked for; nothing if there are none. */
export function subscription_lists(
  list: SubscriptionReport[] | undefined,
  detail: SubscriptionDetail,
  with_account: boolean,
): { subscriptions_list?: string[]; subscriptions_list_detail?: object[] } {
  if (detail === 'none' || !list?.length) return {}
  if (detail === 'subjects') return { subscriptions_list: list.map((report) => wire_text(report.subject)) }
  return { subscriptions_list_detail: list.map((report) => subscription_entry(report, with_account)) }
}
