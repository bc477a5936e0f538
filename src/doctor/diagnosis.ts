// Everything that is wrong with a cluster, from what was seen of it.
import { type Finding, worst_first } from '../review/finding.ts'
import type { Facts } from './facts.ts'
import { judge_addresses } from './judge_addresses.ts'
import { judge_members } from './judge_members.ts'
import { judge_mesh } from './judge_mesh.ts'
import { judge_tls } from './judge_tls.ts'
import { listed, members_of } from './members.ts'

/** The worst come first; among equals what may be the reason of others. */
export function diagnosis(facts: Facts): Finding[] {
  return worst_first([...judge_members(facts), ...judge_mesh(facts), ...judge_addresses(facts), ...judge_tls(facts)])
}

/** `3 servers in cluster c (a, b and c), 9 addresses dialled, each heard each`. */
export function survey_summary(facts: Facts): string {
  const members = members_of(facts)
  const clusters = [...new Set(members.map(({ said }) => said.cluster).filter((name) => name !== ''))]
  const servers = `${members.length} ${members.length === 1 ? 'server' : 'servers'}`
  const where = clusters.length === 0 ? '' : ` in ${clusters.length === 1 ? 'cluster' : 'clusters'} ${listed(clusters)}`
  const who = members.length === 0 ? '' : ` (${listed(members.map(({ name }) => name))})`
  const { probe } = facts
  const heard = probe === null || probe.members.length < 2 || probe.lost.length > 0
    ? ''
    : `, a message from each was heard at each`
  const dialled = facts.dials.filter(({ target, trouble }) => !target.is_guess || trouble === null).length
  return `${servers}${where}${who}, ${dialled} ${dialled === 1 ? 'address' : 'addresses'} dialled${heard}`
}
