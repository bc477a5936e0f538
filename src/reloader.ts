// A configuration that was loaded again becomes that of the running server: all of it, or nothing (reference ops.md 4.1).
import type { Clock } from './base/clock.ts'
import { CloseReason } from './base/errors.ts'
import type { AdjustableLog } from './base/log.ts'
import { system_error_text } from './base/system_error.ts'
import { adopt_accounts, type ClaimsBook } from './claims/claims_book.ts'
import type { ClusterPort } from './cluster/cluster_port.ts'
import type { Options } from './config/options.ts'
import { differences } from './config/reload.ts'
import { add_hooks, hook_settings } from './connection/hook_settings.ts'
import { make_settings, type ServerIdentity } from './connection/make_settings.ts'
import type { Settings } from './connection/settings.ts'
import type { EventRing } from './monitor/event_ring.ts'
import type { Configuration, ServerPorts, ServerStart } from './server_start.ts'
import { ACCOUNTS_MAX } from './shared/index_layout.ts'
import type { Crew } from './thread/crew.ts'
import type { Doors } from './thread/doors.ts'

export interface ReloadContext {
  readonly server: {
    readonly identity: ServerIdentity
    /** Changed in place: others look into it. */
    readonly options: Options
    readonly ports: ServerPorts
    config: { digest: string; load_ms: number }
  }
  readonly start: ServerStart
  readonly settings: Settings
  readonly crew: Crew
  readonly doors: Doors
  /** Null: no cluster. */
  readonly cluster: ClusterPort | null
  /** Null: there is no operator. */
  readonly book: ClaimsBook | null
  readonly events: EventRing
  readonly log: AdjustableLog
  readonly clock: Clock
}

export class Reloader {
  #context: ReloadContext
  /** One after the other. */
  #last: Promise<void> = Promise.resolve()
  #accounts_due: Promise<void> | null = null

  constructor(context: ReloadContext) {
    this.#context = context
  }

  /** Rejects with an Error that says why not; then nothing has changed. */
  reload(configuration: Configuration): Promise<void> {
    const done = this.#last.then(() => this.#reload(configuration))
    this.#last = done.catch(() => {})
    return done
  }

  async #reload({ options, digest }: Configuration): Promise<void> {
    const { server, start, log, clock, book } = this.#context
    const before = { ...server.options }
    const { applied, refused } = differences(before, options)
    if (refused.length > 0) throw new Error(refusal(refused, applied))
    if (book !== null) {
      book.fill(options.operator!.accounts)
      adopt_accounts(options, book, clock.wall_ms(), () => {})
    }
    const settings = this.#make_settings(options)
    Object.assign(server.options, options)
    for (const line of applied.filter(moves_log)) log.info(line)
    start.reloaded?.(before, options, server.ports)
    log.set_levels(options.debug, options.trace)
    for (const line of applied.filter((line) => !moves_log(line))) log.info(line)
    await this.#take_over(settings, before)
    server.config = { digest, load_ms: clock.wall_ms() }
    log.info(`Reloaded server configuration${digest === '' ? '' : ` (${digest})`}`)
    this.#context.events.add('reload', `configuration reloaded${digest === '' ? '' : ` (${digest})`}`)
  }

  /** Throws an Error if there are more accounts than there is room for. */
  #make_settings(options: Options): Settings {
    const { server: { identity }, start, settings: { accounts } } = this.#context
    const settings = make_settings(options, identity, accounts)
    add_hooks(settings, hook_settings(start.hooks))
    if (settings.accounts.length > ACCOUNTS_MAX) {
      throw new Error(`there have been more than ${ACCOUNTS_MAX} accounts since the start: more need a restart`)
    }
    return settings
  }

  /** The operator's accounts are others now. Resolves when they are in force; what comes at the same time is one change. */
  renew_accounts(): Promise<void> {
    return this.#accounts_due ??= this.#last = this.#last.then(() => {
      this.#accounts_due = null
      return this.#renew_accounts()
    }).catch((error) => this.#context.log.error(`Accounts could not be taken over: ${system_error_text(error)}`))
  }

  async #renew_accounts(): Promise<void> {
    const { server: { options }, crew, book, clock, log } = this.#context
    const next = { ...options }
    adopt_accounts(next, book!, clock.wall_ms(), (text) => log.warn(text))
    const settings = this.#make_settings(next)
    Object.assign(options, next)
    crew.post_all({ kind: 'settings', settings })
  }

  async #take_over(next: Settings, before: Options): Promise<void> {
    const { server: { options }, crew, doors, cluster } = this.#context
    crew.post_all({ kind: 'settings', settings: next })
    // How a thread listens depends on them.
    await crew.mail_taken()
    await doors.renew((before.tls === null) !== (options.tls === null))
    if (cluster !== null && next.route_info !== null) cluster.renew(before.cluster, next.route_info)
    await this.#close_surplus(options.max_connections)
  }

  /** Where fewer connections are allowed now than there are. */
  async #close_surplus(max: number): Promise<void> {
    const { crew, log } = this.#context
    const clients = await crew.clients()
    const surplus = clients.slice(0, Math.max(0, clients.length - Math.max(0, max)))
    if (surplus.length === 0) return
    await Promise.all(surplus.map((client) => crew.close_client(client, CloseReason.max_connections)))
    log.info(`Closed ${surplus.length} connections to fall within max_connections`)
  }
}

/** Said where the log has been until now, so that whoever reads it there knows where it goes on. */
const moves_log = (line: string): boolean => /^Reloaded: (log_file|syslog|remote_syslog) /.test(line)

/** The first reason, as nats-server gives it; the others in short, and what would have been taken over. */
function refusal([first, ...others]: readonly string[], applied: readonly string[]): string {
  const would = applied.filter((line) => !/authorization users|: accounts/.test(line)).map((line) =>
    line.replace(/^Reload(ed)?: /, '')
  )
  const without = would.length === 0 ? '' : `; without it these would be taken over: ${would.join(', ')}`
  return [
    first,
    ...others.map((reason) => reason.replace(/^config reload not supported/, 'nor')),
    `nothing was changed, that needs a restart${without}`,
  ].join('; ')
}
