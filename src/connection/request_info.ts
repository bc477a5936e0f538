// What the responder of another account is told of who asks: the header Nats-Request-Info (reference client.md 5.9).
import { latin1_bytes, wire_text } from '../base/bytes.ts'
import { client_object } from './client_object.ts'
import type { Requester } from './requester.ts'
import type { Settings } from './settings.ts'

/** The header's value, as bytes of the wire. `share`: the importing account lets the other one know all of it. */
export function request_info(requester: Requester, settings: Settings, share: boolean): string {
  const { session, keepalive: { rtt_us } } = requester
  const { client_infos: { clients: { server_name, cluster } } } = settings
  const rtt = rtt_us === undefined ? {} : { rtt: rtt_us * 1000 }
  if (!share) return wire_text(JSON.stringify({ acc: session.account_name, ...rtt }))
  return wire_text(JSON.stringify({
    ...client_object(requester, session.account_name, session.identity?.user ?? ''),
    server: server_name,
    ...(cluster !== undefined && { cluster }),
  }))
}

const VERSION_LINE = 'NATS/1.0\r\n'

/** A header block with one more line. One that does not end as a block does is opaque, and stays as it is. */
export function with_request_info(block: Uint8Array, info: string): Uint8Array {
  const line = latin1_bytes(`Nats-Request-Info: ${info}\r\n\r\n`)
  if (block.length === 0) return Buffer.concat([latin1_bytes(VERSION_LINE), line])
  const end = block.length - 2
  if (end < 2 || block[end] !== 13 || block[end + 1] !== 10 || block[end - 1] !== 10) return block
  return Buffer.concat([block.subarray(0, end), line])
}
