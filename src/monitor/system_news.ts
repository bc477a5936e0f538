// What the server tells the system account on its own: its figures at intervals, how many connections an account has, its end
// (reference client.md 7.2).
import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { wire_text } from '../base/bytes.ts'
import { system_error_text } from '../base/system_error.ts'
import { account_subjects } from '../connection/system_events.ts'
import { account_figures } from './account_report.ts'
import type { AccountReport } from './reports.ts'

export interface NewsContext {
  readonly clock: Clock
  readonly log: Log
  readonly server_id: string
  accounts(): Promise<AccountReport[]>
  /** `subject`: latin1 text. */
  is_wanted(subject: string): boolean
  /** This server, in a message that is sent now. */
  server_object(): object
  statsz(): Promise<object>
  tell(subject: string, content: object): Promise<void>
  event_id(): string
}

const FIGURES_FIRST_MS = 250
const FIGURES_MS_MAX = 10_000
const ACCOUNTS_MS = 30_000
/** Clients that come or go in a burst are told of as one change. */
const BURST_MS = 50
const TYPE = 'io.nats.server.advisory.v1.account_connections'

export class SystemNews {
  #context: NewsContext
  #figures_ms = FIGURES_FIRST_MS
  #timers = new Set<Timer>()
  #changed = new Set<string>()
  #stopped = false

  constructor(context: NewsContext) {
    this.#context = context
  }

  start(): void {
    this.#after(this.#figures_ms, () => this.#tell_figures())
    this.#after(ACCOUNTS_MS, () => this.#tell_all_accounts())
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  /** Clients of the account have come or gone. */
  account_changed(name: string): void {
    if (this.#changed.size === 0) this.#after(BURST_MS, () => this.#tell_changed())
    this.#changed.add(name)
  }

  /** The server begins to leave, or is about to end. */
  end(how: 'LAMEDUCK' | 'SHUTDOWN'): Promise<void> {
    const { server_id, server_object } = this.#context
    return this.#guarded(() => this.#context.tell(`$SYS.SERVER.${server_id}.${how}`, server_object()))
  }

  async #tell_figures(): Promise<void> {
    this.#figures_ms = Math.min(this.#figures_ms * 2, FIGURES_MS_MAX)
    this.#after(this.#figures_ms, () => this.#tell_figures())
    const { server_id, is_wanted, tell, statsz } = this.#context
    const subject = `$SYS.SERVER.${server_id}.STATSZ`
    if (is_wanted(subject)) await tell(subject, await statsz())
  }

  async #tell_changed(): Promise<void> {
    const changed = [...this.#changed]
    this.#changed.clear()
    const accounts = await this.#context.accounts()
    for (const account of accounts) if (changed.includes(account.name)) await this.#tell_account(account)
  }

  async #tell_all_accounts(): Promise<void> {
    this.#after(ACCOUNTS_MS, () => this.#tell_all_accounts())
    for (const account of await this.#context.accounts()) if (account.connections > 0) await this.#tell_account(account)
  }

  async #tell_account(account: AccountReport): Promise<void> {
    const { clock, is_wanted, tell, server_object, event_id } = this.#context
    for (const subject of account_subjects(account.name)) {
      if (!is_wanted(wire_text(subject))) continue
      await tell(subject, {
        type: TYPE,
        id: event_id(),
        timestamp: new Date(clock.wall_ms()).toISOString(),
        server: server_object(),
        ...account_figures(account),
      })
    }
  }

  #after(ms: number, f: () => Promise<void>): void {
    if (this.#stopped) return
    const timer = this.#context.clock.after(ms, () => {
      this.#timers.delete(timer)
      void this.#guarded(f)
    })
    this.#timers.add(timer)
  }

  async #guarded(f: () => Promise<void>): Promise<void> {
    try {
      await f()
    } catch (error) {
      // Threads end while they are asked.
      if (!this.#stopped) this.#context.log.error(`The system account could not be told: ${system_error_text(error)}`)
    }
  }
}
