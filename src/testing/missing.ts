// What a cluster lacks, in words: for whoever waits for it.
import type { Server } from '../server.ts'

export interface Asked {
  readonly name: string
  readonly state: string
  readonly inner: Pick<Server, 'peer_names' | 'takers'>
}

/** Routes that should be there, a line for each. */
export function missing_routes(members: readonly Asked[]): string[] {
  return members.flatMap(({ name, inner }) => {
    const peers = new Set(inner.peer_names())
    return members.filter((other) => other.name !== name && !peers.has(other.name)).map((other) =>
      `${name} has no route to ${other.name}`
    )
  })
}

/** Routes that should not be there. */
export function standing_routes(side: readonly Asked[], other: readonly Asked[]): string[] {
  const one_way = (from: readonly Asked[], to: readonly Asked[]) =>
    from.filter(({ state }) => state === 'running').flatMap(({ name, inner }) => {
      const peers = new Set(inner.peer_names())
      return to.filter((each) => peers.has(each.name)).map((each) => `${name} has a route to ${each.name}`)
    })
  return [...one_way(side, other), ...one_way(other, side)]
}

/** Who does not know of subscribers, of those of one server where one is named. */
export async function missing_interest(
  members: readonly Asked[],
  source: Asked | null,
  subject: string,
  account: string,
): Promise<string[]> {
  const lines = members.map(async ({ name, state, inner }) => {
    if (state === 'stopped') return `${name} is stopped`
    const { clients, peers } = await inner.takers(subject, account)
    if (source === null) return clients + peers.length > 0 ? '' : `${name} has not heard of subject ${subject}`
    if (source.name === name) return clients > 0 ? '' : `${name} has no subscriber to ${subject}`
    return peers.includes(source.name) ? '' : `${name} has not heard of subject ${subject} from ${source.name}`
  })
  return (await Promise.all(lines)).filter((line) => line !== '')
}
