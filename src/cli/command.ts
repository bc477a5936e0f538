// What a command of the program is: a word in the place of flags, with a help and a result of its own.

export interface CommandCall {
  /** What stands behind the word. */
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

export interface Command {
  readonly help: string
  run(call: CommandCall): Promise<CommandResult>
}
