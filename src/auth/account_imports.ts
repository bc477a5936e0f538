// What accounts give to each other, and whether an import may be (reference client.md 5.9). Plain data: it crosses threads.
import { ImportPattern, intersection, is_within } from './import_pattern.ts'
import { TransformError } from './transform.ts'

export type ImportKind = 'stream' | 'service'
/** How many answers a request has: one; or any number, until an empty one or until none has come for a while. */
export type ResponseType = 'single' | 'stream' | 'chunked'

/** Which requests are measured, and where it is told. */
export interface LatencySettings {
  subject: string
  /** Of 100; the others, if their headers say that they are part of a trace. */
  sampling: number
}

export interface ExportSettings {
  kind: ImportKind
  subject: string
  /** Absent: everybody may import it. */
  accounts?: string[]
  response_type: ResponseType
  /** How long an answer is waited for. */
  response_threshold_ms: number
  /** The token of the subject that is the importing account's name, from 1; 0: none. */
  account_token_position: number
  /** Absent: nothing is measured. */
  latency?: LatencySettings
  /** Only who shows an activation by the exporter may import it; absent: that is not asked. */
  needs_activation?: boolean
}

export interface ImportSettings {
  kind: ImportKind
  /** Whose it is. */
  account: string
  /** There. */
  subject: string
  /** Here; wildcards are `*` or `$n`. */
  local: string
  /** The exporter is told who asks. */
  share: boolean
  /** What the exporter has signed for this account. */
  activation?: {
    readonly subject: string
    readonly kind: ImportKind
    readonly issuer: string
    readonly signer: string
    readonly not_before_s: number
    readonly expires_s: number
  }
}

export interface AccountExchange {
  name: string
  exports?: ExportSettings[]
  imports?: ImportSettings[]
}

/** The export that covers an import. Throws TransformError: there is none, or it is not for this account. */
export function find_export(importer: string, wanted: ImportSettings, exporter: AccountExchange): ExportSettings {
  const tokens = wanted.subject.split('.')
  const found = (exporter.exports ?? []).find((each) =>
    each.kind === wanted.kind && is_within(tokens, each.subject.split('.')) && is_for(each, importer, tokens)
  )
  if (found === undefined) throw new TransformError(`${wanted.kind} import not authorized`)
  return found
}

function is_for({ accounts, account_token_position: position }: ExportSettings, importer: string, tokens: string[]) {
  if (position > 0) return tokens[position - 1] === importer
  return accounts === undefined || accounts.includes(importer)
}

/** Throws TransformError if a request, or a message, could come back to the account by this import. */
export function check_cycle(importer: AccountExchange, wanted: ImportSettings, all: readonly AccountExchange[]): void {
  const seen = new Set<ImportSettings>()
  const follow = (each: ImportSettings) => {
    if (seen.has(each)) return
    seen.add(each)
    const exporter = all.find(({ name }) => name === each.account)
    for (const next of exporter?.imports ?? []) {
      if (next.kind !== each.kind || !meets(next, each.subject)) continue
      if (next === wanted || next.account === importer.name) throw new TransformError('import forms a cycle')
      follow(next)
    }
  }
  follow(wanted)
}

const meets = ({ subject, local }: ImportSettings, other: string) =>
  intersection(new ImportPattern(subject, local).local, other.split('.')) !== null
