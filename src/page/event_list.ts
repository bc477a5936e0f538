// Recent events, the newest first: what members tell of themselves, and what the page has seen.
import type { Change } from './changes.ts'
import type { EventReport } from './mesh_answer.ts'
import { short_name } from './numbers.ts'
import type { Seat } from './roster.ts'

export interface PageEvent {
  readonly key: string
  readonly at_ms: number
  readonly kind: string
  readonly text: string
  /** A member, or the page. */
  readonly source: string
  readonly is_bad: boolean
}

export const EVENTS_MAX = 200
/** As this page sees it. */
const PAGE = 'this page'
const BAD_KINDS: ReadonlySet<string> = new Set(['loss', 'slow_consumer', 'lame_duck'])

export class EventList {
  #events: PageEvent[] = []
  #keys = new Set<string>()
  #own = 0

  get events(): readonly PageEvent[] {
    return this.#events
  }

  /** Returns whether there is something new. */
  add_changes(changes: readonly Change[], at_ms: number): boolean {
    return this.#add(changes.map((change) => ({ ...change, at_ms, source: PAGE, key: `page ${++this.#own}` })))
  }

  /** Members tell their events again and again: each counts once. */
  add_reports(seats: readonly Seat[]): boolean {
    return this.#add(
      seats.flatMap((seat) => (seat.answer?.mesh?.events ?? []).flatMap((event) => event_of(event, seat))),
    )
  }

  #add(events: PageEvent[]): boolean {
    // What is older than all that is kept would be thrown away again.
    const oldest = this.#events.length < EVENTS_MAX ? -Infinity : this.#events[this.#events.length - 1].at_ms
    const fresh = events.filter(({ key, at_ms }) => !this.#keys.has(key) && at_ms > oldest)
    if (fresh.length === 0) return false
    this.#events = [...fresh, ...this.#events].sort((a, b) => b.at_ms - a.at_ms).slice(0, EVENTS_MAX)
    this.#keys = new Set(this.#events.map(({ key }) => key))
    return true
  }
}

function event_of({ at = '', kind = '', text = '' }: EventReport, seat: Seat): PageEvent[] {
  const at_ms = Date.parse(at)
  if (Number.isNaN(at_ms) || text === '') return []
  const key = `${seat.id} ${at} ${kind} ${text}`
  return [{ key, at_ms, kind, text, source: short_name(seat.name), is_bad: BAD_KINDS.has(kind) }]
}
