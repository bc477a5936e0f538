// The one place where lines of all threads become bytes of a file. It never blocks the thread: what the device
// does not take waits, up to a bound, and what is above the bound is dropped and counted.
import { Buffer } from 'node:buffer'
import type { Clock, Timer } from './clock.ts'
import { LOG_LINES_QUEUED_MAX } from './limits.ts'
import type { Level } from './log.ts'
import type { LogDevice } from './log_device.ts'
import { format_line, type LogLineStyle } from './log_line.ts'

/** Characters that may wait: traces carry payloads, so a bound on lines alone would not bound memory. */
export const LOG_CHARACTERS_QUEUED_MAX = 8 * 1024 * 1024
/** Characters joined into one batch of bytes. */
const BATCH_CHARACTERS = 64 * 1024
/** A full device is tried again after this long. */
const RETRY_MS = 5
/** At the end of the process a device that takes nothing for this long is given up. */
const FLUSH_WAIT_MS_MAX = 1000

export interface LogWriterOptions extends LogLineStyle {
  pid: number
  /** Runs its argument at the end of this turn of the event loop; a timer unless a test says otherwise. */
  end_of_turn?: (f: () => void) => void
}

/** A line that waits, and how many lines are missing from the log if it is lost. */
interface WaitingLine {
  readonly line: string
  readonly weight: number
}

export class LogWriter {
  #device: LogDevice
  #options: LogWriterOptions
  readonly #clock: Clock
  readonly #end_of_turn: (f: () => void) => void
  /** Lines that are not bytes yet, and their length together. */
  #waiting: WaitingLine[] = []
  #characters = 0
  /** The batch in the works: its bytes from #taken on are not written. */
  #batch: Uint8Array = new Uint8Array(0)
  #taken = 0
  #batch_weight = 0
  #dropped = 0
  #is_scheduled = false
  #retry: Timer | undefined
  #is_closed = false

  constructor(device: LogDevice, options: LogWriterOptions, clock: Clock) {
    this.#device = device
    this.#options = options
    this.#clock = clock
    this.#end_of_turn = options.end_of_turn ?? ((f) => void clock.after(0, f))
  }

  /** Queues one line. Above the bound it is dropped and counted, unless it is the last word of the process (FTL). */
  write(level: Level, text: string): void {
    if (this.#is_closed) return
    const line = this.#format(level, text)
    const is_full = this.#waiting.length >= LOG_LINES_QUEUED_MAX ||
      this.#characters + line.length > LOG_CHARACTERS_QUEUED_MAX
    if (is_full && level !== 'FTL') {
      this.#dropped++
    } else {
      this.#tell_dropped()
      this.#push(line, 1)
    }
    if (this.#is_scheduled || this.#retry) return
    this.#is_scheduled = true
    this.#end_of_turn(() => {
      this.#is_scheduled = false
      this.#flush()
    })
  }

  /** Writes everything that waits before it returns, unless the device refuses, or takes nothing for a second. */
  flush_sync(): void {
    for (let waited_ms = 0; waited_ms < FLUSH_WAIT_MS_MAX && !this.#is_closed; waited_ms++) {
      const { written, outcome } = this.#write_all()
      if (outcome !== 'full') return
      if (written > 0) waited_ms = 0
      this.#device.wait_ms(1)
    }
  }

  get is_terminal(): boolean {
    return this.#device.is_terminal
  }

  /** The next lines look like this. */
  restyle(style: LogLineStyle): void {
    this.#options = { ...this.#options, ...style }
  }

  /** What waits goes to the former device, which is closed; all that follows to this one. */
  replace(device: LogDevice, style: LogLineStyle): void {
    this.flush_sync()
    this.#device.close()
    this.#device = device
    this.restyle(style)
  }

  /** Flushes and closes the device. Later lines are ignored. */
  close(): void {
    if (this.#is_closed) return
    this.flush_sync()
    this.#is_closed = true
    this.#retry?.cancel()
    this.#retry = undefined
    this.#device.close()
  }

  #format(level: Level, text: string): string {
    return format_line(this.#options.pid, this.#clock.wall_ms(), level, text, this.#options)
  }

  #push(line: string, weight: number): void {
    this.#waiting.push({ line, weight })
    this.#characters += line.length
  }

  /** Says how many lines are missing at the place where they are missing. */
  #tell_dropped(): void {
    if (this.#dropped === 0) return
    const text = `${this.#dropped} log lines dropped, the log grows faster than it can be written`
    this.#push(this.#format('WRN', text), this.#dropped)
    this.#dropped = 0
  }

  #flush(): void {
    // After a refusal there is no retry of our own: the next line is one, and a dead stderr costs nothing.
    if (this.#is_closed || this.#write_all().outcome !== 'full') return
    this.#retry = this.#clock.after(RETRY_MS, () => {
      this.#retry = undefined
      this.#flush()
    })
  }

  /** Writes until nothing waits, or the device takes no more for now (full) or refuses. Tells the bytes written. */
  #write_all(): { written: number; outcome: 'done' | 'full' | 'refused' } {
    for (let written = 0;;) {
      if (this.#taken === this.#batch.length && !this.#next_batch()) return { written, outcome: 'done' }
      try {
        const taken = this.#device.write(this.#batch, this.#taken)
        if (taken === 0) return { written, outcome: 'full' }
        this.#taken += taken
        written += taken
      } catch {
        // Disk full or reader gone: the batch is lost like lines above the bound.
        this.#dropped += this.#batch_weight
        this.#taken = this.#batch.length
        return { written, outcome: 'refused' }
      }
    }
  }

  /** Joins waiting lines into the next batch; false if there is none. */
  #next_batch(): boolean {
    if (this.#waiting.length === 0) this.#tell_dropped()
    if (this.#waiting.length === 0) return false
    let count = 0
    let text = ''
    this.#batch_weight = 0
    while (count < this.#waiting.length && text.length < BATCH_CHARACTERS) {
      const { line, weight } = this.#waiting[count++]
      text += line
      this.#batch_weight += weight
    }
    this.#waiting.splice(0, count)
    this.#characters -= text.length
    this.#batch = Buffer.from(text)
    this.#taken = 0
    return true
  }
}
