// One server of a test's cluster: what it takes to start it, to end it in one way or another, and to start it again as the same.
import type { Level } from '../base/log.ts'
import type { Configuration } from '../embedding/configuration.ts'
import { type EmbeddedServer, open_server, type Opened } from '../embedding/embedded_server.ts'
import type { Server } from '../server.ts'
import type { ClusterMember } from './cluster_options.ts'
import { MemberClock } from './member_clock.ts'
import { MemberNetwork, type NetworkContext } from './member_network.ts'
import type { ClusterTime } from './virtual_time.ts'

export interface MemberContext extends Omit<NetworkContext, 'clock' | 'name' | 'active'> {
  readonly time: ClusterTime
  readonly configuration: Configuration
  /** Where the others listen for peers; 0: not yet. */
  peer_ports(): number[]
  log(level: Level, text: string): void
}

/** Its old ports may be taken for a moment by a client that looks for it. */
const PORT_TRIALS = 40
const PORT_PAUSE_MS = 50
const LOOPBACK = '127.0.0.1'
/** What clients have still to be told may leave in this time. */
const LINGER_MS = 250
/** What clients have still to be told may leave in this time. */
export class Member implements ClusterMember {
  /** Its name in the cluster. */
  readonly name: string
  /** Where clients connect, also while it is stopped. */
  url = ''
  /** 0: it has never been started. */
  cluster_port = 0
  #context: MemberContext
  #running: Opened & { clock: MemberClock; network: MemberNetwork } | null = null
  /** Of servers that it has been, as long as something is kept for the sake of a fault. */
  #past = new Set<MemberNetwork>()
  #client_port = 0
  #frozen = false

  constructor(name: string, context: MemberContext) {
    this.name = name
    this.#context = context
  }

  get server(): EmbeddedServer {
    return this.#must_run().server
  }

  /** What is behind it. */
  get inner(): Server {
    return this.#must_run().inner
  }

  get state(): ClusterMember['state'] {
    return this.#running === null ? 'stopped' : this.#frozen ? 'frozen' : 'running'
  }

  /** It can be started and stopped, and nothing else can be done to it. */
  get has_workers(): boolean {
    return (this.#context.configuration.workers ?? 0) !== 0
  }

  /** Starts it, at the same ports as before. */
  async start(): Promise<void> {
    for (let trial = 1; this.#running === null; trial++) {
      try {
        await this.#start()
      } catch (error) {
        const is_taken = /address already in use/.test((error as Error).message)
        if (!is_taken || this.#client_port === 0 || trial === PORT_TRIALS) throw error
        await new Promise<void>((resolve) => this.#context.time.real.after(PORT_PAUSE_MS, resolve))
      }
    }
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    await this.#end((server) => server.stop())
  }

  /** Lets its clients go elsewhere, and ends it then. */
  async lame_duck(): Promise<void> {
    await this.#end((server) => server.drain())
  }

  /** From one moment to the next nothing is heard of it any more. */
  async kill(): Promise<void> {
    this.#running?.network.kill()
    await this.#end((server) => server.stop())
  }

  freeze(): void {
    const { clock, network } = this.#must_run()
    this.#frozen = true
    clock.freeze()
    network.hold(true)
  }

  thaw(): void {
    const { clock, network } = this.#must_run()
    this.#frozen = false
    clock.thaw()
    network.hold(false)
  }

  /** What is wrong has changed. */
  renew(): void {
    this.#running?.network.renew()
    for (const network of this.#past) {
      network.renew()
      if (network.is_empty) this.#past.delete(network)
    }
  }

  async #start(): Promise<void> {
    const { time, log } = this.#context
    const clock = new MemberClock(time)
    const network = new MemberNetwork({ ...this.#context, clock: time, name: this.name, active: () => time.active() })
    const seams = this.has_workers ? {} : { clock, network }
    const opened = await open_server(this.#configuration(), { log }, seams)
    const { url, ports } = opened.server
    this.#running = { ...opened, clock, network }
    this.#client_port = ports.client.port
    this.cluster_port = ports.cluster!.port
    this.url = url
  }

  #configuration(): Configuration {
    const { configuration, peer_ports } = this.#context
    const known = peer_ports().filter((port) => port !== 0)
    // One seed is enough for the mesh to make itself; after a restart the seed may be gone.
    const ports = this.cluster_port === 0 ? known.slice(0, 1) : known
    const cluster = { name: 'test', host: LOOPBACK, port: this.cluster_port, ...configuration.cluster }
    return {
      ...{ server_name: this.name, busy_poll: false, lame_duck_grace_period: '200ms', ping_interval: '2s' },
      ...configuration,
      port: this.#client_port || configuration.port || 0,
      cluster: { ...cluster, routes: ports.map((port) => `nats-route://${LOOPBACK}:${port}`) },
    }
  }

  async #end(how: (server: EmbeddedServer) => Promise<void>): Promise<void> {
    const running = this.#running
    if (running === null) return
    if (this.#frozen) this.thaw()
    await how(running.server)
    if (this.#running === running) this.#running = null
    await this.#let_go(running.network)
  }

  /** What its clients have still to read may leave; then nothing of it stays. */
  async #let_go(network: MemberNetwork): Promise<void> {
    const { real } = this.#context.time
    const end_ms = real.now_ms() + LINGER_MS
    while (!network.is_quiet && real.now_ms() < end_ms) await new Promise<void>((resolve) => real.after(2, resolve))
    network.release()
    if (!network.is_empty) this.#past.add(network)
  }

  #must_run() {
    if (this.#running === null) throw new Error(`${this.name} is stopped`)
    return this.#running
  }
}
