// The one place where lines of all threads become bytes of a log. It never blocks the thread: what the device
// does not take waits, up to a bound, and what is above the bound is dropped and counted.
import { Buffer } from 'node:buffer'
import { LF } from './bytes.ts'
import type { Clock, Timer } from './clock.ts'
import { LOG_LINES_QUEUED_MAX } from './limits.ts'
import type { Level, LogSubject } from './log.ts'
import type { LogDevice } from './log_device.ts'
import type { LineFormat } from './log_line.ts'

/** Characters that may wait: traces carry payloads, so a bound on lines alone would not bound memory. */
export const LOG_CHARACTERS_QUEUED_MAX = 8 * 1024 * 1024
/** What a line has besides its text, or more. */
const LINE_CHARACTERS = 64
/** Characters joined into one batch of bytes. */
const BATCH_CHARACTERS = 64 * 1024
/** A full device is tried again after this long, unless it says itself when. */
const RETRY_MS = 5
/** At the end of the process a device that takes nothing for this long is given up. */
const FLUSH_WAIT_MS_MAX = 1000

/** A line that waits, and how many lines are missing from the log if it is lost. */
interface WaitingLine {
  readonly wall_ms: number
  readonly level: Level
  readonly text: string
  readonly about: LogSubject | undefined
  readonly weight: number
}

export class LogWriter {
  #device: LogDevice
  #format: LineFormat
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

  /** `end_of_turn` runs its argument at the end of this turn of the event loop; a timer unless a test says otherwise. */
  constructor(device: LogDevice, format: LineFormat, clock: Clock, end_of_turn?: (f: () => void) => void) {
    this.#device = device
    this.#format = format
    this.#clock = clock
    this.#end_of_turn = end_of_turn ?? ((f) => void clock.after(0, f))
  }

  /** Queues one line. Above the bound it is dropped and counted, unless it is the last word of the process (FTL). */
  write(level: Level, text: string, about?: LogSubject): void {
    if (this.#is_closed) return
    const is_full = this.#waiting.length >= LOG_LINES_QUEUED_MAX ||
      this.#characters + text.length + LINE_CHARACTERS > LOG_CHARACTERS_QUEUED_MAX
    if (is_full && level !== 'FTL') {
      this.#dropped++
    } else {
      this.#tell_dropped()
      this.#push(level, text, about, 1)
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
      if (outcome !== 'full' || this.#device.wait_ms === undefined) return
      if (written > 0) waited_ms = 0
      this.#device.wait_ms(1)
    }
  }

  /** As flush_sync, and waits as long for what has to leave the device. */
  async flush(): Promise<void> {
    this.flush_sync()
    const device = this.#device
    if (device.drained === undefined || this.#is_closed) return
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(FLUSH_WAIT_MS_MAX, resolve)
      void this.#drain(device).then(() => {
        timer.cancel()
        resolve()
      })
    })
  }

  async #drain(device: LogDevice): Promise<void> {
    while (await device.drained!() && device === this.#device && this.#write_all().written > 0);
  }

  get is_terminal(): boolean {
    return this.#device.is_terminal
  }

  /** The next lines look like this. */
  restyle(format: LineFormat): void {
    this.#format = format
  }

  /** What waits goes to the former device, which is closed, as far as it takes it; the rest and all that follows to this one. */
  replace(device: LogDevice, format: LineFormat): void {
    this.flush_sync()
    this.#stop_waiting()
    this.#device.close()
    this.#drop_torn()
    this.#device = device
    this.#format = format
    this.#flush()
  }

  /** Flushes and closes the device. Later lines are ignored. */
  close(): void {
    if (this.#is_closed) return
    this.flush_sync()
    this.#is_closed = true
    this.#stop_waiting()
    this.#device.close()
  }

  #push(level: Level, text: string, about: LogSubject | undefined, weight: number): void {
    this.#waiting.push({ wall_ms: this.#clock.wall_ms(), level, text, about, weight })
    this.#characters += text.length + LINE_CHARACTERS
  }

  /** Says how many lines are missing at the place where they are missing. */
  #tell_dropped(): void {
    if (this.#dropped === 0) return
    const text = `${this.#dropped} log lines dropped, the log grows faster than it can be written`
    this.#push('WRN', text, undefined, this.#dropped)
    this.#dropped = 0
  }

  #flush(): void {
    // After a refusal there is no retry of our own: the next line is one, and a dead stderr costs nothing.
    if (this.#is_closed || this.#retry || this.#write_all().outcome !== 'full') return
    const again = () => {
      if (this.#retry !== retry) return
      this.#retry = undefined
      this.#flush()
    }
    let retry: Timer = { cancel() {} }
    if (this.#device.when_ready === undefined) retry = this.#clock.after(RETRY_MS, again)
    else this.#device.when_ready(again)
    this.#retry = retry
  }

  #stop_waiting(): void {
    this.#retry?.cancel()
    this.#retry = undefined
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
    let bytes = ''
    this.#batch_weight = 0
    while (count < this.#waiting.length && bytes.length < BATCH_CHARACTERS) {
      const { wall_ms, level, text, about, weight } = this.#waiting[count++]
      bytes += this.#format(wall_ms, level, text, about)
      this.#characters -= text.length + LINE_CHARACTERS
      this.#batch_weight += weight
    }
    this.#waiting.splice(0, count)
    this.#batch = Buffer.from(bytes)
    this.#taken = 0
    return true
  }

  /** A line of which another device has the beginning is not to be gone on with. */
  #drop_torn(): void {
    const begun = this.#taken > 0 && this.#taken < this.#batch.length && this.#batch[this.#taken - 1] !== LF
    if (!begun) return
    this.#taken = this.#batch.indexOf(LF, this.#taken) + 1
    this.#dropped++
  }
}
