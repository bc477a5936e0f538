// What a client is to those that answer its requests or tell of it. Types only.
import type { Envelope } from '../actor/envelope.ts'
import type { Identity } from '../auth/identity.ts'
import type { Imported } from '../auth/imports.ts'
import type { Plan } from '../broker/plan.ts'
import type { MessageTrace, TraceIngress } from './message_trace.ts'
import type { Door } from './settings.ts'

/** The client that asks. */
export interface Requester {
  readonly connection: { readonly start_ms: number; readonly ip: string; readonly cid: number }
  readonly session: {
    readonly account_name: string
    readonly identity: Identity | null
    readonly name: string
    readonly lang: string
    readonly version: string
    /** The key of the trusted proxy that it has come by; '' and null: none. */
    readonly proxy: string | null
  }
  readonly keepalive: { readonly rtt_us: number | undefined }
  readonly door: Door
}

/** A message as its publisher, or the account before, has it. */
export interface ServiceMessage {
  readonly bytes: Uint8Array
  readonly reply_start: number
  readonly reply_end: number
  readonly header_size: number
  readonly total_size: number
  readonly body_start: number
}

export interface ServiceDesk {
  /**
   * Publishes a message to the account that exports the service. Returns how many took it, NO_ROOM or INDEX_BUSY (router.ts).
   * `account`: where it comes from; `subject`: what it is there, in tokens.
   */
  request(
    imported: Imported,
    requester: Requester,
    account: number,
    subject: readonly string[],
    message: ServiceMessage,
    trace: MessageTrace | null,
  ): number
}

/** The client that an event is about. */
export interface EventClient extends Requester {
  readonly connection: Requester['connection'] & {
    readonly port: number
    readonly in_messages: number
    readonly in_bytes: number
    readonly outbox: { readonly out_messages: number; readonly out_bytes: number }
  }
  readonly session: Requester['session'] & { readonly account: number; readonly claimed_user: string }
}

export interface EventDesk {
  /** A client was let in. */
  connected(client: EventClient): void
  /** A client that was in has ended. */
  disconnected(client: EventClient, reason: string): void
  /** Somebody was not let in. `knocked`: it has said who it is. */
  refused(client: EventClient, reason: string, knocked: boolean): void
}

/** What an account says of messages that are traced elsewhere. */
export interface AccountTrace {
  dest: string
  /** Of 100. */
  sampling: number
}

/** Offsets of a message's headers. */
export interface HeaderSpan {
  readonly body_start: number
  readonly header_size: number
  readonly total_size: number
}

export interface Tracer {
  /** Null: it asks for no trace, or for one that can not be. `account`: what its account says of traces. */
  begin(bytes: Uint8Array, span: HeaderSpan, ingress: TraceIngress, account: AccountTrace | null): MessageTrace | null
  /** As Router.publish. The envelope is another one behind it. */
  publish(envelope: Envelope, plan: Plan, trace: MessageTrace): number
  /** The event is complete. */
  end(trace: MessageTrace): void
}
