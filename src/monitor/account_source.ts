// The accounts as monitoring shows them: how they are configured, and what their clients have done.
import type { ExportSettings, ImportSettings } from '../auth/account_imports.ts'
import type { MappingSettings } from '../auth/subject_mapping.ts'
import type { Options } from '../config/options.ts'
import type { AccountSums } from '../connection/report.ts'
import type { AccountSettings } from '../connection/settings.ts'
import type { AccountTotals } from './account_totals.ts'
import type { AccountReport } from './reports.ts'

const GLOBAL_ACCOUNT = '$G'
const RESPONSE_TYPES = { single: 'Singleton', stream: 'Stream', chunked: 'Chunked' } as const

/** In the order of the table. `there`: of the clients of all threads. */
export function account_reports(
  accounts: readonly AccountSettings[],
  options: Options,
  there: readonly AccountSums[],
  totals: AccountTotals,
): AccountReport[] {
  const signed = new Map(options.operator?.accounts.map(({ claims }) => [claims.key, claims]))
  return accounts.map(({ name }) => {
    const { exports = [], imports = [], mappings = [] } = options.accounts.find((each) => each.name === name) ??
      (name === GLOBAL_ACCOUNT ? { mappings: options.mappings } : {})
    const claims = signed.get(name)
    return {
      name,
      tag: claims?.name ?? '',
      ...totals.total(name, there),
      exports: exports.map(export_entry),
      imports: imports.map(import_entry),
      mappings: mapping_entries(mappings),
      ...(claims !== undefined && claims.tags.length > 0 && { tags: claims.tags }),
    }
  })
}

const export_entry = ({ subject, kind, response_type, accounts }: ExportSettings): object => ({
  subject,
  type: kind,
  ...(kind === 'service' && { response_type: RESPONSE_TYPES[response_type] }),
  ...(accounts !== undefined && { approved_accounts: accounts }),
})

const import_entry = ({ subject, kind, account, local, share }: ImportSettings): object => ({
  subject,
  account,
  type: kind,
  ...(local !== subject && { local_subject: local }),
  invalid: false,
  share,
  tracking: false,
})

const mapping_entries = (mappings: readonly MappingSettings[]): Record<string, object[]> =>
  Object.fromEntries(mappings.map(({ source, destinations }) => [source, destinations.map((each) => ({ ...each }))]))
