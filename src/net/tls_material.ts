// The files of a `tls` block: read, checked, and read again when they have changed, so that a renewed certificate is
// used from the next handshake on without a restart.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import type { Log } from '../base/log.ts'
import { system_error_code, system_error_text } from '../base/system_error.ts'
import { TLS13_CIPHERS, usable_curves } from './tls_names.ts'
import type { TlsSettings } from './tls_settings.ts'

type Files = Pick<TlsSettings, 'cert_file' | 'key_file' | 'ca_file'>

/** The contents of the files, found to belong together. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
  readonly ca: string | undefined
  /** The first certificate of `cert`: what we show. */
  readonly own: X509Certificate
}

/** Reads and checks the files. Throws an Error with nats-server's text for what is wrong (reference ops.md 3.8). */
export function read_tls_files(files: Files): TlsFiles {
  const pair = check_pair(files)
  return { ...pair, ca: check_authorities_of(files) }
}

/** Whether certificate and key belong together. `which`: of several pairs, for the error. Throws as above. */
export function check_pair({ cert_file, key_file }: Omit<Files, 'ca_file'>, which = ''): Omit<TlsFiles, 'ca'> {
  const fault = (why: string) => new Error(`error parsing X509 certificate/key pair${which}: ${why}`)
  const cert = read_file(cert_file, fault), key = read_file(key_file, fault)
  check_blocks(cert, CERTIFICATE_BLOCKS, fault)
  check_blocks(key, KEY_BLOCKS, fault)
  const own = parsed(() => new X509Certificate(cert), (why) => fault(`x509: ${why}`))
  const private_key = parsed(() => createPrivateKey(key), (why) => fault(`tls: failed to parse private key: ${why}`))
  // Not left to the runtime: Deno takes any pair and fails in the handshake.
  if (own.checkPrivateKey(private_key)) return { cert, key, own }
  const is_other_type = own.publicKey.asymmetricKeyType !== private_key.asymmetricKeyType
  throw fault(
    `tls: private key ${is_other_type ? 'type ' : ''}does not match public key${is_other_type ? ' type' : ''}`,
  )
}

function read_file(file: string, fault: (why: string) => Error): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    throw fault(`${system_error_code(error) === 'EISDIR' ? 'read' : 'open'} ${file}: ${system_error_text(error)}`)
  }
}

/** What a PEM file has to have, and what is said if it has something else. */
interface Blocks {
  readonly wanted: RegExp
  readonly nothing: string
  readonly switched: { readonly by: RegExp; readonly text: string }
  readonly others: string
}

const CERTIFICATE_BLOCKS: Blocks = {
  wanted: /^CERTIFICATE$/,
  nothing: 'tls: failed to find any PEM data in certificate input',
  switched: {
    by: /PRIVATE KEY$/,
    text: 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may ' +
      'have been switched',
  },
  others: 'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following',
}
const KEY_BLOCKS: Blocks = {
  wanted: /^(.* )?PRIVATE KEY$/,
  nothing: 'tls: failed to find any PEM data in key input',
  switched: { by: /^CERTIFICATE$/, text: 'tls: found a certificate rather than a key in the PEM for the private key' },
  others:
    'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the ' +
    'following',
}

function check_blocks(pem: string, { wanted, nothing, switched, others }: Blocks, fault: (why: string) => Error): void {
  const types = [...pem.matchAll(/-----BEGIN ([^\r\n]*?)-----/g)].map(([, type]) => type)
  if (types.some((type) => wanted.test(type))) return
  if (types.length === 0) throw fault(nothing)
  if (types.length === 1 && switched.by.test(types[0])) throw fault(switched.text)
  throw fault(`${others} types: [${types.join(' ')}]`)
}

/** The authorities of `ca_file` that can be read, of which there has to be one; undefined: it names none. */
export function check_authorities_of({ ca_file }: Pick<Files, 'ca_file'>): string | undefined {
  if (ca_file === '') return undefined
  const pem = read_file(ca_file, (why) => new Error(why))
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  const good = blocks.filter(is_certificate)
  if (good.length === 0) throw new Error('failed to parse root ca certificate')
  return good.map((block) => `${block}\n`).join('')
}

function is_certificate(block: string): boolean {
  try {
    new X509Certificate(block)
    return true
  } catch {
    return false
  }
}

function parsed<T>(parse: () => T, fault: (why: string) => Error): T {
  try {
    return parse()
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error))
  }
}

/** How what is read now differs from what was read before. */
const stamp_of = ({ cert_file, key_file, ca_file }: Files): string =>
  [cert_file, key_file, ca_file].map((file) => {
    const { mtimeMs = 0, size = 0, ino = 0 } = (file !== '' && statSync(file, { throwIfNoEntry: false })) || {}
    return `${mtimeMs} ${size} ${ino}`
  }).join('\n')

export interface Credentials {
  readonly context: SecureContext
  /** The first certificate of cert_file. */
  readonly own: X509Certificate
}

/** The files of a listener, whose changes are told in the log as those of `whose`. */
export function logged_material(settings: TlsSettings, whose: string, log: Log): TlsMaterial {
  return new TlsMaterial(settings, (error) => {
    if (error === null) log.info(`TLS files of ${whose} were read again`)
    else log.error(`TLS files of ${whose} have changed and can not be used, the former ones stay: ${error.message}`)
  })
}

export class TlsMaterial {
  readonly settings: TlsSettings
  #changed: (error: Error | null) => void
  #stamp = ''
  #credentials: Credentials | null = null

  /** `changed`: the files were read again: all is well, or the former contents stay in use because of the error. */
  constructor(settings: TlsSettings, changed: (error: Error | null) => void) {
    this.settings = settings
    this.#changed = changed
  }

  /** What the next handshake uses. Throws only if the files were never readable. */
  credentials(): Credentials {
    const stamp = stamp_of(this.settings)
    const former = this.#credentials
    if (former !== null && stamp === this.#stamp) return former
    try {
      this.#credentials = this.#read()
      this.#stamp = stamp
      if (former !== null) this.#changed(null)
    } catch (error) {
      if (former === null) throw error
      // Said once per change: in the middle of a renewal certificate and key may not belong together yet.
      this.#stamp = stamp
      this.#changed(error as Error)
    }
    return this.#credentials!
  }

  #read(): Credentials {
    const { cert, key, ca, own } = read_tls_files(this.settings)
    const { min_version, ciphers, curves } = this.settings
    const usable = usable_curves(curves)
    const options: SecureContextOptions = {
      cert,
      key,
      minVersion: min_version,
      ...(ca !== undefined && { ca }),
      ...(ciphers.length > 0 && { ciphers: [...new Set([...ciphers, ...TLS13_CIPHERS])].join(':') }),
      ...(usable.length > 0 && { ecdhCurve: usable.join(':') }),
    }
    return { context: createSecureContext(options), own }
  }
}
