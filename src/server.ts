// Composition of the whole: options in, a running server out. Everything it starts it stops.
import { availableParallelism } from 'node:os'
import type { ResourceLimits } from 'node:worker_threads'
import { type Clock, system_clock } from './base/clock.ts'
import { CloseReason } from './base/errors.ts'
import type { Level } from './base/log.ts'
import { type Log, make_log } from './base/log.ts'
import { system_random } from './base/prng.ts'
import { system_error_text } from './base/system_error.ts'
import { VERSION } from './base/version.ts'
import { make_random_name, make_server_id } from './auth/server_key.ts'
import { choose_workers } from './thread/worker_count.ts'
import { ClusterSupervisor } from './cluster/supervisor.ts'
import type { Options } from './config/options.ts'
import { advertised, client_urls, make_settings, type ServerIdentity } from './connection/make_settings.ts'
import type { Settings } from './connection/settings.ts'
import { ClosedRing } from './monitor/closed_ring.ts'
import { MonitorServer } from './monitor/http.ts'
import { bare_host, bracketed_host, format_address, interface_addresses, resolve_listen_host } from './net/address.ts'
import { choose_strategy, current_runtime, type Listening, open_listening } from './net/listener.ts'
import { Crew } from './thread/crew.ts'
import { Growth } from './thread/growth.ts'
import { MatcherPool } from './thread/matcher_pool.ts'
import type { ToSupervisor } from './thread/messages.ts'
import { make_monitor_source } from './monitor/source.ts'

/** What a start needs besides the options. */
export interface ServerStart {
  /** Where log lines go. */
  write_log(level: Level, text: string): void
  /** As logs show it; absent: no file. */
  config_file?: string
  config_digest?: string
  /** Limits of each worker thread. */
  resource_limits?: ResourceLimits
  /** The server can not go on: it has been stopped. */
  on_fatal?(cause: string): void
}

/** A start that failed; the message is the line that the operator gets. */
export class StartError extends Error {
  override name = 'StartError'
}

export interface ServerPorts {
  client: { host: string; port: number }
  cluster?: { host: string; port: number }
  monitor?: { host: string; port: number }
}

export class Server {
  readonly identity: ServerIdentity
  readonly options: Options
  /** Real addresses once started. */
  ports: ServerPorts
  readonly start_ms: number
  #start: ServerStart
  #clock: Clock = system_clock()
  #log: Log
  #settings: Settings
  #crew: Crew
  #pool: MatcherPool
  #growth: Growth
  #cluster: ClusterSupervisor | null = null
  #monitor: MonitorServer | null = null
  #listening: Listening | null = null
  #closed_ring: ClosedRing
  #ready = false
  #stopping: Promise<void> | null = null

  /** Starts a server; resolves when clients and peers are served. Throws StartError. */
  static async start(options: Options, start: ServerStart): Promise<Server> {
    const server = new Server(options, start)
    try {
      await server.#run()
    } catch (error) {
      await server.stop()
      throw error instanceof StartError ? error : new StartError(error instanceof Error ? error.message : String(error))
    }
    return server
  }

  private constructor(options: Options, start: ServerStart) {
    const server_id = make_server_id()
    this.options = options
    this.#start = start
    this.start_ms = this.#clock.wall_ms()
    this.#log = make_log(start.write_log, options.debug, options.trace)
    this.identity = {
      server_id,
      server_name: options.server_name || server_id,
      cluster_name: options.cluster.name || make_random_name(),
      cluster_name_dynamic: options.cluster.name === '',
    }
    this.ports = { client: { host: options.host, port: options.port } }
    this.#settings = make_settings(options, this.identity)
    const { workers, route_worker } = choose_workers(options.workers, options.route_workers, availableParallelism())
    const events = {
      mail: (thread: number, message: ToSupervisor) => this.#on_mail(thread, message),
      died: (thread: number, cause: string) => this.#on_died(thread, cause),
      restarted: (thread: number) => void this.#on_restarted(thread),
      gave_up: (cause: string) => this.#give_up(cause),
    }
    const plan = { workers, clustered: this.#clustered, route_worker, ...(start.resource_limits && { resource_limits: start.resource_limits }) }
    this.#crew = new Crew(plan, this.#settings, events, this.#clock)
    this.#pool = new MatcherPool(this.#crew.matcher_thread)
    this.#growth = new Growth(this.#crew, this.#pool, this.#clock)
    this.#closed_ring = new ClosedRing(options.max_closed_clients)
  }

  /** Ends a worker as if it had crashed; another takes its place. For tests of what depends on that. */
  terminate_worker(thread: number): Promise<void> {
    return this.#crew.terminate(thread)
  }

  /** Workers started anew since the start. */
  get restarts(): number {
    return this.#crew.budget.restarts
  }

  /** Ends all connections and threads. */
  stop(): Promise<void> {
    return this.#stopping ??= this.#stop()
  }

  async #run(): Promise<void> {
    this.#log_banner()
    await this.#start_monitor()
    await this.#crew.start()
    if (this.#crew.workers > 0) await this.#crew.each((api) => api.warm_up())
    // Whoever reaches the client port may count on the cluster port; only a random client port has to be known first.
    const cluster_first = this.options.port > 0
    if (this.#clustered && cluster_first) await this.#open_cluster()
    await this.#listen_clients()
    if (this.#clustered && !cluster_first) await this.#open_cluster()
    this.#log.info(`Listening for client connections on ${format_address(this.options.host, this.ports.client.port)}`)
    this.#log_addresses(this.options.host)
    this.#ready = true
    this.#log.info('Server is ready')
    if (this.#clustered) this.#start_cluster()
  }

  get #clustered(): boolean {
    return this.options.cluster.port !== 0
  }

  #log_banner(): void {
    const { options, identity } = this
    this.#log.info('Starting nats-server')
    this.#log.info(`  Version:  ${VERSION}`)
    this.#log.info('  Git:      [not set]')
    this.#log.debug(`  Go build: ${this.#settings.client_info.go}`)
    if (this.#clustered) this.#log.info(`  Cluster:  ${identity.cluster_name}`)
    this.#log.info(`  Name:     ${identity.server_name}`)
    this.#log.info(`  ID:       ${identity.server_id}`)
    const { auth } = this.#settings.client
    if (auth.password !== '' || auth.token !== '' || auth.users.some((user) => user.password !== '' && !user.user.startsWith('anonymous-'))) {
      this.#log.warn('Plaintext passwords detected, use nkeys or bcrypt')
    }
    if (this.#start.config_file !== undefined) {
      const digest = this.#start.config_digest ? ` (${this.#start.config_digest})` : ''
      this.#log.info(`Using configuration file: ${this.#start.config_file}${digest}`)
    }
    if (options.max_payload > 8 * 1024 * 1024) {
      this.#log.warn('Maximum payloads over 8.00 MB are generally discouraged and could lead to poor performance')
    }
  }

  async #start_monitor(): Promise<void> {
    const { http_port, http_base_path } = this.options
    if (http_port === 0) return
    const host = this.options.http_host || this.options.host
    const source = make_monitor_source({
      server: this,
      crew: this.#crew,
      settings: this.#settings,
      closed: this.#closed_ring,
      config_digest: this.#start.config_digest ?? '',
      clock: this.#clock,
      missing: () => this.#missing_listeners(),
      remotes: () => this.#cluster?.membership.peers().length ?? 0,
    })
    this.#monitor = new MonitorServer(source, { base_path: http_base_path }, this.#log)
    const port = await this.#monitor.listen(bare_host(host), Math.max(0, http_port))
    this.ports.monitor = { host, port }
  }

  #missing_listeners(): string[] {
    const missing = []
    if (!this.#ready) missing.push('server')
    if (this.#clustered && this.ports.cluster === undefined) missing.push('route')
    return missing
  }

  async #listen_clients(): Promise<void> {
    const { host, port, listener } = this.options
    const strategy = choose_strategy(current_runtime(), process.platform, this.#crew.client_threads, listener)
    if (listener !== 'auto' && strategy !== listener) {
      this.#log.warn(`Listener ${listener} can not work with this runtime and system, using ${strategy}`)
    }
    try {
      this.#listening = await open_listening(strategy, host, Math.max(0, port))
      await this.#listen_all(strategy === 'single' ? 1 : this.#crew.client_threads)
    } catch (error) {
      const where = `${bracketed_host(host)}:${port}`
      throw new StartError(`Error listening on port: ${where}, "listen tcp ${where}: bind: ${system_error_text(error)}"`)
    }
    const info = { host, port: this.ports.client.port }
    if (this.options.client_advertise !== '') Object.assign(info, this.#advertised_client())
    Object.assign(this.#settings.client_info, info)
    this.#crew.post_all({ kind: 'client_address', address: info })
  }

  async #listen_all(threads: number): Promise<void> {
    const listening = this.#listening!
    const first = await listening.plans(1)
    const port = await this.#crew.api(0).listen('clients', first[0])
    listening.decided(port)
    this.ports.client = { host: this.options.host, port }
    if (threads === 1) return
    const rest = await listening.plans(threads - 1)
    await Promise.all(rest.map((plan, i) => this.#crew.api(i + 1).listen('clients', plan)))
  }

  #advertised_client() {
    try {
      return advertised(this.options.client_advertise, this.ports.client.port)
    } catch (error) {
      const value = this.options.client_advertise
      throw new StartError(`Error setting server INFO with ClientAdvertise value of ${value}, err=${(error as Error).message}`)
    }
  }

  #log_addresses(host: string): void {
    if (!this.#log.debug_on || bare_host(host) !== '0.0.0.0') return
    this.#log.debug(`Get non local IPs for "${host}"`)
    for (const address of interface_addresses()) this.#log.debug(`  ip=${address}`)
  }

  /** The mesh forms from here on. */
  #start_cluster(): void {
    this.#log.info(`Cluster name is ${this.identity.cluster_name}`)
    if (this.identity.cluster_name_dynamic) {
      this.#log.warn('Cluster name was dynamically generated, consider setting one')
    }
    const { host, port } = this.ports.cluster!
    this.#log.info(`Listening for route connections on ${format_address(bare_host(host), port)}`)
    this.#cluster!.start()
  }

  async #open_cluster(): Promise<void> {
    const { cluster } = this.options
    // A peer that dials at once must get the whole INFO; a random port nobody can dial before we know it.
    if (cluster.port > 0) this.#make_cluster(cluster.port)
    let port
    try {
      const host = await resolve_listen_host(cluster.host)
      const listening = await open_listening('single', host, Math.max(0, cluster.port))
      const [plan] = await listening.plans(1)
      port = await this.#crew.api(this.#crew.route_thread).listen('routes', plan)
    } catch (error) {
      throw new StartError(`Error listening on router port: ${cluster.port} - ${system_error_text(error)}`)
    }
    this.ports.cluster = { host: cluster.host, port }
    if (cluster.port <= 0) this.#make_cluster(port)
  }

  #make_cluster(port: number): void {
    const { cluster } = this.options
    const advertise = this.#advertise_route(port)
    const own_urls = client_urls(this.options, bare_host(this.options.host), this.ports.client.port)
    const { user, password } = cluster.authorization
    this.#cluster = new ClusterSupervisor({
      server_id: this.identity.server_id,
      server_name: this.identity.server_name,
      cluster_name: this.identity.cluster_name,
      cluster_name_dynamic: this.identity.cluster_name_dynamic,
      routes: cluster.routes,
      own_urls,
      no_advertise: cluster.no_advertise,
      connect_retries: cluster.connect_retries,
      connect_backoff: cluster.connect_backoff,
      connect_error_reports: this.options.connect_error_reports,
      reconnect_error_reports: this.options.reconnect_error_reports,
      ...(user && { credentials: { user, password: password ?? '' } }),
      cluster_port: advertise.port,
      local_addresses: ['127.0.0.1', '::1', ...interface_addresses()],
    }, {
      clock: this.#clock,
      random: system_random(),
      log: this.#log,
      route_thread: this.#crew.route_thread,
      post: (thread, message) => this.#crew.post(thread, message),
      post_all: (message) => this.#crew.post_all(message),
    })
  }

  /** Puts the real address and the clients' addresses into the INFO for peers. */
  #advertise_route(port: number): { host: string; port: number } {
    const { cluster } = this.options
    let address = { host: bare_host(cluster.host), port }
    const info = this.#settings.route_info!
    if (cluster.advertise !== '') {
      try {
        address = advertised(cluster.advertise, port)
      } catch (error) {
        throw new StartError(
          `Error setting route INFO with Cluster.Advertise value of ${cluster.advertise}, err=${(error as Error).message}`,
        )
      }
      info.ip = `nats-route://${format_address(address.host, address.port)}/`
    }
    Object.assign(info, address)
    if (!cluster.no_advertise) {
      info.connect_urls = client_urls(this.options, bare_host(this.options.host), this.ports.client.port)
    }
    this.#crew.post_all({ kind: 'route_info', info })
    return address
  }

  #on_mail(thread: number, message: ToSupervisor): void {
    switch (message.kind) {
      case 'log':
        return this.#start.write_log(message.level, message.text)
      case 'client_ended':
        return this.#closed_ring.push(message.report)
      case 'route':
        return this.#cluster?.on_event(thread, message.event)
      case 'growth_wanted':
        return void this.#growth.run().catch((error) => this.#on_growth_failed(error))
    }
  }

  #on_growth_failed(error: unknown): void {
    // A pool or a worker that was ended in the middle of it is no fault.
    if (this.#stopping === null) this.#log.error(`The subject index could not grow: ${system_error_text(error)}`)
  }

  #on_died(thread: number, cause: string): void {
    this.#log.error(`Worker ${thread} has ended (${cause}): its connections are cut, a new one is started`)
    this.#cluster?.on_thread_died(thread)
  }

  async #on_restarted(thread: number): Promise<void> {
    try {
      if (thread === this.#crew.route_thread && this.ports.cluster !== undefined) {
        const host = await resolve_listen_host(this.options.cluster.host)
        await this.#crew.api(thread).listen('routes', { strategy: 'single', host, port: this.ports.cluster.port })
      }
      const listens = thread < this.#crew.client_threads && (thread === 0 || this.#listening?.strategy !== 'single')
      if (listens && this.#listening !== null) {
        const [plan] = await this.#listening.plans(1)
        await this.#crew.api(thread).listen('clients', plan)
      }
      this.#log.info(`Worker ${thread} was restarted (${this.restarts} restarts in all)`)
    } catch (error) {
      this.#log.error(`Worker ${thread} can not listen again: ${system_error_text(error)}`)
      await this.#crew.terminate(thread)
    }
  }

  #give_up(cause: string): void {
    const text = `Workers die again and again, giving up (last: ${cause})`
    this.#log.fatal(text)
    void this.stop().then(() => this.#start.on_fatal?.(text))
  }

  async #stop(): Promise<void> {
    if (this.#ready) this.#log.info('Initiating Shutdown...')
    this.#ready = false
    this.#cluster?.shutdown()
    this.#listening?.close()
    await this.#crew.each(async (api) => {
      await api.stop_listening('clients')
      await api.stop_listening('routes')
      await api.close_all('clients', CloseReason.server_shutdown)
      await api.close_all('routes', CloseReason.server_shutdown)
    })
    await this.#monitor?.close()
    await this.#pool.close()
    await this.#crew.stop()
    this.#log.info('Server Exiting..')
  }
}
