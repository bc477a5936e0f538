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
}

export interface Imported {
  readonly settings: AccountImport
  readonly pattern: ImportPattern
}

const NONE: readonly Imported[] = []

export class Imports {
  readonly streams: readonly Imported[]
  readonly #services: readonly Imported[]

  constructor(list: readonly AccountImport[]) {
    const made = list.map((settings) => (
      { settings, pattern: new ImportPattern(wire_text(settings.remote), wire_text(settings.local)) }
    ))
    this.streams = made.filter(({ settings }) => settings.kind === 'stream')
    this.#services = made.filter(({ settings }) => settings.kind === 'service')
  }

  /** Those that a request on the subject (latin1 text) asks. */
  services(subject: string): readonly Imported[] {
    if (this.#services.length === 0) return NONE
    const tokens = subject.split('.')
    return this.#services.filter(({ pattern }) => is_within(tokens, pattern.local))
  }
}
