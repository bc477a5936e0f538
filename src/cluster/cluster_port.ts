// The port that peers connect to, and what they and our clients are told of our addresses.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { system_random } from '../base/prng.ts'
import { system_error_text } from '../base/system_error.ts'
import type { ClusterOptions, Options } from '../config/options.ts'
import { advertised, client_urls } from '../connection/advertised.ts'
import type { ServerIdentity } from '../connection/make_settings.ts'
import type { Settings } from '../connection/settings.ts'
import { bare_host, format_address, interface_addresses, resolve_listen_host } from '../net/address.ts'
import { open_listening } from '../net/listener.ts'
import type { Crew } from '../thread/crew.ts'
import type { RouteInfo } from '../wire/info.ts'
import type { DialConfig, MembershipConfig, MeshChange } from './membership.ts'
import { credentials_warning, own_credentials } from './own_credentials.ts'
import type { PeerChange } from './peer_history.ts'
import { ClusterSupervisor } from './supervisor.ts'

export interface ClusterPortContext {
  readonly options: Options
  readonly identity: ServerIdentity
  readonly settings: Settings
  readonly crew: Crew
  readonly clock: Clock
  readonly log: Log
  readonly peer_changed: PeerChange
  /** The pauses between dials are so many times as long. */
  readonly redial_pace: number
}

export class ClusterPort {
  supervisor: ClusterSupervisor | null = null
  /** The real port once open. */
  port = 0
  /** Where our clients are, as peers are told for theirs. */
  #own = { urls: [] as string[], ws_urls: [] as string[] }
  #context: ClusterPortContext

  constructor(context: ClusterPortContext) {
    this.#context = context
  }

  /** Listens for peers. The other ports: where our clients are, for the peers' clients; no listener for WebSocket: 0. */
  async open(client_port: number, websocket_port: number): Promise<void> {
    const { cluster } = this.#context.options
    // A peer that dials at once must get the whole INFO; a random port nobody can dial before we know it.
    if (cluster.port > 0) this.#make_supervisor(cluster.port, client_port, websocket_port)
    try {
      this.port = await this.#listen(Math.max(0, cluster.port))
    } catch (error) {
      const where = format_address(bare_host(cluster.host), cluster.port)
      const cause = `listen tcp ${where}: bind: ${system_error_text(error)}`
      throw new Error(`Error listening on router port: ${cluster.port} - ${cause}`)
    }
    if (cluster.port <= 0) this.#make_supervisor(this.port, client_port, websocket_port)
  }

  /** The route thread was started anew. */
  async reopen(): Promise<void> {
    if (this.port !== 0) await this.#listen(this.port)
  }

  /** The mesh forms from here on. */
  start(): void {
    const { log, identity, options } = this.#context
    log.info(`Cluster name is ${identity.cluster_name}`)
    if (identity.cluster_name_dynamic) log.warn('Cluster name was dynamically generated, consider setting one')
    const warning = credentials_warning(options.cluster.authorization, options.cluster.routes)
    if (warning !== null) log.warn(warning)
    log.info(`Listening for route connections on ${format_address(bare_host(options.cluster.host), this.port)}`)
    if (options.cluster.tls?.insecure) {
      log.warn(
        'TLS certificate chain and hostname of solicited routes will not be verified. DO NOT USE IN PRODUCTION!',
      )
    }
    this.supervisor!.start()
  }

  /** The configuration was loaded again: the options are the new ones already. `info`: what peers are told by them. */
  renew(before: ClusterOptions, info: RouteInfo): void {
    const { options: { cluster }, settings } = this.#context
    // A name that was agreed on stays what it is, unless another one is configured.
    const { cluster: name } = settings.route_info!
    settings.route_info = { ...info, ...(name && { cluster: name }) }
    const change: MeshChange = {
      ...this.#dial_config(),
      ...{ pool: this.#pool(), no_advertise: cluster.no_advertise, cluster_port: this.#advertise() },
      ...(before.name !== cluster.name && { configured_name: cluster.name }),
    }
    const of_routes = ({ permissions, tls, name, pool_size, accounts, advertise, no_advertise }: ClusterOptions) =>
      JSON.stringify([permissions, tls, name, pool_size, accounts, advertise, no_advertise])
    this.supervisor!.change(cluster.routes, change, of_routes(before) !== of_routes(cluster))
  }

  /** Lame duck mode: peers and clients are told. */
  lame_duck(): void {
    this.supervisor!.lame_duck()
    // nats-server goes on telling its addresses to peers that come now, whose clients would try them in vain.
    const { settings, crew } = this.#context
    const { connect_urls: _ours, ws_connect_urls: _ws, ...info } = settings.route_info!
    crew.post_all({ kind: 'route_info', info })
  }

  async #listen(port: number): Promise<number> {
    const { options, crew } = this.#context
    const listening = await open_listening('single', await resolve_listen_host(options.cluster.host), port)
    const [plan] = await listening.plans(1)
    return crew.api(crew.route_thread).listen('routes', plan)
  }

  #make_supervisor(port: number, client_port: number, websocket_port: number): void {
    const { crew, clock, log, peer_changed } = this.#context
    const { host, client_advertise, websocket } = this.#context.options
    this.port = port
    this.#own = {
      urls: client_urls(client_advertise, bare_host(host), client_port),
      ws_urls: websocket_port === 0 ? [] : client_urls(websocket.advertise, bare_host(websocket.host), websocket_port),
    }
    this.supervisor = new ClusterSupervisor(this.#membership_config(this.#advertise()), {
      clock,
      random: system_random(),
      log,
      peer_changed,
      route_thread: crew.route_thread,
      post: (thread, message) => crew.post(thread, message),
      post_all: (message) => crew.post_all(message),
    })
  }

  #dial_config(): DialConfig {
    const { cluster, connect_error_reports, reconnect_error_reports } = this.#context.options
    const { connect_retries, connect_backoff, authorization, routes } = cluster
    const credentials = own_credentials(authorization, routes)
    const reports = { connect_error_reports, reconnect_error_reports }
    return { connect_retries, connect_backoff, ...reports, ...(credentials && { credentials }) }
  }

  #pool(): NonNullable<MembershipConfig['pool']> {
    const { settings } = this.#context
    return { ...settings.route.pool, known_accounts: settings.accounts.map(({ name }) => name) }
  }

  #membership_config(cluster_port: number): MembershipConfig {
    const { options, identity } = this.#context
    const { cluster } = options
    return {
      ...identity,
      ...this.#dial_config(),
      routes: cluster.routes,
      own_urls: this.#own.urls,
      own_ws_urls: this.#own.ws_urls,
      no_advertise: cluster.no_advertise,
      pool: this.#pool(),
      pace: this.#context.redial_pace,
      cluster_port,
      local_addresses: ['127.0.0.1', '::1', ...interface_addresses()],
    }
  }

  /** Puts our addresses into the INFO for peers; returns the port they are told. */
  #advertise(): number {
    const { port } = this
    const { options, settings, crew } = this.#context
    const { cluster } = options
    const info = settings.route_info!
    let address = { host: bare_host(cluster.host), port }
    if (cluster.advertise !== '') {
      try {
        address = advertised(cluster.advertise, port)
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error)
        throw new Error(`Error setting route INFO with Cluster.Advertise value of ${cluster.advertise}, err=${cause}`)
      }
      info.ip = `nats-route://${format_address(address.host, address.port)}/`
    }
    Object.assign(info, address)
    if (!cluster.no_advertise) Object.assign(info, { connect_urls: this.#own.urls, ws_connect_urls: this.#own.ws_urls })
    crew.post_all({ kind: 'route_info', info })
    return address.port
  }
}
