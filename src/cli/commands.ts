// The words that may stand first on the command line, in the place of flags. Without one of them the arguments are the server's.
import type { Command, CommandCall, CommandResult } from './command.ts'
import { CONFIG_COMMAND } from './config_command.ts'

const COMMANDS: ReadonlyMap<string, Command> = new Map([['config', CONFIG_COMMAND]])

/** Runs the command that the arguments begin with, or tells its help; null: they are the server's. */
export async function run_command(
  argv: readonly string[],
  environment: CommandCall['environment'],
): Promise<CommandResult | null> {
  const [word = '', ...rest] = argv
  const asked = word === 'help' ? COMMANDS.get(rest[0] ?? '') : undefined
  if (asked !== undefined) return { stdout: asked.help, stderr: '', exit: 0 }
  return await COMMANDS.get(word)?.run({ argv: rest, environment }) ?? null
}
