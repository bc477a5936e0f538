/** Thrown when the program itself is wrong. Never thrown for bad input: that is answered, see errors.ts. */
export class AssertionError extends Error {
  override name = 'AssertionError'
}

/** Stops the program's own mistakes where they happen, in production too. */
export function assert(condition: unknown, message = 'Assertion failed'): asserts condition {
  if (!condition) throw new AssertionError(message)
}
