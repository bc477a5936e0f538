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
  /** Members that told it, or the page. */
  readonly sources: readonly string[]
  readonly is_bad: boolean
}

export const EVENTS_MAX = 200
/** What several members tell within that time in the same words is one event. */
const TOGETHER_MS = 5_000
/** As this page sees it. */
const PAGE = 'this page'
const BAD_KINDS: ReadonlySet<string> = new Set(['loss', 'slow_consumer', 'restart'])

export class EventList {
  #told: PageEvent[] = []
  #keys = new Set<string>()
  #own = 0
  #events: readonly PageEvent[] = []

  get events(): readonly PageEvent[] {
    return this.#events
  }

  add_changes(changes: readonly Change[], at_ms: number): void {
    this.#add(changes.map((change) => ({ ...change, at_ms, sources: [PAGE], key: `page ${++this.#own}` })))
  }

  /** Members tell their events again and again: each counts once. */
  add_reports(seats: readonly Seat[]): void {
    this.#add(seats.flatMap((seat) => (seat.answer?.mesh?.events ?? []).flatMap((event) => event_of(event, seat))))
  }

  #add(events: PageEvent[]): void {
    // What is older than all that is kept would be thrown away again.
    const oldest_ms = this.#told.length < EVENTS_MAX ? -Infinity : this.#told[this.#told.length - 1].at_ms
    const fresh = events.filter(({ key, at_ms }) => !this.#keys.has(key) && at_ms > oldest_ms)
    if (fresh.length === 0) return
    this.#told = [...fresh, ...this.#told].sort((a, b) => b.at_ms - a.at_ms).slice(0, EVENTS_MAX)
    this.#keys = new Set(this.#told.map(({ key }) => key))
    this.#events = joined(this.#told)
  }
}

function event_of({ at = '', kind = '', text = '' }: EventReport, seat: Seat): PageEvent[] {
  const at_ms = Date.parse(at)
  if (Number.isNaN(at_ms) || text === '') return []
  const key = `${seat.id} ${at} ${kind} ${text}`
  return [{ key, at_ms, kind, text, sources: [short_name(seat.name)], is_bad: BAD_KINDS.has(kind) }]
}

/** An event stands where it was told first, and is joined by who told it later: so it keeps its place. */
function joined(told: readonly PageEvent[]): PageEvent[] {
  const events: { event: PageEvent; sources: Set<string> }[] = []
  for (const event of told.toReversed()) {
    const same = events.find(({ event: { kind, text, at_ms }, sources }) =>
      kind === event.kind && text === event.text && event.at_ms - at_ms < TOGETHER_MS && !sources.has(event.sources[0])
    )
    if (same === undefined) events.push({ event, sources: new Set(event.sources) })
    else same.sources.add(event.sources[0])
  }
  return events.reverse().map(({ event, sources }) => ({ ...event, sources: [...sources].sort() }))
}
