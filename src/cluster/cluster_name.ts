// Which cluster name wins when two servers meet with different ones (route.md 4.7).

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
