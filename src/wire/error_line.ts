import { latin1_bytes } from '../base/bytes.ts'

/** `-ERR 'text' CRLF`: the only place where a refusal becomes bytes. Quotes inside the text are not escaped. */
export function error_line(text: string): Uint8Array {
  return latin1_bytes(`-ERR '${text}'\r\n`)
}
