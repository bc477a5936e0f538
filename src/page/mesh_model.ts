// What the page knows of the mesh, renewed by each answer. It draws nothing.
import { changes_between, type Seen, seen_of } from './changes.ts'
import { EventList } from './event_list.ts'
import { History, MESH } from './history.ts'
import { type Link, links_of } from './links.ts'
import type { MeshAnswer } from './mesh_answer.ts'
import { RateBook, type Rates, sum_of } from './rates.ts'
import { Roster, type Seat } from './roster.ts'

/** What there is to draw. */
export interface View {
  /** By the clock of the page. */
  readonly at_ms: number
  readonly answer: MeshAnswer
  readonly seats: readonly Seat[]
  readonly places: number
  readonly links: readonly Link[]
  /** By key of the seat, and of the whole mesh; null: not known. */
  readonly rates: ReadonlyMap<string, Rates | null>
  readonly history: History
  readonly events: EventList
}

export class MeshModel {
  #roster = new Roster()
  #book = new RateBook()
  #history = new History()
  #events = new EventList()
  #seen: Seen | null = null
  /** Time of the answer before: one that was kept by the server is no new point. */
  #last_now = ''

  take(answer: MeshAnswer, at_ms: number): View {
    this.#roster.take(answer, at_ms)
    this.#book.take(answer)
    const { seats, places } = this.#roster
    const links = links_of(seats, this.#book)
    const rates = this.#rates_of(seats)
    if (answer.now !== this.#last_now) this.#history.add(at_ms, rates)
    this.#last_now = answer.now
    this.#events.add_reports(seats)
    if (this.#seen !== null) this.#events.add_changes(changes_between(this.#seen, seats, links), at_ms)
    this.#seen = seen_of(seats, links)
    return { at_ms, answer, seats, places, links, rates, history: this.#history, events: this.#events }
  }

  /** The page has something to say itself: that it gets no answers, or gets them again. */
  note(kind: string, text: string, is_bad: boolean, at_ms: number): void {
    this.#events.add_changes([{ kind, text, is_bad }], at_ms)
  }

  get events(): EventList {
    return this.#events
  }

  #rates_of(seats: readonly Seat[]): Map<string, Rates | null> {
    const rates = new Map<string, Rates | null>()
    for (const { key, id, state } of seats) rates.set(key, state === 'here' ? this.#book.member(id) : null)
    const here = seats.filter(({ state }) => state === 'here').map(({ key }) => rates.get(key) ?? null)
    const known = here.filter((each) => each !== null)
    // A newcomer has no rates yet: the sum of the others is nearer to the truth than a gap.
    rates.set(MESH, known.length === 0 ? null : sum_of(known))
    return rates
  }
}
