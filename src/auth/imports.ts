// What one account has from others, ready to be asked (reference client.md 5.9).
import { wire_text } from '../base/bytes.ts'
import type { ImportKind, LatencySettings, ResponseType } from './account_imports.ts'
import { ImportPattern, is_within } from './import_pattern.ts'

/** Plain data: it crosses threads. Accounts are numbers, subjects texts of the configuration. */
export interface AccountImport {
  kind: ImportKind
  account: number
  remote: string
  local: string
  share: boolean
  response_type: ResponseType
  response_threshold_ms: number
  /** The exporter wants to know how long it takes; absent: it does not. */
  latency?: LatencySettings
  /** Answered by the server that the requester is on, in its own thread; absent: it is a request like others. */
  builtin?: Builtin
}

/** Who asks; or how many subscribers a subject has. */
export type Builtin = 'user_info' | 'subscribers'

export interface Imported {
  readonly settings: AccountImport
  readonly pattern: ImportPattern
}

const NONE: readonly Imported[] = []

export class Imports {
  readonly streams: readonly Imported[]
  /** Those with one subject, by it; every account has some, and few others. */
  readonly #literal = new Map<string, Imported[]>()
  readonly #patterns: Imported[] = []

  constructor(list: readonly AccountImport[]) {
    const made = list.map((settings) => (
      { settings, pattern: new ImportPattern(wire_text(settings.remote), wire_text(settings.local)) }
    ))
    this.streams = made.filter(({ settings }) => settings.kind === 'stream')
    for (const imported of made.filter(({ settings }) => settings.kind === 'service')) {
      const { local } = imported.pattern
      const subject = local.join('.')
      if (local.some((token) => token === '*' || token === '>')) this.#patterns.push(imported)
      else this.#literal.set(subject, [...this.#literal.get(subject) ?? [], imported])
    }
  }

  /** Those that a request on the subject (latin1 text) asks. */
  services(subject: string): readonly Imported[] {
    const literal = this.#literal.get(subject) ?? NONE
    if (this.#patterns.length === 0) return literal
    const tokens = subject.split('.')
    return [...literal, ...this.#patterns.filter(({ pattern }) => is_within(tokens, pattern.local))]
  }
}
