// What the lists exports [ ] and imports [ ] of an account have in common.
import type { ImportKind } from '../auth/account_imports.ts'
import type { Position, Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'

/** With where it stands, for what only shows when all accounts are known. */
export interface Placed<Item> {
  readonly item: Item
  readonly position: Position
}

/** `what`: the list, for errors. An item that is null is left out: what is to be said about it was said. */
export function read_items<Item>(
  value: Value,
  what: string,
  problems: Problems,
  read: (entry: Value) => Item | null,
): Placed<Item>[] {
  if (value.kind !== 'array') throw new FieldError(value.position, `${what} should be an array, got ${go_type(value)}`)
  const items: Placed<Item>[] = []
  for (const entry of value.value) {
    const item = problems.collect(entry.position, () => read(entry))
    if (item === undefined || item === null) continue
    const [first = entry] = entry.kind === 'map' ? entry.value.values() : []
    items.push({ item, position: first.position })
  }
  return items
}

/** What the fields of an item have said so far, and where: some of them do not go together. */
export class Directives {
  readonly #places = new Map<string, Position>()

  /** Throws FieldError if it was said before, where that is not allowed. */
  seen(name: string, value: Value, twice?: string): void {
    if (twice !== undefined && this.#places.has(name)) throw new FieldError(value.position, twice)
    this.#places.set(name, value.position)
  }

  /** Throws FieldError if one of them was said. */
  refuse(names: readonly string[], where: string): void {
    for (const name of names) {
      const place = this.#places.get(name)
      if (place !== undefined) throw new FieldError(place, `Detected ${name} directive on ${where}`)
    }
  }
}

/** An item is in the list, and says nothing. */
export function nothing(value: Value, what: string, problems: Problems): null {
  problems.notice(value.position, `an ${what} that names neither a stream nor a service has no effect`)
  return null
}

/** `shown`: how the error names what came second. */
export function take_subject(
  made: { kind: ImportKind; subject: string },
  kind: ImportKind,
  subject: string,
  value: Value,
  shown: string,
): void {
  if (made.subject !== '' && made.kind !== kind) {
    throw new FieldError(value.position, `Detected ${kind}${shown} but already saw a ${made.kind}`)
  }
  made.kind = kind
  made.subject = subject
}

export function entries_of(value: Value, what: string): ReadonlyMap<string, Value> {
  if (value.kind === 'map') return value.value
  throw new FieldError(value.position, `${what} Items should be a map with type entry, got ${go_type(value)}`)
}
