// One server for a test, with the verbs that users of nats-memory-server know.
import type { Configuration } from '../embedding/configuration.ts'
import { EmbeddedServer, type Extras } from '../embedding/embedded_server.ts'

/** A server for a test: `start`, `getUrl`, `stop`. */
export class NatsServer implements AsyncDisposable {
  #configuration: Configuration
  #extras: Extras
  #server: EmbeddedServer | null = null
  #stopped: Promise<void> = Promise.resolve()

  /** Names are those of a configuration file; where nothing is said it listens on a free port of loopback. Starts nothing yet. */
  constructor(configuration: Configuration = {}, extras: Extras = {}) {
    this.#configuration = configuration
    this.#extras = extras
  }

  /** Starts it; resolves when clients are served. One that runs stays as it is. */
  async start(): Promise<this> {
    await this.#stopped
    this.#server ??= await EmbeddedServer.start(this.#configuration, this.#extras)
    return this
  }

  /** Where clients connect. Throws while it does not run, as the others do. */
  getUrl(): string {
    return this.server.url
  }

  /** The address that it listens on. */
  getHost(): string {
    return this.server.ports.client.host
  }

  /** The port there. */
  getPort(): number {
    return this.server.ports.client.port
  }

  /** The server itself. */
  get server(): EmbeddedServer {
    if (this.#server === null) throw new Error('the server does not run: call start() first')
    return this.#server
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server !== null) this.#stopped = server.stop()
    await this.#stopped
  }

  /** `await using server = await startServer()` ends it with the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}

/** Starts one server for a test. `extras`: functions, as `Server.start` takes them. */
export function startServer(configuration: Configuration = {}, extras: Extras = {}): Promise<NatsServer> {
  return new NatsServer(configuration, extras).start()
}
