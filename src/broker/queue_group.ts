// Who of a queue group takes a message: uniform by weight over the whole cluster, then round from there until somebody
// can (reference client.md 3.6, route.md 6.3).
import type { Random } from '../base/prng.ts'
import type { Envelope } from '../actor/envelope.ts'
import { FLAG_CLOSING } from '../shared/index_layout.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { Group, Member } from './plan.ts'

export interface TakeContext {
  readonly index: SubjectIndex
  readonly thread: number
  readonly random: Random
}

/** A member here, on another thread, or a route with the members behind it. */
export function choose_member(group: Group, envelope: Envelope, context: TakeContext): Member | null {
  const { members } = group
  const start = start_of(group, context.random)
  for (let i = 0; i < members.length; i++) {
    const member = members[(start + i) % members.length]
    if (member.route !== null ? member.weight > 0 : can_take(member, envelope, context)) return member
  }
  return null
}

/** A member on this server. */
export function choose_local(group: Group, envelope: Envelope, context: TakeContext): Member | null {
  const { members } = group
  const start = context.random.below(members.length)
  for (let i = 0; i < members.length; i++) {
    const member = members[(start + i) % members.length]
    if (member.route === null && can_take(member, envelope, context)) return member
  }
  return null
}

function start_of(group: Group, random: Random): number {
  const { members, weight, uniform } = group
  if (uniform) return random.below(members.length)
  let at = random.below(weight)
  for (let i = 0; i < members.length; i++) {
    at -= members[i].weight
    if (at < 0) return i
  }
  return 0
}

/** What is known of a member here, or read from its record if another thread has it. */
export function can_take(member: Member, envelope: Envelope, context: TakeContext): boolean {
  const { index } = context
  const { local, subscription } = member
  if (local !== null) {
    if (local.outbox.closed || (local.outbox.echo_off && envelope.publisher === local.outbox.slot)) return false
    return !local.limited || index.delivered(subscription) < index.max(subscription)
  }
  if ((index.flags(subscription) & FLAG_CLOSING) !== 0) return false
  const max = index.max(subscription)
  return max === 0 || index.delivered(subscription) < max
}
