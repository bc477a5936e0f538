// How route connections come to be, accepted or dialled, in plain text or over TLS. There the handshake comes before
// anything else: neither the membership nor an actor hears of a peer that failed it.
import { bracketed_host, format_address } from '../net/address.ts'
import type { Clock } from '../base/clock.ts'
import { CloseReason } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { Repeats } from '../base/repeats.ts'
import type { Connection } from '../connection/connection.ts'
import { ConnectionLog } from '../connection/connection_log.ts'
import type { Route, RouteOptions } from '../connection/route.ts'
import type { RouteEvent } from '../connection/route_events.ts'
import type { DialGreeting } from '../connection/route_greeting.ts'
import type { Settings } from '../connection/settings.ts'
import { type Beginning, watch_beginning } from '../net/first_words.ts'
import type { Accepted } from '../net/socket.ts'
import type { TransportEvents } from '../net/transport.ts'
import type { SharedLimits } from '../shared/counters.ts'
import type { SocketDesk } from './socket_desk.ts'
import { type RouteIdentity, TlsDesk } from './tls_desk.ts'

export interface RouteContext {
  readonly clock: Clock
  readonly log: Log
  readonly settings: Settings
  readonly limits: SharedLimits
  readonly sockets: SocketDesk
  place_route(options: Omit<RouteOptions, 'slot'>): Route
  route_event(event: RouteEvent): void
  finish_turn(): void
}

/** What to dial. `tls_name`: whom the peer's certificate must be for. */
export interface RouteDial extends DialGreeting {
  job: number
  address: string
  port: number
  tls_name: string
}

/** The same complaint about a peer comes again after this long. */
const COMPLAINT_PAUSE_MS = 300_000

export class RouteDesk {
  #context: RouteContext
  #complaints = new Repeats(COMPLAINT_PAUSE_MS)
  /** Null: plain text. */
  #tls: TlsDesk | null

  constructor(context: RouteContext) {
    const { settings, clock, log } = context
    this.#context = context
    const complain = (who: RouteIdentity, text: string) => this.#complain(who, text)
    this.#tls = settings.route.tls === null ? null : new TlsDesk(settings.route.tls, { clock, log, settings, complain })
  }

  /** A peer has connected. */
  accept(accepted: Accepted, ip: string, port: number): void {
    const { sockets } = this.#context
    const who: RouteIdentity = { ip, port, cid: this.#context.limits.next_cid(), kind: 'rid', dialled: false }
    if (this.#tls === null) {
      return this.#accepted(who, null, ({ connection }) => {
        sockets.adopt(accepted, connection, 'routes', (events) => this.#watch(events, who, connection))
      })
    }
    this.#tls.accept(accepted, who, {
      failed: () => {},
      secured: (socket, vouched) =>
        this.#accepted(who, vouched, ({ connection }) => {
          sockets.adopt_socket(socket, connection, 'routes', (events) => this.#watch(events, who, connection))
        }),
    })
  }

  /** Dials a peer and tells the supervisor what came of it. */
  dial(dial: RouteDial): void {
    const { sockets, limits } = this.#context
    const { job, address: ip, port, tls_name } = dial
    const failed = (error: string, is_told: boolean) =>
      this.#context.route_event({ kind: 'dial_failed', job, error, ...(is_told && { is_told }) })
    const identity = (): RouteIdentity => ({ ip, port, cid: limits.next_cid(), kind: 'rid', dialled: true })
    if (this.#tls === null) {
      return sockets.dial(ip, port, (error) => failed(error, false), () => {
        const who = identity()
        const { connection } = this.#dialled(who, dial)
        return { connection, watch: (events) => this.#watch(events, who, connection) }
      })
    }
    const tls = this.#tls
    sockets.dial_socket(ip, port, (error) => failed(error, false), (raw) => {
      const who = identity()
      tls.dial(raw, tls_name, who, {
        failed: (cause) => failed(cause, true),
        secured: (socket) => {
          const { connection } = this.#dialled(who, dial)
          sockets.adopt_socket(socket, connection, 'dialled', (events) => this.#watch(events, who, connection))
        },
      })
    })
  }

  /** Ends the handshakes that are under way. */
  close(): void {
    this.#tls?.close()
  }

  #accepted({ cid: rid, ip, port }: RouteIdentity, vouched: boolean | null, attach: (route: Route) => void): void {
    const route = this.#context.place_route({ rid, ip, port, dialled: null, vouched })
    attach(route)
    this.#context.route_event({ kind: 'accepted', rid, slot: route.connection.slot, remote_address: ip })
    route.greet()
    this.#context.finish_turn()
  }

  #dialled({ cid: rid, ip, port }: RouteIdentity, { job, user, password, gossip_mode, account }: RouteDial): Route {
    const dialled = { user, password, gossip_mode, account }
    const route = this.#context.place_route({ rid, ip, port, dialled, vouched: null })
    const { slot } = route.connection
    this.#context.route_event({ kind: 'dial_connected', job, rid, slot, remote_address: ip })
    // Its bytes go out once the socket is the connection's own.
    queueMicrotask(() => {
      route.greet()
      this.#context.finish_turn()
    })
    return route
  }

  #watch(events: TransportEvents, who: RouteIdentity, connection: Connection): TransportEvents {
    const us = `server "${this.#context.settings.route_info!.server_name}"`
    const peer = format_address(who.ip, who.port)
    const tls = this.#tls
    const beginning: Beginning = {
      tls: () => {
        this.#complain(
          who,
          `The peer at ${peer} begins with TLS and ${us} has none on routes: its tls block must go ` +
            `from its cluster block, or that of ${us} needs one`,
        )
        connection.close(CloseReason.tls_handshake_failure)
      },
      // Over TLS its first word is about our certificate: the peer's own log line, as it were.
      refusal: (text) => {
        if (tls === null) return false
        this.#complain(who, `Route Error ${text}`)
        connection.close(CloseReason.tls_handshake_failure)
        return true
      },
      words: () => this.#complaints.forget(about(who)),
      nothing: (error) => {
        if (connection.reason !== null || tls === null && !who.dialled) return
        if (tls !== null) this.#complain(who, tls.silence_text(who, error))
        else {
          this.#complain(
            who,
            `The peer at ${peer} ended the connection before its INFO: if it has a tls block in its ` +
              `cluster block, that of ${us} needs one, too`,
          )
        }
      },
    }
    return watch_beginning(events, beginning)
  }

  /** An error line about a connection; the same one about the same peer only once in a while. */
  #complain(who: RouteIdentity, text: string): void {
    const { log, clock } = this.#context
    const connection_log = new ConnectionLog(log, who, () => '')
    // Who dials does so from another port every time.
    const what = text.replaceAll(/:\d{1,5}\b/g, '')
    if (this.#complaints.is_news(about(who), what, clock.now_ms())) connection_log.error(text)
    else connection_log.debug(text)
  }
}

function about({ dialled, ip, port }: RouteIdentity): string {
  return dialled ? format_address(ip, port) : bracketed_host(ip)
}
