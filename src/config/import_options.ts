// imports [ ] of an account (reference client.md 5.9).
import {
  type AccountExchange,
  check_cycle,
  find_export,
  type ImportKind,
  type ImportSettings,
} from '../auth/account_imports.ts'
import { ImportPattern } from '../auth/import_pattern.ts'
import { TransformError } from '../auth/transform.ts'
import { read_fields, without_effect } from './block.ts'
import { Directives, entries_of, nothing, type Placed, read_items, take_subject } from './exchange_items.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { boolean_of, string_of } from './rows.ts'
import { is_subject } from './subjects.ts'
import { quote } from './values.ts'

export interface ReadImport {
  readonly wanted: ImportSettings
  /** What was put in front of the subject; empty: nothing. */
  readonly prefix: string
}

export function read_imports(value: Value, problems: Problems): Placed<ReadImport>[] {
  const services: ImportSettings[] = []
  return read_items(value, 'Imports', problems, (entry) => {
    const made = read_import(entry, problems)
    if (made?.wanted.kind !== 'service') return made
    const { wanted } = made
    const other = services.find(({ local, account }) => local === wanted.local && account === wanted.account)
    services.push(wanted)
    if (other === undefined) return made
    const reason = `Duplicate service import subject ${quote(wanted.local)}, previously used in import for account`
    throw new FieldError(entry.position, `${reason} ${quote(other.account)}, subject ${quote(other.subject)}`)
  })
}

/** Whether the other account gives that. Throws FieldError. */
export function check_import(
  importer: AccountExchange,
  { item: { wanted, prefix }, position }: Placed<ReadImport>,
  all: readonly AccountExchange[],
  problems: Problems,
): void {
  const { kind, account, subject } = wanted
  const exporter = all.find(({ name }) => name === account)
  if (exporter === undefined) throw new FieldError(position, `${quote(account)} account not defined for ${kind} import`)
  const fault = (reason: string) => `Error adding ${kind} import ${quote(subject)}: ${reason}`
  try {
    check_subjects(wanted)
    find_export(importer.name, wanted, exporter)
    if (/(^|\.)[*>](\.|$)/.test(prefix) && kind === 'stream') {
      throw new TransformError('stream import prefix can not contain wildcard tokens')
    }
    check_cycle(importer, wanted, all)
    check_first(wanted, importer)
    const reason = pattern_fault(wanted)
    if (reason !== null && has_wildcards(subject)) throw new TransformError(reason)
    if (reason !== null || !is_subject(wanted.local.replace(REFERENCE, '*'))) {
      problems.refusal(position, fault(`${quote(wanted.local)} is no subject for it`))
    }
  } catch (error) {
    if (!(error instanceof TransformError)) throw error
    throw new FieldError(position, fault(error.message))
  }
}

/** `$1`, and the longer form of it. */
const REFERENCE = /\$\d+|\{\{.*?\}\}/g

const has_wildcards = (subject: string) => /(^|\.)([*]|>$)/.test(subject)

function check_subjects({ kind, subject, local }: ImportSettings): void {
  if (kind === 'stream' && !is_subject(subject)) throw new TransformError('stream import not authorized')
  if (kind === 'service' && !(is_subject(subject) && is_subject(local))) {
    throw new TransformError('sublist: invalid subject')
  }
}

/** Why the subject can not be told from the local one and back; null: it can. */
function pattern_fault({ kind, subject, local }: ImportSettings): string | null {
  try {
    new ImportPattern(subject, local)
    return null
  } catch (error) {
    if (!(error instanceof TransformError)) throw error
    const [from, to] = kind === 'stream' ? [subject, local] : [local, subject]
    const what = `failed to create mapping transform for ${kind} import subject from ${quote(from)} to ${quote(to)}`
    return `${what}: ${error.message}`
  }
}

function check_first(item: ImportSettings, { imports = [] }: AccountExchange): void {
  const is_there = imports.some(({ kind, account, subject }) =>
    kind === 'stream' && account === item.account && subject === item.subject
  )
  if (item.kind === 'stream' && is_there) throw new TransformError('stream import already exists')
}

/** Null: what is wrong with it was said. */
function read_import(value: Value, problems: Problems): ReadImport | null {
  const made: ImportSettings = { kind: 'stream', account: '', subject: '', local: '', share: false }
  let prefix = ''
  const errors = problems.errors.length
  const directives = new Directives()
  read_fields(entries_of(value, 'Import'), {
    'stream service': (entry, key) => {
      const { account, subject } = read_source(entry, key, problems)
      take_subject(made, key as ImportKind, subject, entry, '')
      made.account = account
    },
    prefix: (entry) => void (prefix = string_of(entry)),
    to: (entry) => void (made.local = string_of(entry)),
    share: (entry) => void (made.share = boolean_of(entry)),
    allow_trace: (entry, key) => {
      directives.seen('allow_trace', entry)
      if (boolean_of(entry)) without_effect(key, entry, problems)
    },
  }, problems)
  if (problems.errors.length > errors) return null
  if (made.subject === '') return nothing(value, 'import', problems)
  if (made.kind === 'service') directives.refuse(['allow_trace'], 'a non-stream')
  else if (prefix !== '' && made.local !== '') {
    throw new FieldError(value.position, "Stream import can not have a 'prefix' and a 'to' property")
  }
  if (made.local === '') {
    const is_plain = prefix === '' || made.kind === 'service'
    made.local = is_plain ? made.subject : `${prefix.replace(/\.$/, '')}.${made.subject}`
  }
  return { wanted: made, prefix }
}

function read_source(value: Value, kind: string, problems: Problems): { account: string; subject: string } {
  if (value.kind !== 'map') {
    const name = kind[0].toUpperCase() + kind.slice(1)
    throw new FieldError(value.position, `${name} entry should be an account map, got ${go_type(value)}`)
  }
  const source = { account: '', subject: '' }
  const errors = problems.errors.length
  read_fields(value.value, {
    account: (entry) => void (source.account = string_of(entry)),
    subject: (entry) => void (source.subject = string_of(entry)),
  }, problems)
  if ((source.account === '' || source.subject === '') && problems.errors.length === errors) {
    throw new FieldError(value.position, 'Expect an account name and a subject')
  }
  return source
}
