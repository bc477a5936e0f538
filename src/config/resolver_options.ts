// resolver: where accounts come from that are not in the file (reference client.md 5.7, ops.md 3.6).
import { ACCOUNT_LOOKUP_MS, CLAIMS_SYNC_MS } from '../base/limits.ts'
import type { Value } from './parser.ts'
import { FieldError, type Problems, UnknownField } from './problems.ts'
import { boolean_of, duration_of, integer_of, string_of } from './rows.ts'
import { quote } from './values.ts'

export type ResolverOptions =
  /** The file is all there is; those in it may be renewed over NATS. */
  | { kind: 'memory' }
  /** Asked for each account; its key is put behind the URL. */
  | { kind: 'url'; url: string; timeout_ms: number }
  /** A folder with all of them, which servers keep alike. */
  | {
    kind: 'full'
    dir: string
    /** Accounts; 0: no limit of its own. */
    limit: number
    interval_ms: number
    timeout_ms: number
    /** Null: nobody may. */
    delete: 'rename' | 'remove' | null
  }
  /** A folder with those that were needed, asked of the others. */
  | { kind: 'cache'; dir: string; limit: number; ttl_ms: number; timeout_ms: number }

const CACHE_LIMIT = 1000

export const url_resolver = (url: string): ResolverOptions => ({ kind: 'url', url, timeout_ms: ACCOUNT_LOOKUP_MS })

/** Throws FieldError. */
export function read_resolver(value: Value, problems: Problems): ResolverOptions {
  if (value.kind === 'map') return read_block(value, problems)
  const said = string_of(value)
  if (/^mem(ory)?$/i.test(said.trim())) return { kind: 'memory' }
  const url = /^url\(\s*"?([^\s")]*)"?\s*\)\s*$/i.exec(said.trim())?.[1]
  if (url === undefined) {
    throw new FieldError(value.position, `resolver ${quote(said)} is none of MEMORY, URL(...) and { type: ... }`)
  }
  if (!/^https?:\/\/[^/]+/i.test(url)) {
    throw new FieldError(value.position, `error parsing account resolver url [${quote(url)}]`)
  }
  return url_resolver(url.endsWith('/') ? url : `${url}/`)
}

interface Fields {
  type: string
  dir: string
  limit: number
  ttl: number
  interval: number
  timeout: number
  allow_delete: boolean
  hard_delete: boolean
}

const READERS: { [Name in keyof Fields]: (value: Value, name: string, problems: Problems) => Fields[Name] } = {
  type: string_of,
  dir: string_of,
  limit: integer_of,
  ttl: duration_of,
  interval: duration_of,
  timeout: duration_of,
  allow_delete: boolean_of,
  hard_delete: boolean_of,
}

/** What each type has nothing to do with. */
const FOREIGN: Readonly<Record<string, readonly (keyof Fields)[]>> = {
  CACHE: ['interval', 'allow_delete', 'hard_delete'],
  FULL: ['ttl'],
}

function read_block(block: Value & { kind: 'map' }, problems: Problems): ResolverOptions {
  const fields: Partial<Fields> = {}
  for (const [name, value] of block.value) {
    problems.collect(value.position, () => {
      if (!Object.hasOwn(READERS, name)) {
        const reason = `unknown field ${quote(name)} in resolver`
        throw new UnknownField(value.position, reason, name, Object.keys(READERS))
      }
      Object.assign(fields, { [name]: READERS[name as keyof Fields](value, name, problems) })
    })
  }
  const type = (fields.type ?? '').toUpperCase()
  if (type === 'MEM' || type === 'MEMORY') return { kind: 'memory' }
  if (type !== 'FULL' && type !== 'CACHE') {
    throw new FieldError(block.position, `resolver type ${quote(fields.type ?? '')} is none of full, cache and mem`)
  }
  for (const name of FOREIGN[type]) {
    if (fields[name]) throw new FieldError(block.position, `${type} does not accept ${name}`)
  }
  const { dir = '', limit = 0, timeout: timeout_ms = ACCOUNT_LOOKUP_MS } = fields
  if (dir === '') throw new FieldError(block.position, 'dir has no value and needs to point to a directory')
  if (timeout_ms <= 0) throw new FieldError(block.position, `Fetch timeout ${timeout_ms}ms is too small`)
  if (type === 'CACHE') {
    return { kind: 'cache', dir, limit: limit > 0 ? limit : CACHE_LIMIT, ttl_ms: fields.ttl ?? 0, timeout_ms }
  }
  if (fields.hard_delete && !fields.allow_delete) {
    throw new FieldError(block.position, 'hard_delete has no effect without delete')
  }
  const how = !fields.allow_delete ? null : fields.hard_delete ? 'remove' : 'rename'
  const interval_ms = fields.interval !== undefined && fields.interval > 0 ? fields.interval : CLAIMS_SYNC_MS
  return { kind: 'full', dir, limit: Math.max(0, limit), interval_ms, timeout_ms, delete: how }
}
