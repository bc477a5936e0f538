// Composition of the whole: options in, a running server out. Everything it starts it stops.
import { availableParallelism } from 'node:os'
import { type Clock, system_clock } from './base/clock.ts'
import { CloseReason } from './base/errors.ts'
import { type AdjustableLog, make_log } from './base/log.ts'
import { system_random } from './base/prng.ts'
import { system_error_text } from './base/system_error.ts'
import { CurveKey } from './auth/curve_box.ts'
import { make_random_name, make_server_key } from './auth/server_key.ts'
import { adopt_accounts, ClaimsBook } from './claims/claims_book.ts'
import { CalloutService } from './claims/callout_service.ts'
import { ClaimsDesk } from './claims/claims_desk.ts'
import { HookDesk } from './claims/hook_desk.ts'
import { ClusterPort } from './cluster/cluster_port.ts'
import type { Options } from './config/options.ts'
import { add_hooks, hook_settings } from './connection/hook_settings.ts'
import { make_settings, type ServerIdentity } from './connection/make_settings.ts'
import type { Settings } from './connection/settings.ts'
import { log_banner } from './monitor/banner.ts'
import { ClosedRing } from './monitor/closed_ring.ts'
import { EventRing } from './monitor/event_ring.ts'
import { AccountTotals } from './monitor/account_totals.ts'
import { type Takers, takers_of } from './monitor/interest.ts'
import type { Answer } from './monitor/http_answer.ts'
import { Monitors } from './monitor/monitors.ts'
import type { MonitorSource } from './monitor/reports.ts'
import { make_monitor_source } from './monitor/source.ts'
import { make_system_desk, type SystemDesk } from './monitor/system_desk.ts'
import type { Port } from './net/port_transport.ts'
import { Reloader } from './reloader.ts'
import { SupervisorMail } from './supervisor_mail.ts'
import { type Configuration, refuse_seams, type ServerPorts, type ServerStart, StartError } from './server_start.ts'
import { Crew, type CrewPlan } from './thread/crew.ts'
import { Doors } from './thread/doors.ts'
import { Growth } from './thread/growth.ts'
import { type LameDuck, make_lame_duck } from './thread/lame_duck.ts'
import { MatcherPool } from './thread/matcher_pool.ts'
import type { ToSupervisor } from './thread/messages.ts'
import { choose_workers } from './thread/worker_count.ts'

export { StartError }
export type { Configuration, ServerPorts, ServerStart }

export class Server {
  readonly identity: ServerIdentity
  readonly options: Options
  /** Real addresses once started. */
  ports: ServerPorts
  readonly start_ms: number
  /** What was loaded last, and when. */
  config: { digest: string; load_ms: number }
  #start: ServerStart
  #clock: Clock
  #log: AdjustableLog
  #settings: Settings
  #crew: Crew
  #pool: MatcherPool
  #growth: Growth
  #doors: Doors
  #reloader: Reloader
  /** Null: no cluster. */
  #cluster: ClusterPort | null
  #monitors: Monitors
  #source: MonitorSource
  #closed_ring: ClosedRing
  #account_totals = new AccountTotals()
  #events: EventRing
  /** Null: there is no system account. */
  #system: SystemDesk | null
  /** Null: there is no operator. */
  #claims: ClaimsDesk | null
  #mail: SupervisorMail
  #ready = false
  #lame_duck: LameDuck | null = null
  #leaving: Promise<void> | null = null
  #stopping: Promise<void> | null = null

  /** Starts a server; resolves when clients and peers are served. Throws StartError. */
  static async start(options: Options, start: ServerStart): Promise<Server> {
    const server = make_server(() => new Server(options, start))
    try {
      await server.#run()
    } catch (error) {
      await server.stop()
      throw error instanceof StartError ? error : new StartError(error instanceof Error ? error.message : String(error))
    }
    return server
  }

  private constructor(options: Options, start: ServerStart) {
    const key = make_server_key(), curve_key = new CurveKey(), server_id = key.id
    this.options = options
    this.#start = start
    this.#clock = start.clock ?? system_clock()
    this.#events = new EventRing(() => this.#clock.wall_ms(), { told: (event) => start.happened?.(event) })
    this.start_ms = this.#clock.wall_ms()
    this.config = { digest: start.config_digest ?? '', load_ms: this.start_ms }
    this.#log = make_log(start.write_log, options.debug, options.trace)
    this.identity = {
      server_id,
      server_name: options.server_name || server_id,
      cluster_name: options.cluster.name || make_random_name(),
      cluster_name_dynamic: options.cluster.name === '',
      ...(seals_callouts(options) && { xkey: curve_key.public_key }),
    }
    this.ports = { client: { host: options.host, port: options.port } }
    const book = options.operator === null ? null : new ClaimsBook(options.operator)
    if (book !== null) adopt_accounts(options, book, this.start_ms, (text) => this.#log.warn(text))
    this.#settings = make_settings(options, this.identity)
    add_hooks(this.#settings, hook_settings(start.hooks))
    this.#crew = this.#make_crew()
    this.#doors = new Doors(options, this.#crew, this.#log)
    this.#cluster = options.cluster.port === 0 ? null : this.#make_cluster()
    this.#pool = new MatcherPool(this.#crew.matcher_thread)
    this.#growth = new Growth(this.#crew, this.#pool, this.#clock)
    this.#closed_ring = new ClosedRing(options.max_closed_clients)
    this.#source = this.#make_source()
    this.#reloader = new Reloader({
      ...{ server: this, start, settings: this.#settings, crew: this.#crew },
      ...{ doors: this.#doors, cluster: this.#cluster, book, events: this.#events, log: this.#log, clock: this.#clock },
    })
    this.#system = make_system_desk({
      ...{ clock: this.#clock, random: system_random(), log: this.#log, settings: this.#settings },
      ...{ source: this.#source, command_line: start.command_line ?? [], crew: this.#crew },
      ...{ peers: () => this.#peers(), reload: () => this.reload() },
    })
    this.#monitors = new Monitors({
      ...{ clock: this.#clock, log: this.#log, options, source: this.#source, crew: this.#crew, pool: this.#pool },
      ...{ server_id, command_line: start.command_line ?? [], inbox: this.#system?.inbox ?? null },
      peers: () => this.#peers(),
    })
    this.#claims = book === null ? null : this.#make_claims_desk(book)
    const callout = this.#system === null ? null : new CalloutService({
      ...{ clock: this.#clock, log: this.#log, key, curve_key, settings: this.#settings },
      ...{ callout: options.authorization.callout ?? null, inbox: this.#system.inbox },
    })
    const hooks = start.hooks === undefined ? null : new HookDesk({
      ...{ hooks: start.hooks, settings: this.#settings, clock: this.#clock, log: this.#log },
    })
    this.#mail = new SupervisorMail({
      ...{ crew: this.#crew, pool: this.#pool, growth: this.#growth, cluster: this.#cluster, log: this.#log },
      ...{ closed: this.#closed_ring, events: this.#events, totals: this.#account_totals, write_log: start.write_log },
      client_changed: (change) => start.client_changed?.(change),
      ...{ system: this.#system, claims: this.#claims, callout, hooks, is_stopping: () => this.#stopping !== null },
    })
  }

  #make_crew(): Crew {
    const { options } = this, start = this.#start
    const { workers, route_worker } = choose_workers(options.workers, options.route_workers, availableParallelism())
    refuse_seams(start, workers)
    const events = {
      mail: (thread: number, message: ToSupervisor) => this.#mail.take(thread, message),
      died: (thread: number, cause: string) => this.#on_died(thread, cause),
      restarted: (thread: number) => void this.#on_restarted(thread),
      gave_up: (cause: string) => this.#give_up(cause),
    }
    const plan: CrewPlan = {
      workers,
      route_worker,
      clustered: options.cluster.port !== 0,
      tells_clients: start.client_changed !== undefined,
      ...(start.resource_limits && { resource_limits: start.resource_limits }),
      ...(start.network && { network: start.network }),
    }
    return new Crew(plan, this.#settings, events, this.#clock)
  }

  #make_cluster(): ClusterPort {
    return new ClusterPort({
      options: this.options,
      identity: this.identity,
      settings: this.#settings,
      crew: this.#crew,
      clock: this.#clock,
      log: this.#log,
      peer_changed: (kind, text) => this.#events.add(kind, text),
      redial_pace: this.#start.network?.redial_pace ?? 1,
    })
  }

  #make_claims_desk(book: ClaimsBook): ClaimsDesk {
    const { system: settings, accounts } = this.#settings
    const desk = this.#system
    return new ClaimsDesk({
      ...{ clock: this.#clock, log: this.#log, book, operator: this.options.operator! },
      system: settings === null || desk === null ? null : { desk, settings, name: accounts[settings.account].name },
      peers: () => this.#peers(),
      changed: () => this.#reloader.renew_accounts(),
    })
  }

  /** The names of the servers that there are routes to. */
  peer_names(): string[] {
    return this.#cluster?.supervisor?.membership.peers().map(({ remote_name }) => remote_name) ?? []
  }

  /** Who would get a message on that subject. */
  takers(subject: string, account: string): Promise<Takers> {
    return takers_of(this.#crew, this.#settings.accounts.findIndex(({ name }) => name === account), subject)
  }

  /** Ends a worker as if it had crashed; another takes its place. For tests of what depends on that. */
  terminate_worker(thread: number): Promise<void> {
    return this.#crew.terminate(thread)
  }

  /** Workers started anew since the start. */
  get restarts(): number {
    return this.#crew.budget.restarts
  }

  /** Takes over what is another one in the file. Rejects with an Error that says why not; then nothing has changed. */
  async reload(): Promise<void> {
    const { load_again } = this.#start
    if (load_again === undefined) throw new Error('can only reload config when a file is provided using -c or --config')
    await this.reload_with(load_again())
  }

  /** As `reload`, with options that come from elsewhere. */
  reload_with(configuration: Configuration): Promise<void> {
    return this.#reloader.reload(configuration)
  }

  /** Ends all connections and threads. */
  stop(): Promise<void> {
    this.#lame_duck?.cancel()
    return this.#stopping ??= this.#stop()
  }

  /** Ends a client. False: there is none of that number. */
  kick(cid: number): Promise<boolean> {
    return this.#crew.any((api) => api.kick(cid))
  }

  /** Somebody in this process connects: its bytes come by a port, as net/port_transport.ts sends them. `other`: the end it holds. */
  adopt(port: Port, other: Port): void {
    this.#crew.adopt(port, other)
  }

  /** What monitoring answers at a path with parameters, such as `/connz?subs=1`; null: there is nothing at that path. */
  answer(target: string): Promise<Answer | null> {
    return this.#monitors.answer(target)
  }

  /** Lame duck mode has begun, and perhaps ended. */
  get is_lame_duck(): boolean {
    return this.#lame_duck !== null
  }

  /**
   * Takes no more clients, lets those that are there go elsewhere, and stops. Resolves at the end; a second call too. `within_ms`: for
   * all of it, without a grace period, in the place of what the options say.
   */
  lame_duck(within_ms?: number): Promise<void> {
    return this.#stopping ?? (this.#leaving ??= this.#leave(within_ms))
  }

  async #leave(within_ms?: number): Promise<void> {
    this.#events.add('lame_duck', 'lame duck mode: no new clients')
    const announce = () => {
      void this.#system?.news.end('LAMEDUCK')
      if (this.#cluster === null) this.#crew.post_all({ kind: 'lame_duck', urls: null, ws_urls: null })
      else this.#cluster.lame_duck()
    }
    const times = within_ms === undefined ? {} : { lame_duck_duration_ms: within_ms, lame_duck_grace_ms: 0 }
    this.#lame_duck = make_lame_duck(
      { ...this.options, ...times },
      this.#crew,
      this.#doors,
      this.#clock,
      this.#log,
      announce,
    )
    try {
      await this.#lame_duck.run()
    } catch (error) {
      this.#log.error(`Lame duck mode is cut short: ${system_error_text(error)}`)
    }
    await this.stop()
  }

  async #run(): Promise<void> {
    const { options } = this
    log_banner(this.#log, options, this.identity, this.#settings, this.#start)
    Object.assign(this.ports, await this.#monitors.start())
    this.#doors.prepare()
    await this.#crew.start()
    // Whoever reaches the client port may count on the cluster port; only a random client port has to be known first.
    const websocket = await this.#doors.open_websockets()
    if (websocket !== undefined) this.ports.websocket = websocket
    if (options.port > 0) await this.#open_cluster()
    this.ports.client = await this.#doors.open_clients()
    if (options.port <= 0) await this.#open_cluster()
    this.#doors.announce()
    this.#ready = true
    this.#log.info('Server is ready')
    this.#events.add('start', 'server is ready')
    this.#system?.news.start()
    this.#claims?.start()
    this.#cluster?.start()
    // Behind the start: nobody waits for it, and the first clients are served meanwhile. Of several threads the first one to stand back
    // would get all of them.
    const { workers, client_threads } = this.#crew
    if (workers > 0) void this.#crew.each((api) => api.warm_up(client_threads === 1))
  }

  #make_source(): MonitorSource {
    return make_monitor_source({
      server: this,
      crew: this.#crew,
      settings: this.#settings,
      closed: this.#closed_ring,
      account_totals: this.#account_totals,
      events: this.#events,
      clock: this.#clock,
      missing: () => this.#missing_listeners(),
      remotes: () => this.#peers(),
      peers: () => this.#cluster?.supervisor?.peer_statuses() ?? [],
    })
  }

  #peers(): number {
    return this.#cluster?.supervisor?.membership.peers().length ?? 0
  }

  #missing_listeners(): string[] {
    const missing = []
    if (!this.#ready || this.is_lame_duck) missing.push('server')
    if (this.#cluster !== null && this.ports.cluster === undefined) missing.push('route')
    return missing
  }

  async #open_cluster(): Promise<void> {
    if (this.#cluster === null) return
    await this.#cluster.open(this.ports.client.port, this.ports.websocket?.port ?? 0)
    this.ports.cluster = { host: this.options.cluster.host, port: this.#cluster.port }
  }

  #on_died(thread: number, cause: string): void {
    this.#log.error(`Worker ${thread} has ended (${cause}): its connections are cut, a new one is started`)
    this.#cluster?.supervisor?.on_thread_died(thread)
  }

  async #on_restarted(thread: number): Promise<void> {
    try {
      if (thread === this.#crew.route_thread) await this.#cluster?.reopen()
      await this.#doors.reopen(thread)
      this.#log.info(`Worker ${thread} was restarted (${this.restarts} restarts in all)`)
      this.#events.add('restart', `worker ${thread} was restarted`)
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
    const was_ready = this.#ready
    this.#ready = false
    this.#system?.news.stop()
    this.#claims?.stop()
    if (was_ready) await this.#system?.news.end('SHUTDOWN')
    this.#cluster?.supervisor?.shutdown()
    await this.#doors.close()
    await this.#crew.each(async (api) => {
      await api.stop_listening('routes')
      await api.close_all('clients', CloseReason.server_shutdown)
      await api.close_all('routes', CloseReason.server_shutdown)
    })
    if (this.is_lame_duck) await this.#crew.drained(this.options.write_deadline_ms)
    await this.#monitors.close()
    await this.#pool.close()
    await this.#crew.stop()
    this.#log.info('Server Exiting..')
  }
}

/** What can not be made is the line for the operator. */
function make_server(make: () => Server): Server {
  try {
    return make()
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error))
  }
}

/** Clients are told the key in any case with an operator: an account may ask for it at any time. */
const seals_callouts = ({ authorization: { callout }, operator }: Options): boolean =>
  (callout !== undefined && callout.xkey !== '') || operator !== null
