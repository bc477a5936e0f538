// Bytes that wait for a socket, joined and written once per turn. It knows no socket, only a sink.
//
//   writable:  append -> buffer --flush--> sink             (all taken: the buffer goes back to the pool, hot)
//   lagging:   append -> buffer -> queue --drained--> sink  (the sink still holds an earlier write: one at a time)
//
// While it lags everything is copied, so one slow socket pins at most the memory of one write that is not its own.
import { copy } from '../base/bytes.ts'
import { assert } from '../base/assert.ts'
import {
  BY_REFERENCE_BYTES_MIN,
  OUT_BUFFER_BYTES,
  PRESSURE_SHARE,
  PRESSURE_SHARE_MIN,
  READ_BUFFER_BYTES,
  RING_BYTES,
  WRITE_BYTES_MAX,
} from '../base/limits.ts'
import type { Envelope } from '../actor/envelope.ts'
import type { BufferPool, OutBuffer } from './buffer_pool.ts'

/** Where an outbox writes to. */
export interface Sink {
  /** Writes the pieces as one. True: all of it left, the memory is free again. False: `Outbox.drained` will be called. */
  write(pieces: Uint8Array[], bytes: number): boolean
  /** More waits than max_pending allows: the connection must go. */
  overflow(): void
}

/** What may reach a client with permissions, and what follows from that it did. */
export interface DeliveryRules {
  /** Whether messages on the subject (latin1) are kept from its subscriptions; `queue` is empty for a plain one. */
  withholds(subject: string, queue: string): boolean
  /** It gets the message. */
  delivered(envelope: Envelope): void
}

/** From what the exporter calls a subject, in tokens, to what the importer calls it. */
export interface Translation {
  to_local(remote: readonly string[]): string
}

/** What left by the outboxes of one kind of connection. */
export interface Totals {
  messages: number
  bytes: number
}

/** What the outboxes of one thread share. */
export class OutboxContext {
  readonly pool: BufferPool
  readonly client_totals: Totals = { messages: 0, bytes: 0 }
  readonly route_totals: Totals = { messages: 0, bytes: 0 }
  /** Outboxes with something to flush at the end of the turn. */
  readonly dirty: Outbox[] = []
  /** Set when a write that refers to the publisher's read buffer was not taken at once: it must read into another. */
  pinned = false
  /** Set when a large payload had to be copied: the publisher deserves a read buffer of its own. */
  large_copied = false
  /** Writes that hold on to such a buffer. */
  pins = 0
  /** Work done, in deliveries, and bytes written: what the budget of a read is measured by. */
  deliveries = 0
  bytes_out = 0

  /** Tells publishers on other threads that the connection in that slot is above or below the pressure mark. */
  readonly on_pressure: (slot: number, pressed: boolean) => void

  constructor(pool: BufferPool, on_pressure: (slot: number, pressed: boolean) => void) {
    this.pool = pool
    this.on_pressure = on_pressure
  }

  flush(): void {
    const { dirty } = this
    for (let i = 0; i < dirty.length; i++) dirty[i].flush()
    dirty.length = 0
  }
}

export class Outbox {
  /** Slot of the connection on its thread. */
  readonly slot: number
  /** The peer understands header messages. */
  headers = false
  /** A route of one account only: its lines do not name it. */
  leaves_account_out = false
  /** The peer knows traces: a message that is only traced may go there. */
  traces = false
  /** The peer knows what AGAIN means (one_hop.ts). */
  knows_again = false
  /** Null: there are none. */
  rules: DeliveryRules | null = null
  /**
   * By subscription in another account: what the client calls the subjects that come by it. Null: there are none.
   */
  translations: Map<number, Translation> | null = null
  /** The client does not want its own messages. */
  echo_off = false
  /** Nothing is accepted any more. */
  closed = false
  /** Above three quarters of max_pending: publishers are held back. */
  pressed = false
  out_messages = 0
  out_bytes = 0

  #totals: Totals
  #counted_messages = 0
  #counted_bytes = 0
  #context: OutboxContext
  #sink: Sink
  #max_pending: number
  #pressure: number
  #buffer: OutBuffer | null = null
  #start = 0
  #end = 0
  #dirty = false
  #discarded = false
  #lagging = false
  /** Pieces of a write that refers to memory of others, sent at the end of the turn. */
  #pieces: Uint8Array[] = []
  #pieces_bytes = 0
  #foreign = false
  #pinning = false
  /** Full buffers that wait while the sink is busy, and what of them. */
  #queue: OutBuffer[] = []
  #queue_pieces: Uint8Array[] = []
  #queue_bytes = 0
  /** Bytes the sink holds. */
  #in_flight = 0
  #in_flight_buffers: OutBuffer[] = []

  constructor(slot: number, context: OutboxContext, sink: Sink, max_pending: number, totals = context.client_totals) {
    this.#totals = totals
    this.slot = slot
    this.#context = context
    this.#sink = sink
    this.#max_pending = max_pending
    this.#pressure = pressure_bytes(max_pending)
  }

  /** Bytes accepted and not yet taken by the kernel. */
  get pending(): number {
    return this.#in_flight + this.#queue_bytes + this.#pieces_bytes + (this.#end - this.#start)
  }

  get lagging(): boolean {
    return this.#lagging
  }

  /**
   * Makes room for `bytes` contiguous bytes and returns the offset to write them at in `target`; the caller then calls
   * `wrote(offset behind them)`. bytes <= OUT_BUFFER_BYTES.
   */
  room(bytes: number): number {
    if (this.#buffer === null) this.#take()
    else if (this.#end + bytes > OUT_BUFFER_BYTES) this.#turn_over()
    if (!this.#dirty) {
      this.#dirty = true
      this.#context.dirty.push(this)
    }
    return this.#end
  }

  /** The buffer that `room` made room in. */
  get target(): Uint8Array {
    return this.#buffer!.bytes
  }

  /** The same buffer for copies by words. */
  get view(): DataView {
    return this.#buffer!.view
  }

  wrote(end: number): void {
    this.#end = end
  }

  /** Appends a copy of source[start, end), of any length. */
  append(source: Uint8Array, start = 0, end = source.length): void {
    while (start < end) {
      const part = Math.min(end - start, OUT_BUFFER_BYTES)
      const offset = this.room(part)
      this.wrote(copy(this.target, offset, source, start, start + part))
      start += part
    }
  }

  /** Appends a copy of a large payload that might go by reference another time. */
  append_large(source: Uint8Array, start: number, end: number): void {
    this.#context.large_copied = true
    this.append(source, start, end)
  }

  /** Appends source[start, end) without a copy if that pays. The bytes must stay until the socket took them. */
  append_reference(source: Uint8Array, start: number, end: number): void {
    if (this.#lagging || end - start < BY_REFERENCE_BYTES_MIN) return this.append(source, start, end)
    this.room(0)
    this.#cut()
    this.#pieces.push(source.subarray(start, end))
    this.#pieces_bytes += end - start
    this.#foreign = true
  }

  /** Hands everything to the sink, unless it still holds an earlier write. */
  flush(): void {
    this.#dirty = false
    this.#count()
    if (this.#discarded) return this.#empty()
    if (this.#lagging) return this.#judge()
    if (this.#pieces.length === 0) return this.#flush_buffer()
    this.#cut()
    const buffer = this.#buffer
    this.#buffer = null
    this.#start = this.#end = 0
    if (buffer !== null) this.#in_flight_buffers.push(buffer)
    const pieces = this.#pieces, bytes = this.#pieces_bytes
    this.#pieces = []
    this.#pieces_bytes = 0
    this.#write(pieces, bytes)
    if (this.#foreign && this.#lagging) this.#pin()
    this.#foreign = false
  }

  /** The sink is free again: what waited goes out. */
  drained(): void {
    this.#lagging = false
    this.#in_flight = 0
    this.#unpin()
    this.#release()
    while (!this.#lagging && this.#queue.length > 0) this.#write_queued()
    if (!this.#lagging) this.#flush_buffer()
    this.#judge()
  }

  /** A part of what waits, as one write. */
  #write_queued(): void {
    const count = Math.max(1, Math.floor(WRITE_BYTES_MAX / OUT_BUFFER_BYTES))
    const pieces = this.#queue_pieces.splice(0, count)
    this.#in_flight_buffers = this.#queue.splice(0, count)
    let bytes = 0
    for (const piece of pieces) bytes += piece.length
    this.#queue_bytes -= bytes
    this.#write(pieces, bytes)
  }

  /** Forgets what was not written (the connection ended). */
  discard(): void {
    this.closed = this.#discarded = true
    this.#empty()
    this.#in_flight = 0
    this.#unpin()
    this.#set_pressed(false)
  }

  #empty(): void {
    this.#queue = []
    this.#queue_pieces = []
    this.#pieces = []
    this.#queue_bytes = this.#pieces_bytes = 0
    this.#buffer = null
    this.#start = this.#end = 0
  }

  #pin(): void {
    if (this.#discarded) return
    this.#context.pinned = true
    this.#pinning = true
    this.#context.pins++
  }

  #unpin(): void {
    if (this.#pinning) this.#context.pins--
    this.#pinning = false
  }

  #take(): void {
    this.#buffer = this.#context.pool.take()
    this.#start = this.#end = 0
  }

  /** The common case: one buffer, written whole, taken whole, used again. */
  #flush_buffer(): void {
    const buffer = this.#buffer
    if (buffer === null) return
    const bytes = this.#end - this.#start
    this.#buffer = null
    if (bytes === 0) return this.#context.pool.give(buffer)
    this.#in_flight_buffers.push(buffer)
    const piece = buffer.bytes.subarray(this.#start, this.#end)
    this.#start = this.#end = 0
    this.#write([piece], bytes)
  }

  /** The present buffer is full. */
  #turn_over(): void {
    if (this.#lagging) {
      this.#queue.push(this.#buffer!)
      this.#queue_pieces.push(this.#buffer!.bytes.subarray(this.#start, this.#end))
      this.#queue_bytes += this.#end - this.#start
      this.#take()
      this.#judge()
      // Judged too slow, everything was discarded; whoever is writing at this moment still needs a place.
      if (this.#buffer === null) this.#take()
      return
    }
    const dirty = this.#dirty
    this.flush()
    this.#dirty = dirty
    if (this.#buffer === null) this.#take()
  }

  /** Ends the present piece of own bytes, so that a reference can follow it. */
  #cut(): void {
    if (this.#buffer === null || this.#end === this.#start) return
    this.#pieces.push(this.#buffer.bytes.subarray(this.#start, this.#end))
    this.#pieces_bytes += this.#end - this.#start
    this.#start = this.#end
  }

  #write(pieces: Uint8Array[], bytes: number): void {
    assert(!this.#lagging, 'One write at a time')
    this.#context.bytes_out += bytes
    if (this.#sink.write(pieces, bytes)) return this.#release()
    this.#lagging = true
    this.#in_flight = bytes
    this.#judge()
  }

  #release(): void {
    for (const buffer of this.#in_flight_buffers) this.#context.pool.give(buffer)
    this.#in_flight_buffers.length = 0
  }

  /** Adds what is new to the totals: once per turn instead of once per message. */
  #count(): void {
    this.#totals.messages += this.out_messages - this.#counted_messages
    this.#totals.bytes += this.out_bytes - this.#counted_bytes
    this.#counted_messages = this.out_messages
    this.#counted_bytes = this.out_bytes
  }

  #judge(): void {
    if (this.#discarded) return
    const { pending } = this
    if (pending > this.#max_pending && !this.closed) return this.#sink.overflow()
    this.#set_pressed(pending > this.#pressure)
  }

  #set_pressed(pressed: boolean): void {
    if (pressed === this.pressed) return
    this.pressed = pressed
    this.#context.on_pressure(this.slot, pressed)
  }
}

/** Pending bytes above which publishers to a connection are held back. */
function pressure_bytes(max_pending: number): number {
  // Rings and reads may still be under way to it when they are told.
  const with_room = max_pending - 2 * (RING_BYTES + READ_BUFFER_BYTES)
  return Math.max(max_pending * PRESSURE_SHARE_MIN, Math.min(max_pending * PRESSURE_SHARE, with_room))
}
