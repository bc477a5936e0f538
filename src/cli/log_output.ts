// The log of the program: where its lines go, and that it goes somewhere else when the options say so or the file was moved away.
import type { Clock } from '../base/clock.ts'
import type { Level } from '../base/log.ts'
import { file_device, type LogDevice, stderr_device } from '../base/log_device.ts'
import { LogWriter, type LogWriterOptions } from '../base/log_writer.ts'
import type { Options } from '../config/options.ts'

type LogOptions = Pick<Options, 'log_file' | 'logtime' | 'logtime_utc'>

export class LogOutput {
  #options: LogOptions
  #clock: Clock
  #writer: LogWriter

  /** Throws an Error whose message is the line for stderr. */
  constructor(options: LogOptions, clock: Clock) {
    this.#clock = clock
    // The server's own change while it runs.
    this.#options = { ...options }
    const device = this.#open(options)
    this.#writer = new LogWriter(device, this.#style(device), clock)
  }

  write = (level: Level, text: string): void => this.#writer.write(level, text)

  /** Everything is written before it returns, unless nobody takes it. */
  flush_sync(): void {
    this.#writer.flush_sync()
  }

  /** By other options from here on. A file that can not be opened is said, and the former one stays. */
  follow(options: LogOptions): void {
    const former = this.#options
    this.#options = { ...options }
    if (former.log_file === options.log_file) return this.#writer.restyle(this.#style(null))
    if (!this.#replace()) this.#options = { ...options, log_file: former.log_file }
  }

  /** The file was moved away: the next lines go into a new one of its name. */
  reopen(): void {
    if (this.#options.log_file === '') return this.write('INF', 'File log re-open ignored, not a file logger')
    if (this.#replace()) this.write('INF', 'File log re-opened')
  }

  #replace(): boolean {
    try {
      const device = this.#open(this.#options)
      this.#writer.replace(device, this.#style(device))
      return true
    } catch (error) {
      this.write('ERR', error instanceof Error ? error.message : String(error))
      return false
    }
  }

  #open({ log_file, logtime_utc }: LogOptions): LogDevice {
    return log_file === '' ? stderr_device() : file_device(log_file, this.#clock.wall_ms(), logtime_utc)
  }

  /** Null: the device that is there. */
  #style(device: LogDevice | null): LogWriterOptions {
    const { logtime: time, logtime_utc: utc } = this.#options
    return { pid: process.pid, time, utc, colour: device?.is_terminal ?? this.#writer.is_terminal }
  }
}
