// What a thread tells of its connections: a part per call, each made in half a millisecond, so that ten thousand of them delay
// no message by more. Where a part ends the next begins: a slot. Who comes or goes meanwhile may be in it or not.
import type { Clock } from '../base/clock.ts'
import { add_client } from '../connection/account_sums.ts'
import { Client } from '../connection/client.ts'
import type { AccountSums, ClientReport, RouteReport } from '../connection/report.ts'
import { Route } from '../connection/route.ts'
import type { Slots } from './slots.ts'

const PART_MS = 0.5
/** Between two looks at the clock. */
const CLIENTS_PER_LOOK = 32

export type SortValue =
  | 'cid'
  | 'start_ms'
  | 'last_activity_ms'
  | 'rtt_us'
  | 'subscriptions'
  | 'pending_bytes'
  | 'in_messages'
  | 'out_messages'
  | 'in_bytes'
  | 'out_bytes'

export interface ClientQuery {
  sort: SortValue
  /** '' or 0: any, here and below. */
  account: string
  user: string
  cid: number
}

export interface ClientRows {
  /** In threes: slot, cid, and the value to sort by. */
  rows: number[]
  /** Clients of the account, whoever they are. */
  total: number
  /** The slot to go on with; -1: that was all. */
  next: number
}

export interface SumsPart {
  sums: AccountSums[]
  next: number
}

/** A route, and where it is on its thread. */
export interface PlacedRoute {
  slot: number
  report: RouteReport
}

export interface ListsContext {
  readonly clock: Clock
  readonly slots: Slots<Client | Route>
}

/** Clients that have not ended, in the order of their slots. */
export function client_rows(context: ListsContext, query: ClientQuery, from: number): ClientRows {
  const { account, user, cid } = query
  const value = value_of(context.clock, query.sort)
  const rows: number[] = []
  let total = 0
  const next = visit_clients(context, from, (client) => {
    const { connection, session } = client
    if (account !== '' && session.account_name !== account) return
    total++
    if (cid !== 0 && connection.cid !== cid || user !== '' && session.identity?.user !== user) return
    rows.push(connection.slot, connection.cid, value(client))
  })
  return { rows, total, next }
}

/** `places`: in pairs, slot and cid. Those that have gone are left out. */
export function client_reports({ slots }: ListsContext, places: readonly number[]): ClientReport[] {
  const reports: ClientReport[] = []
  for (let i = 0; i < places.length; i += 2) {
    const client = slots.at(places[i])
    if (client instanceof Client && client.connection.cid === places[i + 1]) reports.push(client.report())
  }
  return reports
}

/** What clients in these slots are called, also those that ended; 0: there is none. */
export function client_cids({ slots }: ListsContext, asked: readonly number[]): number[] {
  return asked.map((slot) => {
    const actor = slots.at(slot)
    return actor instanceof Client ? actor.connection.cid : 0
  })
}

/** Of the clients that are in, by account. */
export function sums_part(context: ListsContext, from: number): SumsPart {
  const all = new Map<string, AccountSums>()
  const next = visit_clients(context, from, (client) => add_client(all, client))
  return { sums: [...all.values()], next }
}

/** Peers are few, and what they want is not listed here. */
export function placed_routes({ slots }: ListsContext): PlacedRoute[] {
  const routes: PlacedRoute[] = []
  for (let slot = 0; slot < slots.length; slot++) {
    const actor = slots.at(slot)
    const report = actor instanceof Route ? actor.report() : null
    if (report !== null) routes.push({ slot, report })
  }
  return routes
}

/** Returns the slot to go on with; -1 at the end. */
function visit_clients({ clock, slots }: ListsContext, from: number, visit: (client: Client) => void): number {
  const end_ms = clock.now_ms() + PART_MS
  for (let slot = from; slot < slots.length; slot++) {
    if (slot % CLIENTS_PER_LOOK === 0 && slot > from && clock.now_ms() >= end_ms) return slot
    const actor = slots.at(slot)
    if (actor instanceof Client && actor.connection.reason === null) visit(actor)
  }
  return -1
}

function value_of(clock: Clock, sort: SortValue): (client: Client) => number {
  switch (sort) {
    case 'cid':
      return ({ connection }) => connection.cid
    case 'start_ms':
      return ({ connection }) => connection.start_ms
    case 'last_activity_ms': {
      const since_ms = clock.wall_ms() - clock.now_ms()
      return ({ connection }) => since_ms + connection.last_activity_ms
    }
    case 'rtt_us':
      return ({ keepalive }) => keepalive.rtt_us ?? 0
    case 'subscriptions':
      return ({ subscriptions }) => subscriptions.count
    case 'pending_bytes':
      return ({ connection }) => connection.outbox.pending
    case 'in_messages':
      return ({ connection }) => connection.in_messages
    case 'out_messages':
      return ({ connection }) => connection.outbox.out_messages
    case 'in_bytes':
      return ({ connection }) => connection.in_bytes
    case 'out_bytes':
      return ({ connection }) => connection.outbox.out_bytes
  }
}
