// How clients come in over WebSocket: TLS if the listener has it, the HTTP request, and from then on as any other client, with a
// transport that knows frames (reference client.md 6.2).
import { isIP, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { latin1_text } from '../base/bytes.ts'
import { WEBSOCKET_HEAD_BYTES_MAX } from '../base/limits.ts'
import type { Visitor } from '../connection/client.ts'
import type { WebsocketSettings } from '../connection/settings.ts'
import { bracketed_host } from '../net/address.ts'
import { event_transport } from '../net/event_transport.ts'
import { read_request_head } from '../net/request_head.ts'
import type { TlsFault } from '../net/tls_fault.ts'
import { accept_tls } from '../net/tls_handshake.ts'
import type { TlsMaterial } from '../net/tls_material.ts'
import { WsTransport } from '../net/ws_transport.ts'
import type { ConnectFields } from '../wire/connect.ts'
import { parse_head } from '../wire/http_head.ts'
import { refuse_upgrade, upgrade, type Upgraded, type UpgradeRefusal } from '../wire/ws_upgrade.ts'
import type { ClientDeskContext } from './client_desk.ts'
import { client_material, note_tls } from './client_tls.ts'

/** How long a refused client may take to read why, and to go. */
const LINGER_MS = 2_000

export class WebsocketDesk {
  #context: ClientDeskContext
  #settings: WebsocketSettings
  #material: TlsMaterial | null
  /** What ends the handshakes under way. */
  #beginnings = new Set<() => void>()

  /** Only where there is such a listener. */
  constructor(context: ClientDeskContext, settings: WebsocketSettings) {
    this.#context = context
    this.#settings = settings
    this.#material = client_material(settings, 'websocket clients', context.log)
  }

  /** The next handshakes use the files that are named now. */
  renew(): void {
    this.#material = client_material(this.#settings, 'websocket clients', this.#context.log)
  }

  /** Somebody has connected, who is no client yet. */
  accept(raw: Socket, ip: string, port: number): void {
    // What an error means is seen from the end that follows.
    raw.on('error', () => {})
    // They hold no place among the connections yet, so they have a bound of their own.
    if (this.#beginnings.size >= this.#context.settings.client.max_connections) return void raw.destroy()
    if (this.#material === null) this.#read_request(raw, ip, port, false)
    else this.#secure(raw, this.#material, ip, port)
  }

  /** Nobody comes in any more. */
  close(): void {
    for (const stop of this.#beginnings) stop()
    this.#beginnings.clear()
  }

  #secure(raw: Socket, material: TlsMaterial, ip: string, port: number): void {
    const { clock, log } = this.#context
    const failed = (fault: TlsFault) => {
      this.#beginnings.delete(stop)
      const cause = fault.kind === 'timeout' ? 'i/o timeout' : fault.cause
      log.error(`websocket: TLS handshake error from ${bracketed_host(ip)}:${port}: ${cause}`)
    }
    let stop = () => {}
    try {
      stop = accept_tls(raw, material, clock, {
        failed,
        secured: (socket) => {
          this.#beginnings.delete(stop)
          socket.on('error', () => {})
          this.#read_request(socket, ip, port, true)
        },
        refusal_text: () => '',
      })
      this.#beginnings.add(stop)
    } catch (error) {
      raw.destroy()
      failed({ kind: 'other', cause: (error as Error).message, certificate: null })
    }
  }

  #read_request(socket: Socket, ip: string, port: number, secure: boolean): void {
    const { handshake_timeout_ms } = this.#settings
    const limits = { wait_ms: handshake_timeout_ms, bytes_max: WEBSOCKET_HEAD_BYTES_MAX }
    const stop = read_request_head(socket, this.#context.clock, limits, (outcome) => {
      this.#beginnings.delete(end)
      if (outcome.kind === 'gone') return void socket.destroy()
      const judged = outcome.kind === 'head'
        ? this.#judge(outcome.bytes, outcome.behind, secure)
        : REFUSALS[outcome.kind]
      if ('reason' in judged) this.#refuse(socket, ip, port, judged)
      else this.#welcome(socket, { ip, port, ...this.#visitor(judged) }, judged)
    })
    const end = () => {
      stop()
      socket.destroy()
    }
    this.#beginnings.add(end)
  }

  /** `behind`: how many bytes came behind the head. */
  #judge(bytes: Uint8Array, behind: number, secure: boolean): Upgraded | UpgradeRefusal {
    const head = parse_head(latin1_text(bytes))
    if (head === null) return refuse_upgrade(400, 'malformed HTTP request')
    const judged = upgrade(head, this.#settings.rules, secure)
    if ('reason' in judged || behind === 0) return judged
    return refuse_upgrade(400, 'client sent data before handshake is complete')
  }

  #visitor({ forwarded_for, cookies }: Upgraded): Omit<Visitor, 'ip' | 'port'> {
    const said: ConnectFields = {}
    for (const [name, field] of Object.entries(this.#settings.cookies)) said[field] = cookies.get(name) ?? ''
    return { door: 'websockets', forwarded_for: isIP(forwarded_for) === 0 ? '' : forwarded_for, cookies: said }
  }

  #refuse(socket: Socket, ip: string, port: number, { reason, answer }: UpgradeRefusal): void {
    this.#context.log.error(`${bracketed_host(ip)}:${port} - websocket handshake error: ${reason}`)
    // What the client still sends is read and dropped, so that the answer is not lost to a reset.
    socket.resume()
    socket.once('end', () => socket.destroy())
    socket.end(answer)
    const end = () => void socket.destroy()
    const timer = this.#context.clock.after(LINGER_MS, end)
    this.#beginnings.add(end)
    socket.once('close', () => {
      timer.cancel()
      this.#beginnings.delete(end)
    })
  }

  #welcome(socket: Socket, visitor: Visitor, { answer, masked, compressed, frame_max }: Upgraded): void {
    const { settings, sockets } = this.#context
    const client = this.#context.place_client(visitor)
    const { connection } = client
    if (this.#material !== null) note_tls(client, socket as TLSSocket, this.#settings, true)
    socket.write(answer)
    const { max_payload, max_control_line } = settings.client
    const options = { masked, compressed, frame_max, inflated_max: max_payload + max_control_line }
    sockets.adopt_transport(new WsTransport(event_transport(socket), connection, options), connection, 'websockets')
    if (client.counted) client.greet()
    else client.greet_and_refuse()
    this.#context.finish_turn()
  }
}

const REFUSALS = {
  late: refuse_upgrade(408, 'the request took too long'),
  too_long: refuse_upgrade(431, 'the request is too long'),
}
