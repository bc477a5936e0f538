// Where log bytes go: stderr or a file. Writes are synchronous and, where the system allows it, never wait.
import * as fs from 'node:fs'
import { format_seconds } from './log_line.ts'
import { system_error_code, system_error_text } from './system_error.ts'

export interface LogDevice {
  /** Whether somebody may look at it in a terminal: then levels have colours. */
  readonly is_terminal: boolean
  /** Takes some of bytes from start on and returns how many; 0 if it can take none now. Throws if it never will. */
  write(bytes: Uint8Array, start: number): number
  /** Blocks the thread; only for the end of the process. Absent: waiting for it that way is of no use. */
  wait_ms?(delay_ms: number): void
  /** Calls f once, when it may take something again. Absent: it has to be asked. */
  when_ready?(f: () => void): void
  /** Resolves when what it took has left; with false if that does not happen now. Absent: it has left at once. */
  drained?(): Promise<boolean>
  close(): void
}

/** The file functions that devices use; node:fs unless a test says otherwise. */
export type FileFunctions = Pick<typeof fs, 'openSync' | 'writeSync' | 'fstatSync' | 'closeSync' | 'constants'>

const STDERR = 2
/** Up to this length (PIPE_BUF) a pipe takes a write whole or not at all, so nothing is lost in between. */
const PIPE_WRITE_BYTES = 4096
export const FILE_WRITE_BYTES = 64 * 1024
export const LOG_FILE_MODE = 0o640

/**
 * The device of stderr. A pipe is opened a second time without blocking, so that a reader who stands still does not
 * stop the server; this does not change the pipe for other processes. Other kinds are written as they are.
 */
export function stderr_device(files: FileFunctions = fs): LogDevice {
  const stat = files.fstatSync(STDERR)
  if (stat.isFIFO()) {
    try {
      const flags = files.constants.O_WRONLY | files.constants.O_NONBLOCK
      const pipe = files.openSync(`/proc/self/fd/${STDERR}`, flags)
      return descriptor_device(files, pipe, PIPE_WRITE_BYTES, false, true)
    } catch {
      // No /proc (not Linux) or no right to it: the pipe as it is, which may block.
    }
  }
  return descriptor_device(files, STDERR, PIPE_WRITE_BYTES, stat.isCharacterDevice(), false)
}

/** The device of a log file, appended to and made if missing. Throws as open_log_file does. */
export function file_device(path: string, wall_ms: number, utc: boolean, files: FileFunctions = fs): LogDevice {
  return descriptor_device(files, open_log_file(path, wall_ms, utc, files), FILE_WRITE_BYTES, false, true)
}

/**
 * A log file, to be appended to and made if missing.
 * Throws an Error whose message is the line for stderr (reference ops.md 6.2); wall_ms dates it.
 */
export function open_log_file(
  path: string,
  wall_ms: number,
  utc: boolean,
  files: Pick<FileFunctions, 'openSync'>,
): number {
  try {
    return files.openSync(path, 'a', LOG_FILE_MODE)
  } catch (cause) {
    const text = `${format_seconds(wall_ms, utc)} error opening file: open ${path}: ${system_error_text(cause)}`
    throw new Error(text, { cause })
  }
}

function descriptor_device(
  files: FileFunctions,
  descriptor: number,
  write_bytes_max: number,
  is_terminal: boolean,
  is_owned: boolean,
): LogDevice {
  return {
    is_terminal,
    write(bytes, start) {
      const length = Math.min(bytes.length - start, write_bytes_max)
      try {
        return files.writeSync(descriptor, bytes, start, length)
      } catch (error) {
        if (system_error_code(error) === 'EAGAIN') return 0
        throw error
      }
    },
    wait_ms: (delay_ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay_ms),
    close() {
      if (is_owned) files.closeSync(descriptor)
    },
  }
}
