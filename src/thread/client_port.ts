// A port that clients connect to, shared among the client threads: the one for plain NATS, or that for WebSocket.
import type { Log } from '../base/log.ts'
import type { Door } from '../connection/settings.ts'
import { bracketed_host } from '../net/address.ts'
import {
  choose_strategy,
  current_runtime,
  type Listening,
  type ListenPlan,
  open_listening,
  type Strategy,
} from '../net/listener.ts'
import { system_error_text } from '../base/system_error.ts'
import type { Crew } from './crew.ts'

interface Prepared {
  readonly listening: Listening
  readonly plans: ListenPlan[]
}

export class ClientPort {
  #crew: Crew
  #door: Door
  #strategy: Strategy
  #prepared: Promise<Prepared> | null = null
  #listening: Listening | null = null

  /** `asked`: what the operator wants; if that can not work here, the log says what is taken instead. */
  constructor(crew: Crew, door: Door, asked: Strategy | 'auto', log: Log) {
    this.#crew = crew
    this.#door = door
    this.#strategy = choose_strategy(current_runtime(), process.platform, crew.client_threads, asked)
    if (door === 'clients' && asked !== 'auto' && this.#strategy !== asked) {
      log.warn(`Listener ${asked} can not work with this runtime and system, using ${this.#strategy}`)
    }
  }

  /** Binds where that takes long, while the threads start. Who opens is told of what goes wrong. */
  prepare(host: string, port: number): void {
    if (this.#strategy !== 'shared_fd') return
    this.#prepared = this.#prepare(host, port)
    this.#prepared.catch(() => {})
  }

  /** With the plans of all threads, or of the first one, which has to decide the port. */
  async #prepare(host: string, port: number): Promise<Prepared> {
    const listening = await open_listening(this.#strategy, host, port)
    return { listening, plans: await listening.plans(listening.port === 0 ? 1 : this.#accepting) }
  }

  /** How many threads accept. */
  get #accepting(): number {
    return this.#strategy === 'single' ? 1 : this.#crew.client_threads
  }

  /** Listens on all threads that accept; resolves to the port (0 asks for any). Rejects with the line for the log. */
  async open(host: string, port: number): Promise<number> {
    try {
      const { listening, plans: [first, ...known] } = await (this.#prepared ?? this.#prepare(host, port))
      this.#prepared = null
      this.#listening = listening
      const actual = await this.#crew.api(0).listen(this.#door, first)
      listening.decided(actual)
      const missing = this.#accepting - 1 - known.length
      const others = missing > 0 ? await listening.plans(missing) : known
      await Promise.all(others.map((plan, i) => this.#crew.api(i + 1).listen(this.#door, plan)))
      return actual
    } catch (error) {
      const where = `${bracketed_host(host)}:${port}`
      const cause = `listen tcp ${where}: bind: ${system_error_text(error)}`
      if (this.#door === 'websockets') throw new Error(`Unable to listen for websocket connections: ${cause}`)
      throw new Error(`Error listening on port: ${where}, "${cause}"`)
    }
  }

  /** A thread was started anew: it accepts again, if it is one of those that do. */
  async reopen(thread: number): Promise<void> {
    if (this.#listening === null || thread >= this.#crew.client_threads) return
    if (this.#strategy === 'single' && thread !== 0) return
    const [plan] = await this.#listening.plans(1)
    await this.#crew.api(thread).listen(this.#door, plan)
    // Closed meanwhile: the thread was asked to stop before it listened.
    if (this.#listening === null) await this.#crew.api(thread).stop_listening(this.#door)
  }

  /** How sockets are read is another way from now on. */
  async listen_again(): Promise<void> {
    for (let thread = 0; thread < this.#crew.client_threads; thread++) {
      if (this.#strategy === 'single' && thread !== 0) break
      await this.#crew.api(thread).stop_listening(this.#door)
      await this.reopen(thread)
    }
  }

  /** No thread accepts clients any more. */
  async close(): Promise<void> {
    // Prepared and never opened: the start has failed.
    const prepared = await this.#prepared?.catch(() => null)
    prepared?.listening.close()
    this.#prepared = null
    this.#listening?.close()
    this.#listening = null
    await this.#crew.each((api) => api.stop_listening(this.#door))
  }
}
