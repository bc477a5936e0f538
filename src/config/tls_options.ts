// A block tls { } (reference ops.md 3.8), wherever it stands. Its files are read and checked here already, so that a start
// with a wrong one fails; connections read them again when they change (net/tls_material.ts).
import { TLS_TIMEOUT_MS } from '../base/limits.ts'
import { read_tls_files } from '../net/tls_material.ts'
import { cipher_of, curve_of, usable_curves } from '../net/tls_names.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import { without_effect } from './block.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, type_error, UnknownField } from './problems.ts'
import { string_of } from './rows.ts'
import { parse_duration_ms, quote, ValueError } from './values.ts'

/** Whose connections the block is about. Among servers of a cluster everybody shows a certificate. */
export type TlsUse = 'clients' | 'cluster'

export function default_tls(use: TlsUse): TlsSettings {
  return {
    cert_file: '',
    key_file: '',
    ca_file: '',
    verify: use === 'cluster',
    verify_and_map: false,
    handshake_first: false,
    verify_known_urls: false,
    insecure: false,
    timeout_ms: TLS_TIMEOUT_MS,
    min_version: 'TLSv1.2',
    ciphers: [],
    curves: [],
    pinned_certs: [],
  }
}

/** Throws what is wrong, and stops at the first unknown field, as nats-server does. */
export function read_tls(value: Value, use: TlsUse, problems: Problems): TlsSettings {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `expected tls config to be a map, got ${go_type(value)}`)
  }
  const tls = default_tls(use)
  const insecure_ciphers: string[] = []
  for (const [name, entry] of value.value) {
    const key = name.toLowerCase()
    if (Object.hasOwn(FIELDS, key)) {
      // What is thrown about a value without a position is about this field.
      at(entry, () => FIELDS[key]({ tls, use, key, value: entry, problems, insecure_ciphers }))
    } else if (HARMLESS.includes(key)) without_effect(name, entry, problems)
    else if (UNSERVED.includes(key)) throw new FieldError(entry.position, `"${name}" is not served by this version`)
    else {
      const reason = `error parsing tls config, unknown field "${name}"`
      throw new UnknownField(entry.position, reason, name, Object.keys(FIELDS))
    }
  }
  if (use === 'cluster') tls.verify = true
  at(value, () => check(tls, insecure_ciphers))
  return tls
}

function check(tls: TlsSettings, insecure_ciphers: readonly string[]): void {
  if (insecure_ciphers.length > 0) {
    throw new ValueError(
      "insecure cipher suites configured without 'allow_insecure_cipher_suites' option set: " +
        insecure_ciphers.join(' '),
    )
  }
  if (tls.cert_file === '') throw new ValueError("missing 'cert_file' in TLS configuration")
  if (tls.key_file === '') throw new ValueError("missing 'key_file' in TLS configuration")
  try {
    read_tls_files(tls)
  } catch (error) {
    throw new ValueError((error as Error).message)
  }
}

interface Field {
  readonly tls: TlsSettings
  readonly use: TlsUse
  readonly key: string
  readonly value: Value
  readonly problems: Problems
  readonly insecure_ciphers: string[]
}

const FIELDS: Readonly<Record<string, (field: Field) => void>> = Object.freeze({
  cert_file: (field) => void (field.tls.cert_file = file(field)),
  key_file: (field) => void (field.tls.key_file = file(field)),
  ca_file: (field) => void (field.tls.ca_file = file(field)),
  verify: (field) => void (field.tls.verify = flag(field)),
  verify_and_map: (field) => {
    field.tls.verify_and_map = flag(field)
    if (field.tls.verify_and_map) field.tls.verify = true
  },
  verify_cert_and_check_known_urls: (field) => {
    const wanted = flag(field)
    if (wanted && field.use !== 'cluster') {
      throw new ValueError(`error parsing tls config, '${field.key}' not supported in this context`)
    }
    field.tls.verify_known_urls = wanted
  },
  handshake_first: read_first,
  first: read_first,
  immediate: read_first,
  insecure: (field) => void (field.tls.insecure = flag(field)),
  timeout: (field) => void (field.tls.timeout_ms = timeout(field)),
  min_version: (field) => void (field.tls.min_version = version(field)),
  cipher_suites: read_ciphers,
  curve_preferences: read_curves,
  pinned_certs: read_pins,
})

/** A matter of speed. */
export const HARMLESS: readonly string[] = ['connection_rate_limit']
export const UNSERVED: readonly string[] = [
  'certs',
  'certificates',
  'ocsp_peer',
  'allow_insecure_cipher_suites',
  'cert_store',
  'cert_match_by',
  'cert_match',
  'ca_certs_match',
  'cert_match_skip_invalid',
]

/** How long a client may take to begin with TLS where it need not. */
const FIRST_AUTO_MS = 50

/** Among servers of a cluster TLS comes first in any case. */
function read_first({ tls, use, key, value, problems }: Field): void {
  if (use === 'cluster') return without_effect(key, value, problems)
  if (value.kind === 'bool') return void (tls.handshake_first = value.value)
  if (value.kind !== 'string') {
    throw new ValueError(`error parsing tls config, expected '${key}' to be a boolean or a string`)
  }
  const word = value.value.toLowerCase()
  if (['true', 'on'].includes(word)) tls.handshake_first = true
  else if (['false', 'off'].includes(word)) tls.handshake_first = false
  else if (['auto', 'auto_fallback'].includes(word)) tls.handshake_first = FIRST_AUTO_MS
  else {
    try {
      tls.handshake_first = parse_duration_ms(value.value)
    } catch {
      throw new ValueError(`field ${quote(key)}'s value ${quote(value.value)} is invalid`)
    }
  }
}

function file({ key, value }: Field): string {
  if (value.kind === 'string') return value.value
  throw new ValueError(`error parsing tls config, expected '${key}' to be filename`)
}

function flag({ key, value }: Field): boolean {
  if (value.kind === 'bool') return value.value
  throw new ValueError(`error parsing tls config, expected '${key}' to be a boolean`)
}

/** Seconds as a number, or a duration text. */
function timeout({ value }: Field): number {
  let ms: number
  if (value.kind === 'int' || value.kind === 'float') ms = Number(value.value) * 1000
  else if (value.kind === 'string') {
    try {
      ms = parse_duration_ms(value.value)
    } catch (error) {
      throw new ValueError(`error parsing tls config, 'timeout' ${(error as Error).message}`)
    }
  } else throw new ValueError("error parsing tls config, 'timeout' wrong type")
  return ms > 0 ? ms : TLS_TIMEOUT_MS
}

function version({ value }: Field): TlsSettings['min_version'] {
  if (value.kind !== 'string') throw new ValueError("error parsing tls config: 'min_version' wrong type")
  if (value.value === '1.2') return 'TLSv1.2'
  if (value.value === '1.3') return 'TLSv1.3'
  const known = ['1.0', '1.1'].includes(value.value)
  const what = known ? `unsupported TLS version: TLS ${value.value}` : `unknown TLS version: ${quote(value.value)}`
  throw new ValueError(`error parsing tls config: ${what}`)
}

function read_ciphers(field: Field): void {
  for (const entry of entries_of(field)) {
    const name = at(entry, () => string_of(entry))
    const cipher = cipher_of(name)
    if (cipher === null) throw new FieldError(entry.position, `unrecognized cipher ${name}`)
    if (cipher === 'insecure') field.insecure_ciphers.push(name)
    else field.tls.ciphers.push(cipher.openssl)
  }
}

function read_curves(field: Field): void {
  for (const entry of entries_of(field)) {
    const name = at(entry, () => string_of(entry))
    const curve = curve_of(name)
    if (curve === null) throw new FieldError(entry.position, `unrecognized curve preference ${name}`)
    if (usable_curves([curve]).length === 0) without_effect(name, entry, field.problems)
    field.tls.curves.push(curve)
  }
}

const SPKI = 'hex-encoded sha256 of DER encoded SubjectPublicKeyInfo'

function read_pins({ tls, value }: Field): void {
  if (value.kind !== 'array') {
    throw new ValueError(`error parsing tls config, expected 'pinned_certs' to be a list of ${SPKI}`)
  }
  for (const entry of value.value) {
    const pin = at(entry, () => string_of(entry)).toLowerCase()
    if (!/^[0-9a-f]{64}$/.test(pin)) {
      throw new FieldError(
        entry.position,
        `error parsing tls config, 'pinned_certs' key ${pin} does not look like ${SPKI}`,
      )
    }
    tls.pinned_certs.push(pin)
  }
}

function entries_of({ key, value }: Field): readonly Value[] {
  if (value.kind !== 'array') throw type_error(value, 'array')
  if (value.value.length === 0) throw new ValueError(`error parsing tls config, '${key}' cannot be empty`)
  return value.value
}

/** Runs read; what it throws gets the place of the value, unless it has one. */
function at<T>(value: Value, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ValueError) throw new FieldError(value.position, error.message)
    throw error
  }
}
