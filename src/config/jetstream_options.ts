// jetstream, at the top and of an account. It is not served: what stands there is checked, as nats-server does, and no more.
import { read_fields } from './block.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, shown } from './problems.ts'
import { boolean_of, duration_of, integer_of, string_of } from './rows.ts'
import { parse_duration_ms, quote, ValueError } from './values.ts'

/** What other fields have to go together with. */
export interface JetstreamFacts {
  enabled: boolean
  domain: string
  extension_hint: string
  max_catchup: number
}

export const default_jetstream = (): JetstreamFacts => ({
  enabled: false,
  domain: '',
  extension_hint: '',
  max_catchup: 0,
})

/** `store_dir`: takes a directory, of which there can be one in a file. */
export function read_jetstream(value: Value, problems: Problems, store_dir: (entry: Value) => void): JetstreamFacts {
  const facts = default_jetstream()
  if (value.kind !== 'map') return { ...facts, enabled: is_enabled(value, 'Expected map, bool or string') }
  facts.enabled = true
  const size = (entry: Value, key: string) => void storage_size(entry, key)
  read_fields(value.value, {
    strict: strict_flag,
    'store store_dir storedir': store_dir,
    'sync sync_interval': (entry, key) => {
      if (entry.kind !== 'string' || entry.value.toLowerCase() !== 'always') duration_of(entry, key, problems)
    },
    'max_memory_store max_mem_store max_mem': (entry) => size(entry, 'max_mem_store'),
    'max_file_store max_file': (entry) => size(entry, 'max_file_store'),
    domain: (entry) => void (facts.domain = string_of(entry)),
    'enable enabled': (entry) => void (facts.enabled = boolean_of(entry)),
    'key ek encryption_key prev_key prev_ek prev_encryption_key': string_of,
    cipher: check_cipher,
    extension_hint: (entry) => void (facts.extension_hint = string_of(entry)),
    limits: (entry) => check_limits(entry, problems),
    tpm: (entry) => check_tpm(entry, problems),
    unique_tag: string_of,
    max_outstanding_catchup: (entry, key) => void (facts.max_catchup = storage_size(entry, key)),
    max_buffered_size: size,
    'max_buffered_msgs request_queue_limit info_queue_limit': plain_size,
    meta_compact: absolute_size,
    meta_compact_size: (entry, key) => {
      if (storage_size(entry, key) < 0) throw new ValueError(absolute(entry, key))
    },
    meta_compact_sync: boolean_of,
    max_concurrent_io: (entry, key) => {
      if (entry.kind === 'int' && entry.value >= 4n && entry.value <= 8192n) return
      throw new ValueError(absolute(entry, key).replace(', got', ' between 4 and 8192, got'))
    },
  }, problems)
  return facts
}

/** Of an account: whether it asks for it. */
export function read_account_jetstream(value: Value, problems: Problems): boolean {
  if (value.kind !== 'map') return is_enabled(value, 'Expected map, bool or string')
  read_fields(value.value, {
    'max_memory max_mem mem memory': plain_size,
    'max_store max_file max_disk store disk': plain_size,
    'max_streams streams': plain_size,
    'max_consumers consumers': plain_size,
    'max_bytes_required max_stream_bytes max_bytes': (entry, key) => {
      if (entry.kind !== 'bool') {
        throw new ValueError(`Expected a parseable bool for ${quote(key)}, got ${shown(entry)}`)
      }
    },
    'mem_max_stream_bytes memory_max_stream_bytes': plain_size,
    'disk_max_stream_bytes store_max_stream_bytes': plain_size,
    max_ack_pending: plain_size,
    cluster_traffic: (entry, key) => {
      const got = `string value for ${quote(key)}, got ${shown(entry)}`
      if (entry.kind !== 'string') throw new ValueError(`Expected either 'system' or 'owner' ${got}`)
      if (!['system', 'owner', ''].includes(entry.value)) throw new ValueError(`Expected 'system' or 'owner' ${got}`)
    },
  }, problems)
  return true
}

function is_enabled(value: Value, expected: string): boolean {
  if (value.kind === 'bool') return value.value
  if (value.kind !== 'string') {
    throw new FieldError(value.position, `${expected} to define JetStream, got ${go_type(value)}`)
  }
  const word = value.value.toLowerCase()
  if (['enabled', 'enable'].includes(word)) return true
  if (['disabled', 'disable'].includes(word)) return false
  const reason = `Expected 'enabled' or 'disabled' for string value, got '${value.value}'`
  throw new FieldError(value.position, reason)
}

function strict_flag(value: Value): void {
  if (value.kind === 'bool') return
  throw new ValueError(`Expected 'true' or 'false' for bool value, got '${shown(value)}'`)
}

function check_limits(value: Value, problems: Problems): void {
  read_fields(entries_of(value, 'JetStreamLimits'), {
    'max_ack_pending max_ha_assets max_request_batch default_max_consumers': integer_of,
    duplicate_window: (entry) => parse_duration_ms(string_of(entry)),
    batch: (entry) =>
      read_fields(entries_of(entry, 'batch limits'), {
        'max_inflight_per_stream max_inflight_total max_msgs': integer_of,
        timeout: (each) => parse_duration_ms(string_of(each)),
      }, problems),
  }, problems)
}

function check_tpm(value: Value, problems: Problems): void {
  read_fields(entries_of(value, 'JetStreamLimits'), {
    'keys_file encryption_password srk_password': string_of,
    pcr: integer_of,
    cipher: check_cipher,
  }, problems)
}

function entries_of(value: Value, what: string): ReadonlyMap<string, Value> {
  if (value.kind === 'map') return value.value
  throw new FieldError(value.position, `Expected a map to define ${what}, got ${go_type(value)}`)
}

function check_cipher(value: Value): void {
  const cipher = string_of(value)
  if (['chacha', 'chachapoly', 'aes'].includes(cipher.toLowerCase())) return
  throw new ValueError(`Unknown cipher type: ${quote(cipher)}`)
}

function plain_size(value: Value, key: string): void {
  if (value.kind !== 'int') throw new ValueError(`Expected a parseable size for ${quote(key)}, got ${shown(value)}`)
}

const absolute = (value: Value, key: string) => `Expected an absolute size for ${quote(key)}, got ${shown(value)}`

function absolute_size(value: Value, key: string): void {
  if (value.kind !== 'int' || value.value < 0n) throw new ValueError(absolute(value, key))
}

/** A number of bytes, or a text such as `10G`. */
function storage_size(value: Value, key: string): number {
  if (value.kind === 'int') return Number(value.value)
  if (value.kind !== 'string') throw new ValueError(`${key} must be int64 or string`)
  if (value.value === '') return 0
  const digits = value.value.slice(0, -1), suffix = value.value.slice(-1)
  if (!/^[+-]?\d+$/.test(digits)) {
    throw new ValueError(`${key} strconv.ParseInt: parsing ${quote(digits)}: invalid syntax`)
  }
  const power = ['K', 'M', 'G', 'T'].indexOf(suffix) + 1
  if (power === 0) throw new ValueError(`${key} sizes defined as strings must end in K, M, G, T`)
  return Number(digits) * 1024 ** power
}
