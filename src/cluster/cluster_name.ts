// Which cluster name wins when two servers meet with different ones (route.md 4.7).
import type { MembershipAction, MembershipConfig } from './membership_events.ts'

/** A cluster name. Dynamic: generated because none was configured, so it may be given up for another. */
export interface ClusterName {
  readonly name: string
  readonly dynamic: boolean
}

/** What to do about the name of a peer: go on, take theirs, or end the connection. */
export type NameVerdict = 'same' | 'adopt' | 'conflict'

/** Compares names bytewise. The rule is the same for CONNECT and INFO; an empty name in an INFO is not to be asked about. */
export function judge_cluster_name(ours: ClusterName, theirs: ClusterName): NameVerdict {
  if (theirs.name === ours.name) return 'same'
  if (theirs.name === '' || !ours.dynamic) return 'conflict'
  return !theirs.dynamic || ours.name < theirs.name ? 'adopt' : 'conflict'
}

/** Our name after adopting theirs. Only a CONNECT can make it static: what an INFO says of it was fixed when its sender began. */
export function adopted_cluster_name(theirs: ClusterName, learned_from: 'connect' | 'info'): ClusterName {
  return { name: theirs.name, dynamic: learned_from === 'info' || theirs.dynamic }
}

/** The name of our cluster, which we may give up for that of a peer. */
export class OwnClusterName {
  #now: ClusterName
  readonly #out: (action: MembershipAction) => void
  readonly #renamed: (peer_id: string) => void

  /** `renamed`: we have taken over the name of this peer. */
  constructor(
    { cluster_name, cluster_name_dynamic }: Pick<MembershipConfig, 'cluster_name' | 'cluster_name_dynamic'>,
    out: (action: MembershipAction) => void,
    renamed: (peer_id: string) => void,
  ) {
    this.#now = { name: cluster_name, dynamic: cluster_name_dynamic }
    this.#out = out
    this.#renamed = renamed
  }

  get now(): ClusterName {
    return this.#now
  }

  /** The configuration has another one; '': none any more, so ours may be given up from now on. */
  configure(name: string): void {
    this.#now = name === '' ? { ...this.#now, dynamic: true } : { name, dynamic: false }
    this.#out({ kind: 'set_cluster_name', ...this.#now })
    if (name !== '') this.#out({ kind: 'log', level: 'info', text: `Cluster name updated to ${name}` })
  }

  /** Whether we are of one name with the peer, if need be by taking over its name and dropping all others. */
  agree(theirs: ClusterName, peer_id: string, learned_from: 'connect' | 'info'): boolean {
    const verdict = judge_cluster_name(this.#now, theirs)
    if (verdict !== 'adopt') return verdict === 'same'
    this.#now = adopted_cluster_name(theirs, learned_from)
    this.#out({ kind: 'set_cluster_name', ...this.#now })
    this.#out({ kind: 'log', level: 'info', text: `Cluster name updated to ${theirs.name}` })
    this.#renamed(peer_id)
    return true
  }
}
