// Two connections to one server. The first stays, as everywhere (route.md 4.4), with two exceptions:
//
//   both were made at the same moment, by servers of our own kind: both keep the one that the lower id dialled, so that
//     they can not each close the other's
//   the first is older: it may be half-open, and the peer knows better. It is probed, and the second waits for the answer
import type { Link } from './route_link.ts'

export type RivalVerdict = 'keep_first' | 'take_second' | 'probe_first'

/** `first` is registered, `second` had its INFO just now. */
export function judge_rival(own_id: string, first: Link, second: Link): RivalVerdict {
  if (first.is_settled) return 'probe_first'
  if (!first.own_kind || !second.own_kind) return 'keep_first'
  const is_rightful = (link: Link) => link.dialled === own_id < link.remote_id
  return is_rightful(second) && !is_rightful(first) ? 'take_second' : 'keep_first'
}

/** Connections that wait for the probe of the first one: at most one per registered connection. */
export class Rivals {
  readonly #waiting = new Map<number, Link>()

  has(first: Link): boolean {
    return this.#waiting.has(first.rid)
  }

  wait(first: Link, rival: Link): void {
    this.#waiting.set(first.rid, rival)
  }

  /** The rival of a connection whose fate is known now. */
  take(rid: number): Link | undefined {
    const rival = this.#waiting.get(rid)
    this.#waiting.delete(rid)
    return rival
  }

  /** The rival itself has gone. */
  forget(link: Link): void {
    for (const [rid, rival] of this.#waiting) if (rival === link) this.#waiting.delete(rid)
  }
}
