// The files that tell others of the running program: its pid, and the ports that it listens on (reference ops.md 1.8).
import type { Level } from '../base/log.ts'
import { system_error_text } from '../base/system_error.ts'
import type { Options } from '../config/options.ts'
import { remove_ports_file, write_pid_file, write_ports_file } from '../monitor/files.ts'
import type { ServerPorts } from '../server.ts'

type FileOptions = Pick<Options, 'pid_file' | 'ports_file_dir' | 'tls' | 'websocket'>

/** The start can not go on; the message is the line for the operator. */
export class PidFileError extends Error {
  override name = 'PidFileError'
}

export class ProgramFiles {
  #log: (level: Level, text: string) => void
  /** '': there is none. */
  #ports_file = ''

  constructor(log: (level: Level, text: string) => void) {
    this.#log = log
  }

  /** '': nothing is written. Throws PidFileError. */
  write_pid(path: string): void {
    if (path === '') return
    try {
      write_pid_file(path, process.pid)
    } catch (error) {
      throw new PidFileError(`Could not write pidfile: ${error instanceof Error ? error.message : error}`)
    }
  }

  /** Writes where the server is, if that is wanted. */
  publish({ ports_file_dir: folder, tls, websocket }: FileOptions, ports: ServerPorts): void {
    if (folder === '') return
    try {
      this.#ports_file = write_ports_file(folder, process.pid, {
        nats: { scheme: tls === null ? 'nats' : 'tls', ...ports.client },
        ...(ports.monitor && { monitoring: ports.monitor }),
        ...(ports.profile && { profile: { scheme: 'http', ...ports.profile } }),
        ...(ports.websocket && { websocket: { scheme: websocket.tls === null ? 'ws' : 'wss', ...ports.websocket } }),
        ...(ports.cluster && { cluster: { scheme: 'nats', ...ports.cluster } }),
      })
    } catch (error) {
      this.#log('ERR', `Error writing ports file to ${folder}: ${system_error_text(error)}`)
    }
  }

  /** The configuration was loaded again: files are where it says now. */
  follow(before: FileOptions, now: FileOptions, ports: ServerPorts): void {
    if (before.pid_file !== now.pid_file) this.#say(() => this.write_pid(now.pid_file))
    if (before.ports_file_dir === now.ports_file_dir) return
    this.remove()
    this.publish(now, ports)
  }

  /** At the orderly end, or where it is another one. */
  remove(): void {
    const path = this.#ports_file
    this.#ports_file = ''
    if (path !== '') this.#say(() => remove_ports_file(path))
  }

  #say(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#log('ERR', error instanceof Error ? error.message : String(error))
    }
  }
}
