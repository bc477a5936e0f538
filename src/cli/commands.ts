// The words that may stand first on the command line, in the place of flags. Without one of them the arguments are the server's.
import type { Command, CommandCall, CommandResult } from './command.ts'

/** Each is loaded when it is asked for: a server needs none of them. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['config', async () => (await import('./config_command.ts')).CONFIG_COMMAND],
])

/** Runs the command that the arguments begin with, or tells its help; null: they are the server's. */
export async function run_command(
  argv: readonly string[],
  environment: CommandCall['environment'],
): Promise<CommandResult | null> {
  const [word = '', ...rest] = argv
  const asked = word === 'help' ? COMMANDS.get(rest[0] ?? '') : undefined
  if (asked !== undefined) return { stdout: (await asked()).help, stderr: '', exit: 0 }
  const load = COMMANDS.get(word)
  return load === undefined ? null : await (await load()).run({ argv: rest, environment })
}
