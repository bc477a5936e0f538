// Reads the entries of one block of the file by a table, and says what is unknown or not served.
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, UnknownField } from './problems.ts'
import { type Kind, type Row, string_of } from './rows.ts'
import { parse_listen_address, ValueError } from './values.ts'

/** Reads a field that is more than a single value. */
export type Special = (value: Value, key: string) => void

/** What nats-server knows and this version does not serve. */
export interface Unserved {
  /** Refused at start, unless the value says "off": false, 0 or an empty text. A `block` is refused always. */
  readonly refused: Readonly<Record<string, 'value' | 'block'>>
  /** Has no effect, which harms nobody: one notice and the start goes on. May name keys of the table. */
  readonly harmless: readonly string[]
}

export interface Block {
  readonly table: Readonly<Record<string, Row<any>>>
  /** The object the table's options go to. */
  readonly target: Record<string, unknown>
  /** Keys that set a host and a port at once. */
  readonly listen: Readonly<Record<string, readonly [host: string, port: string]>>
  /** By key, aliases separated by blanks. */
  readonly special: Readonly<Record<string, Special>>
  readonly unserved: Unserved
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
  unserved: Unserved = { refused: {}, harmless: [] },
): void {
  read_block(entries, { table: {}, target: {}, listen: {}, special, unserved }, problems)
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
    if (block.unserved.harmless.includes(key)) without_effect(name, value, problems)
    return
  }
  read_unserved(name, key, value, block, problems)
}

/** `listen: 4222` and `listen: "host:4222"`; a bare port leaves the host as it is. */
function read_listen(value: Value, block: Block, [host, port]: readonly [string, string], set: Set<string>): void {
  if (value.kind === 'int') block.target[port] = Number(value.value)
  else if (value.kind === 'string') {
    const address = parse_listen_address(value.value)
    if (address.host !== '') {
      block.target[host] = address.host
      set.add(host)
    }
    block.target[port] = address.port
  } else throw new FieldError(value.position, `expected port or host:port, got ${go_type(value)}`)
  set.add(port)
}

function read_unserved(name: string, key: string, value: Value, block: Block, problems: Problems): void {
  const { unserved } = block
  if (unserved.harmless.includes(key)) without_effect(name, value, problems)
  else if (Object.hasOwn(unserved.refused, key)) {
    if (unserved.refused[key] === 'value' && is_off(value)) return
    problems.error(value.position, `"${name}" is not served by this version`)
  } else if (!value.used) {
    throw new UnknownField(value.position, `unknown field "${name}"`, name, known_keys(block))
  }
}

function known_keys({ table, listen, special }: Block): string[] {
  const keys = Object.values(table).flatMap((row) => row.keys)
  return [...keys, ...Object.keys(listen), ...Object.keys(special).flatMap((names) => names.split(' '))]
}

/** Says once that a field changes nothing here. */
export function without_effect(what: string, value: Value, problems: Problems): void {
  problems.notice(value.position, `"${what}" is not served by this version and has no effect`)
}

function is_off(value: Value): boolean {
  return value.value === false || value.value === '' || value.value === 0n
}

/** `write_timeout`: of its three modes only those that are what happens here anyway pass without a word. */
export function write_timeout(value: Value, key: string, problems: Problems, served: readonly string[]): void {
  const mode = string_of(value)
  if (!['default', 'close', 'retry'].includes(mode)) {
    throw new ValueError("write_timeout must be 'default', 'close' or 'retry'")
  }
  if (!served.includes(mode)) without_effect(`${key}: ${mode}`, value, problems)
}
