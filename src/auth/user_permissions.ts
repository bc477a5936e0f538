// What a user may publish and subscribe to (reference client.md 5.3). Made once for each user of a thread, from plain data.
import { wire_text } from '../base/bytes.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'
import { covers_tokens, matches_tokens } from '../wire/subject.ts'

/** Where replies may be published without further permission, for a while. */
export interface ResponsePermission {
  /** Messages for each reply subject; below 0: any number. */
  max: number
  /** Since the request; below 0: for ever. */
  expires_ms: number
}

/** Plain data: it crosses threads. Entries of `subscribe` may have a queue behind the subject and a blank. */
export interface UserPermissions {
  publish?: SubjectPermission
  subscribe?: SubjectPermission
  responses?: ResponsePermission
}

/** An entry of a list. `queue`: null in an entry without one. */
interface Entry {
  readonly subject: readonly string[]
  readonly queue: string | null
}

export class PermissionRules {
  readonly responses: ResponsePermission | null
  /** Null: everything but what is denied. An empty list is no list; but who may only answer may publish nothing else. */
  readonly #publish_allow: readonly Entry[] | null
  readonly #publish_deny: readonly Entry[]
  readonly #subscribe_allow: readonly Entry[] | null
  readonly #subscribe_deny: readonly Entry[]

  constructor({ publish = {}, subscribe = {}, responses }: UserPermissions) {
    this.responses = responses ?? null
    const allow = entries_of(publish.allow)
    this.#publish_allow = allow.length > 0 || responses !== undefined ? allow : null
    this.#publish_deny = entries_of(publish.deny)
    const wanted = entries_of(subscribe.allow)
    this.#subscribe_allow = wanted.length > 0 ? wanted : null
    this.#subscribe_deny = entries_of(subscribe.deny)
  }

  /** Subjects are latin1, as on the wire. A published subject has no wildcards, whatever it looks like. */
  may_publish(subject: string): boolean {
    const tokens = subject.split('.')
    const is_in = (list: readonly Entry[]) => list.some((entry) => matches_tokens(tokens, entry.subject))
    return (this.#publish_allow === null || is_in(this.#publish_allow)) && !is_in(this.#publish_deny)
  }

  /** An entry grants or denies a subscription that it covers as a whole; `queue` is empty for a plain one. */
  may_subscribe(subject: string, queue: string): boolean {
    const tokens = subject.split('.')
    const covering = (list: readonly Entry[]) => list.filter((entry) => covers_tokens(entry.subject, tokens))
    const allowed = this.#subscribe_allow === null || grants(covering(this.#subscribe_allow), queue)
    return allowed && !denies(covering(this.#subscribe_deny), queue)
  }

  /** Whether a message on that subject is kept from a subscription although that is wider than what is denied. */
  withholds(subject: string, queue: string): boolean {
    if (this.#subscribe_deny.length === 0) return false
    const tokens = subject.split('.')
    return denies(this.#subscribe_deny.filter((entry) => matches_tokens(tokens, entry.subject)), queue)
  }
}

/** A queue that is named by any of the entries has to be one of them; else it is enough that the subject is there. */
function grants(entries: readonly Entry[], queue: string): boolean {
  const named = queue === '' ? [] : entries.filter((entry) => entry.queue !== null)
  if (named.length > 0) return named.some((entry) => is_queue(queue, entry.queue!))
  return entries.some((entry) => entry.queue === null)
}

function denies(entries: readonly Entry[], queue: string): boolean {
  return entries.some((entry) => entry.queue === null || queue !== '' && is_queue(queue, entry.queue))
}

function is_queue(queue: string, pattern: string): boolean {
  return queue === pattern || matches_tokens(queue.split('.'), pattern.split('.'))
}

/** The configuration is Unicode, the wire is bytes, taken as latin1. */
function entries_of(list: readonly string[] = []): Entry[] {
  return list.map((text) => {
    const [subject, queue = null] = wire_text(text).split(/\s+/)
    return { subject: subject.split('.'), queue }
  })
}
