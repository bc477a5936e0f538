// The log of the program: where its lines go, and that it goes somewhere else when the options say so or the file was moved away.
import { Buffer } from 'node:buffer'
import { hostname } from 'node:os'
import type { Clock } from '../base/clock.ts'
import { go_quote } from '../base/errors.ts'
import type { Level, LogSubject } from '../base/log.ts'
import { file_device, type LogDevice, stderr_device } from '../base/log_device.ts'
import { format_json } from '../base/log_json.ts'
import { format_line, format_seconds, type LineFormat } from '../base/log_line.ts'
import { LogWriter } from '../base/log_writer.ts'
import { RotatingFile } from '../base/rotating_file.ts'
import { syslog_format, type SyslogForm } from '../base/syslog_line.ts'
import { PROGRAM } from '../config/load.ts'
import type { Options } from '../config/options.ts'
import { SyslogDevice } from '../net/syslog_device.ts'
import { local_syslog, parse_syslog_url, remote_syslog } from '../net/syslog_link.ts'

export type LogOptions = Pick<
  Options,
  | 'log_file'
  | 'log_format'
  | 'log_size_limit'
  | 'log_max_num'
  | 'syslog'
  | 'remote_syslog'
  | 'logtime'
  | 'logtime_utc'
>

export class LogOutput {
  #options: LogOptions
  #clock: Clock
  #open_stderr: () => LogDevice
  #device: LogDevice
  #writer: LogWriter
  /** What goes wrong now is told by `opened`. */
  #is_opening = true

  /** Throws an Error whose message is the line for stderr. */
  constructor(options: LogOptions, clock: Clock, open_stderr: () => LogDevice = stderr_device) {
    this.#clock = clock
    this.#open_stderr = open_stderr
    // The server's own change while it runs.
    this.#options = { ...options }
    this.#device = this.#open(options)
    this.#writer = new LogWriter(this.#device, this.#format(options, this.#device), clock)
    this.#put_away()
  }

  /** Rejects with an Error whose message is the line for stderr: nobody is there who takes the log. */
  async opened(): Promise<void> {
    try {
      if (this.#device instanceof SyslogDevice) await this.#device.opened()
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      this.#writer.close()
      throw new Error(this.#dated(`error connecting to syslog: ${go_quote(text)}`))
    } finally {
      this.#is_opening = false
    }
  }

  write = (level: Level, text: string, about?: LogSubject): void => this.#writer.write(level, text, about)

  /** Resolves when everything is written, or nobody takes it. */
  flush(): Promise<void> {
    return this.#writer.flush()
  }

  /** By other options from here on. What can not be opened is said, and the former place stays. */
  follow(options: LogOptions): void {
    const former = this.#options
    this.#options = { ...options }
    if (place(former) === place(options)) return this.#writer.restyle(this.#format(options, this.#device))
    if (this.#replace()) return this.#put_away()
    const { log_file, syslog, remote_syslog } = former
    this.#options = { ...options, log_file, syslog, remote_syslog }
    this.#writer.restyle(this.#format(this.#options, this.#device))
  }

  /** The file was moved away: the next lines go into a new one of its name. */
  reopen(): void {
    if (this.#options.log_file === '') return this.write('INF', 'File log re-open ignored, not a file logger')
    if (this.#replace()) this.write('INF', 'File log re-opened')
  }

  /** The file has been too long from the start: this line has it put away. */
  #put_away(): void {
    if (this.#device instanceof RotatingFile && this.#device.is_too_long) this.write('INF', 'Rotating logfile...')
  }

  #replace(): boolean {
    try {
      // What waits may still make the former file too long: the new one is to be counted as it is after that.
      this.#writer.flush_sync()
      const device = this.#open(this.#options)
      this.#writer.replace(device, this.#format(this.#options, device))
      this.#device = device
      return true
    } catch (error) {
      this.write('ERR', error instanceof Error ? error.message : String(error))
      return false
    }
  }

  /** In the order of reference ops.md 6.1. Throws as the constructor does. */
  #open(
    { log_file: path, log_size_limit, log_max_num, remote_syslog: url, syslog, logtime_utc }: LogOptions,
  ): LogDevice {
    if (path !== '' && log_size_limit > 0) {
      const rotation = { path, bytes_max: log_size_limit, files_max: log_max_num }
      return new RotatingFile(rotation, (level, text) => this.#own_line(level, text), logtime_utc, this.#clock)
    }
    if (path !== '') return file_device(path, this.#clock.wall_ms(), logtime_utc)
    if (url !== '') return this.#open_syslog(() => remote_syslog(parse_syslog_url(url)))
    if (syslog) return this.#open_syslog(() => local_syslog(PROGRAM, process.pid, this.#clock))
    return this.#open_stderr()
  }

  #open_syslog(find: () => ReturnType<typeof remote_syslog>): SyslogDevice {
    try {
      return new SyslogDevice(find(), this.#clock, {
        lost: (cause) => this.#is_opening || this.#say_elsewhere(`error connecting to syslog: ${go_quote(cause)}`),
        back: (cause) => this.write('WRN', `The syslog was lost for a while (${cause})`),
      })
    } catch (error) {
      throw new Error(this.#dated(error instanceof Error ? error.message : String(error)))
    }
  }

  /** A line of the file about itself. */
  #own_line(level: Level, text: string): string {
    return this.#format(this.#options, this.#device)(this.#clock.wall_ms(), level, text)
  }

  #format(options: LogOptions, device: LogDevice): LineFormat {
    const { logtime: time, logtime_utc: utc } = options
    const { pid } = process
    const form = syslog_form(options)
    if (form !== null) return syslog_format(form, { program: PROGRAM, pid, host: hostname() || 'localhost' })
    if (options.log_format === 'json') {
      return (wall_ms, level, text, about) => format_json(pid, wall_ms, level, text, { time, utc }, about)
    }
    const style = { time, utc, colour: device.is_terminal }
    return (wall_ms, level, text) => format_line(pid, wall_ms, level, text, style)
  }

  /** On stderr, if that takes it: the log itself can not say this now. */
  #say_elsewhere(text: string): void {
    const stderr = this.#open_stderr()
    try {
      stderr.write(Buffer.from(`${this.#dated(text)}\n`), 0)
    } catch {
      // Nobody is there either.
    }
    stderr.close()
  }

  #dated(text: string): string {
    return `${format_seconds(this.#clock.wall_ms(), this.#options.logtime_utc)} ${text}`
  }
}

/** Two options with the same one have the same log. */
function place({ log_file, log_size_limit, log_max_num, remote_syslog, syslog }: LogOptions): string {
  if (log_file !== '') return `file ${log_size_limit} ${log_max_num} ${log_file}`
  return remote_syslog !== '' ? `remote ${remote_syslog}` : syslog ? 'local' : 'stderr'
}

/** Null: it is no syslog. */
function syslog_form({ log_file, remote_syslog, syslog }: LogOptions): SyslogForm | null {
  if (log_file !== '') return null
  if (remote_syslog !== '') return parse_syslog_url(remote_syslog).network === 'unix' ? 'unix' : 'network'
  return syslog ? 'logger' : null
}
