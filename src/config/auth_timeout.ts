// timeout of a block authorization { }: how long a peer may take to say who it is.
import { AUTH_TIMEOUT_MS } from '../base/limits.ts'
import type { Value } from './parser.ts'
import { FieldError, type Problems } from './problems.ts'
import { parse_duration_ms, ValueError } from './values.ts'

/** Milliseconds of `timeout`: seconds as a number, or a duration text. Long ones get a warning. `what`: whose it is, for errors. */
export function read_auth_timeout(value: Value, problems: Problems, what = 'authorization'): number {
  let ms: number
  if (value.kind === 'int' || value.kind === 'float') ms = Number(value.value) * 1000
  else if (value.kind === 'string') ms = timeout_text(value.value, what)
  else throw new FieldError(value.position, `error parsing ${what} config, 'timeout' wrong type`)
  if (ms > 60_000) {
    problems.invalid_use(
      value.position,
      'timeout',
      `timeout of ${value.value} (${(ms / 1000).toFixed(6)} seconds) is high, consider keeping it under 60 seconds. ` +
        "possibly caused by unquoted duration; use '1m' instead of 1m, for example",
    )
  }
  return ms === 0 ? AUTH_TIMEOUT_MS : ms
}

function timeout_text(text: string, what: string): number {
  try {
    return parse_duration_ms(text)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new ValueError(`error parsing ${what} config, 'timeout' ${error.message}`)
  }
}
