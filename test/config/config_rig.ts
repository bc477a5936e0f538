// Values of a configuration file, for the tests of what is read from them.
import { type Entries, parse_file, type Value } from '../../src/config/parser.ts'
import { Problems } from '../../src/config/problems.ts'

export function entries_of(text: string): Entries {
  return parse_file('f', { environment: {}, read: () => text })
}

/** The value of the first entry. */
export function value_of(text: string): Value {
  const [value] = entries_of(text).values()
  return value
}

/** What is thrown about a value, as a line; '' if nothing is. */
export function line_of(read: () => unknown, problems = new Problems()): string {
  problems.collect({ file: 'f', line: 1, column: 0 } as never, read)
  return problems.errors.join('\n')
}
