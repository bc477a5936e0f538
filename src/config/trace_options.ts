// accounts { NAME { msg_trace } }: where it is told what becomes of messages that others trace.
import { latin1_bytes } from '../base/bytes.ts'
import { is_valid_publish_subject } from '../wire/subject.ts'
import type { Value } from './parser.ts'
import { FieldError, type Problems, shown, UnknownField } from './problems.ts'
import { string_of } from './rows.ts'
import { quote } from './values.ts'

export interface TraceOptions {
  dest: string
  /** Of 100. */
  sampling: number
}

/** Throws FieldError. */
export function read_trace(value: Value, problems: Problems): TraceOptions {
  const trace: TraceOptions = { dest: '', sampling: 100 }
  if (value.kind === 'string') trace.dest = value.value
  else if (value.kind === 'map') {
    for (const [name, entry] of value.value) problems.collect(entry.position, () => read_field(trace, name, entry))
  } else {throw new FieldError(
      value.position,
      `Expected account message trace to be a subject or a map/struct, got ${shown(value)}`,
    )}
  const bytes = latin1_bytes(trace.dest)
  if (is_valid_publish_subject(bytes, 0, bytes.length)) return trace
  throw new FieldError(value.position, `Trace destination ${quote(trace.dest)} is not valid`)
}

function read_field(trace: TraceOptions, name: string, entry: Value): void {
  switch (name.toLowerCase()) {
    case 'dest':
      trace.dest = string_of(entry)
      return
    case 'sampling': {
      const percent = entry.kind === 'string' ? Number(entry.value.replace(/%$/, '')) : Number(entry.value)
      if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
        throw new FieldError(
          entry.position,
          `Trace destination sampling value ${String(entry.value)} is invalid, needs to be [1..100]`,
        )
      }
      trace.sampling = percent === 0 ? 100 : percent
      return
    }
    default:
      if (!entry.used) {
        const reason = `Unknown field ${quote(name)} parsing account message trace map/struct`
        throw new UnknownField(entry.position, reason, name, ['dest', 'sampling'])
      }
  }
}
