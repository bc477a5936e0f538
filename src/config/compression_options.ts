// compression of a block: true, a mode, or { mode, rtt_thresholds }.
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, UnknownField } from './problems.ts'
import { string_array_of, string_of } from './rows.ts'
import { format_duration, parse_duration_ms, quote, ValueError } from './values.ts'

const THRESHOLDS = ['rtt_thresholds', 'thresholds', 'rtts', 'rtt']
const AUTO = ['auto', 's2_auto']
const THRESHOLDS_MAX = 4
const MODES = [
  ...['', 'not supported', 'not_supported', 'off', 'disabled', 'false', 'accept', ...AUTO, 'on', 'enabled', 'true'],
  ...['fast', 's2_fast', 'better', 's2_better', 'best', 's2_best'],
]

/** The mode. `when_on`: the one that "on" stands for. Throws FieldError. */
export function read_compression(value: Value, key: string, problems: Problems, when_on: string): string {
  if (value.kind === 'bool') return value.value ? when_on : 'off'
  if (value.kind === 'string') return value.value
  if (value.kind !== 'map') {
    throw new FieldError(
      value.position,
      `field ${quote(key)} should be a boolean or a structure, got ${go_type(value)}`,
    )
  }
  let mode = ''
  let thresholds: number[] = []
  for (const [name, entry] of value.value) {
    const field = name.toLowerCase()
    if (field === 'mode') mode = string_of(entry)
    else if (THRESHOLDS.includes(field)) {
      thresholds = problems.collect(entry.position, () => string_array_of(entry).map(parse_duration_ms)) ?? []
    } else if (!entry.used) {
      problems.collect(entry.position, () => {
        throw new UnknownField(entry.position, `unknown field ${quote(name)}`, name, ['mode', ...THRESHOLDS])
      })
    }
  }
  problems.collect(value.position, () => {
    const fault = thresholds_fault(is_on(mode) ? when_on : mode, thresholds)
    if (fault !== null) throw new ValueError(fault)
  })
  return mode
}

const is_on = (mode: string) => ['on', 'enabled', 'true'].includes(mode.toLowerCase())

/** Null: the thresholds are in order, or nobody asks for them. */
function thresholds_fault(mode: string, thresholds: readonly number[]): string | null {
  if (!AUTO.includes(mode.toLowerCase()) || thresholds.length === 0) return null
  const kept = thresholds.map((ms) => Math.max(ms, 0))
  if (kept.some((ms, i) => ms !== 0 && kept.slice(0, i).some((before) => ms < before))) {
    return `RTT threshold values ${listed(thresholds)} should be in ascending order`
  }
  const count = kept.findLastIndex((ms) => ms !== 0) + 1
  if (count === 0) return `compression mode ${quote(mode)} requires at least one RTT threshold`
  return count > THRESHOLDS_MAX
    ? `compression mode ${quote(mode)} should have no more than ${THRESHOLDS_MAX} RTT thresholds: ${listed(thresholds)}`
    : null
}

const listed = (thresholds: readonly number[]) => `[${thresholds.map(format_duration).join(' ')}]`

/** What is wrong with a mode; null: nothing. */
export function compression_fault(mode: string): string | null {
  return MODES.includes(mode.toLowerCase()) ? null : `unsupported compression mode ${quote(mode)}`
}
