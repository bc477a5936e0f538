// How clients come in: in plain text, or over TLS (reference client.md 4.7). There INFO comes first and in plain text, unless the
// client has to begin, or may, with the handshake.
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../base/clock.ts'
import { CloseReason } from '../base/errors.ts'
import { PROXY_HEADER_MS } from '../base/limits.ts'
import type { Log } from '../base/log.ts'
import type { Client, Visitor } from '../connection/client.ts'
import type { Settings } from '../connection/settings.ts'
import { bracketed_host } from '../net/address.ts'
import { begins_tls, gather_first_bytes, look_at_first_bytes, ReplayedSocket } from '../net/first_bytes.ts'
import { type Port, PortTransport } from '../net/port_transport.ts'
import type { Accepted } from '../net/socket.ts'
import type { TlsFault } from '../net/tls_fault.ts'
import { accept_tls } from '../net/tls_handshake.ts'
import type { TlsMaterial } from '../net/tls_material.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import { read_proxy_header } from '../wire/proxy_header.ts'
import { client_material, note_tls } from './client_tls.ts'
import type { SocketDesk } from './socket_desk.ts'

export interface ClientDeskContext {
  readonly clock: Clock
  readonly log: Log
  readonly settings: Settings
  readonly sockets: SocketDesk
  /** Makes the actor of a connection, which has a place among max_connections or not. */
  place_client(visitor: Visitor): Client
  finish_turn(): void
}

export class ClientDesk {
  #context: ClientDeskContext
  /** Null: plain text. */
  #material: TlsMaterial | null
  /** What ends the handshakes under way, and those that have not begun. */
  #beginnings = new Set<() => void>()

  constructor(context: ClientDeskContext) {
    this.#context = context
    this.#material = client_material(context.settings.client, 'clients', context.log)
  }

  /** The next handshakes use the files that are named now. */
  renew(): void {
    this.#material = client_material(this.#context.settings.client, 'clients', this.#context.log)
  }

  /** A client has connected. */
  accept(accepted: Accepted, ip: string, port: number): void {
    const client = this.#context.place_client({ ip, port, door: 'clients', forwarded_for: '', cookies: {} })
    const { tls, proxy_protocol } = this.#context.settings.client
    if (client.counted && proxy_protocol) this.#expect_proxy(accepted as Socket, client, tls)
    else if (!client.counted || tls === null) this.#plain(accepted, client)
    else this.#begin(accepted as Socket, client, tls)
    this.#context.finish_turn()
  }

  /** A client of this process: never over TLS, and not by a proxy. */
  accept_port(port: Port): void {
    const client = this.#context.place_client({
      ...{ ip: '127.0.0.1', port: 0, door: 'clients', forwarded_for: '', cookies: {} },
    })
    this.#context.sockets.adopt_transport(new PortTransport(port), client.connection, 'clients')
    this.#welcome(client)
    this.#context.finish_turn()
  }

  /** Nobody comes in any more. */
  close(): void {
    for (const stop of this.#beginnings) stop()
    this.#beginnings.clear()
  }

  #plain(accepted: Accepted, client: Client): void {
    this.#context.sockets.adopt(accepted, client.connection, 'clients')
    this.#welcome(client)
  }

  #welcome(client: Client): void {
    if (client.counted) client.greet()
    else client.greet_and_refuse()
  }

  #begin(raw: Socket, client: Client, tls: TlsSettings): void {
    // What an error means is seen from the end that follows.
    raw.on('error', () => {})
    const { handshake_first } = tls
    if (handshake_first === true) return this.#secure(raw, raw, client, false)
    if (handshake_first === false) return this.#tell(raw, client, tls)
    this.#look(raw, client, handshake_first, (bytes) => {
      if (bytes === null) this.#tell(raw, client, tls)
      else this.#secure(new ReplayedSocket(raw, bytes), raw, client, false)
    })
  }

  /** INFO in plain text; then the client begins with TLS, or may go on in plain text if that is allowed. */
  #tell(raw: Socket, client: Client, tls: TlsSettings): void {
    raw.write(client.first_info_line(), () => this.#secure_or_not(raw, client, tls))
  }

  /** Behind INFO. */
  #secure_or_not(raw: Socket, client: Client, tls: TlsSettings): void {
    const { allow_non_tls } = this.#context.settings.client
    if (!allow_non_tls) return this.#secure(raw, raw, client, true)
    this.#look(raw, client, tls.timeout_ms, (bytes) => this.#go_on(raw, client, bytes))
  }

  /** Whoever had INFO begins with TLS or goes on in plain text. `bytes`: what has come already, null if nothing did. */
  #go_on(raw: Socket, client: Client, bytes: Uint8Array | null): void {
    const { tls } = this.#context.settings.client
    if (tls !== null && bytes !== null && begins_tls(bytes)) {
      return this.#secure(new ReplayedSocket(raw, bytes), raw, client, true)
    }
    if (bytes !== null) raw.unshift(bytes)
    this.#adopt(raw, client, true)
  }

  // Behind a proxy --------------------------------------------------------------------------------------------------

  /** Its header may come first, before TLS, too. Who comes directly waits for INFO, unless it has to begin. */
  #expect_proxy(raw: Socket, client: Client, tls: TlsSettings | null): void {
    raw.on('error', () => {})
    const told = tls === null || tls.handshake_first === false
    if (told) raw.write(client.first_info_line())
    const is_enough = (bytes: Uint8Array) => read_proxy_header(bytes).kind !== 'more'
    const stop = gather_first_bytes(raw, this.#context.clock, PROXY_HEADER_MS, is_enough, (bytes) => {
      this.#beginnings.delete(end)
      if (raw.destroyed) this.#gone(client, CloseReason.client_closed)
      else this.#heed_proxy(raw, client, bytes, told)
    })
    const end = () => {
      stop()
      raw.destroy()
    }
    this.#beginnings.add(end)
  }

  /** `bytes`: what the connection begins with, perhaps a header. */
  #heed_proxy(raw: Socket, client: Client, bytes: Uint8Array, told: boolean): void {
    const header = read_proxy_header(bytes)
    if (header.kind === 'bad') {
      const { ip, port } = client.connection
      this.#context.log.warn(`Error reading PROXY protocol header from ${bracketed_host(ip)}:${port}: ${header.reason}`)
      raw.destroy()
      return this.#gone(client, CloseReason.protocol_violation)
    }
    if (header.kind === 'header' && header.source !== undefined) client.moved(header.source)
    this.#behind_proxy(raw, client, header.kind === 'header' ? bytes.subarray(header.length) : bytes, told)
  }

  /** `rest`: what came behind the header. */
  #behind_proxy(raw: Socket, client: Client, rest: Uint8Array, told: boolean): void {
    const { tls, allow_non_tls } = this.#context.settings.client
    const bytes = rest.length === 0 ? null : rest
    const must_secure = tls !== null && (tls.handshake_first === true || told && !allow_non_tls)
    if (must_secure || tls !== null && bytes !== null && begins_tls(bytes)) {
      this.#secure(bytes === null ? raw : new ReplayedSocket(raw, bytes), raw, client, told)
    } else if (told && (tls === null || bytes !== null)) this.#go_on(raw, client, bytes)
    else if (told) this.#secure_or_not(raw, client, tls!)
    else {
      if (bytes !== null) raw.unshift(bytes)
      this.#begin(raw, client, tls!)
    }
  }

  #look(raw: Socket, client: Client, wait_ms: number, seen: (bytes: Uint8Array | null) => void): void {
    const stop = look_at_first_bytes(raw, this.#context.clock, wait_ms, (bytes) => {
      this.#beginnings.delete(end)
      if (raw.destroyed) this.#gone(client, CloseReason.client_closed)
      else seen(bytes)
    })
    const end = () => {
      stop()
      raw.destroy()
    }
    this.#beginnings.add(end)
  }

  /** `stream`: what the handshake is read from. `told`: the client has had its INFO. */
  #secure(stream: Duplex, raw: Socket, client: Client, told: boolean): void {
    const { clock } = this.#context
    const { log } = client
    if (raw.destroyed) return this.#gone(client, CloseReason.client_closed)
    log.debug('Starting TLS client connection handshake')
    const failed = (fault: TlsFault) => {
      this.#beginnings.delete(stop)
      log.error(fault.kind === 'timeout' ? 'TLS handshake timeout' : `TLS handshake error: ${fault.cause}`)
      this.#gone(client, CloseReason.tls_handshake_failure)
    }
    const secured = (socket: TLSSocket) => {
      this.#beginnings.delete(stop)
      this.#secured(socket, client, told)
    }
    let stop = () => {}
    try {
      stop = accept_tls(stream as Socket, this.#material!, clock, {
        failed,
        secured,
        refusal_text: (fault) => `TLS: ${fault.cause}`.replaceAll("'", '"'),
      })
      this.#beginnings.add(stop)
    } catch (error) {
      raw.destroy()
      failed({ kind: 'other', cause: (error as Error).message, certificate: null })
    }
  }

  #secured(socket: TLSSocket, client: Client, told: boolean): void {
    note_tls(client, socket, this.#context.settings.client, !told)
    this.#adopt(socket, client, told)
  }

  #adopt(socket: Socket, client: Client, told: boolean): void {
    const { sockets } = this.#context
    if (client.connection.reason !== null) return void socket.destroy()
    sockets.adopt_socket(socket, client.connection, 'clients')
    if (told) client.begin()
    else client.greet()
    this.#context.finish_turn()
  }

  #gone(client: Client, reason: CloseReason): void {
    client.connection.close(reason)
    this.#context.finish_turn()
  }
}
