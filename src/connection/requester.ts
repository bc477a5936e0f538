// What passes between a publisher and the requests to other accounts. Types only.
import type { Identity } from '../auth/identity.ts'
import type { Imported } from '../auth/imports.ts'
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
  ): number
}
