// The value of an option as a file writes it, for all options that stand in tables. What is written is read back before it is
// believed: some values (no limit, decided at start) can not be said, only left unsaid.
import type { Value } from '../config/parser.ts'
import { Problems } from '../config/problems.ts'
import type { Row } from '../config/rows.ts'
import { format_duration, parse_duration_ms } from '../config/values.ts'
import type { Place } from './place.ts'
import { map, one, row, type Scalar, type Setting, unsaid } from './setting.ts'

/** In whatever words there are, as long as they stand for the same time. */
export function duration_value(ms: number): Scalar {
  // The sum of hours and seconds may be off by the last digit.
  const text = [format_duration(ms), `${ms}ms`, `${ms.toFixed(20)}ms`].find((text) => parses_to(text, ms))
  // Longer than a text of a duration may be: then seconds have been said.
  return text ?? Math.round(ms / 1000)
}

function parses_to(text: string, ms: number): boolean {
  try {
    return parse_duration_ms(text) === ms
  } catch {
    return false
  }
}

/** The line of an option of a table; `note`: what its default means where no file can say it. */
export function option_setting(name: string, option: Row<any>, value: unknown, place: Place, note?: string): Setting {
  const key = option.keys[0]
  const setting = setting_of(name, key, value, place)
  if (setting !== null && reads_back(option, setting, value)) return setting
  return unsaid(key, note ?? String(value), place)
}

function setting_of(name: string, key: string, value: unknown, place: Place): Setting | null {
  if (typeof value === 'number') return one(key, name.endsWith('_ms') ? duration_value(value) : value, place)
  if (typeof value === 'string' || typeof value === 'boolean') return one(key, value, place)
  if (Array.isArray(value)) return row(key, value as string[], place)
  if (typeof value !== 'object' || value === null) return null
  return map(key, Object.entries(value).map(([name, text]) => one(name, text as string, place)), place)
}

function reads_back({ kind, default: initial, keys }: Row<any>, setting: Setting, value: unknown): boolean {
  try {
    const read = kind.read(value_of(setting), keys[0], new Problems())
    return JSON.stringify(kind.zero_is_default && (read === 0 || read === '') ? initial : read) ===
      JSON.stringify(value)
  } catch {
    return false
  }
}

const AT = Object.freeze({ file: '', line: 0, column: 0 })

function value_of({ body }: Setting): Value {
  const made = { position: AT, used: false }
  if (body.kind === 'one') return scalar_value(body.value)
  if (body.kind === 'row') return { ...made, kind: 'array', value: body.values.map(scalar_value) }
  const entries = body.kind === 'map' ? body.entries : []
  return { ...made, kind: 'map', value: new Map(entries.map((entry) => [entry.key, value_of(entry)])) }
}

function scalar_value(value: Scalar): Value {
  const made = { position: AT, used: false }
  if (typeof value === 'string') return { ...made, kind: 'string', value }
  if (typeof value === 'boolean') return { ...made, kind: 'bool', value }
  return { ...made, kind: 'int', value: BigInt(value) }
}
