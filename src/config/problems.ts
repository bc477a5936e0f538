// What is wrong with a configuration file, and where. All problems are collected; warnings are shown first.
import type { Position, Value } from './parser.ts'
import { nearest } from './nearest.ts'
import { quote, ValueError } from './values.ts'

/** Thrown to give up one field; turned into a line by Problems. */
export class FieldError extends Error {
  override name = 'FieldError'
  readonly position: Position
  constructor(position: Position, reason: string) {
    super(reason)
    this.position = position
  }
}

/** A field that there is not. `known`: those that there are, so the one that was meant may be told. */
export class UnknownField extends FieldError {
  override name = 'UnknownField'
  readonly field: string
  readonly known: readonly string[]
  constructor(position: Position, reason: string, field: string, known: readonly string[]) {
    super(position, reason)
    this.field = field
    this.known = known
  }

  /** Null: none is near. */
  get meant(): string | null {
    return nearest(this.field, this.known)
  }

  /** Its line: nats-server's, and behind it the name that may have been meant. */
  get line(): string {
    const hint = this.meant === null ? '' : `; did you mean ${quote(this.meant)}?`
    return `${position_text(this.position)}: ${this.message}${hint}`
  }
}

/** The names Go prints for the kinds of values. */
const GO_TYPES: Readonly<Record<Value['kind'], string>> = Object.freeze({
  string: 'string',
  int: 'int64',
  float: 'float64',
  bool: 'bool',
  date: 'time.Time',
  array: '[]interface {}',
  map: 'map[string]interface {}',
})

export const go_type = (value: Value): string => GO_TYPES[value.kind]

/** The line nats-server prints when a value has another type than its field. */
export function type_error(value: Value, wanted: Value['kind']): FieldError {
  return new FieldError(
    value.position,
    `interface conversion: interface {} is ${go_type(value)}, not ${GO_TYPES[wanted]}`,
  )
}

/** A value as nats-server prints it inside an error. */
export function shown(value: Value): string {
  if (value.kind === 'array') return `[${value.value.map(shown).join(' ')}]`
  if (value.kind === 'map') {
    return `map[${[...value.value].map(([name, entry]) => `${name}:${shown(entry)}`).join(' ')}]`
  }
  return String(value.value)
}

/** `<file>:<line>:<column>` (reference ops.md 2.7); of what is in no file its path. */
export const position_text = ({ file, line, column }: Position): string =>
  line === 0 ? file : `${file}:${line}:${column}`

/**
 * The collected lines of one file. A notice is a warning that does not fail `-t`: something has no effect here. A refusal ends a
 * start and does not fail `-t`: nats-server would start with it, and this server may not act as if it did the same.
 */
export class Problems {
  readonly errors: string[]
  readonly warnings: string[]
  readonly notices: string[] = []
  readonly refusals: string[] = []
  /** Those among the errors and notices, for whoever wants to say what was meant. */
  readonly unknown: UnknownField[]

  constructor(errors: string[] = [], warnings: string[] = [], unknown: UnknownField[] = []) {
    this.errors = errors
    this.warnings = warnings
    this.unknown = unknown
  }

  /** For what stands in a block that is not served as a whole: mistakes count, of the rest that one notice says enough. */
  of_unserved_block(): Problems {
    return new Problems(this.errors, this.warnings, this.unknown)
  }

  error(at: Position, reason: string): void {
    this.errors.push(`${position_text(at)}: ${reason}`)
  }

  warning(at: Position, reason: string): void {
    this.warnings.push(`${position_text(at)}: ${reason}`)
  }

  invalid_use(at: Position, field: string, reason: string): void {
    this.warning(at, `invalid use of field "${field}": ${reason}`)
  }

  notice(at: Position, reason: string): void {
    this.notices.push(`${position_text(at)}: ${reason}`)
  }

  refusal(at: Position, reason: string): void {
    this.refusals.push(`${position_text(at)}: ${reason}`)
  }

  /** Of a block in which nats-server passes over what it does not know. */
  passed_over(field: UnknownField): void {
    this.unknown.push(field)
    this.notices.push(field.line)
  }

  /** Runs read; what it throws about the value becomes a line, and the result is undefined. */
  collect<T>(at: Position, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (error instanceof UnknownField) {
        this.unknown.push(error)
        this.errors.push(error.line)
      } else if (error instanceof FieldError) this.error(error.position, error.message)
      else if (error instanceof ValueError) this.error(at, error.message)
      else throw error
      return undefined
    }
  }
}
