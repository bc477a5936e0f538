// Operations as their parsers report them, for tests of what actors do with them.
import { latin1_bytes } from '../../src/base/bytes.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { ClientParser } from '../../src/wire/client_parser.ts'
import type { OpRecord } from '../../src/wire/op.ts'
import { RouteParser } from '../../src/wire/route_parser.ts'

export interface Parsed {
  bytes: Uint8Array
  op: OpRecord
}

function parsed(parser: ClientParser | RouteParser, line: string): Parsed {
  const bytes = latin1_bytes(`junk${line}\r\n`)
  const kind = parser.next(bytes, 4, bytes.length)
  if (kind <= 0) throw new Error(`Not an operation: ${line}`)
  return { bytes, op: parser.op }
}

export const client_op = (line: string): Parsed => parsed(new ClientParser(4096), line)
/** As a peer writes it that names the leaf cluster in LS- too. */
export function route_op(line: string): Parsed {
  const parser = new RouteParser(4096)
  parser.leaf_remove_has_origin = true
  return parsed(parser, line)
}

/** A small index as one thread sees it. */
export function small_index(thread = 0): SubjectIndex {
  return new SubjectIndex(
    SubjectIndex.reserve({ subscriptions: 500, edges: 1024, log: false, log_bytes: 4096 }),
    thread,
  )
}
