// Who has a route to whom, from both sides' views.
import type { RouteSum } from './mesh_answer.ts'
import type { LinkRates, RateBook } from './rates.ts'
import type { Seat } from './roster.ts'

/**
 * `whole`: both sides have it. `one_sided`: only one of two that were asked has it. `unconfirmed`: the other side did not say.
 * `missing`: nobody has it, though both are there. `lost`: one of the two is.
 */
export type LinkState = 'whole' | 'one_sided' | 'unconfirmed' | 'missing' | 'lost'

export interface Link {
  readonly key: string
  readonly from: Seat
  readonly to: Seat
  state: LinkState
  /** What each of the two says of the other; null: it has no route to it, or did not say. */
  there: RouteSum | null
  back: RouteSum | null
  rtt_ms: number | null
  /** Per second; null: not known yet. */
  there_rates: LinkRates | null
  back_rates: LinkRates | null
}

/** A link for every pair of seats, but for those that have left, and for two that are both lost. */
export function links_of(seats: readonly Seat[], rates: Pick<RateBook, 'link'>): Link[] {
  const links: Link[] = []
  const wanted = seats.filter(({ state }) => state !== 'left')
  for (const [i, from] of wanted.entries()) {
    for (const to of wanted.slice(i + 1)) {
      if (from.state === 'lost' && to.state === 'lost') continue
      links.push(link_of(from, to, rates))
    }
  }
  return links
}

function link_of(from: Seat, to: Seat, rates: Pick<RateBook, 'link'>): Link {
  const there = route_to(from, to), back = route_to(to, from)
  const state = state_of(from, to, there, back)
  // What was known of a route is remembered for a moment, also of one that has just gone.
  const flows = state !== 'lost' && state !== 'missing'
  const round_trips = [there?.rtt_ms, back?.rtt_ms].filter((ms) => typeof ms === 'number')
  return {
    key: `${from.key}-${to.key}`,
    ...{ from, to, there, back, state },
    rtt_ms: round_trips.length === 0 ? null : Math.min(...round_trips),
    there_rates: flows ? rates.link(from.id, to.id) : null,
    back_rates: flows ? rates.link(to.id, from.id) : null,
  }
}

function state_of(from: Seat, to: Seat, there: RouteSum | null, back: RouteSum | null): LinkState {
  if (from.state === 'lost' || to.state === 'lost') return 'lost'
  if (there !== null && back !== null) return 'whole'
  if (there === null && back === null) return knows(from) || knows(to) ? 'missing' : 'unconfirmed'
  return knows(from) && knows(to) ? 'one_sided' : 'unconfirmed'
}

/** Whether what it said of its routes still counts. */
const knows = ({ state, answer }: Seat): boolean => state === 'here' && answer !== null && answer.routes !== null

function route_to(seat: Seat, other: Seat): RouteSum | null {
  if (!knows(seat)) return null
  return seat.answer?.routes?.find(({ remote_id }) => remote_id === other.id) ?? null
}

/** How whole the mesh is: of the pairs that are there, how many have a route that neither side denies. */
export function wholeness(links: readonly Link[]): { whole: number; wanted: number } {
  const wanted = links.filter(({ state }) => state !== 'lost')
  return {
    whole: wanted.filter(({ state }) => state === 'whole' || state === 'unconfirmed').length,
    wanted: wanted.length,
  }
}
