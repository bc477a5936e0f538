// Whether anybody subscribes to a subject, on this server or a peer, and who.
import { latin1_bytes, wire_text } from '../base/bytes.ts'
import { SubscriberKind } from '../shared/index_layout.ts'
import { READ_BUSY } from '../shared/index_lock.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { Threads } from '../thread/all_connections.ts'

const found = new Int32Array(1)

/** `subject`: latin1 text without wildcards. True where the index is busy. */
export function has_interest(index: SubjectIndex, account: number, subject: string): boolean {
  const bytes = latin1_bytes(subject)
  for (;;) {
    const sequence = index.begin_read()
    if (sequence === READ_BUSY) return true
    const count = index.match(account, bytes, 0, bytes.length, found)
    if (index.end_read(sequence)) return count !== 0
  }
}

/** Who takes what is published on a subject. */
export interface Takers {
  /** Subscriptions of clients here. */
  readonly clients: number
  /** Names of the servers behind routes. */
  readonly peers: string[]
}

/** The crew, as far as this needs it. */
export interface TakersCrew extends Threads {
  readonly index: SubjectIndex
}

/** Looks in the index, and asks for the names of the peers. `account`: its number, -1: there is none. */
export async function takers_of(crew: TakersCrew, account: number, subject: string): Promise<Takers> {
  const places = account < 0 ? [] : takers_in(crew.index, account, latin1_bytes(wire_text(subject)))
  const is_route = (place: Place) => place.kind === SubscriberKind.route
  const named = await crew.each(async (api, thread) => {
    const routes = await api.routes()
    return routes.filter(({ slot }) =>
      places.some((each) => is_route(each) && each.thread === thread && each.slot === slot)
    )
  })
  const peers = new Set(named.flat().map(({ report }) => report.remote_name))
  return { clients: places.filter((place) => !is_route(place)).length, peers: [...peers] }
}

interface Place {
  readonly kind: number
  readonly thread: number
  readonly slot: number
}

function takers_in(index: SubjectIndex, account: number, subject: Uint8Array): Place[] {
  let out = new Int32Array(64)
  for (;;) {
    const sequence = index.begin_read()
    // Whoever asks will ask again.
    if (sequence === READ_BUSY) return []
    const count = index.match(account, subject, 0, subject.length, out)
    if (count < 0) out = new Int32Array(-count)
    else {
      const places = [...out.subarray(0, count)].map((id) => ({
        ...{ kind: index.kind(id), thread: index.thread(id), slot: index.slot(id) },
      }))
      if (index.end_read(sequence)) return places
    }
  }
}
