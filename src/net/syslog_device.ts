// A syslog as the device of a log: dialled, and dialled again when it is lost. Whatever is the matter with it, nothing here
// waits; what it has not taken is bounded, and sent once more over the next link, so that no line is torn or left out.
import type { Clock, Timer } from '../base/clock.ts'
import { LF } from '../base/bytes.ts'
import {
  SYSLOG_DIAL_TIMEOUT_MS,
  SYSLOG_REDIAL_MS,
  SYSLOG_REDIAL_MS_MAX,
  SYSLOG_UNDER_WAY_BYTES_MAX,
} from '../base/limits.ts'
import type { LogDevice } from '../base/log_device.ts'
import type { DialSyslog, SyslogLink } from './syslog_link.ts'

/** What goes out in one piece. */
const CHUNK_BYTES = 16 * 1024
/** A link that has lived so long was a good one: the next is dialled soon. */
const STEADY_MS = 10_000
/** After its end it has so long to get rid of what it was given. */
const LINGER_MS = 1_000

export interface SyslogEvents {
  /** It was open, and is not any more; or a first attempt failed. Told once until it is open. */
  lost(cause: string): void
  /** It is open again. */
  back(cause: string): void
}

export class SyslogDevice implements LogDevice {
  readonly is_terminal = false
  #dial: DialSyslog
  #clock: Clock
  #events: SyslogEvents
  #link: SyslogLink | null = null
  #is_open = false
  #opened_ms = 0
  /** Why there was no link; null: there is one, or nothing is known yet. */
  #cause: string | null = null
  /** Given to the link, and not known to have left. */
  #under_way: Uint8Array[] = []
  #under_way_bytes = 0
  #pause_ms = SYSLOG_REDIAL_MS
  #timer: Timer | null = null
  #ready: (() => void) | null = null
  /** They wait until nothing is under way, or there is no link. */
  #drained: ((left: boolean) => void)[] = []
  #is_closed = false
  #first: { promise: Promise<void>; done: (cause: string | null) => void }

  constructor(dial: DialSyslog, clock: Clock, events: SyslogEvents) {
    this.#dial = dial
    this.#clock = clock
    this.#events = events
    this.#first = first_attempt()
    this.#connect()
  }

  /** Rejects with an Error that says why it can not be reached. It is dialled again all the same, until it is closed. */
  opened(): Promise<void> {
    return this.#first.promise
  }

  write(bytes: Uint8Array, start: number): number {
    if (!this.#is_open || this.#under_way_bytes >= SYSLOG_UNDER_WAY_BYTES_MAX) return 0
    const { datagram_bytes_max } = this.#link!
    const end = end_of_chunk(bytes, start, datagram_bytes_max > 0)
    const cut = datagram_bytes_max > 0 ? Math.min(end, start + datagram_bytes_max) : end
    const chunk = bytes.subarray(start, cut)
    this.#under_way.push(chunk)
    this.#under_way_bytes += chunk.length
    this.#send(chunk)
    return end - start
  }

  when_ready(f: () => void): void {
    this.#ready = f
  }

  drained(): Promise<boolean> {
    if (!this.#is_open || this.#under_way.length === 0) return Promise.resolve(this.#is_open)
    return new Promise((resolve) => void this.#drained.push(resolve))
  }

  close(): void {
    this.#is_closed = true
    this.#timer?.cancel()
    this.#end_waits(false)
    const link = this.#link
    this.#link = null
    if (link === null) return
    if (!this.#is_open) return link.destroy()
    this.#is_open = false
    link.close()
    this.#clock.after(LINGER_MS, () => link.destroy())
  }

  #connect(): void {
    const is_current = () => this.#link === link && !this.#is_closed
    const link: SyslogLink = this.#dial({
      open: () => {
        if (is_current()) this.#open()
      },
      lost: (cause) => {
        if (is_current()) this.#lose(cause)
      },
    })
    this.#link = link
    this.#timer = this.#clock.after(SYSLOG_DIAL_TIMEOUT_MS, () => {
      if (is_current()) this.#lose('it can not be reached: i/o timeout')
    })
  }

  #open(): void {
    this.#timer?.cancel()
    this.#opened_ms = this.#clock.now_ms()
    this.#first.done(null)
    // Nothing new comes in between.
    for (const chunk of [...this.#under_way]) this.#send(chunk)
    this.#is_open = true
    const cause = this.#cause
    this.#cause = null
    if (cause !== null) this.#events.back(cause)
    this.#tell_ready()
  }

  #lose(cause: string): void {
    const was_steady = this.#is_open && this.#clock.now_ms() - this.#opened_ms >= STEADY_MS
    this.#timer?.cancel()
    this.#link!.destroy()
    this.#link = null
    this.#is_open = false
    this.#end_waits(false)
    const is_known = this.#cause !== null
    this.#cause = cause
    this.#first.done(cause)
    if (!is_known) this.#events.lost(cause)
    const pause_ms = was_steady ? SYSLOG_REDIAL_MS : this.#pause_ms
    this.#pause_ms = Math.min(SYSLOG_REDIAL_MS_MAX, pause_ms * 2)
    this.#timer = this.#clock.after(pause_ms, () => this.#connect())
  }

  #send(chunk: Uint8Array): void {
    const link = this.#link!
    link.send(chunk, () => {
      const at = this.#link === link ? this.#under_way.indexOf(chunk) : -1
      if (at < 0) return
      this.#under_way.splice(at, 1)
      this.#under_way_bytes -= chunk.length
      if (this.#under_way.length === 0) this.#end_waits(true)
      if (this.#under_way_bytes <= SYSLOG_UNDER_WAY_BYTES_MAX / 2) this.#tell_ready()
    })
  }

  #tell_ready(): void {
    const ready = this.#ready
    this.#ready = null
    ready?.()
  }

  #end_waits(left: boolean): void {
    for (const done of this.#drained.splice(0)) done(left)
  }
}

/** Whole lines only: up to the next end of one, or, of a stream, to the last that is near. */
function end_of_chunk(bytes: Uint8Array, start: number, is_one_line: boolean): number {
  const last = is_one_line ? -1 : bytes.lastIndexOf(LF, start + CHUNK_BYTES - 1)
  return (last >= start ? last : bytes.indexOf(LF, start)) + 1
}

function first_attempt() {
  let done: (cause: string | null) => void = () => {}
  const promise = new Promise<void>((resolve, reject) => {
    done = (cause) => cause === null ? resolve() : reject(new Error(cause))
  })
  // Nobody may ask.
  promise.catch(() => {})
  return { promise, done }
}
