// What the page itself sees change from one look at the mesh to the next.
import { count, short_name, span } from './numbers.ts'
import type { Link } from './links.ts'
import type { MemberState, Seat } from './roster.ts'

/** What matters of a look, kept until the next one. */
export interface Seen {
  seats: Map<string, SeenSeat>
  /** States of links by their keys. */
  links: Map<string, Link['state']>
}

interface SeenSeat {
  id: string
  state: MemberState
  since_ms: number
  slow_consumers: number
  config: string
}

export interface Change {
  kind: string
  text: string
  /** Something is worse than before. */
  is_bad: boolean
}

export function seen_of(seats: readonly Seat[], links: readonly Link[]): Seen {
  return {
    seats: new Map(seats.map((seat) => [seat.key, {
      id: seat.id,
      state: seat.state,
      since_ms: seat.since_ms,
      slow_consumers: seat.answer?.varz.slow_consumers ?? 0,
      config: `${seat.answer?.varz.config_load_time} ${seat.answer?.varz.config_digest}`,
    }])),
    links: new Map(links.map(({ key, state }) => [key, state])),
  }
}

export function changes_between(before: Seen, seats: readonly Seat[], links: readonly Link[]): Change[] {
  const after = seen_of(seats, links)
  return [
    ...seats.flatMap((seat) => seat_changes(seat, before.seats.get(seat.key), after.seats.get(seat.key)!)),
    ...links.flatMap((link) => link_changes(link, before)),
  ]
}

function seat_changes(seat: Seat, before: SeenSeat | undefined, after: SeenSeat): Change[] {
  const name = short_name(seat.name)
  if (before === undefined) return [good('join', `${name} has joined`)]
  if (before.id !== after.id) {
    const away = before.state === 'lost' || before.state === 'left'
      ? ` after ${span(after.since_ms - before.since_ms)}`
      : ''
    return [good('restart', `${name} is back${away}, started anew`)]
  }
  if (before.state !== after.state) return [state_change(name, before, after)]
  const cut = after.slow_consumers - before.slow_consumers
  return [
    ...(cut > 0 ? [bad('slow_consumer', `${name} has cut ${count(cut, 'slow consumer')}`)] : []),
    ...(before.config !== after.config && seat.state === 'here'
      ? [good('reload', `${name} has a new configuration`)]
      : []),
  ]
}

function state_change(name: string, before: SeenSeat, after: SeenSeat): Change {
  if (after.state === 'lost') return bad('loss', `${name} is lost: nobody has a route to it`)
  if (after.state === 'left') return good('leave', `${name} has left: nobody looks for it`)
  if (after.state === 'silent') return bad('silence', `${name} does not answer, though others have routes to it`)
  const away = span(after.since_ms - before.since_ms)
  return good('join', `${name} ${before.state === 'silent' ? 'answers again' : 'is back'} after ${away}`)
}

/** A member that comes or goes takes its links along: only those of members that stay are told of. */
function link_changes({ key, from, to, state, there }: Link, before: Seen): Change[] {
  const old = before.links.get(key)
  if (old === undefined || old === state || old === 'lost' || state === 'lost') return []
  if (before.seats.get(from.key)?.id !== from.id || before.seats.get(to.key)?.id !== to.id) return []
  const [one, other] = [short_name(from.name), short_name(to.name)]
  if (state === 'missing') return [bad('route_loss', `${one} and ${other} have no route to each other`)]
  if (state === 'one_sided') {
    const [who, whom] = there === null ? [other, one] : [one, other]
    return [bad('route_loss', `Only ${who} has a route to ${whom}, not the other way round`)]
  }
  const was_bad = old === 'missing' || old === 'one_sided'
  return was_bad ? [good('route', `The route between ${one} and ${other} is whole again`)] : []
}

const good = (kind: string, text: string): Change => ({ kind, text, is_bad: false })
const bad = (kind: string, text: string): Change => ({ kind, text, is_bad: true })
