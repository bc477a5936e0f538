// Peers that a member looks for without finding them: they are in no picture, because nobody knows who they are.
import type { PeerReport } from './mesh_answer.ts'
import { short_name } from './numbers.ts'
import { is_gone, type Seat } from './roster.ts'

/** One sentence for each address, whoever looks for it. */
export function absent_peers(seats: readonly Seat[]): string[] {
  const by_address = new Map<string, { seekers: string[]; why: string }>()
  for (const seat of seats) {
    if (seat.state !== 'here') continue
    for (const peer of seat.answer?.mesh?.peers ?? []) {
      if (!is_absent(peer, seats)) continue
      const address = peer.address ?? ''
      const found = by_address.get(address) ?? { seekers: [], why: '' }
      found.seekers.push(short_name(seat.name))
      found.why ||= peer.last_error ?? ''
      by_address.set(address, found)
    }
  }
  return [...by_address].map(([address, { seekers, why }]) => {
    const who = `${seekers.join(', ')} ${seekers.length === 1 ? 'finds' : 'find'} nobody at ${address}`
    return why === '' ? who : `${who}: ${why}`
  })
}

/** It is looked for, and not one of those that the picture shows. */
function is_absent({ address = '', missing, server_id }: PeerReport, seats: readonly Seat[]): boolean {
  if (missing !== true || address === '') return false
  return !seats.some((seat) => seat.id === server_id || (is_gone(seat) && listens_at(seat, address)))
}

function listens_at({ answer }: Seat, address: string): boolean {
  const { addr = '', cluster_port = 0 } = answer?.varz.cluster ?? {}
  return plain(address) === plain(`${addr}:${cluster_port}`)
}

/** Two names of the same address, as configurations have them. */
const plain = (address: string): string => address.replace(/^localhost:/, '127.0.0.1:')
