// Two connections to one server. The first stays, as everywhere (route.md 4.4), with two exceptions:
//
//   both were made at the same moment, by servers of our own kind, and the two may not agree on which came first: the lower id
//     decides, for it the first stays; the other waits until one of the two is closed. Interest is told over a connection that
//     both have registered, so neither of them has sent a message over the one that goes
//   the first is older: it may be half-open, and the peer knows better. It is probed, and the second waits for the answer
import type { Link } from './route_link.ts'

export type RivalVerdict = 'keep_first' | 'peer_decides' | 'probe_first'

/** `first` is registered, `second` had its INFO just now. */
export function judge_rival(own_id: string, first: Link, second: Link): RivalVerdict {
  if (first.is_settled) return 'probe_first'
  return first.own_kind && second.own_kind && own_id > first.remote_id ? 'peer_decides' : 'keep_first'
}

/** Connections that wait for the fate of the first one: at most one per registered connection. */
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
