// From the command line to a running server, and to its end by a signal.
import { readFileSync } from 'node:fs'
import { system_clock } from '../base/clock.ts'
import { load, load_again, type LoadedRun, PROGRAM } from '../config/load.ts'
import type { Options } from '../config/options.ts'
import { redacted_arguments } from '../config/redact.ts'
import { watch_parent } from '../local_mesh/parent_pipe.ts'
import { type Configuration, Server, StartError } from '../server.ts'
import type { CommandResult, CommandTerminal } from './command.ts'
import { run_command } from './commands.ts'
import { help_text, help_tls_text } from './help.ts'
import { open_files_limit, open_files_shortage } from '../review/open_files.ts'
import { LogOutput } from './log_output.ts'
import { find_processes } from './processes.ts'
import { PidFileError, ProgramFiles } from './program_files.ts'
import { send_signal } from './send_signal.ts'
import { trap_signals } from './trap_signals.ts'

const FILES = { read: (path: string) => readFileSync(path, 'utf8'), help: help_text, help_tls: help_tls_text }

/** Runs the program; resolves when it has nothing more to say, with a server running or not. */
export async function run(argv: string[]): Promise<void> {
  const result = await run_command(argv, { environment: process.env, terminal: own_terminal(), interrupted })
  if (result !== null) return end_with(result)
  const loaded = load(argv, process.env, FILES)
  if (loaded.kind === 'run') return await run_server(loaded, argv)
  if (loaded.kind === 'signal') return run_signal(loaded.signal)
  process.stdout.write(loaded.stdout)
  process.stderr.write(loaded.stderr)
  process.exitCode = loaded.exit
}

function own_terminal(): CommandTerminal {
  const { stdout, stderr } = process
  return {
    write: (text) => void stdout.write(text),
    write_error: (text) => void stderr.write(text),
    is_terminal: stdout.isTTY === true,
    // Zero where the system does not know; another number as soon as the window is another one.
    get columns() {
      return stdout.columns || 80
    },
  }
}

function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}

/** Ends as soon as everything is written: a name server that does not answer may still be waited for. */
function end_with({ stdout, stderr, exit }: CommandResult): void {
  process.stdout.write(stdout, () => process.stderr.write(stderr, () => process.exit(exit)))
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

async function run_server(loaded: LoadedRun, argv: string[]): Promise<void> {
  const { options, config_file, config_digest } = loaded
  for (const warning of loaded.warnings) process.stderr.write(warning.endsWith('\n') ? warning : warning + '\n')
  const clock = system_clock()
  const output = await open_log(options)
  if (output === null) return
  const end = (status: number) => void output.flush().then(() => process.exit(status))
  const fatal = (text: string): void => {
    output.write('FTL', text)
    end(1)
  }
  // Before the start: a signal that comes during it would end the process.
  const traps = trap_signals(process, output.write, clock, () => output.reopen())
  let is_up = false
  watch_parent(process.env, () => process.stdin, () => {
    // A trap that is gone has sprung: the server is about to end.
    if (is_up && process.listenerCount('SIGINT') === 0) return
    output.write('INF', 'What started this server is gone')
    // As the signal would; before the server is up there is nothing to wait for.
    if (!process.emit('SIGINT')) end(1)
  })
  const files = new ProgramFiles(output.write)
  let server: Server
  try {
    files.write_pid(options.pid_file)
    server = await Server.start(options, {
      write_log: output.write,
      command_line: [process.argv[1] ?? PROGRAM, ...redacted_arguments(argv)],
      ...(config_file !== undefined &&
        { config_file, load_again: () => configuration_of(load_again(argv, process.env, FILES)) }),
      ...(config_digest !== undefined && { config_digest }),
      on_fatal: fatal,
      reloaded(before, now, ports) {
        output.follow(now)
        files.follow(before, now, ports)
      },
    })
  } catch (error) {
    const is_expected = error instanceof StartError || error instanceof PidFileError
    return fatal(is_expected ? error.message : String(error instanceof Error ? error.stack : error))
  }
  const shortage = open_files_shortage(open_files_limit(), options.max_connections)
  if (shortage !== null) output.write(shortage.level, shortage.text)
  files.publish(options, server.ports)
  traps.serve(server, () => {
    files.remove()
    end(0)
  })
  is_up = true
}

const configuration_of = ({ options, config_digest = '' }: LoadedRun): Configuration => ({
  options,
  digest: config_digest,
})

async function open_log(options: Options): Promise<LogOutput | null> {
  try {
    const output = new LogOutput(options, system_clock())
    await output.opened()
    return output
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
    return null
  }
}
