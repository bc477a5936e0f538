// TLS of a thread's routes: the handshakes under way, who may be whom by its certificate, and what the log says of it.
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../base/clock.ts'
import { CloseReason } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { ConnectionLog, type LogIdentity } from '../connection/connection_log.ts'
import type { Settings } from '../connection/settings.ts'
import { format_address } from '../net/address.ts'
import type { Accepted } from '../net/socket.ts'
import { names_known_host, names_user, peer_certificate } from '../net/tls_certificate.ts'
import { tls_advice, tls_fault, type TlsFault, type TlsParties } from '../net/tls_fault.ts'
import { accept_tls, dial_tls, type HandshakeEvents } from '../net/tls_handshake.ts'
import { TlsMaterial } from '../net/tls_material.ts'
import { cipher_text } from '../net/tls_names.ts'
import type { TlsSettings } from '../net/tls_settings.ts'

/** A connection before it has an actor. */
export interface RouteIdentity extends LogIdentity {
  readonly dialled: boolean
}

export interface TlsContext {
  readonly clock: Clock
  readonly log: Log
  readonly settings: Settings
  /** An error line about a connection. */
  complain(who: RouteIdentity, text: string): void
}

/** One of the two. */
export interface TlsOutcome {
  failed(cause: string): void
  /** `vouched`: whether the certificate is that of somebody who may connect; null: it says nothing of that. */
  secured(socket: TLSSocket, vouched: boolean | null): void
}

export class TlsDesk {
  #settings: TlsSettings
  #context: TlsContext
  #material: TlsMaterial
  #handshakes = new Set<() => void>()
  #closed = false

  constructor(settings: TlsSettings, context: TlsContext) {
    const { cert_file, key_file, ca_file } = settings
    this.#settings = settings
    this.#context = context
    const files = [cert_file, key_file, ca_file].filter((file) => file !== '').join(', ')
    this.#material = new TlsMaterial(settings, (error) => {
      if (error === null) context.log.info(`TLS files of routes were read again: ${files}`)
      else {context.log.error(
          `TLS files of routes have changed and can not be used, the former ones stay: ${error.message}`,
        )}
    })
  }

  accept(accepted: Accepted, who: RouteIdentity, outcome: TlsOutcome): void {
    const raw = accepted as Socket
    this.#run(raw, who, '', outcome, (events) => accept_tls(raw, this.#material, this.#context.clock, events))
  }

  /** `name`: whom the certificate must be for. */
  dial(raw: Socket, name: string, who: RouteIdentity, outcome: TlsOutcome): void {
    this.#run(raw, who, name, outcome, (events) => dial_tls(raw, name, this.#material, this.#context.clock, events))
  }

  /** Ends the handshakes under way; none begins any more. */
  close(): void {
    this.#closed = true
    for (const stop of this.#handshakes) stop()
    this.#handshakes.clear()
  }

  /** What it means that a peer we dialled ended the connection without a word after its half of the handshake. */
  silence_text(who: RouteIdentity, error: Error | null): string {
    const fault: TlsFault = error === null
      ? { kind: 'refused', cause: 'EOF', certificate: null }
      : { ...tls_fault(error, null, this.#context.clock.wall_ms()), kind: 'refused' }
    return this.#fault_text(fault, who, '')
  }

  #run(
    raw: Socket,
    who: RouteIdentity,
    name: string,
    outcome: TlsOutcome,
    begin: (events: HandshakeEvents) => () => void,
  ): void {
    if (this.#closed) return void raw.destroy()
    const log = new ConnectionLog(this.#context.log, who, () => '')
    log.debug(`Starting TLS route ${who.dialled ? 'client' : 'server'} handshake`)
    let stop = () => {}
    const fail = (fault: TlsFault) => {
      this.#handshakes.delete(stop)
      if (fault.kind === 'timeout') {
        this.#context.complain(who, `TLS handshake timeout: ${this.#advice(fault, who, name)}`)
      } else this.#context.complain(who, this.#fault_text(fault, who, name))
      log.debug(`Router connection closed: ${CloseReason.tls_handshake_failure}`)
      outcome.failed(`TLS route handshake error: ${fault.cause}`)
    }
    try {
      stop = begin({
        failed: fail,
        refusal_text: (fault) => `TLS: ${this.#advice(fault, who, name)}`.replaceAll("'", '"'),
        secured: (socket) => {
          this.#handshakes.delete(stop)
          log.debug('TLS handshake complete')
          const version = socket.getProtocol()?.replace(/^TLSv/, '')
          log.debug(`TLS version ${version}, cipher suite ${cipher_text(socket.getCipher().name)}`)
          outcome.secured(socket, who.dialled ? null : this.#vouched(socket))
        },
      })
      this.#handshakes.add(stop)
    } catch (error) {
      raw.destroy()
      fail({ kind: 'other', cause: (error as Error).message, certificate: null })
    }
  }

  /** These two take the place of user and password (reference route.md 1.2). */
  #vouched(socket: TLSSocket): boolean | null {
    const { verify_and_map, verify_known_urls } = this.#settings
    if (!verify_and_map && !verify_known_urls) return null
    const certificate = peer_certificate(socket)
    if (certificate === null) return false
    const { user, known_hosts } = this.#context.settings.route
    return verify_and_map ? names_user(certificate, user) : names_known_host(certificate, known_hosts)
  }

  #fault_text(fault: TlsFault, who: RouteIdentity, name: string): string {
    return `TLS route handshake error: ${fault.cause}: ${this.#advice(fault, who, name)}`
  }

  #advice(fault: TlsFault, who: RouteIdentity, expected_name: string): string {
    const { cert_file, ca_file, timeout_ms } = this.#settings
    let own: TlsParties['own'] = null
    try {
      own = this.#material.credentials().own
    } catch {
      // The cause says it already.
    }
    return tls_advice(fault, {
      us: this.#context.settings.route_info!.server_name,
      peer: format_address(who.ip, who.port),
      dialled: who.dialled,
      expected_name,
      own,
      cert_file,
      ca_file,
      timeout_ms,
    })
  }
}
