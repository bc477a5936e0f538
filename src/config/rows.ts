// The columns of the option tables: what an option is called, its value when nothing is said, and how it is read.
import { CLIENT_WORKERS_MAX } from '../base/limits.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, type_error } from './problems.ts'
import { format_duration, parse_duration_ms, quote, ValueError } from './values.ts'

/** How an option is read. */
export interface Kind<T> {
  /** The value of the field `key`. Throws FieldError or ValueError. */
  read(value: Value, key: string, problems: Problems): T
  /** What a flag of this kind takes. */
  readonly flag: 'string' | 'int' | 'bool'
  /** The value of a flag, already of the type above. Throws ValueError. */
  from_flag?(value: string | number | boolean, name: string): T
  /** All there are, where it is one of a few words. */
  readonly words?: readonly string[]
  /** Zero, or an empty text, means the default (reference ops.md 3.13). */
  readonly zero_is_default?: true
}

/** One option: default, config keys, flags and check side by side. */
export interface Row<T> {
  readonly default: T
  readonly kind: Kind<T>
  readonly keys: readonly string[]
  readonly flags: readonly string[]
  readonly help: string
}

/** A row of a table; keys and flags are words separated by blanks, the first one is the canonical name. */
export function row<T>(initial: T, kind: Kind<T>, keys: string, flags = '', help = ''): Row<T> {
  return Object.freeze({ default: initial, kind, keys: words(keys), flags: words(flags), help })
}

const words = (text: string): readonly string[] => Object.freeze(text.split(' ').filter((word) => word !== ''))

/** The object a table describes. */
export type Filled<Table> = { -readonly [Name in keyof Table]: Table[Name] extends Row<infer T> ? T : never }

/** A new object with every default of a table. */
export function defaults<Table extends Record<string, Row<any>>>(table: Table): Filled<Table> {
  const entries = Object.entries(table).map(([name, { default: initial }]) => [name, structuredClone(initial)])
  return Object.fromEntries(entries) as Filled<Table>
}

export function string_of(value: Value): string {
  if (value.kind !== 'string') throw type_error(value, 'string')
  return value.value
}

export function integer_of(value: Value): number {
  if (value.kind !== 'int') throw type_error(value, 'int')
  return Number(value.value)
}

export function boolean_of(value: Value): boolean {
  if (value.kind !== 'bool') throw type_error(value, 'bool')
  return value.value
}

/** A text or an array of texts. */
export function strings_of(value: Value, what: string): string[] {
  if (value.kind === 'string') return [value.value]
  if (value.kind !== 'array') {
    throw new FieldError(value.position, `error parsing ${what}: unsupported type ${go_type(value)}`)
  }
  return value.value.map((entry) => {
    if (entry.kind === 'string') return entry.value
    throw new FieldError(entry.position, `error parsing ${what}: unsupported type in array ${go_type(entry)}`)
  })
}

/** An array of texts, where a single text is none. */
export function string_array_of(value: Value): string[] {
  if (value.kind !== 'array') throw type_error(value, 'array')
  return value.value.map(string_of)
}

/** Milliseconds of a duration text; a bare integer counts as seconds, with a warning. */
export function duration_of(value: Value, key: string, problems: Problems): number {
  if (value.kind === 'string') return duration_text_of(value, key)
  problems.invalid_use(value.position, key, `${key} should be converted to a duration`)
  return integer_of(value) * 1000
}

function duration_text_of(value: Value, key: string): number {
  try {
    return parse_duration_ms(string_of(value))
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(`error parsing ${key}: ${error.message}`)
    throw error
  }
}

export const text: Kind<string> = { flag: 'string', read: string_of, from_flag: String }
export const without_spaces: Kind<string> = {
  ...text,
  read(value, key) {
    const name = string_of(value)
    if (name.includes(' ')) throw new ValueError(`${key.replace('_', ' ')} cannot contain spaces`)
    return name
  },
}
export const system_account: Kind<string> = {
  flag: 'string',
  read(value) {
    if (value.kind !== 'string') throw new ValueError('system account name must be a string')
    return value.value
  },
}
export const boolean: Kind<boolean> = { flag: 'bool', read: boolean_of, from_flag: Boolean }
export const integer: Kind<number> = { flag: 'int', read: integer_of, from_flag: Number }
/** An integer for which 0 stands for the default. */
export const count: Kind<number> = { ...integer, zero_is_default: true }
export const duration: Kind<number> = { flag: 'string', read: duration_of, zero_is_default: true }

const INT32_MAX = 2 ** 31 - 1

/** A count of bytes that nats-server keeps in 32 bits. */
export const int32: Kind<number> = {
  ...count,
  read(value, key) {
    const bytes = integer_of(value)
    if (bytes > INT32_MAX) throw new ValueError(`${key} value is too big`)
    return bytes
  },
}

/** max_connections: 0 and below refuse every client, so 0 does not stand for the default. */
export const connections: Kind<number> = { ...integer, read: (value) => integer_of(value) || -1 }

/** max_sub_tokens: 1 to 255. */
export const tokens: Kind<number> = {
  ...integer,
  read(value, key) {
    const limit = integer_of(value)
    if (limit > 255) throw new ValueError(`${key} value is too big`)
    if (limit <= 0) throw new ValueError(`${key} value can not be negative`)
    return limit
  },
}

const LAME_DUCK_DURATION_MS_MIN = 30_000

export const lame_duck_duration: Kind<number> = {
  ...duration,
  read(value, key) {
    const ms = duration_text_of(value, key)
    if (ms < LAME_DUCK_DURATION_MS_MIN) {
      throw new ValueError(`invalid ${key} of ${format_duration(ms)}, minimum is 30 seconds`)
    }
    return ms
  },
}

export const lame_duck_grace: Kind<number> = {
  ...duration,
  read(value, key) {
    const ms = duration_text_of(value, key)
    if (ms < 0) throw new ValueError(`invalid ${key}, needs to be positive`)
    return ms
  },
}

/** A path of URLs: one slash in front, none behind, no empty, `.` or `..` parts. */
export const base_path: Kind<string> = {
  flag: 'string',
  read(value) {
    const parts: string[] = []
    for (const part of string_of(value).split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '' && part !== '.') parts.push(part)
    }
    return `/${parts.join('/')}`
  },
}

export const is_metric_prefix = (text: string): boolean => /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(text)

/** What names of metrics begin with. */
export const metric_prefix: Kind<string> = {
  flag: 'string',
  read(value, key) {
    const prefix = string_of(value)
    if (is_metric_prefix(prefix)) return prefix
    throw new ValueError(`${key} must be a name of letters, digits and underscores, not ${quote(prefix)}`)
  },
}

/** Lower-case texts, each once. */
export const tags: Kind<string[]> = {
  flag: 'string',
  read(value) {
    const odd = value.kind === 'array' ? value.value.find(({ kind }) => kind !== 'string') : undefined
    if (odd !== undefined) {
      throw new ValueError(`error parsing tags: unsupported type ${go_type(odd)} where string is expected`)
    }
    return [...new Set(strings_of(value, 'tags').map((tag) => tag.toLowerCase().trim()))]
  },
}

/** A map of texts. */
export const texts: Kind<Record<string, string>> = {
  flag: 'string',
  read(value, key) {
    if (value.kind !== 'map') {
      throw new ValueError(`error parsing ${key.replace('server_', '')}: unsupported type ${go_type(value)}`)
    }
    return Object.fromEntries([...value.value].map(([name, entry]) => [name, string_of(entry)]))
  },
}

/** A number of threads; without one the server decides at start. */
export const threads: Kind<number | undefined> = {
  flag: 'int',
  read: (value, key) => check_threads(integer_of(value), key),
  from_flag: (value, name) => check_threads(Number(value), name),
}

function check_threads(threads: number, name: string): number {
  if (threads >= 0 && threads <= CLIENT_WORKERS_MAX) return threads
  throw new ValueError(`${name} must be between 0 and ${CLIENT_WORKERS_MAX}, got ${threads}`)
}

/** One of a few words. */
export function choice<Word extends string>(...allowed: Word[]): Kind<Word> {
  const check = (value: string, name: string): Word => {
    const found = allowed.find((word) => word === value)
    if (found === undefined) {
      throw new ValueError(`${name} must be ${allowed.map(quote).join(' or ')}, got ${quote(value)}`)
    }
    return found
  }
  return {
    flag: 'string',
    words: allowed,
    read: (value, key) => check(string_of(value), key),
    from_flag: (value, name) => check(String(value), name),
  }
}

/** A boolean or the word `auto`. */
export const boolean_or_auto: Kind<boolean | 'auto'> = {
  flag: 'string',
  read: (value, key) =>
    value.kind === 'string' ? choice('auto').read(value, key, undefined as never) : boolean_of(value),
}
