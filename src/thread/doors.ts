// The ports that clients come in by: plain NATS, and WebSocket where there is such a listener.
import type { Log } from '../base/log.ts'
import type { Options } from '../config/options.ts'
import { advertised } from '../connection/advertised.ts'
import type { Door } from '../connection/settings.ts'
import { bare_host, format_address, interface_addresses, is_any_host } from '../net/address.ts'
import { ClientPort } from './client_port.ts'
import type { Crew } from './crew.ts'

export interface Address {
  host: string
  port: number
}

export class Doors {
  #options: Options
  #crew: Crew
  #log: Log
  #clients: ClientPort
  #websockets: ClientPort | null
  /** Real ones once they are open. */
  #addresses: Partial<Record<Door, Address>> = {}
  /** Clients are accepted. */
  #is_open = false

  constructor(options: Options, crew: Crew, log: Log) {
    this.#options = options
    this.#crew = crew
    this.#log = log
    this.#clients = new ClientPort(crew, 'clients', options.listener, log)
    this.#websockets = options.websocket.port === 0 ? null : new ClientPort(crew, 'websockets', options.listener, log)
  }

  /** What takes long of opening the two is begun. */
  prepare(): void {
    const { host, port, websocket } = this.#options
    this.#clients.prepare(host, Math.max(0, port))
    this.#websockets?.prepare(bare_host(websocket.host), Math.max(0, websocket.port))
  }

  /** Rejects with the line for the operator, as do the other two. */
  async open_clients(): Promise<Address> {
    const { host, port, client_advertise } = this.#options
    // The first client's INFO has the right address in it, unless the port is only known now.
    if (port > 0) this.#tell('clients', client_advertise, { host, port })
    const address = { host, port: await this.#clients.open(host, Math.max(0, port)) }
    if (port <= 0) this.#tell('clients', client_advertise, address)
    this.#is_open = true
    return this.#addresses.clients = address
  }

  /** Before the cluster port: peers are told of it. Undefined: there is no such listener. */
  async open_websockets(): Promise<Address | undefined> {
    if (this.#websockets === null) return undefined
    const { host, port, advertise } = this.#options.websocket
    const address = { host, port: await this.#websockets.open(bare_host(host), Math.max(0, port)) }
    this.#tell('websockets', advertise, address)
    const is_secure = this.#options.websocket.tls !== null
    const where = format_address(bare_host(address.host), address.port)
    this.#log.info(`Listening for websocket clients on ${is_secure ? 'wss' : 'ws'}://${where}`)
    if (!is_secure) this.#log.warn('Websocket not configured with TLS. DO NOT USE IN PRODUCTION!')
    if (advertise === '') this.#log_interfaces(host)
    return this.#addresses.websockets = address
  }

  /** Says in the log where clients are served, and how (reference ops.md 6.4). */
  announce(): void {
    const { clients } = this.#addresses
    if (clients === undefined) return
    const { tls, allow_non_tls, proxy_protocol, client_advertise } = this.#options
    this.#log.info(`Listening for client connections on ${format_address(clients.host, clients.port)}`)
    if (proxy_protocol) this.#log.info('PROXY protocol enabled for client connections')
    if (tls !== null) {
      const is_first = tls.handshake_first === true
      const may_do_without = allow_non_tls && !is_first
      this.#log.info(`TLS ${may_do_without ? 'available' : 'required'} for client connections`)
      if (is_first) {
        this.#log.warn('Clients that are not using "TLS Handshake First" option will fail to connect')
      }
    }
    if (client_advertise === '') this.#log_interfaces(clients.host)
  }

  /** The configuration was loaded again. `secures`: there is TLS now where there was none, or none where there was. */
  async renew(secures: boolean): Promise<void> {
    const { clients } = this.#addresses
    if (clients !== undefined) this.#tell('clients', this.#options.client_advertise, clients)
    if (secures) await this.#clients.listen_again()
  }

  /** A thread was started anew: it accepts again, if it is one of those that do. */
  async reopen(thread: number): Promise<void> {
    await Promise.all([this.#clients.reopen(thread), this.#websockets?.reopen(thread)])
  }

  /** No thread accepts clients any more. */
  async close(): Promise<void> {
    await Promise.all([this.#clients.close(), this.#websockets?.close()])
    if (this.#is_open) this.#log.debug('Client accept loop exiting..')
    this.#is_open = false
  }

  /** What the INFO of those clients says of where they connect. */
  #tell(door: Door, advertise: string, address: Address): void {
    try {
      const told = advertise === '' ? address : advertised(advertise, address.port)
      this.#crew.post_all({ kind: 'client_address', door, address: told })
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      if (door === 'websockets') throw new Error(`Unable to get websocket connect URLs: ${cause}`)
      throw new Error(`Error setting server INFO with ClientAdvertise value of ${advertise}, err=${cause}`)
    }
  }

  #log_interfaces(host: string): void {
    if (!this.#log.debug_on || !is_any_host(host)) return
    this.#log.debug(`Get non local IPs for "${host}"`)
    for (const address of interface_addresses()) this.#log.debug(`  ip=${address}`)
  }
}
