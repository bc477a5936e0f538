// Types of loose_output.mjs, for the tests.

export function masked_line(line: string): string
export function output_fault(expected: string[], actual: string, how: { whole: boolean }): string | null
