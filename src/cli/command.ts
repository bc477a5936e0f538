// What a command of the program is: a word in the place of flags, with a help and a result of its own.

/** Where a command shows what happens while it runs. What it has found in the end is its result. */
export interface CommandTerminal {
  /** To the standard output. */
  write(text: string): void
  write_error(text: string): void
  /** A person looks at the standard output: lines may be drawn again (escape sequences work). */
  readonly is_terminal: boolean
  /** Characters on a line. */
  readonly columns: number
}

export interface CommandCall {
  /** What stands behind the word. */
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly terminal: CommandTerminal
  /** Aborted by Ctrl-C and SIGTERM. A command that does not look at it ends at once. */
  interrupted(): AbortSignal
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
