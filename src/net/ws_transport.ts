// A WebSocket as a transport (reference client.md 6.4 to 6.6): what comes out of its frames goes to the connection as bytes, every
// write goes out as one message. It sits on another transport, and answers pings and the end by itself.
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { copy_of } from '../base/bytes.ts'
import { CloseReason } from '../base/errors.ts'
import { WS_COLLECTED_BYTES_MAX, WS_COLLECTED_FACTOR } from '../base/limits.ts'
import { ws_close_code, WS_PROTOCOL_ERROR } from '../wire/ws_close_code.ts'
import {
  binary_header,
  close_answer,
  close_frame,
  message_frames,
  pong_frame,
  WsFound,
  WsFrameReader,
} from '../wire/ws_frame.ts'
import type { Transport, TransportEvents } from './transport.ts'

export interface WsOptions {
  /** The client's frames have to be masked; without, they must not be. */
  readonly masked: boolean
  /** Compression was agreed on. */
  readonly compressed: boolean
  /** Payload of one frame to the client, at most; 0: no bound. */
  readonly frame_max: number
  /** Bytes of one compressed message once it is inflated, at most: one operation always fits. */
  readonly inflated_max: number
}

/** The connection above it. */
export interface WsConnection {
  /** Why it has ended, null: it has not. */
  readonly reason: CloseReason | null
  /** Ends it: no client may do what this one did. */
  close(reason: CloseReason): void
}

/** What every flush of a compressor ends with, and what goes without saying (RFC 7692, 7.2.1). */
const FLUSH_MARK = Uint8Array.of(0, 0, 0xff, 0xff)
const COMPRESSED_BYTES_MIN = 65

export class WsTransport implements Transport {
  #inner: Transport
  #connection: WsConnection
  #options: WsOptions
  #reader: WsFrameReader
  #events: TransportEvents | null = null
  /** The pieces of a compressed message so far. */
  #collected: Uint8Array[] = []
  #collected_bytes = 0
  #collected_bytes_max: number
  /** Nothing more is read: the peer said its last word, or made a fault. */
  #over = false
  #takes_bytes = true
  /** The frame to end with, if it is no close frame that names the reason. */
  #last_frame: Uint8Array | null = null
  /** A write of the inner one has not left yet. */
  #busy = false
  /** written() is due. */
  #owes_written = false
  /** What came to be written behind a pong that had not left. */
  #held: Uint8Array[] | null = null
  /** The last ping is answered; those before it need not be. */
  #pong: Uint8Array | null = null
  #ending = false
  /** Used again for every write. */
  #batch: Uint8Array[] = []

  /** `inner`: not started, with the handshakes behind it. */
  constructor(inner: Transport, connection: WsConnection, options: WsOptions) {
    this.#inner = inner
    this.#connection = connection
    this.#options = options
    this.#reader = new WsFrameReader(options.masked, options.compressed)
    this.#collected_bytes_max = Math.min(options.inflated_max * WS_COLLECTED_FACTOR, WS_COLLECTED_BYTES_MAX)
  }

  start(events: TransportEvents): void {
    this.#events = events
    this.#inner.start({
      bytes: (buffer, length) => this.#read(buffer, length),
      written: () => this.#written(),
      ended: () => {
        this.#over = true
        events.ended()
      },
      closed: (error) => events.closed(error),
    })
  }

  write(pieces: Uint8Array[]): boolean {
    if (this.#busy) {
      this.#held = [...pieces]
      this.#owes_written = true
      return false
    }
    this.#owes_written = !this.#send(pieces)
    return !this.#owes_written
  }

  end(): void {
    this.#ending = true
    if (!this.#busy) this.#finish()
  }

  destroy(): void {
    this.#inner.destroy()
  }

  stop(): void {
    this.#inner.stop()
  }

  resume(): void {
    this.#inner.resume()
  }

  // Reading ---------------------------------------------------------------------------------------------------------

  /** Everything in one read that is not compressed moves together and is given on as one. */
  #read(buffer: Uint8Array, length: number): boolean {
    const reader = this.#reader
    let position = 0, data_end = 0
    this.#takes_bytes = true
    while (!this.#over) {
      const found = reader.next(buffer, position, length, data_end)
      position = reader.position
      if (found === WsFound.data && !reader.compressed) data_end = reader.out
      else if (found === WsFound.data) {
        this.#collect(buffer, data_end, reader.out)
        if (!reader.is_last || this.#over) continue
        this.#give(buffer, data_end)
        data_end = 0
        this.#inflate()
      } else if (found === WsFound.ping) this.#answer(pong_frame(reader.control_payload()))
      else if (found === WsFound.close) {
        this.#give(buffer, data_end)
        this.#close(close_answer(reader.control_payload()))
        return true
      } else if (found === WsFound.fault) {
        this.#give(buffer, data_end)
        this.#fail(CloseReason.protocol_violation, close_frame(WS_PROTOCOL_ERROR, reader.fault))
      } else if (found === WsFound.nothing) {
        this.#give(buffer, data_end)
        return this.#takes_bytes
      }
    }
    return true
  }

  #give(bytes: Uint8Array, length: number): void {
    if (length > 0) this.#takes_bytes = this.#events!.bytes(bytes, length)
  }

  #collect(bytes: Uint8Array, start: number, end: number): void {
    this.#collected_bytes += end - start
    if (this.#collected_bytes > this.#collected_bytes_max) this.#fail(CloseReason.max_payload)
    else if (end > start) this.#collected.push(copy_of(bytes, start, end))
  }

  #inflate(): void {
    const { inflated_max } = this.#options
    const deflated = Buffer.concat([...this.#collected, FLUSH_MARK])
    this.#collected = []
    this.#collected_bytes = 0
    try {
      const message = inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: inflated_max })
      this.#give(message, message.length)
    } catch (error) {
      const is_too_large = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      if (is_too_large) this.#fail(CloseReason.max_payload)
      else this.#fail(CloseReason.protocol_violation, close_frame(WS_PROTOCOL_ERROR, 'invalid compressed message'))
    }
  }

  #fail(reason: CloseReason, last_frame: Uint8Array | null = null): void {
    this.#over = true
    this.#last_frame = last_frame
    this.#collected = []
    this.#connection.close(reason)
  }

  #close(answer: Uint8Array): void {
    this.#over = true
    this.#last_frame = answer
    this.#events!.ended()
  }

  // Writing ---------------------------------------------------------------------------------------------------------

  /** One message. False: it has not left. */
  #send(pieces: Uint8Array[]): boolean {
    let bytes = 0
    for (let i = 0; i < pieces.length; i++) bytes += pieces[i].length
    const { compressed, frame_max } = this.#options
    if (compressed && bytes >= COMPRESSED_BYTES_MIN) {
      const level = constants.Z_BEST_SPEED
      const deflated = deflateRawSync(Buffer.concat(pieces), { level, finishFlush: constants.Z_SYNC_FLUSH })
      return this.#put(message_frames(deflated.subarray(0, -FLUSH_MARK.length), true, frame_max))
    }
    if (frame_max > 0 && bytes > frame_max) return this.#put(message_frames(Buffer.concat(pieces), false, frame_max))
    const batch = this.#batch
    batch.length = 0
    batch.push(binary_header(bytes))
    for (let i = 0; i < pieces.length; i++) batch.push(pieces[i])
    return this.#put(batch)
  }

  #answer(pong: Uint8Array): void {
    if (this.#ending) return
    if (this.#busy) this.#pong = pong
    else this.#put([pong])
  }

  #put(pieces: Uint8Array[]): boolean {
    this.#busy = !this.#inner.write(pieces)
    return !this.#busy
  }

  #written(): void {
    this.#busy = false
    const held = this.#held
    this.#held = null
    if (held !== null && !this.#send(held)) return
    const pong = this.#pong
    this.#pong = null
    if (pong !== null) this.#put([pong])
    if (this.#owes_written) {
      this.#owes_written = false
      this.#events!.written()
    }
    if (this.#ending && !this.#busy) this.#finish()
  }

  #finish(): void {
    const { reason } = this.#connection
    const code = reason ?? CloseReason.client_closed
    this.#inner.write([this.#last_frame ?? close_frame(ws_close_code(code), code)])
    this.#inner.end()
  }
}
