// resolver: where accounts come from that are not in the file (reference client.md 5.7, ops.md 3.6).
import { statSync } from 'node:fs'
import { ACCOUNT_LOOKUP_MS, CLAIMS_SYNC_MS } from '../base/limits.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, UnknownField } from './problems.ts'
import { boolean_of, integer_of, string_of } from './rows.ts'
import { check_url } from './url.ts'
import { format_duration, parse_duration_ms, quote } from './values.ts'

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

const NONE = 'error parsing account resolver, should be MEM or  URL("url") or a map containing dir and type ' +
  'state=[FULL|CACHE])'

/** Throws FieldError. */
export function read_resolver(value: Value, problems: Problems): ResolverOptions {
  if (value.kind === 'map') return read_block(value, problems)
  if (value.kind !== 'string') {
    throw new FieldError(value.position, `error parsing operator resolver, wrong type ${go_type(value)}`)
  }
  const found = /url(?:\(\s*"?([^\s"]*?)"?\s*\))?/i.exec(value.value)
  // nats-server looks for the words anywhere; an address that has "mem" in it stays an address here.
  if (/mem/i.test(value.value) && found?.[1] === undefined) return { kind: 'memory' }
  if (found === null) throw new FieldError(value.position, NONE)
  const url = found[1] ?? ''
  check_url(url, 'account resolver')
  if (/^https?:\/\/[^/]+/i.test(url)) return url_resolver(url.endsWith('/') ? url : `${url}/`)
  problems.refusal(value.position, `account resolver ${quote(url)}: accounts are asked for by http and https only`)
  return { kind: 'memory' }
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

const READERS: { [Name in keyof Fields]: (value: Value) => Fields[Name] } = {
  type: string_of,
  dir: string_of,
  limit: integer_of,
  ttl: (value) => parse_duration_ms(string_of(value)),
  interval: (value) => parse_duration_ms(string_of(value)),
  timeout: (value) => parse_duration_ms(string_of(value)),
  allow_delete: boolean_of,
  hard_delete: boolean_of,
}

function read_block(block: Value & { kind: 'map' }, problems: Problems): ResolverOptions {
  const fields: Partial<Fields> = {}
  for (const [name, value] of block.value) {
    // What is thrown about a duration is about the block, as in nats-server.
    if (Object.hasOwn(READERS, name)) Object.assign(fields, { [name]: READERS[name as keyof Fields](value) })
    else if (!value.used) {
      const reason = `unknown field ${quote(name)} in resolver has no effect`
      problems.passed_over(new UnknownField(value.position, reason, name, Object.keys(READERS)))
    }
  }
  const type = (fields.type ?? '').toUpperCase()
  if (type === 'MEM' || type === 'MEMORY') return { kind: 'memory' }
  if (type !== 'FULL' && type !== 'CACHE') throw new FieldError(block.position, NONE)
  const { dir = '', limit = 0, timeout: timeout_ms = ACCOUNT_LOOKUP_MS } = fields
  for (const reason of faults(type, fields)) problems.error(block.position, reason)
  if (type === 'CACHE') {
    return { kind: 'cache', dir, limit: limit > 0 ? limit : CACHE_LIMIT, ttl_ms: fields.ttl ?? 0, timeout_ms }
  }
  const how = !fields.allow_delete ? null : fields.hard_delete ? 'remove' : 'rename'
  const interval_ms = fields.interval !== undefined && fields.interval > 0 ? fields.interval : CLAIMS_SYNC_MS
  return { kind: 'full', dir, limit: Math.max(0, limit), interval_ms, timeout_ms, delete: how }
}

function faults(type: 'FULL' | 'CACHE', fields: Partial<Fields>): string[] {
  const { dir = '', ttl = 0, interval = 0, timeout = ACCOUNT_LOOKUP_MS, allow_delete = false, hard_delete } = fields
  const foreign: [is_there: boolean, name: string][] = type === 'FULL' ? [[ttl !== 0, 'ttl']] : [
    ...[[interval !== 0, 'sync'], [allow_delete, 'allow_delete']] as [boolean, string][],
    [hard_delete !== undefined, 'hard_delete'],
  ]
  return [
    ...(dir === '' ? ['dir has no value and needs to point to a directory'] : []),
    ...(is_other_than_directory(dir) ? ['dir needs to point to an accessible directory'] : []),
    ...foreign.filter(([is_there]) => is_there).map(([, name]) => `${type} does not accept ${name}`),
    ...(type === 'FULL' && hard_delete !== undefined && !allow_delete
      ? ['hard_delete has no effect without delete']
      : []),
    ...(timeout <= 0 ? [`Fetch timeout ${format_duration(timeout)} is too small`] : []),
  ]
}

/** A directory that is not there yet will be made, and what keeps it from that shows then. */
function is_other_than_directory(dir: string): boolean {
  if (dir === '') return false
  try {
    const there = statSync(dir)
    return !there.isDirectory() || (there.mode & OWNER_WRITES) === 0
  } catch {
    return false
  }
}

const OWNER_WRITES = 0o200
