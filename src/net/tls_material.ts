// The files of a `tls` block: read, checked, and read again when they have changed, so that a renewed certificate is
// used from the next handshake on without a restart.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { system_error_text } from '../base/system_error.ts'
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
export function read_tls_files({ cert_file, key_file, ca_file }: Files): TlsFiles {
  const pair_fault = (why: string) => new Error(`error parsing X509 certificate/key pair: ${why}`)
  const read = (file: string, fault: (why: string) => Error) => {
    try {
      return readFileSync(file, 'latin1')
    } catch (error) {
      throw fault(`open ${file}: ${system_error_text(error)}`)
    }
  }
  const cert = read(cert_file, pair_fault), key = read(key_file, pair_fault)
  if (!/-----BEGIN CERTIFICATE-----/.test(cert)) {
    throw pair_fault('tls: failed to find any PEM data in certificate input')
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) {
    throw pair_fault('tls: failed to find any PEM data in key input')
  }
  const own = parsed(() => new X509Certificate(cert), (why) => pair_fault(`x509: ${why}`))
  const private_key = parsed(
    () => createPrivateKey(key),
    (why) => pair_fault(`tls: failed to parse private key: ${why}`),
  )
  // Not left to the runtime: Deno takes any pair and fails in the handshake.
  if (!own.checkPrivateKey(private_key)) throw pair_fault('tls: private key does not match public key')
  const ca = ca_file === '' ? undefined : read(ca_file, (why) => new Error(why))
  if (ca !== undefined) check_authorities(ca)
  return { cert, key, ca, own }
}

function check_authorities(pem: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  const fault = () => new Error('failed to parse root ca certificate')
  if (blocks.length === 0) throw fault()
  for (const block of blocks) parsed(() => new X509Certificate(block), fault)
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
