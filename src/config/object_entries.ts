// A configuration that a program gives as an object, in the form that a file is read into. Where a value stands is then the path
// to it.
import type { Entries, Position, Value } from './parser.ts'
import { ValueError } from './values.ts'

/** The entries of an object. `path`: what errors call it. Fields that are undefined or null are not there. Throws ValueError. */
export function object_entries(object: object, path: string): Entries {
  const fields = Object.entries(object).filter(([, value]) => value !== undefined && value !== null)
  return new Map(fields.map(([name, value]) => [name, value_of(value, `${path}.${name}`)]))
}

function value_of(given: unknown, path: string): Value {
  const common = { position: place(path), used: false }
  switch (typeof given) {
    case 'string':
      return { ...common, kind: 'string', value: given }
    case 'boolean':
      return { ...common, kind: 'bool', value: given }
    case 'bigint':
      return { ...common, kind: 'int', value: given }
    case 'number':
      if (Number.isSafeInteger(given)) return { ...common, kind: 'int', value: BigInt(given) }
      if (Number.isFinite(given)) return { ...common, kind: 'float', value: given }
      throw new ValueError(`${path}: ${given} is no number that can be configured`)
    case 'object':
      if (Array.isArray(given)) {
        return {
          ...common,
          kind: 'array',
          value: given.map((each, i) => item_of(each, path, i)),
        }
      }
      return { ...common, kind: 'map', value: object_entries(given as object, path) }
    default:
      throw new ValueError(
        `${path}: a ${typeof given} can not be configured; texts, numbers, booleans, lists and objects can`,
      )
  }
}

function item_of(given: unknown, path: string, index: number): Value {
  if (given === undefined || given === null) throw new ValueError(`${path}[${index}]: there is nothing`)
  return value_of(given, `${path}[${index}]`)
}

/** Line 0: it is not in a file. */
const place = (path: string): Position => ({ file: path, line: 0, column: 0 })
