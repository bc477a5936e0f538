// What happens per second, from two looks at counters. Time is that of the member who counted, so it does not matter how long
// its answer was under way.
import type { MemberAnswer, MeshAnswer, RouteSum } from './mesh_answer.ts'

/** Per second: messages of clients, and those that go on to other members. */
export interface Rates {
  in_msgs: number
  in_bytes: number
  out_msgs: number
  out_bytes: number
  sent_msgs: number
  sent_bytes: number
}

export interface LinkRates {
  msgs: number
  bytes: number
}

interface Look<Counts> {
  at_ms: number
  counts: Counts
  /** How often it was looked for in vain since. */
  missed?: number
}

/** Two looks closer to each other than that say nothing. */
const APART_MS_MIN = 200
/** An answer may be late: until then what was known of it stands. */
const MISSED_MAX = 2

/** The counters of a member as rates have them. A server that does not count its clients apart has routes to subtract. */
export function counters_of({ varz, routes }: MemberAnswer): Rates {
  const sum = (field: 'in_msgs' | 'in_bytes' | 'out_msgs' | 'out_bytes') =>
    (routes ?? []).reduce((total, route) => total + route[field], 0)
  const in_clients = (own: number | undefined, all: number | undefined, field: 'in_msgs' | 'in_bytes') =>
    own ?? (all ?? 0) - sum(field)
  const out_clients = (own: number | undefined, all: number | undefined, field: 'out_msgs' | 'out_bytes') =>
    own ?? (all ?? 0) - sum(field)
  const out_msgs = out_clients(varz.out_client_msgs, varz.out_msgs, 'out_msgs')
  const out_bytes = out_clients(varz.out_client_bytes, varz.out_bytes, 'out_bytes')
  return {
    in_msgs: in_clients(varz.in_client_msgs, varz.in_msgs, 'in_msgs'),
    in_bytes: in_clients(varz.in_client_bytes, varz.in_bytes, 'in_bytes'),
    out_msgs,
    out_bytes,
    sent_msgs: (varz.out_msgs ?? 0) - out_msgs,
    sent_bytes: (varz.out_bytes ?? 0) - out_bytes,
  }
}

/** Null: the looks are too close, or the counters have begun anew. */
export function rates_between<Counts extends object>(before: Look<Counts>, after: Look<Counts>): Counts | null {
  const passed_ms = after.at_ms - before.at_ms
  if (passed_ms < APART_MS_MIN) return null
  const rates: Record<string, number> = {}
  for (const [name, value] of Object.entries(after.counts) as [keyof Counts & string, number][]) {
    const grown = value - (before.counts[name] as number)
    if (!(grown >= 0)) return null
    rates[name] = grown * 1000 / passed_ms
  }
  return rates as Counts
}

export function sum_of(all: readonly Rates[]): Rates {
  const sum: Rates = { in_msgs: 0, in_bytes: 0, out_msgs: 0, out_bytes: 0, sent_msgs: 0, sent_bytes: 0 }
  for (const rates of all) for (const name of Object.keys(sum) as (keyof Rates)[]) sum[name] += rates[name]
  return sum
}

/** Remembers the last look at everything that counts. */
export class RateBook {
  #members = new Map<string, Look<Rates>>()
  #links = new Map<string, Look<LinkRates>>()
  #member_rates = new Map<string, Rates>()
  #link_rates = new Map<string, LinkRates>()

  take(mesh: MeshAnswer): void {
    const members = new Map<string, Look<Rates>>()
    const links = new Map<string, Look<LinkRates>>()
    for (const member of mesh.members) {
      const at_ms = Date.parse(member.varz.now ?? mesh.now)
      members.set(member.id, { at_ms, counts: counters_of(member) })
      for (const route of member.routes ?? []) {
        links.set(`${member.id}>${route.remote_id}`, { at_ms, counts: sent(route) })
        links.set(`${member.id}<${route.remote_id}`, { at_ms, counts: received(route) })
      }
    }
    this.#members = renewed(this.#members, members, this.#member_rates)
    this.#links = renewed(this.#links, links, this.#link_rates)
  }

  /** Of a member; null: not known yet. */
  member(id: string): Rates | null {
    return this.#member_rates.get(id) ?? null
  }

  /** From one member to another, as the first counts what it sends; if it says nothing, as the second counts. */
  link(from: string, to: string): LinkRates | null {
    return this.#link_rates.get(`${from}>${to}`) ?? this.#link_rates.get(`${to}<${from}`) ?? null
  }
}

const sent = ({ out_msgs, out_bytes }: RouteSum): LinkRates => ({ msgs: out_msgs, bytes: out_bytes })
const received = ({ in_msgs, in_bytes }: RouteSum): LinkRates => ({ msgs: in_msgs, bytes: in_bytes })

/** The looks to compare with next time. What has not changed its time was answered from memory: its rates stay. */
function renewed<Counts extends object>(
  before: ReadonlyMap<string, Look<Counts>>,
  after: Map<string, Look<Counts>>,
  rates: Map<string, Counts>,
): Map<string, Look<Counts>> {
  for (const [key, { missed = 0, ...last }] of before) {
    if (after.has(key)) continue
    if (missed < MISSED_MAX) after.set(key, { ...last, missed: missed + 1 })
    else rates.delete(key)
  }
  for (const [key, look] of after) {
    const last = before.get(key)
    if (last === undefined || look.missed !== undefined) continue
    if (look.at_ms - last.at_ms >= 0 && look.at_ms - last.at_ms < APART_MS_MIN) {
      after.set(key, { at_ms: last.at_ms, counts: last.counts })
      continue
    }
    const found = rates_between(last, look)
    if (found === null) rates.delete(key)
    else rates.set(key, found)
  }
  return after
}
