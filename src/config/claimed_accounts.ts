// Accounts as an operator has signed them, as the configuration has accounts (reference client.md 5.7). What can not be in them is
// left out and said: the operator's tools may know more than we do.
import { activates, type ClaimedAccount } from '../auth/account_claims.ts'
import { type AccountExchange, check_cycle, find_export, type ImportSettings } from '../auth/account_imports.ts'
import { ImportPattern } from '../auth/import_pattern.ts'
import { check_mapping } from '../auth/subject_mapping.ts'
import { TransformError } from '../auth/transform.ts'
import type { AccountOptions } from './auth_options.ts'
import { quote } from './values.ts'

/** `say`: one line for each part that is left out. */
export function claimed_accounts(
  claimed: readonly ClaimedAccount[],
  now_s: number,
  say: (text: string) => void,
): AccountOptions[] {
  const accounts: (AccountOptions & { imports: ImportSettings[] })[] = claimed.map((account) => {
    const { claims: { key: name }, limits, exports, imports } = account
    const mappings = account.mappings.filter((mapping) =>
      is_right(
        () => check_mapping(mapping),
        (reason) => say(`account ${name}: mapping of ${quote(mapping.source)}: ${reason}`),
      )
    )
    const { trace } = account
    return { name, users: [], limits, exports, imports, mappings, ...(trace && { trace }) }
  })
  for (const account of accounts) {
    account.imports = account.imports.filter((wanted) =>
      is_right(
        () => check_import(account, wanted, accounts, claimed, now_s),
        (reason) => say(`account ${account.name}: ${wanted.kind} import ${quote(wanted.subject)}: ${reason}`),
      )
    )
  }
  return accounts
}

function check_import(
  importer: AccountExchange,
  wanted: ImportSettings,
  all: readonly AccountExchange[],
  claimed: readonly ClaimedAccount[],
  now_s: number,
): void {
  const exporter = all.find(({ name }) => name === wanted.account)
  if (exporter === undefined) throw new TransformError(`account ${wanted.account} is not loaded`)
  new ImportPattern(wanted.subject, wanted.local)
  const found = find_export(importer.name, wanted, exporter)
  if (found.needs_activation) {
    const { claims } = claimed.find((each) => each.claims.key === wanted.account)!
    if (!activates(wanted, claims, now_s)) throw new TransformError('no valid activation')
  }
  check_cycle(importer, wanted, all)
}

function is_right(check: () => void, say: (reason: string) => void): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (!(error instanceof TransformError)) throw error
    say(error.message)
    return false
  }
}
