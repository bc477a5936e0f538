// Who is in the mesh, as the page has seen it so far. Everybody has a seat that stays his, also while he is away.
import type { MemberAnswer, MeshAnswer } from './mesh_answer.ts'

/**
 * `here`: it answers. `silent`: others have routes to it, but it does not answer. `lost`: nobody has. `left`: it is gone, and of
 * those that tell whom they look for nobody looks for it.
 */
export type MemberState = 'here' | 'silent' | 'lost' | 'left'

export interface Seat {
  /** Of the seat, not of who sits there: a server that was started anew has another id. */
  readonly key: string
  /** Its place in the picture, from 0. */
  readonly place: number
  id: string
  name: string
  state: MemberState
  /** Since when, by the clock of the page. */
  since_ms: number
  /** Its last answer. Null: it never gave one. */
  answer: MemberAnswer | null
  /** Where clients find it, as others see it; '': not known. */
  address: string
  /** Answers in a row that did not come. */
  missed: number
  /** Why others lost it, in their words; '': they do not say. */
  why: string
}

/** How long a member that is gone is still shown. */
export const LOST_SHOWN_MS = 10 * 60_000
export const LEFT_SHOWN_MS = 60_000
/** Others begin to look for a lost member within that time; if nobody does, it has said that it leaves. */
const SEARCH_BEGINS_MS = 3_000
/** One answer may be late without a word about it. */
const MISSED_MAX = 1

export class Roster {
  #seats: Seat[] = []
  #last_key = 0

  /** The seats in the order of their places. */
  get seats(): readonly Seat[] {
    return this.#seats
  }

  /** Places of the picture: those in the middle that are free stay so until somebody comes. */
  get places(): number {
    return this.#seats.reduce((most, { place }) => Math.max(most, place + 1), 0)
  }

  take(mesh: MeshAnswer, at_ms: number): void {
    const named = names_of(mesh)
    const answers = new Map(mesh.members.map((member) => [member.id, member]))
    for (const seat of this.#seats) {
      this.#renew(seat, answers.get(seat.id) ?? null, named.has(seat.id), at_ms)
      if (is_gone(seat)) note_search(seat, mesh, at_ms)
      seat.address = address_of(seat.answer, mesh) || seat.address
    }
    const known = new Set(this.#seats.map(({ id }) => id))
    const newcomers = [...named].filter(([id]) => !known.has(id)).sort(([, a], [, b]) => compare_names(a, b))
    for (const [id, name] of newcomers) this.#seat_newcomer(id, name, answers.get(id) ?? null, mesh, at_ms)
    this.#seats = this.#seats.filter((seat) => {
      const shown_ms = seat.state === 'left' ? LEFT_SHOWN_MS : LOST_SHOWN_MS
      return !is_gone(seat) || at_ms - seat.since_ms < shown_ms
    })
    this.#seats.sort((a, b) => a.place - b.place)
  }

  #renew(seat: Seat, answer: MemberAnswer | null, is_named: boolean, at_ms: number): void {
    seat.missed = answer === null ? seat.missed + 1 : 0
    if (answer !== null) {
      seat.answer = answer
      seat.name = answer.varz.server_name ?? seat.name
    }
    const is_late = answer === null && is_named && seat.state === 'here' && seat.missed <= MISSED_MAX
    const state = answer !== null || is_late ? 'here' : is_named ? 'silent' : seat.state === 'left' ? 'left' : 'lost'
    if (state !== seat.state) Object.assign(seat, { state, since_ms: at_ms })
  }

  #seat_newcomer(id: string, name: string, answer: MemberAnswer | null, mesh: MeshAnswer, at_ms: number): void {
    const address = address_of(answer, mesh)
    const old = this.#seat_of(id, name, address)
    const seat: Seat = {
      key: old?.key ?? `m${++this.#last_key}`,
      place: old?.place ?? this.#free_place(),
      ...{ id, name, answer, address, since_ms: at_ms, missed: 0, why: '' },
      state: answer === null ? 'silent' : 'here',
    }
    this.#seats = [...this.#seats.filter((each) => each !== old), seat]
  }

  /** The seat of the lost one that has come back: by its name, or by its address where its name is its id. */
  #seat_of(id: string, name: string, address: string): Seat | undefined {
    const lost = this.#seats.filter(is_gone)
    const by_name = lost.filter((seat) => name !== id && seat.name === name)
    if (by_name.length > 0) return by_name[0]
    const by_address = lost.filter((seat) => name === id && seat.name === seat.id && address !== '')
      .filter((seat) => seat.address === address)
    return by_address.length === 1 ? by_address[0] : undefined
  }

  #free_place(): number {
    const taken = new Set(this.#seats.map(({ place }) => place))
    let place = 0
    while (taken.has(place)) place++
    return place
  }
}

/** Nobody has a route to it. */
export const is_gone = ({ state }: Pick<Seat, 'state'>): boolean => state === 'lost' || state === 'left'

/** Whether others look for it, and why they lost it. */
function note_search(seat: Seat, mesh: MeshAnswer, at_ms: number): void {
  const told = mesh.members.flatMap((member) => member.mesh?.peers ?? []).filter(({ server_id }) =>
    server_id === seat.id
  )
  seat.why = told.map(({ last_error = '' }) => last_error).find((why) => why !== '') ?? seat.why
  if (told.length === 0) return
  const is_sought = told.some(({ missing }) => missing === true)
  if (is_sought) seat.state = 'lost'
  else if (at_ms - seat.since_ms >= SEARCH_BEGINS_MS) seat.state = 'left'
}

/** Everybody who answers, or to whom somebody has a route. */
function names_of(mesh: MeshAnswer): Map<string, string> {
  const names = new Map<string, string>()
  for (const { routes } of mesh.members) {
    for (const { remote_id, remote_name } of routes ?? []) names.set(remote_id, remote_name || remote_id)
  }
  for (const { id, varz } of mesh.members) names.set(id, varz.server_name ?? id)
  return names
}

const WILDCARDS = ['', '0.0.0.0', '::']

function address_of(answer: MemberAnswer | null, mesh: MeshAnswer): string {
  if (answer === null) return ''
  const { host = '', port = 0 } = answer.varz
  const seen = mesh.members.flatMap(({ routes }) => routes ?? []).find(({ remote_id }) => remote_id === answer.id)?.ip
  const shown = WILDCARDS.includes(host) ? seen ?? '' : host
  return shown === '' ? '' : `${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}

/** `node2` comes before `node10`. */
export function compare_names(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
