// Certificates for the tests of TLS, and pairs of sockets that shake hands.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { system_clock } from '../../src/base/clock.ts'
import { issue, make_authority, type Pair } from '../../src/certificates/certificate.ts'
import { ACCEPT_OPTIONS } from '../../src/net/socket.ts'
import { TlsMaterial } from '../../src/net/tls_material.ts'
import { accept_tls, dial_tls, type HandshakeEvents } from '../../src/net/tls_handshake.ts'
import type { TlsFault } from '../../src/net/tls_fault.ts'
import type { TlsSettings } from '../../src/net/tls_settings.ts'

const NOW = Date.now()
const directory = mkdtempSync(join(tmpdir(), 'onehop-tls-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))

let files = 0
/** A file with that text, a new one if no path is given. */
export function file_of(text: string, path = join(directory, `${files++}.pem`)): string {
  writeFileSync(path, text)
  return path
}

export const authority = make_authority({ name: 'ours', days: 10, now_ms: NOW })
export const other_authority = make_authority({ name: 'others', days: 10, now_ms: NOW })
export const ca_file = file_of(authority.cert)

export type Identity = Partial<Omit<Parameters<typeof issue>[0], 'now_ms'>> & { age_days?: number }

/** A certificate for 127.0.0.1 and localhost by our authority, unless something else is said. */
export function certificate(about: Identity = {}): Pair {
  const { age_days = 0, ...others } = about
  const usual = { authority, name: 'node', hosts: ['localhost', '127.0.0.1'], days: 5 }
  return issue({ ...usual, ...others, now_ms: NOW - age_days * 86_400_000 })
}

/** Settings as the block of a cluster would make them. */
export function tls_settings(about: Identity = {}, more: Partial<TlsSettings> = {}): TlsSettings {
  const { cert, key } = certificate(about)
  return {
    cert_file: file_of(cert),
    key_file: file_of(key),
    ca_file,
    verify: true,
    verify_optional: false,
    verify_and_map: false,
    handshake_first: false,
    verify_known_urls: false,
    insecure: false,
    timeout_ms: 2_000,
    min_version: 'TLSv1.2',
    ciphers: [],
    curves: [],
    pinned_certs: [],
    ...more,
  }
}

export const material = (settings: TlsSettings, changed: (error: Error | null) => void = () => {}) =>
  new TlsMaterial(settings, changed)

export interface Outcome {
  fault: TlsFault | null
  socket: TLSSocket | null
}

const opened: { destroy(): unknown }[] = []
/** For the end of each test. TLS sockets go before those below them, as tls_handshake.ts wants it. */
export const close_sockets = () => opened.splice(0).reverse().forEach((each) => each.destroy())

/** What a handshake comes to. */
export function outcome_of(begin: (events: HandshakeEvents) => unknown): Promise<Outcome> {
  return new Promise((resolve) => {
    begin({
      failed: (fault) => resolve({ fault, socket: null }),
      refusal_text: (fault) => `refused: ${fault.kind}`,
      secured: (socket) => {
        opened.push(socket)
        resolve({ fault: null, socket })
      },
    })
  })
}

/** Two ends of a connection over loopback, as the listener and a dial make them. */
export function raw_pair(): Promise<[accepted: Socket, dialled: Socket]> {
  return new Promise((resolve) => {
    const server = createServer(ACCEPT_OPTIONS, (accepted) => {
      server.close()
      opened.push(accepted, dialled)
      if (dialled.connecting) dialled.once('connect', () => resolve([accepted, dialled]))
      else resolve([accepted, dialled])
    })
    let dialled: Socket
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      dialled = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
    })
  })
}

/** A handshake between the two, and what it was at both ends. */
export async function shake_hands(
  acceptor: TlsSettings,
  dialler: TlsSettings,
  name = '127.0.0.1',
): Promise<[accepted: Outcome, dialled: Outcome]> {
  const [accepted, dialled] = await raw_pair()
  const clock = system_clock()
  return await Promise.all([
    outcome_of((events) => accept_tls(accepted, material(acceptor), clock, events)),
    outcome_of((events) => dial_tls(dialled, name, material(dialler), clock, events)),
  ])
}
