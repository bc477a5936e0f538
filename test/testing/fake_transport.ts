// A transport that a test holds in its hands.
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import type { Transport, TransportEvents } from '../../src/net/transport.ts'

export class FakeTransport implements Transport {
  events!: TransportEvents
  written = ''
  /** What happened, in words. */
  readonly calls: string[] = []
  /** Writes do not leave at once. */
  lags = false
  reads = true

  start(events: TransportEvents): void {
    this.events = events
  }

  write(pieces: Uint8Array[]): boolean {
    this.written += pieces.map((piece) => latin1_text(piece)).join('')
    return !this.lags
  }

  end(): void {
    this.calls.push('end')
  }

  destroy(): void {
    if (!this.calls.includes('destroy')) queueMicrotask(() => this.events.closed(null))
    this.calls.push('destroy')
  }

  stop(): void {
    this.reads = false
  }

  resume(): void {
    this.reads = true
  }

  /** Bytes come in. */
  send(text: string): void {
    if (!this.events.bytes(latin1_bytes(text), text.length)) this.reads = false
  }
}

/** What a connection sees, in words. */
export class Seen implements TransportEvents {
  text = ''
  takes = true

  bytes(buffer: Uint8Array, length: number): boolean {
    this.text += latin1_text(buffer, 0, length)
    return this.takes
  }
  written(): void {
    this.text += '[written]'
  }
  ended(): void {
    this.text += '[ended]'
  }
  closed(error: Error | null): void {
    this.text += error === null ? '[closed]' : `[closed: ${error.message}]`
  }
}
