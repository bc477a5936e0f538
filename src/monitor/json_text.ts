// JSON as Go writes it.
import { Buffer } from 'node:buffer'

/** Pretty JSON with 2 blanks, or compact JSON; no line end behind it. */
export function json_text(value: unknown, compact = false): string {
  return JSON.stringify(value, null, compact ? 0 : 2).replace(/[<>&\u2028\u2029]/g, escape_character)
}

// These characters stand inside strings only, so replacing them in the finished text is safe.
function escape_character(character: string): string {
  return '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0')
}

/**
 * Text of the wire as JSON has it. The wire's text is latin1 inside the program, one character per byte;
 * most of those bytes are UTF-8, and JSON is read as such.
 */
export function wire_text(latin1: string): string {
  for (let i = 0; i < latin1.length; i++) {
    if (latin1.charCodeAt(i) > 127) return Buffer.from(latin1, 'latin1').toString('utf8')
  }
  return latin1
}
