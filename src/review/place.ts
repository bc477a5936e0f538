// Where it was said what is in force: by a flag, in the environment, in a file, or nowhere. Nothing is kept for it while a
// configuration is read: the parsed file and the arguments are asked afterwards, by the names that the option tables have.
import { type CommandLine, dashed } from '../config/flags.ts'
import type { Entries, Position, Value } from '../config/parser.ts'
import { position_text } from '../config/problems.ts'

export interface Place {
  /** As it is shown: `server.conf:3:1`. */
  readonly text: string
  /** False: it is what nobody has said. */
  readonly is_said: boolean
}

export const DEFAULT: Place = Object.freeze({ text: 'default', is_said: false })

/** Nobody said it, so it is as another option, which somebody may have said. */
export function default_as(key: string, other: Place): Place {
  return other.is_said ? { text: `default, as ${key} (${other.text})`, is_said: false } : DEFAULT
}

/** A value of the file, and where it was said: in the environment as a whole, perhaps, with all that is in it. */
export interface Placed {
  /** As it stands there; '' in a list. */
  readonly key: string
  readonly value: Value
  readonly position: Position
  /** The variable. */
  readonly environment: string | undefined
}

export interface Sources {
  readonly line: CommandLine
  /** The whole file as one map; empty without a file. */
  readonly file: readonly Placed[]
}

const NOWHERE = Object.freeze({ file: '', line: 0, column: 0 })

export function sources_of(line: CommandLine, entries: Entries | undefined): Sources {
  if (entries === undefined) return { line, file: [] }
  const value: Value = { kind: 'map', value: entries, position: NOWHERE, used: false }
  return { line, file: [{ key: '', value, position: NOWHERE, environment: undefined }] }
}

function placed(key: string, value: Value, { environment, position }: Placed): Placed {
  if (environment !== undefined) return { key, value, environment, position }
  return { key, value, environment: value.environment, position: value.position }
}

/** The entries of maps under one of these names, in any case, as they are read: the last one counts. */
export function entries_under(maps: readonly Placed[], names: string): Placed[] {
  const wanted = names.split(' ')
  return all_entries(maps).filter(({ key }) => wanted.includes(key.toLowerCase()))
}

/** The entries of maps, and the texts of lists, by exactly their names: there may be thousands. Of equal ones the last. */
export function entries_by_name(blocks: readonly Placed[]): ReadonlyMap<string, Placed> {
  const texts = items_of(blocks).filter(({ value }) => value.kind === 'string')
  return new Map([
    ...texts.map((text) => [String(text.value.value), text] as const),
    ...all_entries(blocks).map((entry) => [entry.key, entry] as const),
  ])
}

/** All entries of maps. */
export function all_entries(maps: readonly Placed[]): Placed[] {
  return maps.flatMap((map) =>
    map.value.kind === 'map' ? [...map.value.value].map(([key, entry]) => placed(key, entry, map)) : []
  )
}

/** What stands in lists; a value that is no list is one of one. */
export function items_of(lists: readonly Placed[]): Placed[] {
  return lists.flatMap((list) => {
    const { value } = list
    return value.kind === 'array' ? value.value.map((item) => placed('', item, list)) : [list]
  })
}

/** Of the last of these: it is the one that counts. */
export function place_in(candidates: readonly Placed[], otherwise = DEFAULT): Place {
  const last = candidates.at(-1)
  if (last === undefined) return otherwise
  const position = position_text(last.position)
  const { environment } = last
  return { text: environment === undefined ? position : `environment ${environment} (${position})`, is_said: true }
}

/** Of the last of these flags that was given, by their first names; null: none was. */
export function flag_place({ line }: Sources, ...names: string[]): Place | null {
  const given = names.map((name) => line.values.get(name)).findLast((each) => each !== undefined)
  return given === undefined ? null : { text: `flag ${dashed(given.name)}`, is_said: true }
}
