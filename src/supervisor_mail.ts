// What threads tell the supervisor, and who sees to it.
import type { Log, WriteLine } from './base/log.ts'
import { system_error_text } from './base/system_error.ts'
import type { Identity } from './auth/identity.ts'
import type { CalloutService } from './claims/callout_service.ts'
import type { ClaimsDesk } from './claims/claims_desk.ts'
import type { HookDesk } from './claims/hook_desk.ts'
import type { ClusterPort } from './cluster/cluster_port.ts'
import type { ClientChange } from './connection/client_news.ts'
import type { TraceReport } from './connection/message_trace.ts'
import type { ReceivedMessage } from './connection/own_subscriber.ts'
import type { AccountTotals } from './monitor/account_totals.ts'
import type { ClientReport } from './connection/report.ts'
import type { ClosedRing } from './monitor/closed_ring.ts'
import type { EventRing } from './monitor/event_ring.ts'
import { format_address } from './net/address.ts'
import type { SystemDesk } from './monitor/system_desk.ts'
import type { Crew } from './thread/crew.ts'
import type { Growth } from './thread/growth.ts'
import type { MatcherPool } from './thread/matcher_pool.ts'
import type { ToSupervisor } from './thread/messages.ts'

export interface MailContext {
  readonly crew: Crew
  readonly pool: MatcherPool
  readonly growth: Growth
  readonly closed: ClosedRing
  readonly events: EventRing
  readonly totals: AccountTotals
  /** Null: no cluster. */
  readonly cluster: ClusterPort | null
  /** Null: there is no system account. */
  readonly system: SystemDesk | null
  readonly callout: CalloutService | null
  /** Null: the embedding program has no hooks. */
  readonly hooks: HookDesk | null
  /** Null: there is no operator. */
  readonly claims: ClaimsDesk | null
  readonly log: Log
  write_log: WriteLine
  client_changed?(change: ClientChange): void
  is_stopping(): boolean
}

type Mail<Kind extends ToSupervisor['kind']> = ToSupervisor & { kind: Kind }

export class SupervisorMail {
  #context: MailContext
  #jetstream_said = false

  constructor(context: MailContext) {
    this.#context = context
  }

  take(thread: number, message: ToSupervisor): void {
    const { closed, totals, system, cluster, write_log } = this.#context
    switch (message.kind) {
      case 'log':
        return write_log(message.level, message.text, message.about)
      case 'client_ended':
        totals.add(message.report)
        closed.push(message.report)
        return this.#note_end(message.report)
      case 'client_changed':
        return this.#context.client_changed?.(message.change)
      case 'system_request':
        return void this.#request(message.request)
      case 'traced':
        return void this.#tell_trace(message.report)
      case 'account_wanted':
        return void this.#look_for_account(thread, message)
      case 'callout_wanted':
        return void this.#ask_callout(thread, message)
      case 'hook_asked':
        return void this.#ask_hook(thread, message)
      case 'observed':
        return void this.#show(thread, message)
      case 'subscribers_asked':
        return void system?.subscribers.ask(message.question)
      case 'account_changed':
        return system?.news.account_changed(message.account)
      case 'route':
        return cluster?.supervisor?.on_event(thread, message.event)
      case 'check_password':
        return void this.#check_password(thread, message)
      case 'jetstream_asked':
        return this.#say_no_jetstream()
      case 'growth_wanted':
        return void this.#grow()
    }
  }

  #note_end({ reason = '', ip, port, name, pending_bytes }: ClientReport): void {
    if (!reason.startsWith('Slow Consumer')) return
    const who = `${format_address(ip, port)}${name === undefined ? '' : ` (${name})`}`
    this.#context.events.add('slow_consumer', `${who}: ${reason}, ${pending_bytes} bytes waited`)
  }

  async #request(request: ReceivedMessage): Promise<void> {
    const { claims, system } = this.#context
    if (!await claims?.take(request)) await system?.take(request)
  }

  async #tell_trace(report: TraceReport): Promise<void> {
    try {
      await this.#context.system?.traces.tell(report)
    } catch (error) {
      this.#failed('A trace could not be told', error)
    }
  }

  async #look_for_account(thread: number, { slot, cid, key }: Mail<'account_wanted'>): Promise<void> {
    await this.#context.claims?.lookup.find(key)
    this.#context.crew.post(thread, { kind: 'account_answered', slot, cid })
  }

  async #ask_callout(thread: number, { slot, cid, asked }: Mail<'callout_wanted'>): Promise<void> {
    const { callout, crew } = this.#context
    let identity: Identity | null = null
    try {
      identity = await callout?.ask(asked) ?? null
    } catch (error) {
      this.#failed('The authorization service could not be asked', error)
    }
    crew.post(thread, { kind: 'callout_answered', slot, cid, identity })
  }

  async #ask_hook(thread: number, { number, cid, asked }: Mail<'hook_asked'>): Promise<void> {
    const { hooks, crew, is_stopping } = this.#context
    if (hooks === null || is_stopping()) return
    const answer = await hooks.ask(asked)
    crew.post(thread, { kind: 'hook_answered', number, cid, answer })
  }

  async #show(thread: number, { messages }: Mail<'observed'>): Promise<void> {
    const { hooks, crew, is_stopping } = this.#context
    if (hooks === null || is_stopping()) return
    const bytes = await hooks.show(messages)
    crew.post(thread, { kind: 'observed_taken', count: messages.length, bytes })
  }

  async #check_password(thread: number, { slot, cid, password, hash }: Mail<'check_password'>): Promise<void> {
    const { pool, crew } = this.#context
    let right = false
    try {
      right = await pool.check_password(password, hash)
    } catch (error) {
      this.#failed('A password could not be checked', error)
    }
    crew.post(thread, { kind: 'password_checked', slot, cid, right })
  }

  async #grow(): Promise<void> {
    try {
      await this.#context.growth.run()
    } catch (error) {
      this.#failed('The subject index could not grow', error)
    }
  }

  /** Once: clients are told by each answer. */
  #say_no_jetstream(): void {
    if (this.#jetstream_said) return
    this.#jetstream_said = true
    this.#context.log.warn(
      'A client asks for JetStream, which is not served here: it is told that there are no responders',
    )
  }

  /** A pool or a worker that was ended in the middle of it is no fault. */
  #failed(what: string, error: unknown): void {
    const { is_stopping, log } = this.#context
    if (!is_stopping()) log.error(`${what}: ${system_error_text(error)}`)
  }
}
