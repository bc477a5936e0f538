// What stands between a server and the runtime's sockets where somebody wants to disturb them: the test kit. A server
// without one never asks.
import type { Transport } from './transport.ts'

/** One end of a connection. */
export interface LinkEnd {
  readonly kind: 'clients' | 'websockets' | 'routes'
  /** By us; otherwise it was accepted. */
  readonly dialled: boolean
  /** The other end. */
  readonly host: string
  readonly port: number
}

export interface Network {
  /** Null: the dial goes ahead. Empty: nobody answers it. Any other text is why it fails, at once. */
  may_dial(host: string, port: number): string | null
  /** Whether its server may have the connection as it is, or has to take it by way of another transport. */
  wrap(transport: Transport, end: LinkEnd): Transport
  /** The pauses between dials of routes are so many times as long as they usually are. */
  readonly redial_pace: number
}
