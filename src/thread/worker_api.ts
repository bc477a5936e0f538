// What the supervisor may ask a thread, with an answer. Over comlink when the thread is a worker, directly when the
// server runs on one thread. What must keep its order among itself goes by mail instead (messages.ts).
import { type Clock, system_clock } from '../base/clock.ts'
import { CloseReason } from '../base/errors.ts'
import { type ProfileKind, take_profile } from '../base/thread_profile.ts'
import { TraceKind, type TraceName, type TraceTarget } from '../connection/message_trace.ts'
import type { OwnMessage } from '../connection/own_messages.ts'
import type { ClientReport } from '../connection/report.ts'
import { Client } from '../connection/client.ts'
import { Route } from '../connection/route.ts'
import type { ListenPlan } from '../net/listener.ts'
import { choose_reading } from '../net/reading.ts'
import {
  client_cids,
  client_reports,
  client_rows,
  type ClientQuery,
  type ClientRows,
  placed_routes,
  type PlacedRoute,
  sums_part,
  type SumsPart,
} from './connection_lists.ts'
import type { ConnectionThread } from './connection_thread.ts'
import { type LoopFigures, LoopWatch } from './loop_watch.ts'
import type { ToThread } from './messages.ts'
import { Counter } from '../shared/counters.ts'
import { take_news } from './settings_news.ts'
import { warm_up } from './warm_up.ts'
import type { ListenKind } from './socket_desk.ts'

const LOOK_MS = 2
/** A ring of 1 MiB is emptied many times in this time, unless its reader is stuck. */
const SETTLE_MS = 100

export interface ThreadApi {
  /** Finds out how sockets are read best here. Before listening. */
  prepare(): Promise<void>
  /** Resolves to the port. */
  listen(kind: ListenKind, plan: ListenPlan): Promise<number>
  stop_listening(kind: ListenKind): Promise<void>
  /** Has the path of a message compiled, beside what the thread does; see warm_up. `stands_back`: real clients come first. */
  warm_up(stands_back: boolean): Promise<void>
  /** Clients that have not ended: a part of them, from a slot on. */
  client_rows(query: ClientQuery, from: number): Promise<ClientRows>
  /** Of clients at these places, in pairs: slot and cid. */
  client_reports(places: number[]): Promise<ClientReport[]>
  /** What clients in these slots are called; 0: there is none. */
  client_cids(slots: number[]): Promise<number[]>
  routes(): Promise<PlacedRoute[]>
  /** How busy its event loop is. */
  loop(): Promise<LoopFigures>
  /** Of the clients that are in, by account: those of a part, from a slot on. */
  account_sums(from: number): Promise<SumsPart>
  /** Who these are, of this thread; null: it has gone. */
  describe(targets: TraceTarget[]): Promise<(TraceName | null)[]>
  /** A message of the server itself. Resolves when it is on its way. */
  publish(message: OwnMessage): Promise<void>
  /** Ends the client, or tells it to go elsewhere. False: it is not here. */
  kick(cid: number): Promise<boolean>
  send_away(cid: number): Promise<boolean>
  close_all(kind: 'clients' | 'routes', reason: CloseReason): Promise<void>
  /** False: it had gone already. */
  close_client(slot: number, cid: number, reason: CloseReason): Promise<boolean>
  /** Resolves when all that was sent to other threads is in their rings; after SETTLE_MS in any case. */
  settled(): Promise<void>
  /** Resolves when the sockets of all connections that ended are closed; after `ms` in any case. */
  closed(ms: number): Promise<void>
  /** The next edge table of the growing index is known here from now on. */
  attach_edges(edges: SharedArrayBuffer): Promise<void>
  /** The index has grown: the former table is forgotten. */
  drop_edges(): Promise<void>
  /** JSON: see take_profile. */
  profile(kind: ProfileKind, ms: number): Promise<string>
}

export function make_thread_api(thread: ConnectionThread): ThreadApi {
  const watch = new LoopWatch(system_clock(true))
  return {
    async prepare() {
      thread.sockets.reading = await choose_reading(thread.clock)
      thread.residents.requests?.renew(thread.settings.callout_accounts)
      // A thread that has had no turn counts as awake: nobody would wake it.
      thread.turns.go_on()
    },
    listen: (kind, plan) => thread.sockets.listen(kind, plan),
    async stop_listening(kind) {
      thread.sockets.stop_listening(kind)
    },
    warm_up(stands_back) {
      const activity = () => stands_back ? activity_of(thread) : 0
      return warm_up(thread.settings, { next_turn: (f) => thread.next_turn(f), activity })
    },
    client_rows: async (query, from) => client_rows(thread, query, from),
    client_reports: async (places) => client_reports(thread, places),
    client_cids: async (slots) => client_cids(thread, slots),
    routes: async () => placed_routes(thread),
    account_sums: async (from) => sums_part(thread, from),
    loop: async () => watch.figures(),
    async describe(targets) {
      return targets.map((target) => trace_name(thread, target))
    },
    publish(message) {
      thread.residents.own.push(message)
      return new Promise((resolve) => thread.next_turn(() => resolve()))
    },
    async kick(cid) {
      const client = client_of(thread, cid)
      return client !== undefined && thread.close_client(client.connection.slot, cid, CloseReason.kicked)
    },
    async send_away(cid) {
      const client = client_of(thread, cid)
      client?.send_info(true)
      thread.finish_turn()
      return client !== undefined
    },
    async close_all(kind, reason) {
      thread.close_all(kind, reason)
    },
    async close_client(slot, cid, reason) {
      return thread.close_client(slot, cid, reason)
    },
    settled: () => until(thread.clock, SETTLE_MS, () => !thread.rings.has_open_record),
    closed: (ms) => until(thread.clock, ms, () => thread.closing.size === 0),
    async attach_edges(edges) {
      thread.index.attach_next(edges)
    },
    profile: (kind, ms) => take_profile(kind, ms, thread.clock),
    async drop_edges() {
      thread.index.drop_previous()
      thread.turns.grown()
    },
  }
}

/** Resolves when `is_so` holds, looking now and then, or when `ms` have passed. */
async function until(clock: Clock, ms: number, is_so: () => boolean): Promise<void> {
  const end_ms = clock.now_ms() + ms
  while (!is_so() && clock.now_ms() < end_ms) await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
}

const client_of = (thread: ConnectionThread, cid: number): Client | undefined =>
  [...thread.slots].filter((actor) => actor instanceof Client).find(({ connection }) =>
    connection.cid === cid && connection.reason === null
  )

function trace_name(thread: ConnectionThread, { slot, subscription }: TraceTarget): TraceName | null {
  const actor = thread.slots.at(slot)
  if (actor === undefined) return null
  const { cid, outbox } = actor.connection
  if (actor instanceof Route) {
    return { kind: TraceKind.route, cid, name: actor.remote_name, account: '', traces: outbox.traces }
  }
  const { name, account_name: account } = actor.session
  const is_shadow = outbox.translations?.has(subscription) === true
  return { kind: TraceKind.client, cid, name, account, traces: true, ...(is_shadow && { is_shadow }) }
}

/** Grows with whatever real clients and peers do. */
function activity_of({ counters, index }: ConnectionThread): number {
  return counters[Counter.in_client_messages] + counters[Counter.in_route_messages] +
    counters[Counter.total_connections] + index.insert_count + index.remove_count
}

/** What a thread does with its mail. */
export function take_mail(thread: ConnectionThread, message: ToThread): void {
  take_news(thread.settings, message)
  switch (message.kind) {
    case 'route': {
      const route = thread.slots.at(message.slot)
      // The slot may have passed on to another connection while the mail was under way.
      if (route instanceof Route && route.connection.cid === message.rid) route.command(message.command)
      break
    }
    case 'password_checked': {
      const actor = thread.slots.at(message.slot)
      if (actor?.connection.cid === message.cid) actor.password_checked(message.right)
      break
    }
    case 'account_answered':
    case 'callout_answered': {
      const actor = thread.slots.at(message.slot)
      if (!(actor instanceof Client) || actor.connection.cid !== message.cid) break
      if (message.kind === 'account_answered') actor.login.account_answered()
      else actor.login.callout_answered(message.identity)
      break
    }
    case 'hook_answered':
    case 'observed_taken':
      thread.hooks?.take(message)
      break
    case 'settings':
      thread.renew()
      break
    case 'dial':
      thread.routes.dial(message)
      break
    case 'connect_urls':
    case 'lame_duck':
      for (const actor of thread.slots) if (actor instanceof Client) actor.send_info(message.kind === 'lame_duck')
      break
  }
  thread.finish_turn()
}
