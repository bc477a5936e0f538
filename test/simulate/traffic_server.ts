// A simulated server: the real thread, with its routes, router, index and clients, and the real supervisor of the cluster. Only
// sockets, time and chance are made up.
import type { Clock, Timer } from '../../src/base/clock.ts'
import { make_log } from '../../src/base/log.ts'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { parse_route_url, type RouteUrl } from '../../src/cluster/route_url.ts'
import { ClusterSupervisor } from '../../src/cluster/supervisor.ts'
import { default_options, type Options } from '../../src/config/options.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { Route } from '../../src/connection/route.ts'
import type { Settings } from '../../src/connection/settings.ts'
import type { Reading } from '../../src/net/reading.ts'
import { Counter, create_counters, create_limits } from '../../src/shared/counters.ts'
import { create_doorbell } from '../../src/shared/doorbell.ts'
import { create_pressure } from '../../src/shared/pressure.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { ConnectionThread, type ThreadSetup } from '../../src/thread/connection_thread.ts'
import type { ToSupervisor, ToThread } from '../../src/thread/messages.ts'
import { take_mail } from '../../src/thread/worker_api.ts'
import { ClientEnd, RouteEnd } from './traffic_ends.ts'

export const CLUSTER_PORT = 6222
const SILENT_BELL = { ring: () => false, going_to_sleep() {}, awake() {} }

/** What a server needs of the cluster that it lives in. */
export interface World {
  readonly now_ms: number
  readonly random: Random
  at(at_ms: number, run: () => void): void
  /** Connects; `done` with null if nobody is there. Never, if the network does not let it through. */
  connect(from: TrafficServer, address: string, done: (end: RouteEnd | null) => void): void
  note(who: string, text: string): void
}

export interface ServerPlan {
  readonly index: number
  readonly address: string
  readonly routes: readonly string[]
  /** 0: one connection to each peer. */
  readonly pool_size: number
}

class SimulatedThread extends ConnectionThread {
  #server: TrafficServer

  constructor(server: TrafficServer, setup: ThreadSetup, reading: Reading, tell: (message: ToSupervisor) => void) {
    super(setup, SILENT_BELL, tell)
    this.#server = server
    this.sockets.reading = reading
  }

  override next_turn(f: () => void): void {
    this.#server.later(f)
  }
}

export class TrafficServer {
  readonly world: World
  readonly plan: ServerPlan
  readonly id: string
  readonly settings: Settings
  readonly clock: Clock
  readonly thread: ConnectionThread
  readonly supervisor: ClusterSupervisor
  /** Its ends of routes, some of them closed. */
  ends: RouteEnd[] = []
  is_alive = true

  constructor(world: World, plan: ServerPlan, life: number) {
    this.world = world
    this.plan = plan
    this.id = `N${plan.index}x${life}`
    this.clock = this.#make_clock()
    const identity = { server_id: this.id, server_name: this.id, cluster_name: 'sim', cluster_name_dynamic: false }
    this.settings = make_settings(server_options(plan), identity)
    this.settings.busy_poll = false
    const info = this.settings.route_info!
    Object.assign(info, { host: plan.address, port: CLUSTER_PORT, connect_urls: [`${plan.address}:4222`] })
    const setup = {
      thread: 0,
      settings: this.settings,
      memory: make_memory(this.settings),
      route_thread: 0,
      clock: this.clock,
      random: seeded_random(world.random.below(2 ** 31)),
    }
    this.thread = new SimulatedThread(this, setup, this.#reading(), (message) => this.#told(message))
    this.supervisor = new ClusterSupervisor(
      {
        ...identity,
        routes: plan.routes.map((address) => parse_route_url(`nats-route://${address}:${CLUSTER_PORT}`) as RouteUrl),
        own_urls: info.connect_urls as string[],
        no_advertise: false,
        connect_retries: 0,
        connect_backoff: false,
        connect_error_reports: 3600,
        reconnect_error_reports: 1,
        pool: { ...this.settings.route.pool, known_accounts: this.settings.accounts.map(({ name }) => name) },
        cluster_port: CLUSTER_PORT,
        local_addresses: [plan.address],
      },
      {
        clock: this.clock,
        random: seeded_random(world.random.below(2 ** 31)),
        log: make_log((_level, text) => world.note(this.id, text), true, false),
        route_thread: 0,
        post: (_thread, message) => this.#post(message),
        post_all: (message) => this.#post(message),
      },
    )
    this.supervisor.start()
  }

  /** In this moment, behind what is happening, unless the server has ended by then. */
  later(f: () => void): void {
    this.world.at(this.world.now_ms, () => {
      if (this.is_alive) f()
    })
  }

  /** A peer has connected. */
  accept(end: RouteEnd): void {
    this.ends.push(end)
    this.later(() => this.thread.accept('routes', end, end.remoteAddress, end.remotePort))
  }

  /** A client of the account has connected. */
  connect_client(account: string): ClientEnd {
    const end = new ClientEnd()
    this.thread.accept('clients', end, end.remoteAddress, end.remotePort)
    end.send(`CONNECT {"verbose":false,"protocol":1,"user":"${account}","pass":"x"}\r\n`)
    return end
  }

  /** Registered routes, with the ids of their peers. */
  get routes(): { route: Route; remote_id: string }[] {
    const found: { route: Route; remote_id: string }[] = []
    for (const route of this.thread.slots) {
      const report = route instanceof Route && route.connection.reason === null ? route.report() : null
      if (report !== null) found.push({ route: route as Route, remote_id: report.remote_id })
    }
    return found
  }

  get interest_repairs(): number {
    return this.thread.counters[Counter.interest_repairs]
  }

  #told(message: ToSupervisor): void {
    if (message.kind === 'log') this.world.note(this.id, message.text)
    if (message.kind === 'growth_wanted') throw new Error('The index is too small for this simulation')
    if (message.kind === 'route') this.later(() => this.supervisor.on_event(0, message.event))
  }

  /** Mail between threads is packed and unpacked: nobody keeps what the other changes. */
  #post(message: ToThread): void {
    const mail = structuredClone(message)
    this.later(() => take_mail(this.thread, mail))
  }

  #reading(): Reading {
    return {
      name: 'events',
      takes_handles: false,
      open: (accepted, next_buffer) => (accepted as RouteEnd | ClientEnd).read_into(next_buffer),
      connect: ({ host }, next_buffer, done) => {
        let is_wanted = true
        this.world.connect(this, host!, (end) => {
          if (!is_wanted) return end?.destroy()
          if (end === null) return done(new Error('connection refused'), null)
          this.ends.push(end)
          done(null, end.read_into(next_buffer))
        })
        return () => void (is_wanted = false)
      },
    }
  }

  #make_clock(): Clock {
    const { world } = this
    const after = (delay_ms: number, f: () => void): Timer => {
      let is_wanted = true
      world.at(world.now_ms + delay_ms, () => {
        if (is_wanted && this.is_alive) f()
      })
      return { cancel: () => void (is_wanted = false) }
    }
    return {
      now_ms: () => world.now_ms,
      wall_ms: () => 1_700_000_000_000 + world.now_ms,
      after,
      every: () => {
        throw new Error('Nobody here asks for it')
      },
    }
  }
}

/** Two accounts, whose users have the names of the accounts. */
export const ACCOUNTS = ['$G', 'ACC'] as const

function server_options({ address, pool_size }: ServerPlan): Options {
  const options = default_options()
  const user = (account: string) => ({ user: account, password: 'x', nkey: '', account })
  Object.assign(options.cluster, {
    host: address,
    port: CLUSTER_PORT,
    pool_size,
    accounts: pool_size > 0 ? ['ACC'] : [],
  })
  Object.assign(options.authorization, { defined: true, users: [user('$G')] })
  options.accounts = [{
    name: 'ACC',
    users: [user('ACC')],
    limits: { max_connections: -1, max_subscriptions: -1, max_payload: -1 },
  }]
  return options
}

function make_memory(settings: Settings) {
  const threads = 1
  return {
    index: SubjectIndex.reserve({
      subscriptions: 1024,
      edges: 4096,
      log: true,
      log_bytes: 16384,
      random: seeded_random(1),
    }),
    counters: create_counters(threads),
    limits: create_limits(threads, settings.accounts.length),
    pressure: create_pressure(threads),
    doorbell: create_doorbell(threads),
    threads,
  }
}
