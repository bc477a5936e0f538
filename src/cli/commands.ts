// The words that may stand first on the command line, in the place of flags. Without one of them the arguments are the server's.
import type { Command, CommandCall, CommandResult } from './command.ts'

interface NamedCommand {
  /** One line, for the list of commands. */
  readonly summary: string
  /** Only when it is asked for: a server needs none of them. */
  load(): Promise<Command>
}

export const COMMANDS: Readonly<Record<string, NamedCommand>> = Object.freeze({
  bench: {
    summary: 'Measure throughput by number of workers, latency and processor time',
    load: async () => (await import('./bench_command.ts')).BENCH_COMMAND,
  },
  config: {
    summary: 'Judge a configuration, or show what is in force',
    load: async () => (await import('./config_command.ts')).CONFIG_COMMAND,
  },
  mesh: {
    summary: 'Start several servers here that find each other, and watch them do so',
    load: async () => (await import('./mesh_command.ts')).MESH_COMMAND,
  },
  certs: {
    summary: 'Make an authority and certificates for the servers of a mesh',
    load: async () => (await import('./certs_command.ts')).CERTS_COMMAND,
  },
})

const command_of = (word: string): NamedCommand | undefined =>
  Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined

/** Runs the command that the arguments begin with, or tells its help; null: they are the server's. */
export async function run_command(
  argv: readonly string[],
  call: Omit<CommandCall, 'argv'>,
): Promise<CommandResult | null> {
  const [word = '', ...rest] = argv
  const asked = word === 'help' ? command_of(rest[0] ?? '') : undefined
  if (asked !== undefined) return { stdout: (await asked.load()).help, stderr: '', exit: 0 }
  const command = command_of(word)
  return command === undefined ? null : await (await command.load()).run({ ...call, argv: rest })
}
