// proxies { trusted }: keys of proxies that clients come by.
import { is_public_key } from '../auth/nkey.ts'
import { read_fields } from './block.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { string_of } from './rows.ts'
import { quote } from './values.ts'

/** The keys that are trusted. Throws FieldError. */
export function read_proxies(value: Value, problems: Problems): string[] {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `expected proxies to be a map/struct, got ${go_type(value)}`)
  }
  const keys: string[] = []
  read_fields(value.value, { trusted: (entry) => void keys.push(...read_trusted(entry, problems)) }, problems)
  return keys
}

function read_trusted(value: Value, problems: Problems): string[] {
  if (value.kind !== 'array') {
    throw new FieldError(value.position, `expected proxies' trusted field to be an array, got ${go_type(value)}`)
  }
  return value.value.flatMap((entry) => problems.collect(entry.position, () => [read_key(entry, problems)]) ?? [])
}

function read_key(value: Value, problems: Problems): string {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `expected proxies' trusted entry to be a map/struct, got ${go_type(value)}`)
  }
  let key = ''
  read_fields(value.value, {
    'key public_key': (entry) => {
      key = string_of(entry)
      if (!is_public_key(key)) throw new FieldError(entry.position, `invalid proxy key ${quote(key)}`)
    },
  }, problems)
  return key
}
