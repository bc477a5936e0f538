// A block tls { } (reference ops.md 3.8), wherever it stands. Its files are read and checked here already, so that a start
// with a wrong one fails; connections read them again when they change (net/tls_material.ts).
import { TLS_TIMEOUT_MS } from '../base/limits.ts'
import { check_authorities_of, check_pair } from '../net/tls_material.ts'
import { cipher_of, curve_of, usable_curves } from '../net/tls_names.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import { refuse_start, without_effect } from './block.ts'
import { check_store_field, STORE_FIELDS } from './cert_store_options.ts'
import { read_ocsp_peer } from './ocsp_options.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, shown, type_error, UnknownField } from './problems.ts'
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
    verify_optional: false,
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
  if (value.kind !== 'map') throw type_error(value, 'map')
  const tls = default_tls(use)
  const read: Read = { pairs: [], insecure_ciphers: [], allows_insecure: false }
  for (const [name, entry] of value.value) {
    const key = name.toLowerCase()
    if (!Object.hasOwn(FIELDS, key)) {
      const reason = `error parsing tls config, unknown field ${quote(name)}`
      throw new UnknownField(entry.position, reason, name, Object.keys(FIELDS))
    }
    // What is thrown about a value without a position is about this field.
    at(entry, () => FIELDS[key]({ tls, use, key, name, value: entry, problems, read }))
  }
  at(value, () => check(tls, read))
  if (use === 'cluster') tls.verify = true
  take_pair(tls, read.pairs, value, problems)
  return tls
}

function check(tls: TlsSettings, { pairs, insecure_ciphers, allows_insecure }: Read): void {
  const fault = (why: string) => new ValueError(`error parsing tls config, cannot combine ${why}`)
  if (pairs.length > 0 && tls.cert_file !== '') throw fault("'cert_file' option with 'certs' option")
  if (tls.verify && tls.verify_optional) {
    throw fault("'verify: optional' with options requiring client certificates")
  }
  if (!allows_insecure && insecure_ciphers.length > 0) {
    throw new ValueError(
      "insecure cipher suites configured without 'allow_insecure_cipher_suites' option set: " +
        insecure_ciphers.join(', '),
    )
  }
  if (tls.cert_file !== '' && tls.key_file === '') throw new ValueError("missing 'key_file' in TLS configuration")
  if (tls.cert_file === '' && tls.key_file !== '') throw new ValueError("missing 'cert_file' in TLS configuration")
  try {
    if (tls.cert_file !== '') check_pair(tls)
    for (const [i, pair] of pairs.entries()) check_pair(pair, ` ${i + 1}/${pairs.length}`)
    check_authorities_of(tls)
  } catch (error) {
    throw new ValueError((error as Error).message)
  }
}

/** One pair is shown to peers. Without one, or with more, `-t` has nothing to say, and a start can not go on. */
function take_pair(tls: TlsSettings, pairs: readonly Pair[], value: Value, problems: Problems): void {
  if (pairs.length === 1) Object.assign(tls, pairs[0])
  else if (pairs.length > 1) {
    refuse_start('certs', value, problems, 'keep one pair, as cert_file and key_file')
  } else if (tls.cert_file === '') problems.refusal(value.position, "missing 'cert_file' in TLS configuration")
}

type Pair = Pick<TlsSettings, 'cert_file' | 'key_file'>

/** What the fields say that is no setting. */
interface Read {
  pairs: Pair[]
  insecure_ciphers: string[]
  allows_insecure: boolean
}

interface Field {
  readonly tls: TlsSettings
  readonly use: TlsUse
  readonly key: string
  /** The key as it is written. */
  readonly name: string
  readonly value: Value
  readonly problems: Problems
  readonly read: Read
}

const FIELDS: Readonly<Record<string, (field: Field) => void>> = Object.freeze({
  cert_file: (field) => void (field.tls.cert_file = file(field)),
  key_file: (field) => void (field.tls.key_file = file(field)),
  ca_file: (field) => void (field.tls.ca_file = file(field)),
  verify: read_verify,
  verify_and_map: (field) => {
    field.tls.verify_and_map = flag(field)
    if (field.tls.verify_and_map) field.tls.verify = true
  },
  verify_cert_and_check_known_urls: (field) => {
    const wanted = flag(field)
    if (wanted && field.use !== 'cluster') {
      throw new ValueError(`${field.key} not supported in this context`)
    }
    if (wanted) field.tls.verify = true
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
  certs: read_pairs,
  certificates: read_pairs,
  allow_insecure_cipher_suites: (field) => void (field.read.allows_insecure = flag(field)),
  ocsp_peer: ({ value, problems }) => read_ocsp_peer(value, problems),
  connection_rate_limit: ({ key, value, problems }) => {
    if (value.kind !== 'int') throw new ValueError("error parsing tls config, 'connection_rate_limit' wrong type")
    // A matter of speed.
    without_effect(key, value, problems)
  },
  ...Object.fromEntries(
    STORE_FIELDS.map((key) => [key, ({ value, problems }: Field) => check_store_field(key, value, problems)]),
  ),
})

/** true, false, or "optional": a certificate that is shown has to be a good one. */
function read_verify({ tls, key, value }: Field): void {
  if (value.kind === 'bool') tls.verify = value.value
  else if (value.kind === 'string' && value.value.toLowerCase() === 'optional') tls.verify_optional = true
  else throw new ValueError(`error parsing tls config, expected '${key}' to be a boolean or 'optional'`)
}

function unsupported_pair(value: Value): FieldError {
  return new FieldError(value.position, `error parsing certificates config: unsupported type ${go_type(value)}`)
}

function read_pairs({ value, read }: Field): void {
  if (value.kind !== 'array') throw unsupported_pair(value)
  for (const entry of value.value) {
    if (entry.kind !== 'map') throw unsupported_pair(entry)
    const pair: Pair = { cert_file: '', key_file: '' }
    for (const [name, file] of entry.value) {
      if (file.kind !== 'string') throw unsupported_pair(file)
      if (name !== 'cert_file' && name !== 'key_file') {
        throw new FieldError(file.position, `error parsing tls certs config, unknown field ${quote(name)}`)
      }
      pair[name] = file.value
    }
    if (pair.cert_file === '' || pair.key_file === '') {
      const last = [...entry.value.values()].at(-1) ?? entry
      throw new FieldError(
        last.position,
        "error parsing certificates config: both 'cert_file' and 'cert_key' options are required",
      )
    }
    read.pairs.push(pair)
  }
}

/** How long a client may take to begin with TLS where it need not. */
const FIRST_AUTO_MS = 50

/** Among servers of a cluster TLS comes first in any case. */
function read_first(field: Field): void {
  const first = first_of(field)
  if (field.use === 'clients') field.tls.handshake_first = first
  else without_effect(field.key, field.value, field.problems)
}

function first_of({ name, value }: Field): boolean | number {
  if (value.kind === 'bool') return value.value
  if (value.kind !== 'string') {
    throw new ValueError(`field ${quote(name)} should be a boolean or a string, got ${go_type(value)}`)
  }
  const word = value.value.toLowerCase()
  if (['true', 'on'].includes(word)) return true
  if (['false', 'off'].includes(word)) return false
  if (['auto', 'auto_fallback'].includes(word)) return FIRST_AUTO_MS
  try {
    return parse_duration_ms(value.value)
  } catch {
    throw new ValueError(`field ${quote(name)}'s value ${quote(value.value)} is invalid`)
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
  if (value.kind !== 'string') {
    throw new ValueError(`error parsing tls config: 'min_version' wrong type: ${shown(value)}`)
  }
  if (value.value === '1.2') return 'TLSv1.2'
  if (value.value === '1.3') return 'TLSv1.3'
  const known = ['1.0', '1.1'].includes(value.value)
  const what = known ? `unsupported TLS version: TLS ${value.value}` : `unknown version: ${value.value}`
  throw new ValueError(`error parsing tls config: ${what}`)
}

function read_ciphers(field: Field): void {
  for (const entry of entries_of(field)) {
    const name = at(entry, () => string_of(entry))
    const cipher = cipher_of(name)
    if (cipher === null) throw new FieldError(entry.position, `unrecognized cipher ${name}`)
    if (cipher === 'insecure') {
      field.read.insecure_ciphers.push(name)
      without_effect(name, entry, field.problems)
    } else field.tls.ciphers.push(cipher.openssl)
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
