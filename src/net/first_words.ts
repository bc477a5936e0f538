// How a connection begins, seen beside whoever reads it: with TLS where plain text was expected, with a refusal, or with
// nothing at all. All of them mean that the two servers are configured differently, which the connection's owner has no
// words for.
import { latin1_text } from '../base/bytes.ts'
import type { TransportEvents } from './transport.ts'

export interface Beginning {
  /** The first bytes are those of TLS. They are not passed on. */
  tls(): void
  /** It ended before its first byte. */
  nothing(error: Error | null): void
  /** It begins with an -ERR. True: dealt with, the bytes are not passed on. */
  refusal(text: string): boolean
  /** It begins as it should. */
  words(): void
}

/** Record types of TLS that can come first: an alert, a handshake. */
const ALERT = 21, HANDSHAKE = 22
const MAJOR_VERSION = 3

/** The same events; each connection is looked at until its first bytes came. */
export function watch_beginning(events: TransportEvents, beginning: Beginning): TransportEvents {
  const { bytes, ended, closed } = events
  const watch_over = () => Object.assign(events, { bytes, ended, closed })
  events.bytes = (buffer, length) => {
    watch_over()
    if (is_tls(buffer, length)) {
      beginning.tls()
      return true
    }
    const text = refusal_of(buffer, length)
    if (text !== null && beginning.refusal(text)) return true
    beginning.words()
    return events.bytes(buffer, length)
  }
  events.ended = () => {
    watch_over()
    beginning.nothing(null)
    events.ended()
  }
  events.closed = (error) => {
    watch_over()
    beginning.nothing(error)
    events.closed(error)
  }
  return events
}

/** The text of an -ERR that came whole, with its quotes. */
function refusal_of(bytes: Uint8Array, length: number): string | null {
  if (bytes[0] !== 45) return null
  return /^-ERR (.*)\r\n/.exec(latin1_text(bytes, 0, length))?.[1] ?? null
}

function is_tls(bytes: Uint8Array, length: number): boolean {
  return length >= 2 && (bytes[0] === HANDSHAKE || bytes[0] === ALERT) && bytes[1] === MAJOR_VERSION
}
