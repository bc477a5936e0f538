// mappings { }, at the top or of an account (reference client.md 5.10).
import { check_mapping, type MappingDestination, type MappingSettings } from '../auth/subject_mapping.ts'
import { TransformError } from '../auth/transform.ts'
import type { Value } from './parser.ts'
import { FieldError, type Problems, shown, type_error, UnknownField } from './problems.ts'
import { string_of } from './rows.ts'
import { is_subject } from './subjects.ts'
import { quote } from './values.ts'

/** In the order of the file; of two with one source the last counts, in the place of the first. */
export function read_mappings(value: Value, problems: Problems): MappingSettings[] {
  if (value.kind !== 'map') throw type_error(value, 'map')
  const mappings = new Map<string, MappingSettings>()
  for (const [source, entry] of value.value) {
    problems.collect(entry.position, () => {
      if (!is_subject(source)) {
        throw new FieldError(value.position, `Subject ${quote(source)} is not a valid subject`)
      }
      const mapping = { source, destinations: read_destinations(entry, problems) }
      if (mapping.destinations.some(({ subject }) => subject === '')) {
        return problems.refusal(entry.position, `mapping of ${quote(source)}: it needs a destination`)
      }
      const where = entry.kind === 'string' ? `${quote(source)} to ${quote(entry.value)}` : quote(source)
      try {
        check_mapping(mapping)
      } catch (error) {
        if (!(error instanceof TransformError)) throw error
        throw new FieldError(entry.position, `Error adding mapping for ${where} : ${error.message}`)
      }
      mappings.set(source, mapping)
    })
  }
  return [...mappings.values()]
}

/** A subject, a destination with its weight, or several of those. */
function read_destinations(value: Value, problems: Problems): MappingDestination[] {
  if (value.kind === 'string') return [{ subject: value.value, weight: 100 }]
  if (value.kind !== 'array') return [read_destination(value)]
  const read = value.value.map((entry) => problems.collect(entry.position, () => read_destination(entry)))
  return read.filter((destination) => destination !== undefined)
}

function read_destination(value: Value): MappingDestination {
  if (value.kind !== 'map') throw new FieldError(value.position, 'Expected an entry for the mapping destination')
  let subject = '', weight = -1, cluster = ''
  for (const [name, entry] of value.value) {
    const key = name.toLowerCase()
    if (key === 'dest' || key === 'destination') subject = string_of(entry)
    else if (key === 'weight') weight = read_weight(entry)
    else if (key === 'cluster') cluster = string_of(entry)
    else {
      const reason = `Unknown field ${quote(name)} for mapping destination`
      throw new UnknownField(entry.position, reason, name, ['dest', 'destination', 'weight', 'cluster'])
    }
  }
  if (weight < 0) throw new FieldError(value.position, `Missing weight for mapping destination ${quote(subject)}`)
  return { subject, weight, ...(cluster !== '' && { cluster }) }
}

/** 0 to 100, as a number or as `20%`. */
function read_weight(value: Value): number {
  if (value.kind !== 'int' && value.kind !== 'string') {
    throw new FieldError(value.position, `Unknown entry type for weight of ${shown(value)}`)
  }
  const text = `${value.value}`.replace(/%$/, '')
  const weight = Number(text)
  if (/^[+-]?\d+$/.test(text) && weight >= 0 && weight <= 100) return weight
  const is_number = /^[+-]?\d+$/.test(text)
  throw new FieldError(value.position, `Invalid weight ${is_number ? weight : quote(text)} for mapping destination`)
}
