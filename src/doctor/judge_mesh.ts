// Whether each member is connected to each other one, as they see it and as a message sees it.
import type { Finding } from '../review/finding.ts'
import type { Facts } from './facts.ts'
import { listed, type Member, member_place, members_of } from './members.ts'

export function judge_mesh(facts: Facts): Finding[] {
  const members = members_of(facts).filter(({ said }) => said.cluster !== '' || facts.dials.length > 1)
  return [
    ...judge_routes(members),
    ...judge_missing(members),
    ...judge_strangers(members),
    ...judge_probe(facts, members),
  ]
}

/** Of what a member sees nothing is known without its monitoring. */
function judge_routes(members: readonly Member[]): Finding[] {
  return members.flatMap((member): Finding[] => {
    const peers = member.monitor?.peers
    if (peers == null) return []
    const seen = new Set(peers.map(({ id }) => id))
    const missed = members.filter((other) => other !== member && !seen.has(other.id) && are_one_cluster(member, other))
    if (missed.length === 0) return []
    const place = member_place(member)
    if (!member.monitor!.has_cluster) {
      const what = `it is in no cluster, and ${listed(missed.map(({ name }) => name))} ${are(missed)} asked with it`
      return [{ severity: 'error', place, what, advice: 'give it a cluster block with a port, a name and routes' }]
    }
    const one_sided = missed.filter(({ monitor }) => monitor?.peers?.some(({ id }) => id === member.id))
    const both = missed.filter((other) => !one_sided.includes(other))
    const found: Finding[] = []
    if (one_sided.length > 0) {
      const names = listed(one_sided.map(({ name }) => name))
      const what = `it has no route to ${names}, but ${names} ${one_sided.length === 1 ? 'has' : 'have'} one to it`
      found.push({ severity: 'error', place, what, advice: 'ask again; if it stays so, restart the one that is wrong' })
    }
    if (both.length > 0) {
      const what = `it knows ${peers.length} of ${members.length - 1} others and has no route to ${
        listed(both.map(({ name }) => name))
      }`
      found.push({
        severity: 'error',
        place,
        what,
        advice: 'look at the route addresses that they tell, their cluster names and logins',
      })
    }
    return found
  })
}

/** Those of another name are told of by their names. */
const are_one_cluster = (a: Member, b: Member): boolean =>
  a.said.cluster === b.said.cluster || a.said.cluster === '' || b.said.cluster === ''

const are = (list: readonly unknown[]): string => list.length === 1 ? 'was' : 'were'

/** What a server of our own kind looks for in vain, and why. */
function judge_missing(members: readonly Member[]): Finding[] {
  return members.flatMap((member) =>
    (member.monitor?.missing ?? []).map(({ name, address, last_error }): Finding => ({
      severity: 'error',
      place: member_place(member),
      what: `it looks for ${name === '' ? address : `${name} at ${address}`}${
        last_error === '' ? '' : `: ${last_error}`
      }`,
      advice: 'start that server, or take its route out of the configuration',
    }))
  )
}

/** Peers that no address has led to: they are there, and nobody can say how they are. */
function judge_strangers(members: readonly Member[]): Finding[] {
  const known = new Set(members.map(({ id }) => id))
  const strangers = new Map<string, { name: string; by: string[] }>()
  for (const { name: by, monitor } of members) {
    for (const { id, name } of monitor?.peers ?? []) {
      if (known.has(id)) continue
      const stranger = strangers.get(id) ?? { name: '', by: [] }
      strangers.set(id, { name: stranger.name || name, by: [...stranger.by, by] })
    }
  }
  return [...strangers].map(([id, { name, by }]): Finding => ({
    severity: 'warning',
    place: `server "${name || id}"`,
    what: `${listed(by)} ${by.length === 1 ? 'has' : 'have'} a route to it, and it answered at no address`,
    advice: 'correct what it tells clients and peers (client_advertise, cluster { advertise })',
  }))
}

function judge_probe({ probe }: Facts, members: readonly Member[]): Finding[] {
  if (probe === null) return []
  const name_of = (id: string) => members.find((member) => member.id === id)?.name ?? id
  const found = probe.refused.map(({ id, why }): Finding => ({
    severity: 'note',
    place: `server "${name_of(id)}"`,
    what: `no message was tried there: ${why}`,
    advice: `let the user publish and subscribe to _onehop.doctor.>, or leave it out with --no-probe`,
  }))
  const by_source = new Map<string, string[]>()
  for (const [from, to] of probe.lost) {
    if (!is_explained(from, to, members)) by_source.set(from, [...by_source.get(from) ?? [], to])
  }
  return [
    ...[...by_source].map(([from, to]): Finding => ({
      severity: 'error',
      place: `server "${name_of(from)}"`,
      what: from === to[0] && to.length === 1
        ? 'a message that is published there is not heard there'
        : `a message that is published there is not heard at ${listed(to.map(name_of))}`,
      advice: 'look at the routes between them, and whether the user is in the same account there',
    })),
    ...found,
  ]
}

/** Without a route between them, or with other names, no message can pass: that has been said. */
function is_explained(from: string, to: string, members: readonly Member[]): boolean {
  const source = members.find(({ id }) => id === from), target = members.find(({ id }) => id === to)
  if (source === undefined || target === undefined || source === target) return false
  const misses = ({ monitor }: Member, other: string) => monitor?.peers?.every(({ id }) => id !== other) ?? false
  return !are_one_cluster(source, target) || misses(source, to) || misses(target, from)
}
