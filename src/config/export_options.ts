// exports [ ] of an account (reference client.md 5.9).
import type {
  AccountExchange,
  ExportSettings,
  ImportKind,
  LatencySettings,
  ResponseType,
} from '../auth/account_imports.ts'
import { SERVICE_RESPONSE_MS } from '../base/limits.ts'
import { read_fields, without_effect } from './block.ts'
import { Directives, entries_of, nothing, type Placed, read_items, take_subject } from './exchange_items.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, UnknownField } from './problems.ts'
import { boolean_of, integer_of, string_array_of } from './rows.ts'
import { is_publish_subject, is_subject } from './subjects.ts'
import { parse_duration_ms, quote } from './values.ts'

const RESPONSE_TYPES: Readonly<Record<string, ResponseType>> = {
  single: 'single',
  singleton: 'single',
  stream: 'stream',
  chunk: 'chunked',
  chunked: 'chunked',
}

export function read_exports(value: Value, problems: Problems): Placed<ExportSettings>[] {
  return read_items(value, 'Exports', problems, (entry) => read_export(entry, problems))
}

/** Whether the export can be, now that all accounts are known. Throws FieldError. */
export function check_export({ item, position }: Placed<ExportSettings>, all: readonly AccountExchange[]): void {
  const { kind, subject, accounts = [], account_token_position: place, latency, response_type } = item
  const stranger = accounts.find((name) => !all.some((each) => each.name === name))
  if (stranger !== undefined) {
    throw new FieldError(position, `${quote(stranger)} account not defined for ${kind} export`)
  }
  if (place !== 0 && subject.split('.')[place - 1] !== '*') {
    throw new FieldError(position, `Error adding ${kind} export ${quote(subject)}: sublist: invalid subject`)
  }
  if (latency === undefined) return
  const why = !is_publish_subject(latency.subject)
    ? 'invalid publish subject'
    : response_type === 'single'
    ? null
    : 'bad service response type'
  if (why === null) return
  const reason = `Error adding service latency sampling for ${quote(subject)} on subject ${quote(latency.subject)}`
  throw new FieldError(position, `${reason}: ${why}`)
}

/** Null: what is wrong with it was said. */
function read_export(value: Value, problems: Problems): ExportSettings | null {
  const made: ExportSettings = {
    kind: 'stream',
    subject: '',
    response_type: 'single',
    response_threshold_ms: SERVICE_RESPONSE_MS,
    account_token_position: 0,
  }
  const errors = problems.errors.length
  const directives = new Directives()
  let says_what = false
  read_fields(entries_of(value, 'Export'), {
    'stream service': (entry, key) => {
      if (entry.kind !== 'string') {
        throw new FieldError(entry.position, `Expected ${key} name to be string, got ${go_type(entry)}`)
      }
      says_what = true
      take_subject(made, key as ImportKind, entry.value, entry, ` ${quote(entry.value)}`)
    },
    'response response_type': (entry) => {
      directives.seen('response', entry, 'Duplicate response type definition')
      made.response_type = response_type(entry)
    },
    'threshold response_threshold response_max_time response_time': (entry) => {
      directives.seen('response threshold', entry, 'Duplicate response threshold detected')
      made.response_threshold_ms = response_threshold(entry) || SERVICE_RESPONSE_MS
    },
    accounts: (entry) => void (made.accounts = string_array_of(entry)),
    account_token_position: (entry) => void (made.account_token_position = integer_of(entry)),
    latency: (entry) => {
      directives.seen('latency', entry)
      made.latency = read_latency(entry, problems)
    },
    allow_trace: (entry, key) => {
      directives.seen('allow_trace', entry)
      if (boolean_of(entry)) without_effect(key, entry, problems)
    },
  }, problems)
  if (problems.errors.length > errors) return null
  if (!says_what) return nothing(value, 'export', problems)
  if (made.kind === 'stream') {
    directives.refuse(['response', 'response threshold', 'latency', 'allow_trace'], 'non-service')
  }
  if (!is_subject(made.subject)) {
    problems.notice(value.position, `${quote(made.subject)} is not a valid subject, so nobody can import it`)
  }
  return made
}

function response_type(value: Value): ResponseType {
  if (value.kind !== 'string') {
    throw new FieldError(value.position, `Expected response type to be string, got ${go_type(value)}`)
  }
  const word = value.value.toLowerCase()
  if (Object.hasOwn(RESPONSE_TYPES, word)) return RESPONSE_TYPES[word]
  throw new FieldError(value.position, `Unknown response type: ${quote(value.value)}`)
}

function response_threshold(value: Value): number {
  const expected = 'Expected response threshold to be a parseable time duration'
  if (value.kind !== 'string') throw new FieldError(value.position, `${expected}, got ${go_type(value)}`)
  try {
    return parse_duration_ms(value.value)
  } catch {
    throw new FieldError(value.position, `${expected}, got ${quote(value.value)}`)
  }
}

/** A subject, or { subject, sampling }. The keys are read as they are written. */
function read_latency(value: Value, problems: Problems): LatencySettings {
  if (value.kind === 'string') return { subject: value.value, sampling: 100 }
  if (value.kind !== 'map') {
    throw new FieldError(
      value.position,
      `Expected latency entry to be a map/struct or string, got ${go_type(value)}`,
    )
  }
  const latency: LatencySettings = { subject: '', sampling: 100 }
  for (const [name, entry] of value.value) {
    if (name === 'sampling') latency.sampling = read_sampling(entry)
    else if (name === 'subject') {
      if (entry.kind !== 'string') {
        throw new FieldError(entry.position, `Expected latency subject to be a string, got ${go_type(entry)}`)
      }
      latency.subject = entry.value
    } else {
      const reason = `unknown field ${quote(name)} in latency has no effect`
      problems.passed_over(new UnknownField(entry.position, reason, name, ['subject', 'sampling']))
    }
  }
  if (value.value.has('subject')) return latency
  throw new FieldError(value.position, 'Latency subject required, but missing')
}

/** 1 to 100, as a number or as `50%`; 0 for `headers`: requests that say so themselves. */
function read_sampling(value: Value): number {
  if (value.kind !== 'int' && value.kind !== 'string') {
    throw new FieldError(
      value.position,
      `Expected latency sample to be a string or map/struct, got ${go_type(value)}`,
    )
  }
  const said = String(value.value)
  if (said.trim().toLowerCase() === 'headers') return 0
  const text = said.replace(/%$/, '')
  if (!/^[+-]?\d+$/.test(text)) {
    const reason = `Failed to parse latency sample: strconv.Atoi: parsing ${quote(text)}: invalid syntax`
    throw new FieldError(value.position, reason)
  }
  const sampling = Number(text)
  if (sampling >= 1 && sampling <= 100) return sampling
  throw new FieldError(value.position, 'bad sampling percentage, should be 1-100')
}
