// accounts { NAME { msg_trace } }: where it is told what becomes of messages that others trace.
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, UnknownField } from './problems.ts'
import { is_publish_subject } from './subjects.ts'
import { quote } from './values.ts'

export interface TraceOptions {
  dest: string
  /** Of 100. */
  sampling: number
}

/** Null: nowhere. `key`: what the field is called, for errors. Throws FieldError. */
export function read_trace(value: Value, key: string, problems: Problems): TraceOptions | null {
  const trace: Partial<TraceOptions> = {}
  if (value.kind === 'string') trace.dest = read_dest(value, key)
  else if (value.kind === 'map') {
    for (const [name, entry] of value.value) read_field(trace, name, entry, key)
  } else {
    const reason = `Expected account message trace ${quote(key)} to be a string or a map/struct, got ${go_type(value)}`
    throw new FieldError(value.position, reason)
  }
  const { dest, sampling } = trace
  if (dest !== undefined) return { dest, sampling: sampling ?? 100 }
  if (sampling !== undefined) {
    problems.warning(value.position, 'Trace destination sampling ignored since no destination was set')
  }
  return null
}

function read_field(trace: Partial<TraceOptions>, name: string, entry: Value, block: string): void {
  switch (name.toLowerCase()) {
    case 'dest':
      trace.dest = read_dest(entry, name)
      return
    case 'sampling':
      trace.sampling = read_sampling(entry, name)
      return
    default:
      if (!entry.used) {
        const reason = `Unknown field ${quote(name)} parsing account message trace map/struct ${quote(block)}`
        throw new UnknownField(entry.position, reason, name, ['dest', 'sampling'])
      }
  }
}

function read_dest(value: Value, name: string): string {
  if (value.kind !== 'string') {
    throw new FieldError(value.position, `Field ${quote(name)} should be a string, got ${go_type(value)}`)
  }
  if (is_publish_subject(value.value)) return value.value
  throw new FieldError(value.position, `Trace destination ${quote(value.value)} is not valid`)
}

/** 1 to 100, as a number or as `50%`. */
function read_sampling(value: Value, name: string): number {
  const fault = (reason: string) => new FieldError(value.position, reason)
  if (value.kind !== 'int' && value.kind !== 'string') {
    const reason = `Trace destination sampling field ${quote(name)} should be an integer or a percentage`
    throw fault(`${reason}, got ${go_type(value)}`)
  }
  const text = String(value.value).replace(/%$/, '')
  if (!/^[+-]?\d+$/.test(text)) throw fault(`Invalid trace destination sampling value ${quote(String(value.value))}`)
  const percent = Number(text)
  if (percent >= 1 && percent <= 100) return percent
  throw fault(`Trace destination sampling value ${percent} is invalid, needs to be [1..100]`)
}
