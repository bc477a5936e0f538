// JSON as Go's decoder reads it into a struct: names in any case, unknown ones ignored, null changes nothing, the later
// of two equal names wins, and an integer must be written as one (1.0 is none). JSON.parse alone cannot tell.

/** Types of fields. `int32` and `int` are bounded as in Go. */
export type FieldType = 'text' | 'flag' | 'int' | 'int32' | 'texts' | 'permission'

/** Subjects allowed and denied, as INFO and CONNECT carry them. */
export interface SubjectPermission {
  allow?: string[]
  deny?: string[]
}

/** Lower-case names and types of the known fields. */
export type FieldTable = ReadonlyMap<string, FieldType>

/** The known fields of one JSON object; null if text is no JSON object or a known field has a wrong type. */
export function read_fields(text: string, table: FieldTable): Record<string, unknown> | null {
  const members = object_members(text)
  if (members === null) return null
  const fields: Record<string, unknown> = {}
  for (const [name, raw] of members) {
    const known_name = name.toLowerCase()
    const type = table.get(known_name)
    if (type === undefined || raw === 'null') continue
    const value = field_value(type, raw)
    if (value === undefined) return null
    fields[known_name] = value
  }
  return fields
}

/** JSON text of bytes[start, end), which is UTF-8 although the rest of a line is not. Also for shared memory. */
export function json_text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

const PERMISSION_FIELDS: FieldTable = new Map([['allow', 'texts'], ['deny', 'texts']])

/** The value of a field of this type, or undefined if raw has another type. */
function field_value(type: FieldType, raw: string): unknown {
  switch (type) {
    case 'text':
      return raw[0] === '"' ? JSON.parse(raw) : undefined
    case 'flag':
      return raw === 'true' ? true : raw === 'false' ? false : undefined
    case 'int':
      return integer(raw, 63n)
    case 'int32':
      return integer(raw, 31n)
    case 'texts':
      return texts(raw)
    case 'permission':
      return read_fields(raw, PERMISSION_FIELDS) ?? undefined
  }
}

function integer(raw: string, bits: bigint): number | undefined {
  if (!/^-?[0-9]{1,20}$/.test(raw)) return undefined
  const value = BigInt(raw)
  return value >= -(1n << bits) && value < 1n << bits ? Number(value) : undefined
}

function texts(raw: string): string[] | undefined {
  if (raw[0] !== '[') return undefined
  const list: unknown[] = JSON.parse(raw)
  if (!list.every((item) => typeof item === 'string' || item === null)) return undefined
  return list.map((item) => typeof item === 'string' ? item : '')
}

/** Members of one JSON object in their order, each value as it was written; null if text is anything else. */
function object_members(text: string): [string, string][] | null {
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  // From here on text is known to be JSON, so the scan below need not doubt it.
  let at = skip_blanks(text, 0)
  if (text[at] !== '{') return null
  at = skip_blanks(text, at + 1)
  const members: [string, string][] = []
  while (text[at] !== '}') {
    const name_end = string_end(text, at)
    const name: string = JSON.parse(text.slice(at, name_end))
    const value_start = skip_blanks(text, text.indexOf(':', name_end) + 1)
    const end = value_end(text, value_start)
    members.push([name, text.slice(value_start, end).trimEnd()])
    at = text[end] === ',' ? skip_blanks(text, end + 1) : end
  }
  return members
}

function skip_blanks(text: string, at: number): number {
  while (' \t\r\n'.includes(text[at])) at++
  return at
}

/** The place behind the string that begins at `at`. */
function string_end(text: string, at: number): number {
  for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++
  return at + 1
}

/** The place of the comma or bracket behind the value that begins at `at`. */
function value_end(text: string, at: number): number {
  let depth = 0
  for (;;) {
    const char = text[at]
    if (char === '"') {
      at = string_end(text, at)
      continue
    }
    if (depth === 0 && (char === ',' || char === '}')) return at
    if (char === '{' || char === '[') depth++
    if (char === '}' || char === ']') depth--
    at++
  }
}
