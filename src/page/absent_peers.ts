// Peers that a member looks for without finding them: they are in no picture, because nobody knows who they are.
import type { PeerReport } from './mesh_answer.ts'
import { short_name } from './numbers.ts'
import type { Seat } from './roster.ts'

/** One sentence for each address, whoever looks for it. */
export function absent_peers(seats: readonly Seat[]): string[] {
  const by_address = new Map<string, { seekers: string[]; why: string }>()
  for (const seat of seats) {
    if (seat.state !== 'here') continue
    for (const peer of seat.answer?.mesh?.peers ?? []) {
      if (!is_absent(peer, seats)) continue
      const found = by_address.get(peer.address ?? '') ?? { seekers: [], why: '' }
      found.seekers.push(short_name(seat.name))
      found.why ||= peer.last_error ?? ''
      by_address.set(peer.address ?? '', found)
    }
  }
  return [...by_address].map(([address, { seekers, why }]) =>
    `${seekers.join(', ')} ${seekers.length === 1 ? 'has' : 'have'} no route to ${address}${
      why === '' ? '' : `: ${why}`
    }`
  )
}

/** Configured, not connected, and not one of those that the picture shows. */
function is_absent(
  { address = '', configured, connected, server_id, name }: PeerReport,
  seats: readonly Seat[],
): boolean {
  if (configured !== true || connected !== false || address === '') return false
  return !seats.some((seat) => seat.id === server_id || (name !== undefined && seat.name === name))
}
