// The digest that -t prints: the same for files that say the same (reference ops.md 1.6).
import { createHash } from 'node:crypto'
import type { Entries, Value } from './parser.ts'

/** `sha256:<hex>` over the JSON of the parsed file and one LF, as nats-server makes it. */
export function config_digest(entries: Entries): string {
  return `sha256:${createHash('sha256').update(`${map_json(entries)}\n`, 'utf8').digest('hex')}`
}

/** The value as Go's encoder writes it: keys sorted by their bytes, HTML characters escaped, no blanks. */
function json(value: Value): string {
  if (value.kind === 'map') return map_json(value.value)
  if (value.kind === 'array') return `[${value.value.map(json).join(',')}]`
  if (value.kind === 'string' || value.kind === 'date') return string_json(value.value)
  return String(value.value)
}

function map_json(entries: Entries): string {
  const sorted = [...entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `{${sorted.map(([key, value]) => `${string_json(key)}:${json(value)}`).join(',')}}`
}

function string_json(text: string): string {
  const escape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, escape)
}
