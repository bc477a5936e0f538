// What was seen at many addresses, put together by server.
import type { DialFact, Facts, MonitorSaid, ServerSaid } from './facts.ts'

export interface Member {
  readonly id: string
  readonly name: string
  readonly said: ServerSaid
  /** Where it answered. */
  readonly dials: readonly DialFact[]
  /** Null: it was not seen through monitoring. */
  readonly monitor: MonitorSaid | null
}

/** By name. */
export function members_of({ dials }: Pick<Facts, 'dials'>): Member[] {
  const by_id = new Map<string, DialFact[]>()
  for (const dial of dials) {
    if (dial.server === null) continue
    const list = by_id.get(dial.server.id)
    if (list === undefined) by_id.set(dial.server.id, [dial])
    else list.push(dial)
  }
  const members = [...by_id].map(([id, own]): Member => {
    const monitor = own.find((dial) => dial.monitor !== null)?.monitor ?? null
    const said = (own.find(({ target }) => target.door === 'client') ?? own[0]).server!
    return { id, name: said.name, said, dials: own, monitor }
  })
  return members.sort((a, b) => by_text(a.name, b.name) || by_text(a.id, b.id))
}

/** The same on every machine. */
export const by_text = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0

/** `server "a"`, as findings have it in the place of a file. */
export const member_place = ({ name }: Pick<Member, 'name'>): string => `server "${name}"`

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
}

/** Values that differ: each with the members that have it, the most common first. */
export function by_value<T>(members: readonly Member[], value: (member: Member) => T | null): [T, Member[]][] {
  const groups = new Map<T, Member[]>()
  for (const member of members) {
    const own = value(member)
    if (own === null) continue
    const group = groups.get(own)
    if (group === undefined) groups.set(own, [member])
    else group.push(member)
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length)
}

/** `2 (a, b), 3 (c)`. */
export const groups_text = (groups: readonly (readonly [unknown, readonly Member[]])[]): string =>
  groups.map(([value, members]) => `${value} (${members.map(({ name }) => name).join(', ')})`).join(', ')
