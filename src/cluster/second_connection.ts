// What becomes of a second connection to a server that is registered already (see rivals.ts for the rules).
import { CloseReason } from '../base/errors.ts'
import { CROSSING_MS, PROBE_MS } from '../base/limits.ts'
import type { MembershipAction } from './membership_events.ts'
import { judge_rival, Rivals } from './rivals.ts'
import { adopt_role, type Link } from './route_link.ts'

const CROSSING = 'crossing:'
const PROBE = 'probe:'

/** What this needs of the membership. */
export interface SecondConnectionContext {
  readonly own_id: string
  link(rid: number): Link | undefined
  register(link: Link): void
  close(link: Link, reason: CloseReason): void
  inherit(heir: Link, from: Link): void
  proceed(rid: number): void
  out(action: MembershipAction): void
  debug(text: string, rid: number): void
}

export class SecondConnections {
  readonly #context: SecondConnectionContext
  /** Those that wait for the peer to close one of the two. */
  readonly #crossing = new Rivals()
  /** Those that wait for an answer on the first. */
  readonly #probing = new Rivals()

  constructor(context: SecondConnectionContext) {
    this.#context = context
  }

  /** True: the second one has to wait, it is told to proceed when its fate is known. */
  came(first: Link, rival: Link): boolean {
    const is_third = this.#crossing.has(first) || this.#probing.has(first)
    const verdict = is_third ? 'keep_first' : judge_rival(this.#context.own_id, first, rival)
    if (verdict === 'keep_first') this.#duplicate(rival, first)
    else if (verdict === 'probe_first') this.#probe(first, rival)
    else {
      this.#crossing.wait(first, rival)
      this.#set_timer(`${CROSSING}${first.rid}`, CROSSING_MS)
    }
    return verdict !== 'keep_first'
  }

  /** The probed connection has answered. */
  alive(rid: number): void {
    const first = this.#context.link(rid)
    if (first?.state !== 'registered') return
    const rival = this.#take_from(this.#probing, PROBE, rid)
    if (rival === undefined) return
    this.#duplicate(rival, first)
    this.#context.proceed(rival.rid)
  }

  /** False: the timer is not of this. */
  timer(key: string): boolean {
    if (!key.startsWith(CROSSING) && !key.startsWith(PROBE)) return false
    const rid = Number(key.slice(key.indexOf(':') + 1))
    const first = this.#context.link(rid)
    if (first?.state !== 'registered') return true
    const rival = (key.startsWith(CROSSING) ? this.#crossing : this.#probing).take(rid)
    if (rival === undefined) return true
    // The peer has not decided: maybe what it said got lost with the first.
    if (key.startsWith(CROSSING)) this.#probe(first, rival)
    else this.#replace(first, rival)
    return true
  }

  /** We end a registered connection ourselves: whatever the reason, it holds for its rival too. */
  first_closed(first: Link, reason: CloseReason): void {
    const rival = this.#take(first.rid)
    if (rival !== undefined) this.#context.close(rival, reason)
  }

  /** A registered connection has ended. True: its rival has taken its place. */
  first_ended(first: Link): boolean {
    const rival = this.#take(first.rid)
    if (rival === undefined) return false
    adopt_role(rival, first)
    this.#context.register(rival)
    this.#context.proceed(rival.rid)
    return true
  }

  /** A connection is about to end: it is nobody's rival any more. */
  forget(link: Link): void {
    this.#crossing.forget(link)
    this.#probing.forget(link)
  }

  #probe(first: Link, rival: Link): void {
    this.#probing.wait(first, rival)
    this.#set_timer(`${PROBE}${first.rid}`, PROBE_MS)
    this.#context.out({ kind: 'probe', rid: first.rid })
  }

  #set_timer(key: string, delay_ms: number): void {
    this.#context.out({ kind: 'set_timer', key, delay_ms })
  }

  #take(rid: number): Link | undefined {
    return this.#take_from(this.#crossing, CROSSING, rid) ?? this.#take_from(this.#probing, PROBE, rid)
  }

  /** The rival, if it waits there; its timer has no meaning any more. */
  #take_from(rivals: Rivals, timer: string, rid: number): Link | undefined {
    const rival = rivals.take(rid)
    if (rival !== undefined) this.#context.out({ kind: 'cancel_timer', key: `${timer}${rid}` })
    return rival
  }

  /** The first connection stays. It inherits what the second would have done after a loss (route.md 4.4). */
  #duplicate(link: Link, other: Link): void {
    this.#context.debug(`Detected duplicate remote route "${link.remote_id}"`, link.rid)
    this.#context.inherit(other, link)
    other.retry = true
    this.#context.close(link, CloseReason.duplicate_route)
  }

  /** The first is dead. */
  #replace(first: Link, rival: Link): void {
    this.#context.debug(
      `No answer from remote route "${first.remote_id}", which has come with a new connection`,
      first.rid,
    )
    adopt_role(rival, first)
    this.#context.close(first, CloseReason.stale_connection)
    first.redial = false
    this.#context.register(rival)
    this.#context.proceed(rival.rid)
  }
}
