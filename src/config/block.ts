// Reads the entries of one block of the file by a table, and says what is unknown or not served.
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, UnknownField } from './problems.ts'
import { type Kind, type Row, string_of } from './rows.ts'
import { parse_listen_address, quote, ValueError } from './values.ts'

/** Reads a field that is more than a single value. */
export type Special = (value: Value, key: string) => void

export interface Block {
  readonly table: Readonly<Record<string, Row<any>>>
  /** The object the table's options go to. */
  readonly target: Record<string, unknown>
  /** Keys that set a host and a port at once. */
  readonly listen: Readonly<Record<string, readonly [host: string, port: string]>>
  /** By key, aliases separated by blanks. */
  readonly special: Readonly<Record<string, Special>>
  /** Names of the table that are read and have no effect, which harms nobody: one notice and the start goes on. */
  readonly harmless?: readonly string[]
  /** Keys left alone whatever they say. */
  readonly ignored?: readonly string[]
}

/** Reads all entries in the order of the file; returns the names of the table's options that were set. */
export function read_block(entries: ReadonlyMap<string, Value>, block: Block, problems: Problems): Set<string> {
  const set = new Set<string>()
  for (const [name, value] of entries) {
    problems.collect(value.position, () => read_field(name, value, block, problems, set))
  }
  return set
}

/** Reads a block that is all fields of its own, without a table. */
export function read_fields(
  entries: ReadonlyMap<string, Value>,
  special: Block['special'],
  problems: Problems,
): void {
  read_block(entries, { table: {}, target: {}, listen: {}, special }, problems)
}

function read_field(name: string, value: Value, block: Block, problems: Problems, set: Set<string>): void {
  const key = name.toLowerCase()
  if (block.ignored?.includes(key)) return
  const special = Object.entries(block.special).find(([keys]) => keys.split(' ').includes(key))
  if (special) return special[1](value, key)
  if (Object.hasOwn(block.listen, key)) return read_listen(value, block, block.listen[key], set)
  for (const [option, { keys, kind, default: initial }] of Object.entries(block.table)) {
    if (!keys.includes(key)) continue
    const read = (kind as Kind<unknown>).read(value, key, problems)
    block.target[option] = kind.zero_is_default && (read === 0 || read === '') ? initial : read
    set.add(option)
    if (block.harmless?.includes(key)) without_effect(name, value, problems)
    return
  }
  if (!value.used) {
    throw new UnknownField(value.position, `unknown field ${quote(name)}`, name, names_of(block))
  }
}

/** A bare port leaves the host as it is. */
function read_listen(value: Value, block: Block, [host, port]: readonly [string, string], set: Set<string>): void {
  const address = listen_of(value)
  if (address.host !== '') {
    block.target[host] = address.host
    set.add(host)
  }
  block.target[port] = address.port
  set.add(port)
}

/** `listen: 4222` and `listen: "host:4222"`; the host is empty if it is not said. */
export function listen_of(value: Value): { host: string; port: number } {
  if (value.kind === 'int') return { host: '', port: Number(value.value) }
  if (value.kind === 'string') return parse_listen_address(value.value)
  throw new FieldError(value.position, `expected port or host:port, got ${go_type(value)}`)
}

/** Every name that the block knows. */
function names_of({ table, listen, special }: Block): string[] {
  return [
    ...Object.values(table).flatMap(({ keys }) => keys),
    ...Object.keys(listen),
    ...Object.keys(special).flatMap((keys) => keys.split(' ')),
  ]
}

/** Says once that a field changes nothing here. */
export function without_effect(what: string, value: Value, problems: Problems): void {
  problems.notice(value.position, `"${what}" is not served by this version and has no effect`)
}

/** Nobody shall believe in what is not there: `-t` takes the field, a start does not. `cure`: what to do about it. */
export function refuse_start(what: string, value: Value, problems: Problems, cure = ''): void {
  problems.refusal(value.position, `"${what}" is not served by this version${cure === '' ? '' : `: ${cure}`}`)
}

/** `write_timeout`: of its three modes only those that are what happens here anyway pass without a word. */
export function write_timeout(value: Value, key: string, problems: Problems, served: readonly string[]): void {
  const mode = write_timeout_of(value)
  if (!served.includes(mode)) without_effect(`${key}: ${mode}`, value, problems)
}

export function write_timeout_of(value: Value): string {
  const mode = string_of(value)
  if (['default', 'close', 'retry'].includes(mode)) return mode
  throw new ValueError("write_timeout must be 'default', 'close' or 'retry'")
}
