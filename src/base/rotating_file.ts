// A log file that is put away under another name when it has become too long (reference ops.md 6.2). A line is never cut in
// two by that, and none is lost: where something goes wrong the file that was written to goes on being written to.
import { Buffer } from 'node:buffer'
import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LF } from './bytes.ts'
import type { Clock } from './clock.ts'
import { go_quote } from './errors.ts'
import type { Level } from './log.ts'
import { backup_stamp, surplus_backups } from './log_backup.ts'
import { FILE_WRITE_BYTES, type FileFunctions, LOG_FILE_MODE, type LogDevice, open_log_file } from './log_device.ts'
import { system_error_text } from './system_error.ts'

export interface Rotation {
  readonly path: string
  /** A file that is longer is put away. */
  readonly bytes_max: number
  /** Of the log, the one in use among them; 0: all are kept. */
  readonly files_max: number
}

export type RotationFiles =
  & FileFunctions
  & Pick<typeof fs, 'renameSync' | 'existsSync' | 'readdirSync' | 'unlinkSync'>

export class RotatingFile implements LogDevice {
  readonly is_terminal = false
  #rotation: Rotation
  /** A line of our own, as those of the log are. */
  #line: (level: Level, text: string) => string
  #clock: Pick<Clock, 'wall_ms'>
  #files: RotationFiles
  #descriptor: number
  #bytes: number
  /** Above bytes_max after it could not be put away. */
  #bytes_max: number

  /** Throws as open_log_file does. */
  constructor(
    rotation: Rotation,
    line: (level: Level, text: string) => string,
    utc: boolean,
    clock: Pick<Clock, 'wall_ms'>,
    files: RotationFiles = fs,
  ) {
    this.#rotation = rotation
    this.#line = line
    this.#clock = clock
    this.#files = files
    this.#descriptor = open_log_file(rotation.path, clock.wall_ms(), utc, files)
    this.#bytes = files.fstatSync(this.#descriptor).size
    this.#bytes_max = rotation.bytes_max
  }

  /** It was so when it was opened: the next line has it put away. */
  get is_too_long(): boolean {
    return this.#bytes > this.#bytes_max
  }

  write(bytes: Uint8Array, start: number): number {
    const length = this.#length_of_write(bytes, start)
    const taken = this.#files.writeSync(this.#descriptor, bytes, start, length)
    this.#bytes += taken
    if (this.is_too_long && bytes[start + taken - 1] === LF) this.#rotate()
    return taken
  }

  close(): void {
    this.#files.closeSync(this.#descriptor)
  }

  /** Up to the end of the line that makes the file too long, if there is one. */
  #length_of_write(bytes: Uint8Array, start: number): number {
    const rest = bytes.length - start, room = Math.max(0, this.#bytes_max - this.#bytes)
    const line_end = rest <= room ? -1 : bytes.indexOf(LF, start + room)
    return Math.min(FILE_WRITE_BYTES, line_end < 0 ? rest : line_end + 1 - start)
  }

  #rotate(): void {
    const { path, bytes_max } = this.#rotation
    const backup = this.#free_name()
    // Somebody may have moved it away without telling us.
    const is_there = this.#files.existsSync(path)
    let next: number
    try {
      if (is_there) this.#files.renameSync(path, backup)
      next = this.#open_next(is_there ? backup : null)
    } catch (error) {
      return this.#put_off(error)
    }
    const former = this.#descriptor
    this.#descriptor = next
    this.#bytes = 0
    this.#bytes_max = bytes_max
    const what = is_there ? `backup saved as ${go_quote(backup)}` : 'the former file had been moved away'
    this.#say('INF', `Rotated log, ${what}`)
    try {
      this.#files.closeSync(former)
    } catch (error) {
      this.#say('ERR', `Unable to close the rotated logfile (${system_error_text(error)})`)
    }
    this.#purge()
  }

  /** Throws if there can be none; then the former one has its name again. */
  #open_next(backup: string | null): number {
    const { path } = this.#rotation
    try {
      return this.#files.openSync(path, 'a', LOG_FILE_MODE)
    } catch (error) {
      if (backup !== null) this.#files.renameSync(backup, path)
      throw error
    }
  }

  #put_off(error: unknown): void {
    this.#bytes_max *= 2
    const cause = system_error_text(error)
    this.#say('ERR', `Unable to rotate logfile (${cause}), will attempt next rotation at size ${this.#bytes_max}`)
  }

  /** Nothing is there by that name: two of one moment must not become one. */
  #free_name(): string {
    const name_at = (wall_ms: number) => `${this.#rotation.path}.${backup_stamp(wall_ms)}`
    let wall_ms = this.#clock.wall_ms()
    while (this.#files.existsSync(name_at(wall_ms))) wall_ms += 0.001
    return name_at(wall_ms)
  }

  #purge(): void {
    const { path, files_max } = this.#rotation
    if (files_max <= 0) return
    const folder = dirname(path)
    try {
      const names = this.#files.readdirSync(folder)
      for (const name of surplus_backups(names, basename(path), files_max - 1)) {
        this.#files.unlinkSync(join(folder, name))
        this.#say('INF', `Purged log file ${go_quote(name)}`)
      }
    } catch (error) {
      this.#say('ERR', `Unable to purge log files (${system_error_text(error)}), will attempt next rotation`)
    }
  }

  /** Past the lines that wait: it is about the file itself. One that can not be written is not said. */
  #say(level: Level, text: string): void {
    try {
      const bytes = Buffer.from(this.#line(level, text))
      for (let taken = 0; taken < bytes.length;) {
        taken += this.#files.writeSync(this.#descriptor, bytes, taken, bytes.length - taken)
      }
      this.#bytes += bytes.length
    } catch {
      // The disk is full, which the next line finds out as well.
    }
  }
}
