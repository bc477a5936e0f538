// Servers of our own kind, and what only they say to each other. A nats-server passes the field `go` of an INFO on in its
// gossip, so one of ours is known also by what others tell of it; and it ignores fields that it does not know.
import type { RouteInfo } from '../wire/info.ts'

export function is_own_kind(info: Pick<RouteInfo, 'go'>): boolean {
  return info.go.startsWith('onehop/')
}

/** What the INFO field `onehop` says. Words of a newer version are null: they are left alone. */
export type OwnWord =
  /** The sender ends for good or for a restart: nobody has to look for it. */
  | { readonly kind: 'leaving' }
  /** The sender's digest of all members that it knows, itself included. */
  | { readonly kind: 'members'; readonly digest: string }

export function own_word_text(word: OwnWord): string {
  return word.kind === 'leaving' ? 'leaving' : `members ${word.digest}`
}

export function parse_own_word(text: string): OwnWord | null {
  if (text === 'leaving') return { kind: 'leaving' }
  const members = /^members ([0-9a-f]{16})$/.exec(text)
  return members && { kind: 'members', digest: members[1] }
}
