// A server inside a program: what the package exports as `Server`.
import { system_clock } from '../base/clock.ts'
import type { Level } from '../base/log.ts'
import type { Options } from '../config/options.ts'
import { parse_route, same_route } from '../config/url.ts'
import { ValueError } from '../config/values.ts'
import { format_address, is_any_host } from '../net/address.ts'
import type { Hooks } from '../connection/hooks.ts'
import { type Port, port_pair } from '../net/port_transport.ts'
import { Server as InnerServer, type ServerPorts, type ServerStart, StartError } from '../server.ts'
import type { Configuration } from './configuration.ts'
import { embedded_options } from './embedded_options.ts'
import { type EventListener, Happenings, type ServerEvent, type ServerEventKind } from './happenings.ts'

/** What a server gets from its program besides the configuration: functions. */
export interface Extras extends Hooks {
  /** Gets each line of the log. Without it there is no log, whatever the configuration says of files. */
  log?(level: Level, text: string): void
  /** Gets each event; `server.on` and `server.events` tell the same, from later on. */
  onEvent?(event: ServerEvent): void
}

/** A server, and what is behind it. */
export interface Opened {
  readonly server: EmbeddedServer
  readonly inner: InnerServer
}

/** For the test kit: starts a server that it comes between. */
export let open_server: (
  configuration: Configuration,
  extras: Extras,
  seams: Pick<ServerStart, 'clock' | 'network'>,
) => Promise<Opened>

/** A server inside this program. Several can be there at once; they share nothing. */
export class EmbeddedServer implements AsyncDisposable {
  /** Where clients connect: `nats://host:port`, or `tls://host:port`. */
  readonly url: string
  /** All addresses it listens on. */
  readonly ports: ServerPorts
  /** Its id, which no other server has. */
  readonly id: string
  /** As it was configured; else the id. */
  readonly name: string
  readonly #server: InnerServer
  readonly #happenings: Happenings

  /**
   * Starts a server; resolves when it serves clients and peers. Where nothing is said it listens on loopback, port 0 is a free one,
   * and everything runs in the calling thread: `workers: 2` gives it threads. Throws StartError, which says what is wrong and where.
   */
  static async start(configuration: Configuration = {}, extras: Extras = {}): Promise<EmbeddedServer> {
    return (await open_server(configuration, extras, {})).server
  }

  static {
    open_server = async (configuration, extras, seams) => {
      const { options, warnings } = read(configuration)
      const happenings = new Happenings(system_clock())
      if (extras.onEvent !== undefined) happenings.on('any', extras.onEvent.bind(extras))
      const write_log = extras.log?.bind(extras) ?? (() => {})
      for (const warning of warnings) write_log('WRN', warning)
      const inner = await InnerServer.start(options, {
        ...seams,
        write_log,
        hooks: extras,
        happened: (event) => happenings.tell(event),
        client_changed: (change) => happenings.tell_client(change),
        on_fatal: () => happenings.end(),
      })
      return { server: new EmbeddedServer(inner, happenings), inner }
    }
  }

  private constructor(server: InnerServer, happenings: Happenings) {
    const { client: { host, port } } = server.ports
    const { tls, allow_non_tls } = server.options
    const scheme = tls !== null && !allow_non_tls ? 'tls' : 'nats'
    this.#server = server
    this.#happenings = happenings
    this.ports = server.ports
    this.url = `${scheme}://${format_address(is_any_host(host) ? '127.0.0.1' : host, port)}`
    this.id = server.identity.server_id
    this.name = server.identity.server_name
  }

  /**
   * Takes over another configuration, the whole of it: what it does not say is as if it had never been said. Rejects with an Error
   * that says what can not be changed while the server runs; then nothing has changed.
   */
  async reload(configuration: Configuration): Promise<void> {
    const { options } = read(configuration)
    await this.#server.reload_with({ options, digest: '' })
  }

  /** Goes on looking for another server at that URL, as `cluster { routes }` makes it. Rejects if there is no cluster. */
  async addRoute(url: string): Promise<void> {
    const route = parse_route(url)
    await this.#change_routes((routes) => routes.some((each) => same_route(each, route)) ? routes : [...routes, route])
  }

  /** Ends the route that this server made to there, and no longer looks for it. False: it was not among them. */
  async removeRoute(url: string): Promise<boolean> {
    const route = parse_route(url)
    const had = this.#server.options.cluster.routes.length
    await this.#change_routes((routes) => routes.filter((each) => !same_route(each, route)))
    return this.#server.options.cluster.routes.length < had
  }

  /** Ends a client's connection; its library will come again. False: there is none of that number. */
  kick(cid: number): Promise<boolean> {
    return this.#server.kick(cid)
  }

  /** What monitoring has at a path, such as `/connz?subs=1` or `/varz`. Rejects if there is nothing. */
  async monitor(target: string): Promise<unknown> {
    const answer = await this.#server.answer(target)
    if (answer === null) throw new Error(`there is nothing at ${target}; try /varz, /connz, /routez, /subsz, /meshz`)
    const text = typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body)
    return answer.headers['Content-Type'] === 'application/json' ? JSON.parse(text) : text
  }

  /** Each event from now on, until the server has stopped. */
  events(): AsyncGenerator<ServerEvent, void> {
    return this.#happenings.events()
  }

  /** Calls the listener with each event of a kind, or with 'any'. Returns what ends that. */
  on(kind: ServerEventKind | 'any', listener: EventListener): () => void {
    return this.#happenings.on(kind, listener)
  }

  /**
   * Lame duck mode, and then the end: takes no more clients, tells those that are there to go elsewhere, gives them the time of
   * `lame_duck_grace_period`, closes one after the other within `lame_duck_duration`, and stops. `within_ms` replaces both times.
   */
  async drain(within_ms?: number): Promise<void> {
    await this.#server.lame_duck(within_ms)
    this.#happenings.end()
  }

  /** Ends all connections and threads. A second call waits for the same. */
  async stop(): Promise<void> {
    await this.#server.stop()
    this.#happenings.end()
  }

  /** The end of a block with `await using`: the same as `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Ends a worker as if it had crashed; another takes its place. For tests of what depends on that. */
  terminateWorker(thread: number): Promise<void> {
    return this.#server.terminate_worker(thread)
  }

  /** The other end of a connection inside this process, for `openStreams` and `onehop/connect`. */
  openPort(): Port {
    const [ours, theirs] = port_pair()
    this.#server.adopt(theirs, ours)
    return ours
  }

  async #change_routes(change: (routes: Options['cluster']['routes']) => Options['cluster']['routes']): Promise<void> {
    const { options } = this.#server
    if (options.cluster.port === 0) throw new Error('there is no cluster: configure cluster { port: 0 } at the start')
    const cluster = { ...options.cluster, routes: change(options.cluster.routes) }
    await this.#server.reload_with({ options: { ...options, cluster }, digest: '' })
  }
}

/** Throws StartError. */
function read(configuration: Configuration) {
  try {
    return embedded_options(configuration)
  } catch (error) {
    throw error instanceof ValueError ? new StartError(error.message) : error
  }
}
