// ocsp, ocsp_cache and the ocsp_peer of a block tls { }: whether certificates were revoked. It is not asked here. What the fields say
// is checked, and where they ask for a protection a start is refused, so that nobody believes in one that is not there.
import { refuse_start, without_effect } from './block.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { boolean_of, string_of } from './rows.ts'
import { parse_duration_ms, quote } from './values.ts'

const MODES = ['auto', 'always', 'must', 'never']
/** They add an answer of the authority to the handshake, and stop the server when that says "revoked". */
const STRICT_MODES = ['always', 'must']
const REVOCATION_CURE = 'certificates are not asked about; leave it out, and take revoked ones out of use yourself'

/** ocsp: true, false or { mode, url }. Its keys are read as they are written. */
export function read_ocsp(value: Value, problems: Problems): void {
  let mode = 'auto'
  if (value.kind === 'bool') mode = value.value ? 'auto' : 'never'
  else if (value.kind === 'map') {
    for (const [name, entry] of value.value) mode = read_ocsp_field(name, entry) ?? mode
  } else throw new FieldError(value.position, `error parsing ocsp config: unsupported type ${go_type(value)}`)
  if (STRICT_MODES.includes(mode)) refuse_start(`ocsp: ${mode}`, value, problems, REVOCATION_CURE)
  else if (mode === 'auto') without_effect('ocsp', value, problems)
}

/** The mode, if it is what the field says. */
function read_ocsp_field(name: string, entry: Value): string | undefined {
  switch (name) {
    case 'mode': {
      const mode = string_of(entry).toLowerCase()
      if (MODES.includes(mode)) return mode
      throw new FieldError(entry.position, 'error parsing ocsp config: unsupported ocsp mode string')
    }
    case 'url':
      string_of(entry)
      return undefined
    case 'urls':
      // nats-server can not read the list that it asks for, so nobody has one.
      throw new FieldError(entry.position, `interface conversion: interface {} is ${go_type(entry)}, not []string`)
  }
  throw new FieldError(entry.position, 'error parsing ocsp config: unsupported field string')
}

const CACHE_TYPES = ['none', 'local']
const unknown_cache_field = (name: string) => `error parsing OCSP peer cache config, unknown field [${quote(name)}]`

/** ocsp_cache: true, false or { type, local_store, preserve_revoked, save_interval }. */
export function read_ocsp_cache(value: Value, problems: Problems): void {
  if (value.kind === 'map') {
    for (const [name, entry] of value.value) read_cache_field(name, entry)
  } else if (value.kind !== 'bool') {
    throw new FieldError(value.position, `error parsing tags: unsupported type ${go_type(value)}`)
  }
  if (value.value !== false) without_effect('ocsp_cache', value, problems)
}

function read_cache_field(name: string, entry: Value): void {
  const fail = (reason: string) => new FieldError(entry.position, reason)
  const conversion = (why: string) => fail(`error parsing OCSP peer cache config, conversion error: ${why}`)
  switch (name.toLowerCase()) {
    case 'type':
      if (entry.kind !== 'string') throw fail(unknown_cache_field(name))
      if (CACHE_TYPES.includes(entry.value.toLowerCase())) return
      throw fail(`error parsing OCSP peer cache config, unknown type [${entry.value}]`)
    case 'local_store':
      if (entry.kind !== 'string') throw fail(unknown_cache_field(name))
      return
    case 'preserve_revoked':
      if (entry.kind !== 'bool') throw fail(unknown_cache_field(name))
      return
    case 'save_interval':
      return check_seconds(entry, conversion)
  }
  throw fail(unknown_cache_field(name))
}

const PEER_FLAGS = ['verify', 'warn_only', 'unknown_is_good', 'allow_when_ca_unreachable']
const PEER_TIMES = ['allowed_clockskew', 'ca_timeout', 'cache_ttl_when_next_update_unset']

/** ocsp_peer of a block tls { }: true, false or a block with `verify`. */
export function read_ocsp_peer(value: Value, problems: Problems): void {
  let is_on = value.value === true
  if (value.kind === 'map') {
    for (const [name, entry] of value.value) {
      check_peer_field(name, entry)
      if (name.toLowerCase() === 'verify') is_on = boolean_of(entry)
    }
  } else if (value.kind !== 'bool') {
    throw new FieldError(value.position, `error parsing ocsp peer config: unsupported type ${go_type(value)}`)
  }
  if (is_on) refuse_start('ocsp_peer', value, problems, REVOCATION_CURE)
}

function check_peer_field(name: string, entry: Value): void {
  const key = name.toLowerCase()
  if (PEER_TIMES.includes(key)) {
    return check_seconds(
      entry,
      (why) => new FieldError(entry.position, `error parsing tls peer config, conversion error: ${why}`),
    )
  }
  if (PEER_FLAGS.includes(key) && entry.kind === 'bool') return
  throw new FieldError(entry.position, `error parsing tls peer config, unknown field [${quote(name)}]`)
}

/** A number of seconds, or a duration. */
function check_seconds(value: Value, fault: (why: string) => FieldError): void {
  if (value.kind === 'int' || value.kind === 'float') return
  if (value.kind !== 'string') throw fault('unexpected type')
  try {
    parse_duration_ms(value.value)
  } catch (error) {
    throw fault((error as Error).message)
  }
}
