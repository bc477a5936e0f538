// What client and route connections share: a socket, the bytes that came in and those that go out, activity, and how
// it ends. The actor above it knows the verbs.
import { Counter } from '../shared/counters.ts'
import { CloseReason, DISCARDING_REASONS, type Refusal } from '../base/errors.ts'
import type { Timer } from '../base/clock.ts'
import { Outbox, type Sink, type Totals } from '../broker/outbox.ts'
import { error_line } from '../wire/error_line.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import type { Transport } from '../net/transport.ts'
import { Inbox, type Parser } from './inbox.ts'

/** The actor behind a connection. */
export interface Owner extends Parser {
  /** The connection ended; called once. */
  ended(reason: CloseReason): void
}

export interface ConnectionOptions {
  slot: number
  cid: number
  ip: string
  port: number
  max_pending: number
  write_deadline_ms: number
  /** Where what it is sent is counted. */
  totals: Totals
  /** How long it waits for lagging consumers of what it publishes, at most, for each 64 KiB read. */
  stall_ms: number
  /** Counts it as a slow consumer of its kind. */
  slow_counter: number
}

/** After the last bytes the peer may read on this long before the socket is cut. */
const LINGER_MS = 2_000
const READ_UNIT_BYTES = 65_536

export class Connection implements Sink {
  readonly slot: number
  readonly cid: number
  ip: string
  port: number
  readonly outbox: Outbox
  readonly inbox: Inbox
  readonly start_ms: number
  /** Clock of the thread; any operation but PONG. */
  last_activity_ms: number
  in_messages = 0
  in_bytes = 0
  stalls = 0
  reason: CloseReason | null = null
  #context: ThreadContext
  #owner: Owner
  #log: ConnectionLog
  #options: ConnectionOptions
  #transport: Transport | null = null
  #deadline: Timer | null = null
  #stall: Timer | null = null
  #linger: Timer | null = null
  /** Somebody waits for a sign of life: called once, when bytes come. */
  on_next_bytes: (() => void) | null = null
  #writing = false
  #stopped = 0

  constructor(context: ThreadContext, owner: Owner, log: ConnectionLog, options: ConnectionOptions) {
    this.#log = log
    this.slot = options.slot
    this.cid = options.cid
    this.ip = options.ip
    this.port = options.port
    this.#context = context
    this.#owner = owner
    this.#options = options
    this.outbox = new Outbox(options.slot, context.outboxes, this, options.max_pending, options.totals)
    this.inbox = new Inbox(owner)
    this.start_ms = context.clock.wall_ms()
    this.last_activity_ms = context.clock.now_ms()
  }

  /** From now on the transport is this connection's own; it is told of everything but the bytes. */
  attach(transport: Transport): void {
    this.#transport = transport
  }

  /** Whether its socket is to be read. After the end, too: what comes then is dropped. */
  get takes_bytes(): boolean {
    return this.#stopped === 0 || this.reason !== null
  }

  /** A chunk came in. */
  on_bytes(bytes: Uint8Array, start: number, end: number, referable: boolean): void {
    if (this.reason !== null) return
    this.last_activity_ms = this.#context.clock.now_ms()
    if (this.on_next_bytes !== null) this.#tell_of_bytes()
    this.inbox.receive(bytes, start, end, referable)
    if (this.inbox.held) this.#stop()
    else if (this.#context.router.met_pressure) this.#hold_back(end - start)
  }

  #tell_of_bytes(): void {
    const tell = this.on_next_bytes!
    this.on_next_bytes = null
    tell()
  }

  /** What made the actor hold is over. */
  resume(): void {
    if (this.reason !== null) return
    this.inbox.resume()
    this.#context.finish_turn()
    if (!this.inbox.held) this.#go_on()
  }

  /** Ends the connection. What is queued is still sent, unless the reason says otherwise. */
  close(reason: CloseReason, refusal?: Refusal): void {
    if (this.reason !== null) return
    this.reason = reason
    this.inbox.closed = true
    if (refusal !== undefined && refusal.text !== null) this.outbox.append(error_line(refusal.text))
    if (DISCARDING_REASONS.has(reason)) {
      this.outbox.discard()
      this.#transport?.destroy()
    } else {
      this.outbox.flush()
      this.outbox.closed = true
      if (!this.#writing) this.#finish()
      // Whatever still comes is read and dropped, so that the last words are not lost to a reset.
      if (this.#stopped > 0) this.#transport?.resume()
      const linger_ms = this.outbox.pending > 0 ? Math.max(LINGER_MS, this.#options.write_deadline_ms) : LINGER_MS
      if (this.#transport !== null) {
        this.#linger = this.#context.clock.after(linger_ms, () => this.#transport?.destroy())
      }
    }
    if (this.#transport !== null) this.#context.closing.add(this)
    this.#owner.ended(reason)
    // Outside of a read nobody else ends the turn, and peers have to hear of the interest that is gone.
    this.#context.next_turn(() => this.#context.finish_turn())
  }

  // Sink ------------------------------------------------------------------------------------------------------------

  write(pieces: Uint8Array[], _bytes: number): boolean {
    if (this.#transport === null || this.#transport.write(pieces)) return true
    this.#writing = true
    this.#deadline = this.#context.clock.after(this.#options.write_deadline_ms, () => this.#late())
    return false
  }

  overflow(): void {
    this.#context.counters[this.#options.slow_counter]++
    this.#log.info(`Slow Consumer Detected: MaxPending of ${this.#options.max_pending} Exceeded`)
    // Not at once: whoever delivers at this moment is in the middle of its targets.
    this.outbox.discard()
    this.#context.next_turn(() => this.close(CloseReason.slow_consumer_pending))
  }

  // TransportEvents -------------------------------------------------------------------------------------------------

  written(): void {
    this.#writing = false
    this.#deadline?.cancel()
    this.outbox.drained()
    this.#context.finish_turn()
    if (this.reason !== null && !this.#writing) this.#finish()
  }

  #late(): void {
    this.#context.counters[this.#options.slow_counter]++
    const { pending } = this.outbox
    const deadline = `${this.#options.write_deadline_ms / 1000}s`
    this.#log.info(
      `Slow Consumer Detected: WriteDeadline of ${deadline} exceeded with 1 chunks of ${pending} total bytes.`,
    )
    this.close(CloseReason.slow_consumer_deadline)
  }

  /** The peer's end. */
  end_of_input(): void {
    if (this.reason === null) this.close(CloseReason.client_closed)
    else this.#transport?.destroy()
  }

  closed(error: Error | null): void {
    this.#deadline?.cancel()
    this.#stall?.cancel()
    this.#linger?.cancel()
    this.#context.held_back.delete(this)
    this.#context.closing.delete(this)
    this.#transport = null
    if (this.reason === null) this.close(error === null ? CloseReason.client_closed : CloseReason.read_error)
    this.outbox.discard()
  }

  #finish(): void {
    this.#transport?.end()
  }

  /** A publisher whose consumer lags: its socket is left alone for a while (one rule, ARCHITECTURE.md). */
  #hold_back(bytes: number): void {
    this.#context.router.met_pressure = false
    if (this.#context.settings.client.no_stall) return
    this.stalls++
    this.#context.counters[Counter.stalled]++
    this.#stop()
    const units = Math.max(1, Math.round(bytes / READ_UNIT_BYTES))
    this.#stall = this.#context.clock.after(units * this.#options.stall_ms, () => this.release())
    this.#context.held_back.add(this)
  }

  /** No consumer lags any more, or the time is up. */
  release(): void {
    this.#stall?.cancel()
    this.#context.held_back.delete(this)
    this.#go_on()
  }

  #stop(): void {
    if (this.#stopped++ === 0) this.#transport?.stop()
  }

  #go_on(): void {
    this.#stopped = 0
    if (this.reason === null && !this.inbox.held) this.#transport?.resume()
  }
}
