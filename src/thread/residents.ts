// What of a thread is the server itself: it has slots as clients have them, publishes and subscribes.
import type { Outbox } from '../broker/outbox.ts'
import { type ClientChange, ClientNews } from '../connection/client_news.ts'
import type { ThreadContext } from '../connection/context.ts'
import { OwnMessages } from '../connection/own_messages.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import type { EventDesk } from '../connection/requester.ts'
import { ServiceRequests } from '../connection/service_requests.ts'
import { Tracing } from '../connection/tracing.ts'
import { SystemEvents } from '../connection/system_events.ts'
import { SystemRequests } from '../connection/system_requests.ts'
import { SystemTrace } from '../connection/system_trace.ts'

/** What of the server goes to the supervisor. */
export interface ResidentMail {
  /** Requests to the server. */
  requested(request: ReceivedMessage): void
  /** Null: nobody wants to know. */
  readonly client_changed: ((change: ClientChange) => void) | null
}

/** Where requests to the server itself come in. */
const SYSTEM_THREAD = 0

export class Residents {
  /** What the server publishes. */
  readonly own: OwnMessages
  readonly tracing: Tracing
  /** Requests from account to account. */
  readonly services: ServiceRequests
  /** Null: there is no system account. */
  readonly events: EventDesk | null = null
  /** Null: another thread takes them, or there is no system account. */
  readonly requests: SystemRequests | null = null
  #slots: { reserve(): number }
  #outboxes = new Map<number, Outbox>()

  constructor(context: ThreadContext, slots: { reserve(): number }, { requested, client_changed }: ResidentMail) {
    this.#slots = slots
    const trace = new SystemTrace(context.log, context.settings)
    this.own = new OwnMessages(context, trace)
    this.tracing = new Tracing(context)
    this.services = this.#place((slot) => new ServiceRequests(context, this.own, slot))
    const { system, client_infos: { clients: { server_id } } } = context.settings
    this.events = system === null ? null : new SystemEvents(context, this.own, system.account)
    if (client_changed !== null) this.events = new ClientNews(this.events, client_changed)
    if (system === null) return
    if (context.thread !== SYSTEM_THREAD) return
    this.requests = this.#place((slot) => new SystemRequests(context, slot, { ...system, server_id }, requested, trace))
  }

  outbox(slot: number): Outbox | undefined {
    return this.#outboxes.get(slot)
  }

  #place<Resident extends { readonly outbox: Outbox }>(make: (slot: number) => Resident): Resident {
    const slot = this.#slots.reserve()
    const resident = make(slot)
    this.#outboxes.set(slot, resident.outbox)
    return resident
  }
}
