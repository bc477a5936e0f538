// exports [ ] and imports [ ] of an account (reference client.md 5.9).
import {
  type AccountExchange,
  check_cycle,
  type ExportSettings,
  find_export,
  type ImportKind,
  type ImportSettings,
  type LatencySettings,
  type ResponseType,
} from '../auth/account_imports.ts'
import { ImportPattern } from '../auth/import_pattern.ts'
import { TransformError } from '../auth/transform.ts'
import { latin1_bytes } from '../base/bytes.ts'
import { SERVICE_RESPONSE_MS } from '../base/limits.ts'
import { is_valid_subject } from '../wire/subject.ts'
import { read_fields, without_effect } from './block.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { boolean_of, duration_of, integer_of, string_of, strings_of } from './rows.ts'
import { quote } from './values.ts'

/** With where it stands, for what only shows when all accounts are known. */
export interface PlacedImport {
  readonly wanted: ImportSettings
  readonly position: Value['position']
}

const RESPONSE_TYPES: Readonly<Record<string, ResponseType>> = {
  single: 'single',
  singleton: 'single',
  stream: 'stream',
  chunk: 'chunked',
  chunked: 'chunked',
}

export function read_exports(value: Value, problems: Problems): ExportSettings[] {
  return read_items(value, 'Exports', problems, (entry) => read_export(entry, problems))
}

export function read_imports(value: Value, problems: Problems): PlacedImport[] {
  return read_items(value, 'Imports', problems, (entry) => {
    const wanted = read_import(entry, problems)
    return wanted && { wanted, position: entry.position }
  })
}

/** Whether the other account gives that. Throws the line for the operator if not. */
export function check_import(
  importer: AccountExchange,
  { wanted, position }: PlacedImport,
  all: readonly AccountExchange[],
): void {
  const { kind, account, subject } = wanted
  const exporter = all.find(({ name }) => name === account)
  if (exporter === undefined) throw new FieldError(position, `${quote(account)} account not defined for ${kind} import`)
  try {
    find_export(importer.name, wanted, exporter)
    check_cycle(importer, wanted, all)
  } catch (error) {
    if (!(error instanceof TransformError)) throw error
    throw new FieldError(position, `Error adding ${kind} import ${quote(subject)}: ${error.message}`)
  }
}

function read_items<Item>(value: Value, what: string, problems: Problems, read: (entry: Value) => Item | null): Item[] {
  if (value.kind !== 'array') throw new FieldError(value.position, `${what} should be an array, got ${go_type(value)}`)
  const items = value.value.map((entry) => problems.collect(entry.position, () => read(entry)))
  return items.filter((item) => item !== undefined && item !== null)
}

/** Null: what is wrong with it was said. */
function read_export(value: Value, problems: Problems): ExportSettings | null {
  const entries = entries_of(value, 'Export')
  const made: ExportSettings = {
    kind: 'stream',
    subject: '',
    response_type: 'single',
    response_threshold_ms: SERVICE_RESPONSE_MS,
    account_token_position: 0,
  }
  const errors = problems.errors.length
  read_fields(entries, {
    'stream service': (entry, key) => take_subject(made, key as ImportKind, string_of(entry), entry),
    'response response_type': (entry) => void (made.response_type = response_type(entry)),
    'threshold response_threshold response_max_time response_time': (entry, key) =>
      void (made.response_threshold_ms = duration_of(entry, key, problems)),
    accounts: (entry) => void (made.accounts = strings_of(entry, 'accounts')),
    account_token_position: (entry) => void (made.account_token_position = integer_of(entry)),
    latency: (entry) => void (made.latency = read_latency(entry, problems)),
    allow_trace: (entry, key) => without_effect(key, entry, problems),
  }, problems)
  if (problems.errors.length > errors) return null
  if (made.subject === '') throw new FieldError(value.position, 'Export needs a stream or a service')
  const token = made.subject.split('.')[made.account_token_position - 1]
  if (made.account_token_position !== 0 && token !== '*') {
    throw new FieldError(
      value.position,
      `account token position ${made.account_token_position} is no "*" of the subject`,
    )
  }
  return made
}

/** A subject, or { subject, sampling }; sampling is 1 to 100, as a number or as `50%`. */
function read_latency(value: Value, problems: Problems): LatencySettings {
  const latency: LatencySettings = { subject: '', sampling: 100 }
  if (value.kind === 'string') latency.subject = value.value
  else {
    read_fields(entries_of(value, 'Latency'), {
      subject: (entry) => void (latency.subject = string_of(entry)),
      sampling: (entry) => void (latency.sampling = read_sampling(entry)),
    }, problems)
  }
  check_subject(latency.subject, value)
  return latency
}

function read_sampling(value: Value): number {
  const sampling = Number(String(value.value).trim().replace(/%$/, ''))
  if (Number.isInteger(sampling) && sampling >= 1 && sampling <= 100) return sampling
  throw new FieldError(value.position, `latency sampling ${quote(String(value.value))} is not served: say 1 to 100`)
}

/** Null: what is wrong with it was said. */
function read_import(value: Value, problems: Problems): ImportSettings | null {
  const made: ImportSettings = { kind: 'stream', account: '', subject: '', local: '', share: false }
  let prefix = ''
  const errors = problems.errors.length
  read_fields(entries_of(value, 'Import'), {
    'stream service': (entry, key) => {
      const { account, subject } = read_source(entry, key, problems)
      take_subject(made, key as ImportKind, subject, entry)
      made.account = account
    },
    prefix: (entry) => void (prefix = string_of(entry)),
    to: (entry) => void (made.local = string_of(entry)),
    share: (entry) => void (made.share = boolean_of(entry)),
    allow_trace: (entry, key) => without_effect(key, entry, problems),
  }, problems)
  if (problems.errors.length > errors) return null
  if (made.subject === '') throw new FieldError(value.position, 'Import needs a stream or a service')
  if (/(^|\.)[*>](\.|$)/.test(prefix)) {
    throw new FieldError(value.position, 'stream import prefix can not contain wildcard tokens')
  }
  if (made.local === '') made.local = prefix === '' ? made.subject : `${prefix.replace(/\.$/, '')}.${made.subject}`
  check_local(made, value)
  return made
}

function check_local({ kind, subject, local }: ImportSettings, value: Value): void {
  try {
    check_subject(local.replace(/\$\d+|\{\{.*?\}\}/g, '*'), value)
    new ImportPattern(subject, local)
  } catch (error) {
    if (!(error instanceof TransformError)) throw error
    throw new FieldError(value.position, `Error adding ${kind} import ${quote(subject)}: ${error.message}`)
  }
}

function read_source(value: Value, kind: string, problems: Problems): { account: string; subject: string } {
  if (value.kind !== 'map') {
    const name = kind[0].toUpperCase() + kind.slice(1)
    throw new FieldError(value.position, `${name} entry should be an account map, got ${go_type(value)}`)
  }
  const source = { account: '', subject: '' }
  read_fields(value.value, {
    account: (entry) => void (source.account = string_of(entry)),
    subject: (entry) => void (source.subject = string_of(entry)),
  }, problems)
  if (source.account === '' || source.subject === '') {
    throw new FieldError(value.position, 'Expect an account name and a subject')
  }
  return source
}

function take_subject(
  made: { kind: ImportKind; subject: string },
  kind: ImportKind,
  subject: string,
  value: Value,
): void {
  if (made.subject !== '') {
    throw new FieldError(value.position, `Detected ${kind} ${quote(subject)} but already saw a ${made.kind}`)
  }
  check_subject(subject, value)
  made.kind = kind
  made.subject = subject
}

function check_subject(subject: string, value: Value): void {
  const bytes = latin1_bytes(subject)
  if (is_valid_subject(bytes, 0, bytes.length)) return
  throw new FieldError(value.position, `${quote(subject)} is not a valid subject`)
}

function response_type(value: Value): ResponseType {
  const text = string_of(value).toLowerCase()
  if (Object.hasOwn(RESPONSE_TYPES, text)) return RESPONSE_TYPES[text]
  throw new FieldError(value.position, `Unknown response type: ${quote(text)}`)
}

function entries_of(value: Value, what: string): ReadonlyMap<string, Value> {
  if (value.kind === 'map') return value.value
  throw new FieldError(value.position, `${what} Items should be a map with type entry, got ${go_type(value)}`)
}
