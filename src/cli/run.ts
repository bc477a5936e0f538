// From the command line to a running server, and to its end by a signal.
import { readFileSync } from 'node:fs'
import { system_clock } from '../base/clock.ts'
import { file_device, stderr_device } from '../base/log_device.ts'
import { LogWriter } from '../base/log_writer.ts'
import { load, type LoadedRun, PROGRAM } from '../config/load.ts'
import type { Options } from '../config/options.ts'
import { remove_ports_file, write_pid_file, write_ports_file } from '../monitor/files.ts'
import { Server, type ServerPorts, StartError } from '../server.ts'
import { system_error_text } from '../base/system_error.ts'
import { help_text, help_tls_text } from './help.ts'
import { open_files_limit, open_files_warning } from './open_files.ts'
import { find_processes } from './processes.ts'
import { send_signal } from './send_signal.ts'
import { trap_signals } from './trap_signals.ts'

/** Runs the program; resolves when it has nothing more to say, with a server running or not. */
export async function run(argv: string[]): Promise<void> {
  const loaded = load(argv, process.env, {
    read: (path) => readFileSync(path, 'utf8'),
    help: help_text,
    help_tls: help_tls_text,
  })
  if (loaded.kind === 'run') return await run_server(loaded)
  if (loaded.kind === 'signal') return run_signal(loaded.signal)
  process.stdout.write(loaded.stdout)
  process.stderr.write(loaded.stderr)
  process.exitCode = loaded.exit
}

function run_signal(text: string): void {
  const problem = send_signal(text, {
    read: (path) => readFileSync(path, 'utf8'),
    kill: (pid, signal) => void process.kill(pid, signal),
    find: () => find_processes(process.argv[1], process.pid),
  })
  if (problem === null) return
  process.stderr.write(`${PROGRAM}: ${problem}\n`)
  process.exitCode = 1
}

async function run_server(loaded: LoadedRun): Promise<void> {
  const { options } = loaded
  for (const warning of loaded.warnings) process.stderr.write(warning.endsWith('\n') ? warning : warning + '\n')
  const clock = system_clock()
  const writer = open_log(loaded)
  if (writer === null) return
  const write_log = writer.write.bind(writer)
  const fatal = (text: string): void => {
    writer.write('FTL', text)
    writer.flush_sync()
    process.exit(1)
  }
  if (options.pid_file !== '') {
    try {
      write_pid_file(options.pid_file, process.pid)
    } catch (error) {
      return fatal(`Could not write pidfile: ${error instanceof Error ? error.message : error}`)
    }
  }
  // Before the start: a signal that comes during it would end the process.
  const traps = trap_signals(process, write_log, clock)
  let server: Server
  try {
    const { config_file, config_digest } = loaded
    server = await Server.start(options, {
      write_log,
      ...(config_file !== undefined && { config_file }),
      ...(config_digest !== undefined && { config_digest }),
      on_fatal: fatal,
    })
  } catch (error) {
    return fatal(error instanceof StartError ? error.message : String(error instanceof Error ? error.stack : error))
  }
  const files_warning = open_files_warning(open_files_limit(), options.max_connections)
  if (files_warning !== null) write_log('WRN', files_warning)
  const ports_file = options.ports_file_dir === '' ? null : publish_ports(options, server.ports, write_log)
  traps.serve(server, () => {
    if (ports_file !== null) remove_ports_file(ports_file)
    writer.flush_sync()
    process.exit(0)
  })
}

function open_log({ options }: LoadedRun): LogWriter | null {
  const clock = system_clock()
  try {
    const { log_file, logtime, logtime_utc } = options
    const device = log_file === '' ? stderr_device() : file_device(log_file, clock.wall_ms(), logtime_utc)
    const line = { pid: process.pid, time: logtime, utc: logtime_utc, colour: device.is_terminal }
    return new LogWriter(device, line, clock)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
    return null
  }
}

function publish_ports(
  options: Options,
  ports: ServerPorts,
  log: (level: 'ERR', text: string) => void,
): string | null {
  const folder = options.ports_file_dir
  const scheme = options.tls === null ? 'nats' : 'tls'
  const websocket_scheme = options.websocket.tls === null ? 'ws' : 'wss'
  try {
    return write_ports_file(folder, process.pid, {
      nats: { scheme, ...ports.client },
      ...(ports.monitor && { monitoring: { scheme: 'http', ...ports.monitor } }),
      ...(ports.websocket && { websocket: { scheme: websocket_scheme, ...ports.websocket } }),
      ...(ports.cluster && { cluster: { scheme: 'nats', ...ports.cluster } }),
    })
  } catch (error) {
    log('ERR', `Error writing ports file to ${folder}: ${system_error_text(error)}`)
    return null
  }
}
