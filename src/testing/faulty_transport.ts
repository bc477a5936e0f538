// A connection whose server and whose wire can be disturbed. It has a lane for each direction; as long as nothing is wrong all
// goes straight through to the real transport and back.
import type { Clock } from '../base/clock.ts'
import type { Transport, TransportEvents } from '../net/transport.ts'
import type { Direction } from './faults.ts'
import { Lane } from './lane.ts'
import type { MessageCutter } from './message_cutter.ts'

export interface FaultyLink {
  readonly clock: Clock
  out(): Direction
  in(): Direction
  /** Where messages of routes can be lost; null: of other connections none are. */
  readonly cutters: { readonly out: MessageCutter; readonly in: MessageCutter } | null
  /** Bytes on their way in, before anything else. */
  seen(bytes: Uint8Array): void
  /** Something moves. */
  active(): void
  /** Nothing is left of it. */
  over(): void
}

export class FaultyTransport implements Transport {
  #raw: Transport
  #link: FaultyLink
  #events: TransportEvents | null = null
  #out: Lane
  #in: Lane
  /** A write that went straight through has not left. */
  #awaits_raw = false
  /** The connection waits for written(). */
  #owes_written = false
  #written_late = false
  /** The connection wants no bytes. */
  #stopped = false
  #raw_reads = true
  #raw_closed = false
  /** Its connection has let go of it, but the other end is not to know. */
  #abandoned = false
  #destroyed = false
  #closed = false
  #dead = false

  constructor(raw: Transport, link: FaultyLink) {
    this.#raw = raw
    this.#link = link
    this.#out = new Lane(link.clock, link.out, { give: (bytes) => raw.write([bytes]), moved: () => this.#left() })
    this.#in = new Lane(link.clock, link.in, {
      give: (bytes) => this.#give(bytes),
      moved: () => this.#adjust_reading(),
    })
  }

  // Transport ---------------------------------------------------------------------------------------------------------

  start(events: TransportEvents): void {
    this.#events = events
    this.#raw.start({
      bytes: (buffer, length) => this.#came(buffer, length),
      written: () => this.#raw_written(),
      ended: () => this.#in.mark(() => !this.#is_over && events.ended()),
      closed: (error) => this.#raw_is_closed(error),
    })
    this.renew()
    this.#adjust_reading()
  }

  write(pieces: Uint8Array[]): boolean {
    if (this.#is_over) return true
    this.#link.active()
    const { cutters } = this.#link
    const passed = cutters === null ? pieces : pieces.flatMap((piece) => cutters.out.take(piece))
    if (passed.length === 0) return true
    if (this.#out.is_straight && !this.#awaits_raw) {
      this.#awaits_raw = !this.#raw.write(passed)
      this.#owes_written = this.#awaits_raw
      return !this.#awaits_raw
    }
    for (const piece of passed) this.#out.put(piece)
    this.#owes_written = this.#out.is_full
    return !this.#owes_written
  }

  end(): void {
    if (!this.#is_over) this.#out.mark(() => this.#raw.end())
  }

  destroy(): void {
    if (this.#is_over || this.#destroyed) return
    this.#destroyed = true
    this.#out.clear()
    this.#in.clear()
    if (!this.is_lost && !this.#raw_closed) return this.#raw.destroy()
    this.#abandoned = true
    queueMicrotask(() => this.#tell_closed(null))
  }

  stop(): void {
    this.#stopped = true
    this.#in.busy()
    this.#adjust_reading()
  }

  resume(): void {
    this.#stopped = false
    this.#in.go_on()
    this.#adjust_reading()
  }

  // Faults ------------------------------------------------------------------------------------------------------------

  /** What is wrong has changed. */
  renew(): void {
    const { cut } = this.#link.out().faults
    if (cut || (this.#abandoned || this.#dead) && !this.is_lost) this.#raw.destroy()
    this.#out.pump()
    this.#in.pump()
    this.#left()
  }

  /** Its server stands still, or goes on. */
  hold(held: boolean): void {
    this.#out.held = this.#in.held = held
    this.#adjust_reading()
    if (held) return
    if (this.#written_late) this.#tell_written()
    this.#in.pump()
    this.#out.pump()
    this.#left()
  }

  /** Its server is gone, without a word. */
  kill(): void {
    this.#dead = true
    this.#out.clear()
    this.#in.clear()
    this.#out.held = this.#in.held = false
    if (!this.is_lost && !this.#raw_closed) this.#raw.destroy()
    else queueMicrotask(() => this.#tell_closed(null))
  }

  /** Its server is gone, and has said all it had to say. */
  release(): void {
    if (this.is_lost) this.kill()
    else this.#raw.destroy()
  }

  /** What one end does, the other is not to know. */
  get is_lost(): boolean {
    return this.#link.out().faults.lost || this.#link.in().faults.lost
  }

  // Bytes -------------------------------------------------------------------------------------------------------------

  get #is_over(): boolean {
    return this.#dead || this.#abandoned || this.#closed
  }

  #came(buffer: Uint8Array, length: number): boolean {
    if (this.#is_over) return true
    const { cutters } = this.#link
    const bytes = length === buffer.length ? buffer : buffer.subarray(0, length)
    this.#link.active()
    this.#link.seen(bytes)
    if (cutters !== null) { for (const piece of cutters.in.take(bytes)) this.#in.put(piece) }
    // As it is: the connection knows the buffer again.
    else if (this.#in.is_straight) {
      if (!this.#events!.bytes(buffer, length)) this.stop()
    } else this.#in.put(bytes)
    return this.#raw_reads = this.#wants_bytes
  }

  #give(bytes: Uint8Array): boolean {
    this.#link.active()
    this.#stopped = !this.#events!.bytes(bytes, bytes.length)
    return !this.#stopped
  }

  get #wants_bytes(): boolean {
    return !this.#stopped && !this.#in.held && !this.#in.is_full
  }

  #adjust_reading(): void {
    const wants = this.#wants_bytes
    if (this.#events === null || this.#raw_closed || wants === this.#raw_reads) return
    this.#raw_reads = wants
    if (wants) this.#raw.resume()
    else this.#raw.stop()
  }

  #raw_written(): void {
    this.#link.active()
    if (!this.#awaits_raw) return this.#out.go_on()
    this.#awaits_raw = false
    this.#tell_written()
    this.#out.pump()
  }

  #left(): void {
    if (this.#owes_written && !this.#awaits_raw && !this.#out.is_full) this.#tell_written()
  }

  #tell_written(): void {
    this.#written_late = this.#out.held
    if (this.#written_late) return
    this.#owes_written = false
    if (!this.#is_over) this.#events!.written()
  }

  #raw_is_closed(error: Error | null): void {
    this.#raw_closed = true
    if (this.#closed) this.#link.over()
    // Who cut it itself waits for nothing.
    if (this.#destroyed || this.#dead) this.#tell_closed(error)
    else this.#in.mark(() => this.#tell_closed(error))
  }

  #tell_closed(error: Error | null): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#raw_closed) this.#link.over()
    this.#out.clear()
    this.#in.clear()
    this.#events?.closed(error)
  }
}
