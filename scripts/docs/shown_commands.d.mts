// Types of shown_commands.mjs, for the tests.

export interface ShownCommand {
  command: string
  expected: string[]
  interrupted: number | undefined
  goes_on: boolean
}

export function shown_commands(block: { language: string; text: string }): ShownCommand[]
